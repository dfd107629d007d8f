-- What was judged by an older document of its space passes no gate: another consumer may be named since,
-- another baseline pair, or the space may have ended. The job tells it anew with its next look.

CREATE OR REPLACE VIEW v_embedding_stability AS
SELECT s.space_id, s.version_before, s.version_after, s.document_revision, s.as_of, s.baseline,
       j.worst AS compatibility,
       j.worst IN ('STABLE', 'MINOR') AND s.computed_at > now() - interval '2 days'
           AND d.is_current AS passed,
       s.items_before, s.items_after, s.pairs, s.unusable_pairs, s.dimensions_before,
       s.dimensions_after, s.sample_size, s.neighbours, s.knn_overlap, s.cka_debiased,
       s.eigenspace_instability, s.raw_cosine, s.aligned_cosine, s.norm_ratio,
       s.measured::jsonb -> 'metrics' AS metrics, s.measured::jsonb -> 'verdicts' AS verdicts,
       s.measured::jsonb -> 'floor' AS floor, s.rotation_uri, s.rotation_sha256, s.computed_at,
       s.computed_at > now() - interval '2 days' AS up_to_date, g.consumers AS graph_consumers,
       d.is_current AS current_document, e.revision AS newest_revision
FROM embedding_stability AS s
-- Of a space whose documents are written by hand nothing is known here.
LEFT JOIN embedding_spaces AS e ON e.space_id = s.space_id
CROSS JOIN LATERAL (
    SELECT e.space_id IS NULL
           OR (e.state = 'ACTIVE' AND e.revision <= s.document_revision) AS is_current) AS d
CROSS JOIN LATERAL (
    SELECT ARRAY['STABLE', 'MINOR', 'ROTATED', 'UNDECIDED', 'BREAKING'] AS names) AS o
-- A space is the model of its name; whoever uses the version that goes uses it too.
CROSS JOIN LATERAL (
    SELECT coalesce(jsonb_agg(DISTINCT jsonb_build_object('usage', e.kind, 'node', e.downstream)),
                    '[]') AS consumers,
           max(array_position(o.names, coalesce(
               s.measured::jsonb #>> ARRAY['verdicts', e.kind, 'compatibility'],
               'UNDECIDED'))) AS worst
    FROM graph_edges AS e
    WHERE e.valid_to IS NULL
        AND e.upstream IN ('model:' || s.space_id,
                           'version:' || s.space_id || '/' || s.version_before)
        AND e.kind IN ('COORDINATES', 'SIMILARITY', 'PREDICTION', 'DATA_ONLY')) AS g
CROSS JOIN LATERAL (
    SELECT o.names[greatest(array_position(o.names, s.compatibility), g.worst)] AS worst) AS j;

COMMENT ON COLUMN v_embedding_stability.passed IS
    'Whether it may be released without anything being done about its consumers: STABLE or MINOR, up to date, and judged by the current document.';
COMMENT ON COLUMN v_embedding_stability.current_document IS
    'Whether it was judged by the space''s newest document, which is in force; true as well where the documents are written by hand.';
COMMENT ON COLUMN v_embedding_stability.newest_revision IS
    'Revision of the space''s newest document; null where its documents are written by hand.';
COMMENT ON COLUMN v_embedding_stability.floor IS
    'What the baseline pair has, and whether it has it (measured); null while there is none. Neighbours and eigenspaces are judged as shares of its overlap and instability; neighbours_lost, cosines_lost, norms_changed, items_moved and dimensions_moved are what it excuses; its cka and aligned_cosine are shown, and judge nothing.';
