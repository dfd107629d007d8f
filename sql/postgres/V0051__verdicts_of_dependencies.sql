-- What the dependency graph says of embeddings, and baseline pairs that are none.
--
-- A dependency on the vectors of a space has a verdict: what was said last of the space's versions for whoever
-- uses it so. It is asked for the few dependencies that are shown, each by the key of the pairs of one space.

CREATE INDEX embedding_stability_baselines ON embedding_stability (space_id) WHERE baseline;

CREATE VIEW v_embedding_pairs AS
SELECT s.space_id, s.version_before, s.version_after, s.baseline, s.compatibility, s.document_revision, s.as_of,
       s.computed_at, s.computed_at > now() - interval '2 days' AS up_to_date,
       e.space_id IS NULL OR (e.state = 'ACTIVE' AND e.revision <= s.document_revision) AS current_document,
       -- Only of such the JSON is looked through.
       s.compatibility = 'UNDECIDED' AND strpos(s.measured, '"NOT_COMPARED"') > 0 AS dropped, s.measured::jsonb -> 'verdicts' AS verdicts
FROM embedding_stability AS s
LEFT JOIN embedding_spaces AS e ON e.space_id = s.space_id;

COMMENT ON VIEW v_embedding_pairs IS
    'Pairs of versions of embedding spaces and what was said of them, without a look at who uses the space by the dependency graph: for what comes from the graph itself.';

