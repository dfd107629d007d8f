-- Alerts: what is wrong, since when, and who was told of it where.
--
-- An alert is begun and ended in one transaction with whatever made it known, and what a target has
-- heard is written down after it was told. So no restart and no second instance loses one; who dies
-- between the two tells it again, under the same id.

CREATE TABLE alert_marks (
    topic         text   NOT NULL CHECK (topic IN ('STALENESS', 'DECISIONS')),
    model_id      text   NOT NULL,
    model_version text   NOT NULL,
    revision      bigint NOT NULL,
    PRIMARY KEY (topic, model_id, model_version)
);

COMMENT ON TABLE alert_marks IS 'How far each version was looked at: what is older changes no alert.';
COMMENT ON COLUMN alert_marks.topic IS 'STALENESS or DECISIONS.';
COMMENT ON COLUMN alert_marks.model_id IS 'Model, as in its predictions.';
COMMENT ON COLUMN alert_marks.model_version IS 'Its version.';
COMMENT ON COLUMN alert_marks.revision IS 'Highest revision of a state that was taken; of a decision its time, in epoch milliseconds.';

CREATE TABLE alerts (
    alert_id      uuid        PRIMARY KEY,
    rule          text        NOT NULL CHECK (rule IN ('MODEL_STALE', 'MODEL_SUSPENDED',
                                                       'MODEL_SILENT', 'DATA_SUSPECT',
                                                       'VERSION_WORSE', 'RETRAIN_HELD',
                                                       'RETRAIN_FAILED', 'APPROVAL_ESCALATED',
                                                       'SCHEDULER_DOWN')),
    model_id      text,
    model_version text,
    team          text,
    tier          smallint    CHECK (tier BETWEEN 1 AND 4),
    severity      text        NOT NULL CHECK (severity IN ('CRITICAL', 'ERROR', 'WARNING', 'INFO')),
    summary       text        NOT NULL CHECK (length(summary) BETWEEN 1 AND 1000),
    details       jsonb       NOT NULL,
    revision      bigint      NOT NULL CHECK (revision > 0),
    opened_at     timestamptz NOT NULL,
    resolved_at   timestamptz,
    resolution    text        CHECK (length(resolution) BETWEEN 1 AND 1000),
    CONSTRAINT alerts_have_length CHECK (opened_at <= resolved_at),
    CONSTRAINT alerts_end_for_a_reason CHECK ((resolved_at IS NULL) = (resolution IS NULL))
);

CREATE UNIQUE INDEX alerts_one_open ON alerts (rule, model_id, model_version) NULLS NOT DISTINCT
    WHERE resolved_at IS NULL;
CREATE INDEX alerts_by_end ON alerts (resolved_at);

COMMENT ON TABLE alerts IS 'Alerts; one of a rule and a version is open at a time. Dropped 90 days after they were over.';
COMMENT ON COLUMN alerts.alert_id IS 'Made of rule, model, version and occurrence alone: the same one is the same alert.';
COMMENT ON COLUMN alerts.rule IS 'What is wrong, such as MODEL_STALE.';
COMMENT ON COLUMN alerts.model_id IS 'Model, as in its predictions; null when it is about none.';
COMMENT ON COLUMN alerts.model_version IS 'Its version; null when it is about none.';
COMMENT ON COLUMN alerts.team IS 'Team of the model; null when unknown.';
COMMENT ON COLUMN alerts.tier IS 'Tier of the model; null when unknown.';
COMMENT ON COLUMN alerts.severity IS 'CRITICAL, ERROR, WARNING or INFO: by tier, and not above what the rule allows.';
COMMENT ON COLUMN alerts.summary IS 'What a person needs to know, in one line.';
COMMENT ON COLUMN alerts.details IS 'What it was seen by when it was opened.';
COMMENT ON COLUMN alerts.revision IS '1 when it is opened, and one more whenever it ends or comes again.';
COMMENT ON COLUMN alerts.opened_at IS 'When it was opened, the last time.';
COMMENT ON COLUMN alerts.resolved_at IS 'When it was over; null while it is open.';
COMMENT ON COLUMN alerts.resolution IS 'Why it is over; null while it is open.';

CREATE TABLE alert_deliveries (
    alert_id      uuid        NOT NULL REFERENCES alerts ON DELETE CASCADE,
    target        text        NOT NULL CHECK (target IN ('alertmanager', 'pagerduty', 'slack',
                                                         'webhook')),
    sent_revision bigint      NOT NULL DEFAULT 0 CHECK (sent_revision >= 0),
    sent_at       timestamptz,
    claim         bigint      NOT NULL DEFAULT 0,
    tries         integer     NOT NULL DEFAULT 0 CHECK (tries >= 0),
    next_try_at   timestamptz NOT NULL DEFAULT now(),
    trouble       text        CHECK (length(trouble) BETWEEN 1 AND 1000),
    PRIMARY KEY (alert_id, target)
);

