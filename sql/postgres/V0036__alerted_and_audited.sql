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
