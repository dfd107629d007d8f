-- What dashboards ask that no view answered: the fleet as it is, when states changed, what was deployed,
-- queues over time, whether alarms were right, and how much of the time nobody looked at a model.
--
-- Dashboards read views alone, so their columns are kept: one that goes or changes its meaning takes a
-- new view. What is read over all models is found through an index, model by model where there is one
-- row to find of many (a walk from model to model in place of a sort of everything).

-- Of one metric of a model, not of all of them; and of the severities of features, one row in eight.
CREATE INDEX performance_by_metric ON performance (model_id, metric, window_end_at);
CREATE INDEX master_performance_by_metric ON master_performance (model_id, metric, window_end_at);
CREATE INDEX drift_readings_of_features ON drift_readings (model_id, window_end_at)
    WHERE metric = 'severity';
CREATE INDEX staleness_changes ON staleness (judged_at) WHERE state <> previous_state;
CREATE INDEX retrain_commands_by_issue ON retrain_commands (issued_at);

-- Promises of how soon a version is looked at, by tier.

CREATE TABLE evaluation_slo (
    tier           smallint         PRIMARY KEY CHECK (tier BETWEEN 1 AND 4),
    within_seconds integer          NOT NULL CHECK (within_seconds > 0),
    objective      double precision NOT NULL CHECK (objective > 0 AND objective < 1)
);

COMMENT ON TABLE evaluation_slo IS 'How long a version may go without being judged, and for which share of the time that has to hold.';
COMMENT ON COLUMN evaluation_slo.tier IS '1 (revenue-critical) to 4 (experimental).';
COMMENT ON COLUMN evaluation_slo.within_seconds IS 'From one judgement to the next, at most.';
COMMENT ON COLUMN evaluation_slo.objective IS 'Share of the time, 0 to 1, in which that has to hold.';

INSERT INTO evaluation_slo (tier, within_seconds, objective)
VALUES (1, 1800, 0.999), (2, 3600, 0.995), (3, 14400, 0.995), (4, 86400, 0.95);

-- A judgement knows when the one before it was: to look that up for each of a month's judgements takes
-- seconds, and when it is written it takes nothing. Those of a version come in their order.

ALTER TABLE staleness ADD COLUMN previous_at timestamptz;
COMMENT ON COLUMN staleness.previous_at IS 'When the version was judged before; null for the first time.';

UPDATE staleness AS s SET previous_at = p.previous_at
FROM (SELECT model_id, model_version, revision,
             lag(judged_at) OVER (PARTITION BY model_id, model_version ORDER BY revision) AS previous_at
      FROM staleness) AS p
WHERE (s.model_id, s.model_version, s.revision) = (p.model_id, p.model_version, p.revision);

CREATE FUNCTION staleness_knows_the_one_before() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    NEW.previous_at := (SELECT s.judged_at
                        FROM staleness AS s
                        WHERE s.model_id = NEW.model_id AND s.model_version = NEW.model_version
                            AND s.revision < NEW.revision
                        ORDER BY s.revision DESC
                        LIMIT 1);
    RETURN NEW;
END
$$;

COMMENT ON FUNCTION staleness_knows_the_one_before() IS
    'Writes into a row of staleness when its version was judged before.';

DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION staleness_knows_the_one_before() SET search_path = %I, pg_temp',
                   current_schema());
END
$$;

CREATE TRIGGER staleness_knows_the_one_before BEFORE INSERT ON staleness
    FOR EACH ROW EXECUTE FUNCTION staleness_knows_the_one_before();

CREATE INDEX staleness_by_judgement ON staleness (judged_at) INCLUDE (previous_at, tier, team);

-- Models that anything is known of: registered, judged, labelled or watched.

CREATE VIEW v_known_models AS
WITH RECURSIVE judged (model_id) AS (
    SELECT min(model_id) FROM staleness
    UNION ALL
    SELECT (SELECT min(s.model_id) FROM staleness AS s WHERE s.model_id > j.model_id)
    FROM judged AS j
    WHERE j.model_id IS NOT NULL),
labelled (model_id) AS (
    SELECT min(model_id) FROM label_coverage
    UNION ALL
    SELECT (SELECT min(c.model_id) FROM label_coverage AS c WHERE c.model_id > l.model_id)
    FROM labelled AS l
    WHERE l.model_id IS NOT NULL),
watched (model_id) AS (
    SELECT min(model_id) FROM drift_readings
    UNION ALL
    SELECT (SELECT min(d.model_id) FROM drift_readings AS d WHERE d.model_id > w.model_id)
    FROM watched AS w
    WHERE w.model_id IS NOT NULL)