COMMENT ON TABLE alert_deliveries IS 'What each target has heard of each alert.';
COMMENT ON COLUMN alert_deliveries.alert_id IS 'The alert.';
COMMENT ON COLUMN alert_deliveries.target IS 'alertmanager, pagerduty, slack or webhook.';
COMMENT ON COLUMN alert_deliveries.sent_revision IS 'Revision that it heard last; 0 before the first. Below that of the alert there is something to tell.';
COMMENT ON COLUMN alert_deliveries.sent_at IS 'When it heard it; null before the first.';
COMMENT ON COLUMN alert_deliveries.claim IS 'Rises whenever somebody sets out to tell it: whoever comes back with an older one is late.';
COMMENT ON COLUMN alert_deliveries.tries IS 'How often it was tried since it heard something last.';
COMMENT ON COLUMN alert_deliveries.next_try_at IS 'Not told before: somebody is about to, or it did not take it.';
COMMENT ON COLUMN alert_deliveries.trouble IS 'Why it did not take it the last time; null when it did.';

CREATE FUNCTION drop_old_alerts() RETURNS bigint
    LANGUAGE sql SECURITY DEFINER
    BEGIN ATOMIC
        WITH dropped AS (
            DELETE FROM alerts
            WHERE alert_id = ANY (ARRAY(
                SELECT alert_id FROM alerts
                WHERE resolved_at < now() - interval '90 days'
                ORDER BY resolved_at
                LIMIT 2000))
            RETURNING 1)
        SELECT count(*) FROM dropped;
    END;

COMMENT ON FUNCTION drop_old_alerts() IS
    'Drops alerts that were over more than 90 days ago, at most 2,000 at once; gives their number.';

-- Who looks for what has failed looks at the newest.
CREATE INDEX retrain_commands_failed ON retrain_commands (ended_at)
    WHERE state IN ('FAILED', 'TIMED_OUT');

CREATE VIEW v_muted_models AS
SELECT model_id, said_by AS muted_by, said_at AS muted_at, expires_at AS muted_until, reason
FROM controls
WHERE kind = 'MUTE' AND action = 'MUTE' AND (expires_at IS NULL OR expires_at > now());

COMMENT ON VIEW v_muted_models IS 'Models whose alerts nobody is told of now.';
COMMENT ON COLUMN v_muted_models.model_id IS 'The model.';
COMMENT ON COLUMN v_muted_models.muted_by IS 'Who muted it.';
COMMENT ON COLUMN v_muted_models.muted_at IS 'When.';
COMMENT ON COLUMN v_muted_models.muted_until IS 'When that ends by itself; null when it does not.';
COMMENT ON COLUMN v_muted_models.reason IS 'Why; null when nobody said.';

CREATE VIEW v_alerts AS
SELECT a.alert_id, a.rule, a.model_id, a.model_version, a.team, a.tier, a.severity, a.summary,
       a.details, a.opened_at, a.resolved_at, a.resolution,
       a.model_id IN (SELECT m.model_id FROM v_muted_models AS m) IS TRUE AS muted,
       ARRAY(SELECT d.target FROM alert_deliveries AS d
             WHERE d.alert_id = a.alert_id AND d.sent_revision = a.revision
             ORDER BY d.target) AS told,
       ARRAY(SELECT d.target FROM alert_deliveries AS d
             WHERE d.alert_id = a.alert_id AND d.sent_revision < a.revision
             ORDER BY d.target) AS untold
FROM alerts AS a;

COMMENT ON VIEW v_alerts IS 'Alerts, and which targets know how they are now.';
COMMENT ON COLUMN v_alerts.muted IS 'True while its model is muted.';
COMMENT ON COLUMN v_alerts.told IS 'Targets that know how it is now.';
COMMENT ON COLUMN v_alerts.untold IS 'Targets that do not: they did not take it yet, or the model is muted.';

-- A view's column means what the column of that name means in its table.
DO $$
DECLARE
    line record;
BEGIN
    FOR line IN
        SELECT vc.attname AS column_name, col_description('alerts'::regclass, tc.attnum) AS words
        FROM pg_attribute vc
        JOIN pg_attribute tc ON tc.attrelid = 'alerts'::regclass AND tc.attname = vc.attname
        WHERE vc.attrelid = 'v_alerts'::regclass AND vc.attnum > 0
            AND col_description(vc.attrelid, vc.attnum) IS NULL
    LOOP
        EXECUTE format('COMMENT ON COLUMN v_alerts.%I IS %L', line.column_name, line.words);
    END LOOP;
END
$$;

REVOKE ALL ON FUNCTION drop_old_alerts() FROM PUBLIC;

GRANT SELECT, INSERT ON alert_marks, alerts, alert_deliveries TO runway_api;
GRANT UPDATE (revision) ON alert_marks TO runway_api;
GRANT UPDATE (team, tier, severity, summary, details, revision, opened_at, resolved_at, resolution)
    ON alerts TO runway_api;
GRANT UPDATE (sent_revision, sent_at, claim, tries, next_try_at, trouble)
    ON alert_deliveries TO runway_api;
GRANT EXECUTE ON FUNCTION drop_old_alerts() TO runway_api;
GRANT SELECT ON v_muted_models, v_alerts TO runway_api, runway_reader;
