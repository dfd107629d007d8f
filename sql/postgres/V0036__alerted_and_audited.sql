-- Models with an alert are alerted ones, whatever drifted.

CREATE OR REPLACE VIEW v_alerted_models AS
SELECT m.model_id, m.state, m.owner, m.team, m.tier, d.model_version, d.segment, d.window_end_at,
       d.evaluated, d.flagged, d.severity, d.provisional, a.rules
FROM models AS m
LEFT JOIN LATERAL (
    SELECT l.model_version, l.segment, l.window_end_at, l.evaluated, l.flagged, l.severity,
           l.provisional
    FROM v_drift AS l
    WHERE l.model_id = m.model_id AND l.status = 'EVALUATED'
        AND l.window_end_at > now() - interval '7 days'
    ORDER BY l.window_end_at DESC, l.severity DESC NULLS LAST
    LIMIT 1) AS d ON d.flagged > 0
CROSS JOIN LATERAL (
    SELECT ARRAY(SELECT DISTINCT o.rule FROM alerts AS o
                 WHERE o.model_id = m.model_id AND o.resolved_at IS NULL
                 ORDER BY o.rule) AS rules) AS a
WHERE m.state <> 'RETIRED' AND (d.flagged > 0 OR a.rules <> '{}');

COMMENT ON VIEW v_alerted_models IS
    'Models with an open alert, and those whose newest window of drift, of the last 7 days, has features that drifted.';
COMMENT ON COLUMN v_alerted_models.model_version IS 'Version that made the predictions; null when no feature drifted, and so are the other columns of drift.';
COMMENT ON COLUMN v_alerted_models.rules IS 'Rules of its open alerts, such as MODEL_STALE, muted ones too; empty when there is none.';

CREATE INDEX alerts_open_of_model ON alerts (model_id) WHERE resolved_at IS NULL;

-- What jobs decide, and the states that versions come to by it, stand in the audit log too: the tables
-- of both are written by whoever writes results, who may also overwrite them.

CREATE TABLE audit_marks (
    topic             text   NOT NULL CHECK (topic IN ('STALENESS', 'DECISIONS')),
    model_id          text   NOT NULL,
    model_version     text   NOT NULL,
    revision          bigint NOT NULL,
    window_end_millis bigint NOT NULL,
    PRIMARY KEY (topic, model_id, model_version)
);

COMMENT ON TABLE audit_marks IS 'How far the audit log has taken note of each version: what is older came again.';
COMMENT ON COLUMN audit_marks.topic IS 'STALENESS or DECISIONS.';
COMMENT ON COLUMN audit_marks.model_id IS 'Model, as in its predictions.';
COMMENT ON COLUMN audit_marks.model_version IS 'Its version.';
COMMENT ON COLUMN audit_marks.revision IS 'Highest revision of a state that was taken; of a decision its time, in epoch milliseconds.';
COMMENT ON COLUMN audit_marks.window_end_millis IS 'End of the window that it was about, in epoch milliseconds.';

CREATE OR REPLACE FUNCTION audit_models(entry jsonb) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE split_part(entry ->> 'object', ':', 1)
        WHEN 'model' THEN ARRAY[substr(entry ->> 'object', 7)]
        WHEN 'version' THEN ARRAY[split_part(substr(entry ->> 'object', 9), '/', 1)]
        WHEN 'retrain' THEN array_remove(ARRAY[entry #>> '{detail,model}'], NULL)
        WHEN 'decision' THEN array_remove(ARRAY[entry #>> '{detail,model}'], NULL)
        WHEN 'state' THEN array_remove(ARRAY[entry #>> '{detail,model}'], NULL)
        WHEN 'policy' THEN ARRAY(
            SELECT m.model #>> '{}' FROM jsonb_path_query(entry, '$.detail.models[*]') AS m (model)
            UNION
            SELECT m.model #>> '{}'
            FROM jsonb_path_query(entry, '$.detail.models_before[*]') AS m (model))
        ELSE ARRAY[]::text[]
    END;

CREATE VIEW v_changed_decisions AS
SELECT d.decision_id, d.model_id, d.model_version, d.decided_at, a.seq
FROM audit_log AS a
JOIN retrain_decisions AS d ON a.object = 'decision:' || d.decision_id
CROSS JOIN LATERAL (SELECT a.entry::jsonb -> 'detail' AS said) AS e
WHERE (d.model_id, d.model_version, d.verdict, d.mode, d.hold, d.state_before, d.state_after,
       d.command_id, d.evidence_hash, encode(sha256(convert_to(d.inputs, 'UTF8')), 'hex'))
      IS DISTINCT FROM
      (e.said ->> 'model', e.said ->> 'version', e.said ->> 'verdict', e.said ->> 'mode',
       e.said ->> 'hold', e.said ->> 'state_before', e.said ->> 'state_after',
       e.said ->> 'command_id', e.said ->> 'evidence_hash', e.said ->> 'inputs_sha256');

COMMENT ON VIEW v_changed_decisions IS
    'Decisions whose row says something else than the audit log: they were changed after they were made.';
COMMENT ON COLUMN v_changed_decisions.decision_id IS 'The decision.';
COMMENT ON COLUMN v_changed_decisions.model_id IS 'Model, as its row says now.';
COMMENT ON COLUMN v_changed_decisions.model_version IS 'Its version, as its row says now.';
COMMENT ON COLUMN v_changed_decisions.decided_at IS 'When it was made, as its row says now.';
COMMENT ON COLUMN v_changed_decisions.seq IS 'Entry of the audit log that says what it was.';

GRANT SELECT, INSERT ON audit_marks TO runway_api;
GRANT UPDATE (revision, window_end_millis) ON audit_marks TO runway_api;
GRANT SELECT ON v_changed_decisions TO runway_reader, runway_api;