SELECT k.model_id, m.state, m.owner, m.team, m.tier
FROM (SELECT model_id FROM models
      UNION SELECT model_id FROM judged
      UNION SELECT model_id FROM labelled
      UNION SELECT model_id FROM watched) AS k
LEFT JOIN models AS m USING (model_id)
WHERE k.model_id IS NOT NULL;

COMMENT ON VIEW v_known_models IS 'Models that anything is known of: registered, judged, labelled or watched for drift.';

-- Newest judgement of every version. The one that counts for its model is the one that is deployed as
-- primary, else the one that was judged last.

CREATE VIEW v_fleet AS
WITH RECURSIVE versions (model_id, model_version) AS (
    (SELECT model_id, model_version FROM staleness ORDER BY model_id, model_version LIMIT 1)
    UNION ALL
    SELECT n.model_id, n.model_version
    FROM versions AS v
    CROSS JOIN LATERAL (
        SELECT s.model_id, s.model_version
        FROM staleness AS s
        WHERE (s.model_id, s.model_version) > (v.model_id, v.model_version)
        ORDER BY s.model_id, s.model_version
        LIMIT 1) AS n)
SELECT v.model_id, v.model_version,
       row_number() OVER (
           PARTITION BY v.model_id
           ORDER BY s.state IN ('RETIRED', 'DEPRECATED'), p.deployment_id IS NULL,
                    s.state = 'NO_DATA', s.judged_at DESC, s.computed_at DESC, v.model_version DESC) = 1
           AS current,
       coalesce(m.team, s.team) AS team, coalesce(m.tier, s.tier)::smallint AS tier, m.owner, s.state,
       array_position(ARRAY['HEALTHY', 'WARMING', 'AT_RISK', 'STALE', 'RETRAINING', 'SUSPENDED',
                            'NO_DATA', 'DEPRECATED', 'RETIRED'], s.state) AS state_code,
       s.suspension, s.since_at, s.episode, s.score,
       CASE width_bucket(s.score, ARRAY[0.5, 0.7, 0.9]::double precision[])
           WHEN 0 THEN 'LOW' WHEN 1 THEN 'MEDIUM' WHEN 2 THEN 'HIGH' WHEN 3 THEN 'CRITICAL'
       END AS severity_class,
       s.coverage, s.signals::jsonb -> 'features' AS features, s.policy, s.window_end_at, s.judged_at,
       extract(epoch FROM now() - s.judged_at)::double precision AS seconds_since_judged,
       extract(epoch FROM now() - s.judged_at) > o.within_seconds AS overdue,
       coalesce(a.alerts, 0) AS open_alerts,
       v.model_id IN (SELECT u.model_id FROM v_muted_models AS u) AS muted
FROM versions AS v
CROSS JOIN LATERAL (
    SELECT *
    FROM staleness AS n
    WHERE n.model_id = v.model_id AND n.model_version = v.model_version
    ORDER BY n.revision DESC
    LIMIT 1) AS s
LEFT JOIN models AS m ON m.model_id = v.model_id
LEFT JOIN LATERAL (
    SELECT d.deployment_id
    FROM deployments AS d
    WHERE d.model_id = v.model_id AND d.version = v.model_version AND d.role = 'PRIMARY'
        AND d.ended_at IS NULL
    LIMIT 1) AS p ON true
LEFT JOIN (
    SELECT model_id, count(*) AS alerts
    FROM alerts
    WHERE resolved_at IS NULL AND model_id IS NOT NULL
    GROUP BY model_id) AS a ON a.model_id = v.model_id
LEFT JOIN evaluation_slo AS o ON o.tier = coalesce(m.tier, s.tier)
WHERE m.state IS DISTINCT FROM 'RETIRED';

COMMENT ON VIEW v_fleet IS
    'Every version that was ever judged, as it is now; ask for current to have one row for each model. Models that are retired are left out.';

CREATE VIEW v_state_changes AS
SELECT model_id, model_version, tier, team, judged_at AS changed_at, previous_state, state,
       array_position(ARRAY['HEALTHY', 'WARMING', 'AT_RISK', 'STALE', 'RETRAINING', 'SUSPENDED',
                            'NO_DATA', 'DEPRECATED', 'RETIRED'], state) AS state_code,
       suspension, episode, score
FROM staleness
WHERE state <> previous_state;

COMMENT ON VIEW v_state_changes IS
    'When versions changed their state; ask for a span of changed_at, which is indexed.';

