-- What lets a version of an embedding pass: an answer that is kept up, and no consumer of the
-- dependency graph that it breaks.
--
-- The job tells every pair again each day. What was not told for two days is of a job that stands, or
-- of a pair that no document names; what it said then says nothing of today.

CREATE OR REPLACE VIEW v_embedding_stability AS
SELECT s.space_id, s.version_before, s.version_after, s.document_revision, s.as_of, s.baseline,
       j.worst AS compatibility,
       j.worst IN ('STABLE', 'MINOR') AND s.computed_at > now() - interval '2 days' AS passed,
       s.items_before, s.items_after, s.pairs, s.unusable_pairs, s.dimensions_before,
       s.dimensions_after, s.sample_size, s.neighbours, s.knn_overlap, s.cka_debiased,
       s.eigenspace_instability, s.raw_cosine, s.aligned_cosine, s.norm_ratio,
       s.measured::jsonb -> 'metrics' AS metrics, s.measured::jsonb -> 'verdicts' AS verdicts,
       s.measured::jsonb -> 'floor' AS floor, s.rotation_uri, s.rotation_sha256, s.computed_at,
       s.computed_at > now() - interval '2 days' AS up_to_date, g.consumers AS graph_consumers
FROM embedding_stability AS s
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

COMMENT ON COLUMN v_embedding_stability.compatibility IS
    'Worst verdict that a consumer depends on, be it named by the space''s document or by the dependency graph: STABLE (as another training), MINOR (more than noise), ROTATED (the same up to a rotation), UNDECIDED (not known yet) or BREAKING.';
COMMENT ON COLUMN v_embedding_stability.passed IS
    'Whether it may be released without anything being done about its consumers: STABLE or MINOR, and up to date.';
COMMENT ON COLUMN v_embedding_stability.up_to_date IS
    'Whether it was told within two days; the job tells it every day, for as long as the space''s document names the pair.';
COMMENT ON COLUMN v_embedding_stability.graph_consumers IS
    'What uses the model of the space''s name by the dependency graph, as a list of usage and node; empty for none.';
