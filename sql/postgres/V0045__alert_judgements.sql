-- Whether alerts were right, as those say who looked: what their precision is made of.
--
-- Nothing of it is changed or taken back. Who was wrong says so again, and the newest word counts.

CREATE TABLE alert_judgements (
    alert_id  uuid        NOT NULL REFERENCES alerts ON DELETE CASCADE,
    judgement integer     NOT NULL CHECK (judgement > 0),
    verdict   text        NOT NULL CHECK (verdict IN ('TRUE', 'FALSE')),
    reason    text        CHECK (length(reason) BETWEEN 1 AND 1000),
    said_by   text        NOT NULL CHECK (length(said_by) > 0),
    said_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (alert_id, judgement),
    CONSTRAINT alert_judgements_false_for_a_reason CHECK (verdict = 'TRUE' OR reason IS NOT NULL)
);

COMMENT ON TABLE alert_judgements IS 'Whether alerts were right, as those said who looked; the newest of an alert counts. Dropped with their alerts.';
COMMENT ON COLUMN alert_judgements.alert_id IS 'The alert.';
COMMENT ON COLUMN alert_judgements.judgement IS '1 for the first of an alert, and one more for each.';
COMMENT ON COLUMN alert_judgements.verdict IS 'TRUE: it was as the alert said; FALSE: it was not.';
COMMENT ON COLUMN alert_judgements.reason IS 'Why; there with each FALSE, else null when nobody said.';
COMMENT ON COLUMN alert_judgements.said_by IS 'Who said it, as the audit log has it.';
COMMENT ON COLUMN alert_judgements.said_at IS 'When.';

-- Lists of alerts and their precision are asked for by when they were opened.
CREATE INDEX alerts_by_opening ON alerts (opened_at, alert_id);

CREATE OR REPLACE VIEW v_alerts AS
SELECT a.alert_id, a.rule, a.model_id, a.model_version, a.team, a.tier, a.severity, a.summary,
       a.details, a.opened_at, a.resolved_at, a.resolution,
       a.model_id IN (SELECT m.model_id FROM v_muted_models AS m) IS TRUE AS muted,
       ARRAY(SELECT d.target FROM alert_deliveries AS d
             WHERE d.alert_id = a.alert_id AND d.sent_revision = a.revision
             ORDER BY d.target) AS told,
       ARRAY(SELECT d.target FROM alert_deliveries AS d
             WHERE d.alert_id = a.alert_id AND d.sent_revision < a.revision
             ORDER BY d.target) AS untold,
       j.verdict, j.reason AS verdict_reason, j.said_by AS verdict_by, j.said_at AS verdict_at
FROM alerts AS a
LEFT JOIN LATERAL (
    SELECT w.verdict, w.reason, w.said_by, w.said_at
    FROM alert_judgements AS w
    WHERE w.alert_id = a.alert_id
    ORDER BY w.judgement DESC
    LIMIT 1) AS j ON true;

COMMENT ON COLUMN v_alerts.verdict IS 'TRUE or FALSE, as was said last; null while nobody has judged it.';
COMMENT ON COLUMN v_alerts.verdict_reason IS 'Why; null when nobody said.';
COMMENT ON COLUMN v_alerts.verdict_by IS 'Who said so.';
COMMENT ON COLUMN v_alerts.verdict_at IS 'When.';

-- Wilson's interval: of few cases the usual one would be too narrow, and empty where all were right.

CREATE VIEW v_alert_precision AS
SELECT p.model_id, p.rule, p.team, p.tier, p.alerts, p.judged, p.judged_true,
       p.alerts - p.judged AS unjudged,
       p.judged_true / w.n AS precision,
       (p.judged_true + w.zz / 2 - w.half) / (w.n + w.zz) AS precision_low,
       (p.judged_true + w.zz / 2 + w.half) / (w.n + w.zz) AS precision_high
FROM (
    SELECT a.model_id, a.rule,
           (array_agg(a.team ORDER BY a.opened_at DESC, a.alert_id))[1] AS team,
           (array_agg(a.tier ORDER BY a.opened_at DESC, a.alert_id))[1] AS tier,
           count(*) AS alerts, count(a.verdict) AS judged,
           count(*) FILTER (WHERE a.verdict = 'TRUE') AS judged_true
    FROM v_alerts AS a
    WHERE a.opened_at > now() - interval '30 days'
    GROUP BY a.model_id, a.rule) AS p
CROSS JOIN LATERAL (
    SELECT nullif(p.judged, 0)::double precision AS n,
           -- The square of the normal distribution's 0.975 quantile.
           3.841458820694124::double precision AS zz) AS z
CROSS JOIN LATERAL (
    SELECT z.n, z.zz,
           sqrt(z.zz * (p.judged_true * (z.n - p.judged_true) / z.n + z.zz / 4)) AS half) AS w;

COMMENT ON VIEW v_alert_precision IS
    'How many alerts of the last 30 days were right, by model and rule, of those that somebody has judged. What nobody judged says nothing: see unjudged.';
COMMENT ON COLUMN v_alert_precision.model_id IS 'Model, as in its predictions; null for alerts that are about none.';
COMMENT ON COLUMN v_alert_precision.rule IS 'What was said to be wrong, such as MODEL_STALE.';
COMMENT ON COLUMN v_alert_precision.team IS 'Team of the newest of them; null when unknown.';
COMMENT ON COLUMN v_alert_precision.tier IS 'Tier of the newest of them; null when unknown.';
COMMENT ON COLUMN v_alert_precision.alerts IS 'Alerts that were opened in the last 30 days, muted ones too; one that came again counts once.';
COMMENT ON COLUMN v_alert_precision.judged IS 'Those of them that somebody has judged.';
COMMENT ON COLUMN v_alert_precision.judged_true IS 'Those of these that were right, as was said last.';
COMMENT ON COLUMN v_alert_precision.unjudged IS 'Those that nobody has judged.';
COMMENT ON COLUMN v_alert_precision.precision IS 'Share of the judged ones that were right, 0 to 1; null while none is judged.';
COMMENT ON COLUMN v_alert_precision.precision_low IS 'Lower end of its 95 % interval (Wilson); null while none is judged.';
COMMENT ON COLUMN v_alert_precision.precision_high IS 'Upper end of it.';

CREATE OR REPLACE FUNCTION audit_models(entry jsonb) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE split_part(entry ->> 'object', ':', 1)
        WHEN 'model' THEN ARRAY[substr(entry ->> 'object', 7)]
        WHEN 'version' THEN ARRAY[split_part(substr(entry ->> 'object', 9), '/', 1)]
        WHEN 'retrain' THEN array_remove(ARRAY[entry #>> '{detail,model}'], NULL)
        WHEN 'decision' THEN array_remove(ARRAY[entry #>> '{detail,model}'], NULL)
        WHEN 'state' THEN array_remove(ARRAY[entry #>> '{detail,model}'], NULL)
        WHEN 'alert' THEN array_remove(ARRAY[entry #>> '{detail,model}'], NULL)
        WHEN 'policy' THEN ARRAY(
            SELECT m.model #>> '{}' FROM jsonb_path_query(entry, '$.detail.models[*]') AS m (model)
            UNION
            SELECT m.model #>> '{}'
            FROM jsonb_path_query(entry, '$.detail.models_before[*]') AS m (model))
        ELSE ARRAY[]::text[]
    END;

GRANT SELECT, INSERT ON alert_judgements TO runway_api;
GRANT SELECT ON v_alert_precision TO runway_reader, runway_api;