CREATE VIEW v_evaluation_gaps AS
SELECT s.model_id, s.model_version, s.tier, s.team, s.previous_at, s.judged_at,
       extract(epoch FROM s.judged_at - s.previous_at)::double precision AS gap_seconds,
       o.within_seconds, o.objective,
       least(s.previous_at + make_interval(secs => o.within_seconds), s.judged_at) AS late_from_at
FROM staleness AS s
JOIN evaluation_slo AS o ON o.tier = s.tier
WHERE s.previous_at IS NOT NULL;

COMMENT ON VIEW v_evaluation_gaps IS
    'From one judgement of a version to its next, and from when on that was too long; the time since the last one is in v_fleet. Ask for a span of judged_at, which is indexed.';

CREATE VIEW v_deployments AS
SELECT deployment_id, model_id, version, environment, role, share, started_at, ended_at
FROM deployments;

COMMENT ON VIEW v_deployments IS 'Where versions serve and served.';

-- Commands with their wave, and what became of them over time.

CREATE OR REPLACE VIEW v_retrains AS
SELECT c.command_id, c.model_id, c.model_version, c.team, c.tier, c.action, c.reason_class, c.episode,
       c.attempt, c.severity, c.severity_class, c.mode, c.state, c.state_at, c.reason, c.issued_at,
       c.received_at, c.granted_at, c.accepted_at, c.started_at, c.ended_at, c.new_version,
       c.estimated_cost, c.reserved_cost, c.actual_cost,
       c.wave, c.generation, c.decision_id, c.policy, c.approval_expires_at, c.evidence_hash
FROM retrain_commands AS c;

CREATE VIEW v_retrain_changes AS
SELECT h.command_id, c.model_id, c.team, c.tier, h.revision, h.state, h.at AS entered_at,
       (SELECT n.at
        FROM retrain_status_changes AS n
        WHERE n.command_id = h.command_id AND n.revision > h.revision
        ORDER BY n.revision
        LIMIT 1) AS left_at,
       h.reason
FROM retrain_status_changes AS h
JOIN retrain_commands AS c USING (command_id)
WHERE c.action <> 'CANCEL';

COMMENT ON VIEW v_retrain_changes IS 'Every status of every command, from when to when.';

CREATE VIEW v_retrain_caps AS
SELECT r.scope, r.name, r.cap,
       (SELECT count(*)
        FROM retrain_commands AS c
        WHERE c.state IN ('GRANTED', 'ACCEPTED', 'SUBMITTED', 'UNKNOWN', 'RUNNING')
            AND c.action <> 'CANCEL'
            AND CASE r.scope WHEN 'FLEET' THEN true WHEN 'TEAM' THEN c.team = r.name
                             ELSE c.tier::text = r.name END) AS active
FROM retrain_caps AS r;

COMMENT ON VIEW v_retrain_caps IS 'How many commands may be active at once, and how many are.';

CREATE VIEW v_retrain_spending AS
SELECT cost_id, command_id, model_id, team, tier, month, kind, amount, at
FROM retrain_costs;

COMMENT ON VIEW v_retrain_spending IS 'Every movement of money of every command.';

-- Whether an alarm was right is not written anywhere; what came of the retrain that it led to is the
-- next best thing. A person who rejects it says that it was wrong.

CREATE VIEW v_alarm_verdicts AS
SELECT c.command_id, c.model_id, c.model_version, c.team, c.tier, c.reason_class, c.episode,
       c.issued_at,
       CASE WHEN r.rejected THEN 'REJECTED' WHEN o.improved THEN 'IMPROVED'
            WHEN NOT o.improved THEN 'NOT_IMPROVED' ELSE 'OPEN' END AS verdict,
       CASE WHEN r.rejected THEN false ELSE o.improved END AS confirmed
FROM retrain_commands AS c
CROSS JOIN LATERAL (
    SELECT EXISTS (SELECT FROM retrain_approvals AS a
                   WHERE a.command_id = c.command_id AND a.verdict = 'REJECT') AS rejected) AS r
LEFT JOIN v_retrain_outcomes AS o ON o.command_id = c.command_id
WHERE c.action = 'RETRAIN' AND c.reason_class <> 'MANUAL';

COMMENT ON VIEW v_alarm_verdicts IS
    'Whether alarms that led to a command were right, as far as it shows: confirmed by a new version that is better, refuted by one that is not or by a person. Ask for a span of issued_at, which is indexed.';

-- A view's column means what the column of that name means in its table.
DO $$
DECLARE
    line record;