CREATE FUNCTION embedding_verdict(used text, usage text) RETURNS jsonb
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT jsonb_strip_nulls(jsonb_build_object(
                   'space_id', p.space_id,
                   'usage', usage,
                   'compatibility', p.compatibility,
                   'reason', p.reason,
                   'version_before', p.version_before,
                   'version_after', p.version_after,
                   'as_of', to_char(p.as_of AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
                   'up_to_date', p.up_to_date,
                   'current_document', p.current_document))
        FROM (
            SELECT n.space_id, n.version_before, n.version_after, n.as_of, n.up_to_date, n.current_document,
                   coalesce(v.said ->> 'compatibility', 'UNDECIDED') AS compatibility,
                   v.said ->> 'reason' AS reason
            FROM v_embedding_pairs AS n
            CROSS JOIN LATERAL (SELECT n.verdicts -> usage AS said OFFSET 0) AS v
            WHERE n.space_id = CASE WHEN used LIKE 'model:%' THEN substr(used, 7)
                                    WHEN used LIKE 'version:%' THEN split_part(substr(used, 9), '/', 1) END
                -- Whoever uses one version is told what may come in its place.
                AND (used NOT LIKE 'version:%'
                     OR n.version_before = substr(used, 9 + strpos(substr(used, 9), '/')))
                AND NOT n.baseline
            ORDER BY n.dropped, (n.up_to_date AND n.current_document) DESC,
                     -- Not by as_of: that is of all vectors of both versions and of the baseline's, and so of
                     -- whichever pair was compared last. A version from which no pair goes on is a newest one.
                     EXISTS (SELECT FROM v_embedding_pairs AS o
                             WHERE o.space_id = n.space_id AND o.version_before = n.version_after
                                 AND NOT o.baseline AND NOT o.dropped),
                     -- Of several the worst: whoever reads one of them is to know of the others.
                     array_position(ARRAY['BREAKING', 'UNDECIDED', 'ROTATED', 'MINOR', 'STABLE'],
                                    coalesce(v.said ->> 'compatibility', 'UNDECIDED')),
                     n.as_of DESC, n.computed_at DESC, n.version_before, n.version_after
            LIMIT 1) AS p;
    END;

COMMENT ON FUNCTION embedding_verdict(text, text) IS
    'What was said last of the embedding space that a node (model:SPACE, version:SPACE/VERSION) is, for whoever uses it so: class, reason, versions, as_of, whether it is up to date and by the current document. Null where no pair of it was ever compared.';

-- Two trainings without any intended change that do not pass themselves: nothing that is trained so will.

CREATE VIEW v_unfit_baselines AS
SELECT s.space_id, s.version_before, s.version_after, f.usages, f.reasons, coalesce(e.team, m.team) AS team, m.tier,
       s.document_revision, s.as_of, s.computed_at, s.computed_at > now() - interval '2 days' AS up_to_date,
       e.space_id IS NULL OR e.revision <= s.document_revision AS current_document
FROM embedding_stability AS s
LEFT JOIN embedding_spaces AS e ON e.space_id = s.space_id
LEFT JOIN models AS m ON m.model_id = s.space_id
CROSS JOIN LATERAL (
    SELECT array_agg(v.key ORDER BY v.key) AS usages,
           array_agg(DISTINCT v.value ->> 'reason' ORDER BY v.value ->> 'reason') AS reasons
    FROM jsonb_each(s.measured::jsonb -> 'verdicts') AS v
    WHERE (v.value ->> 'compatibility' = 'BREAKING'
           -- All is measured, and it has less than half in common.
           OR v.value ->> 'reason' = 'NO_FLOOR' AND s.eigenspace_instability IS NOT NULL)
        AND (jsonb_path_exists(v.value, '$.models[*]')
             -- Nobody is named: it stands for all.
             OR NOT jsonb_path_exists(s.measured::jsonb, '$.verdicts.*.models[*]')
             OR EXISTS (SELECT FROM graph_edges AS g
                        WHERE g.valid_to IS NULL AND g.kind = v.key
                            AND g.upstream IN ('model:' || s.space_id,
                                               'version:' || s.space_id || '/' || s.version_before)))) AS f
WHERE s.baseline AND e.state IS DISTINCT FROM 'ENDED' AND f.usages IS NOT NULL
    AND s.measured ~ '"(BREAKING|NO_FLOOR)"';

COMMENT ON VIEW v_unfit_baselines IS
    'Baseline pairs of embedding spaces that break for a consumer themselves, or have less than half in common: no new version will pass there.';

-- A view's column means what the column of that name means in its table.
DO $$
DECLARE
    line record;
BEGIN
    FOR line IN
        SELECT v.relname AS view_name, vc.attname AS column_name,
               CASE vc.attname
                   WHEN 'up_to_date' THEN 'Whether it was told within two days; the job tells it every day, for as long as the space''s document names the pair.'
                   WHEN 'current_document' THEN 'Whether it was judged by the space''s newest document, which is in force; true as well where the documents are written by hand.'
                   WHEN 'dropped' THEN 'Whether no document names the pair any more, so that it is compared no longer.'
                   WHEN 'verdicts' THEN 'By way of using, as a JSON object: compatibility, reason, and the models that the document names.'
                   WHEN 'usages' THEN 'Ways of using for which it breaks, or for which it sets no floor, of those that somebody uses.'
                   WHEN 'reasons' THEN 'What decided.'
                   WHEN 'team' THEN 'Team of the space, or of the model of its name; null when unknown.'
                   WHEN 'tier' THEN 'Tier of the model of its name; null without one.'
                   WHEN 'compatibility' THEN 'Worst verdict that a consumer which the document names depends on; of all four ways where it names none.'
                   ELSE col_description('embedding_stability'::regclass, tc.attnum)
               END AS words
        FROM pg_class v
        JOIN pg_attribute vc ON vc.attrelid = v.oid AND vc.attnum > 0
        LEFT JOIN pg_attribute tc ON tc.attrelid = 'embedding_stability'::regclass AND tc.attname = vc.attname
        WHERE v.relkind = 'v' AND v.relnamespace = current_schema()::regnamespace
            AND v.relname IN ('v_embedding_pairs', 'v_unfit_baselines')
    LOOP
        EXECUTE format('COMMENT ON COLUMN %I.%I IS %L', line.view_name, line.column_name, line.words);
    END LOOP;
END
$$;

ALTER TABLE alerts DROP CONSTRAINT alerts_rule_check;
ALTER TABLE alerts ADD CONSTRAINT alerts_rule_check
    CHECK (rule IN ('MODEL_STALE', 'MODEL_SUSPENDED', 'MODEL_SILENT', 'DATA_SUSPECT',
                    'VERSION_WORSE', 'RETRAIN_HELD', 'RETRAIN_FAILED', 'COMMAND_UNANSWERED',
                    'COMMAND_UNCLEAR', 'SLA_MISSED', 'APPROVAL_ESCALATED', 'SCHEDULER_DOWN',
                    'BASELINE_UNFIT'));

COMMENT ON COLUMN alerts.model_id IS 'Model, as in its predictions; of a baseline pair the embedding space; null when it is about none.';
COMMENT ON COLUMN alerts.model_version IS 'Its version; of a baseline pair the newer one; null when it is about none.';

REVOKE ALL ON FUNCTION embedding_verdict(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION embedding_verdict(text, text) TO runway_api, runway_reader;
GRANT SELECT ON v_embedding_pairs, v_unfit_baselines TO runway_api, runway_reader;