BEGIN
    FOR line IN
        SELECT v.relname AS view_name, vc.attname AS column_name,
               CASE v.relname || '.' || vc.attname
                   WHEN 'v_fleet.current' THEN 'True for one version of each model: the one deployed as primary, else the one that was judged last.'
                   WHEN 'v_fleet.state_code' THEN 'The state as a number: 1 HEALTHY, 2 WARMING, 3 AT_RISK, 4 STALE, 5 RETRAINING, 6 SUSPENDED, 7 NO_DATA, 8 DEPRECATED, 9 RETIRED.'
                   WHEN 'v_state_changes.state_code' THEN 'The state as a number, as in v_fleet.'
                   WHEN 'v_fleet.severity_class' THEN 'LOW, MEDIUM (from 0.5), HIGH (0.7) or CRITICAL (0.9), by score; null without one.'
                   WHEN 'v_fleet.features' THEN 'Features at fault, the worst first.'
                   WHEN 'v_fleet.seconds_since_judged' THEN 'Seconds since it was judged last.'
                   WHEN 'v_fleet.overdue' THEN 'True when that is longer than its tier may go without.'
                   WHEN 'v_fleet.open_alerts' THEN 'Open alerts of the model.'
                   WHEN 'v_fleet.muted' THEN 'True while nobody is told of alerts of the model.'
                   WHEN 'v_known_models.state' THEN 'ACTIVE, DEPRECATED or RETIRED; null when it is not registered.'
                   WHEN 'v_state_changes.changed_at' THEN 'The tick from which on it is in that state.'
                   WHEN 'v_evaluation_gaps.gap_seconds' THEN 'Seconds from the one to the other.'
                   WHEN 'v_evaluation_gaps.late_from_at' THEN 'From here on it had not been judged for too long; judged_at when it was in time.'
                   WHEN 'v_retrain_changes.entered_at' THEN 'When the command came into that status.'
                   WHEN 'v_retrain_changes.left_at' THEN 'When it left it; null while it is in it.'
                   WHEN 'v_retrain_caps.active' THEN 'Commands that count for it now.'
                   WHEN 'v_alarm_verdicts.verdict' THEN 'IMPROVED or NOT_IMPROVED by the performance of the new version, REJECTED by a person, or OPEN.'
                   WHEN 'v_alarm_verdicts.confirmed' THEN 'True when it was right, false when not, null while OPEN.'
                   ELSE (SELECT col_description(t.oid, tc.attnum)
                         FROM unnest(CASE v.relname
                                  WHEN 'v_known_models' THEN ARRAY['models']
                                  WHEN 'v_fleet' THEN ARRAY['staleness', 'models']
                                  WHEN 'v_state_changes' THEN ARRAY['staleness']
                                  WHEN 'v_evaluation_gaps' THEN ARRAY['staleness', 'evaluation_slo']
                                  WHEN 'v_deployments' THEN ARRAY['deployments']
                                  WHEN 'v_retrain_changes' THEN
                                      ARRAY['retrain_status_changes', 'retrain_commands']
                                  WHEN 'v_retrain_caps' THEN ARRAY['retrain_caps']
                                  WHEN 'v_retrain_spending' THEN ARRAY['retrain_costs']
                                  ELSE ARRAY['retrain_commands'] END) WITH ORDINALITY AS n (name, place)
                         JOIN pg_class AS t ON t.relnamespace = v.relnamespace AND t.relname = n.name
                         JOIN pg_attribute AS tc
                             ON tc.attrelid = t.oid AND tc.attname = vc.attname AND tc.attnum > 0
                         ORDER BY n.place
                         LIMIT 1)
               END AS words
        FROM pg_class v
        JOIN pg_attribute vc ON vc.attrelid = v.oid AND vc.attnum > 0
        WHERE v.relkind = 'v' AND v.relnamespace = current_schema()::regnamespace
            AND v.relname IN ('v_known_models', 'v_fleet', 'v_state_changes', 'v_evaluation_gaps',
                              'v_deployments', 'v_retrains', 'v_retrain_changes', 'v_retrain_caps',
                              'v_retrain_spending', 'v_alarm_verdicts')
            AND col_description(v.oid, vc.attnum) IS NULL
    LOOP
        EXECUTE format('COMMENT ON COLUMN %I.%I IS %L', line.view_name, line.column_name, line.words);
    END LOOP;
END
$$;

GRANT SELECT ON evaluation_slo TO runway_api;
GRANT SELECT ON v_known_models, v_fleet, v_state_changes, v_evaluation_gaps, v_deployments,
    v_retrain_changes, v_retrain_caps, v_retrain_spending, v_alarm_verdicts
    TO runway_reader, runway_api;
