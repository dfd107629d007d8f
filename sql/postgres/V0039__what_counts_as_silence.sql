-- What counts as silence and what as being late; the scores from which on a version is at risk or stale;
-- and whether a retrain was of use, told only where its figures tell it.

-- Scores that decide, by tier. They are those of Hysteresis.ofTier, which a test compares; a policy may
-- have its own.

CREATE TABLE staleness_levels (
    tier         smallint         PRIMARY KEY CHECK (tier BETWEEN 1 AND 4),
    at_risk_from double precision NOT NULL CHECK (at_risk_from > 0 AND at_risk_from < 1),
    stale_from   double precision NOT NULL CHECK (stale_from > 0 AND stale_from < 1),
    CONSTRAINT staleness_levels_rise CHECK (at_risk_from <= stale_from)
);

COMMENT ON TABLE staleness_levels IS 'From which score on a version is at risk and stale, where its policy says nothing else.';
COMMENT ON COLUMN staleness_levels.tier IS '1 (revenue-critical) to 4 (experimental).';
COMMENT ON COLUMN staleness_levels.at_risk_from IS 'Score, 0 to 1, from which on it is AT_RISK.';
COMMENT ON COLUMN staleness_levels.stale_from IS 'Score, 0 to 1, from which on it is STALE.';

INSERT INTO staleness_levels (tier, at_risk_from, stale_from)
VALUES (1, 0.35, 0.55), (2, 0.40, 0.60), (3, 0.45, 0.65), (4, 0.50, 0.75);

CREATE OR REPLACE VIEW v_staleness AS
SELECT s.model_id, s.model_version, s.revision, s.state, s.previous_state, s.since_at, s.suspension,
       s.episode, s.score, s.coverage, s.signals::jsonb -> 'parts' AS parts,
       s.signals::jsonb -> 'missing' AS missing, s.signals::jsonb -> 'features' AS features, s.policy,
       s.policy_version, s.window_end_at, s.tier, s.team, s.judged_at, s.computed_at,
       coalesce((p.document #>> '{spec,thresholds,atRisk}')::double precision, l.at_risk_from)
           AS at_risk_from,
       coalesce((p.document #>> '{spec,thresholds,stale}')::double precision, l.stale_from)
           AS stale_from
FROM staleness AS s
LEFT JOIN staleness_levels AS l ON l.tier = s.tier
LEFT JOIN policy_versions AS p ON p.policy = s.policy AND p.version = s.policy_version;

-- A version without predictions is not judged, and one that is out of use neither: it cannot be late.

CREATE OR REPLACE VIEW v_fleet AS
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
       CASE WHEN s.state NOT IN ('NO_DATA', 'DEPRECATED', 'RETIRED')
            THEN extract(epoch FROM now() - s.judged_at) > o.within_seconds END AS overdue,
       coalesce(a.alerts, 0) AS open_alerts,
       v.model_id IN (SELECT u.model_id FROM v_muted_models AS u) AS muted,
       coalesce((y.document #>> '{spec,thresholds,atRisk}')::double precision, l.at_risk_from)
           AS at_risk_from,
       coalesce((y.document #>> '{spec,thresholds,stale}')::double precision, l.stale_from)
           AS stale_from
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
LEFT JOIN staleness_levels AS l ON l.tier = s.tier
LEFT JOIN policy_versions AS y ON y.policy = s.policy AND y.version = s.policy_version
WHERE m.state IS DISTINCT FROM 'RETIRED';

COMMENT ON COLUMN v_fleet.overdue IS
    'True when that is longer than its tier may go without; null while nothing is to be judged: without predictions, deprecated or retired.';

-- The first judgement after silence is not late by as long as the silence was. Of what is read over a
-- month all columns are in the index.

DROP INDEX staleness_by_judgement;
CREATE INDEX staleness_gaps ON staleness (judged_at) INCLUDE (previous_at, tier, team)
    WHERE previous_state NOT IN ('NO_DATA', 'DEPRECATED', 'RETIRED');

CREATE OR REPLACE VIEW v_evaluation_gaps AS
SELECT s.model_id, s.model_version, s.tier, s.team, s.previous_at, s.judged_at,
       extract(epoch FROM s.judged_at - s.previous_at)::double precision AS gap_seconds,
       o.within_seconds, o.objective,
       least(s.previous_at + make_interval(secs => o.within_seconds), s.judged_at) AS late_from_at
FROM staleness AS s
JOIN evaluation_slo AS o ON o.tier = s.tier
WHERE s.previous_at IS NOT NULL
    AND s.previous_state NOT IN ('NO_DATA', 'DEPRECATED', 'RETIRED');

COMMENT ON VIEW v_evaluation_gaps IS
    'From one judgement of a version to its next, and from when on that was too long; not where the version had no predictions or was out of use meanwhile. The time since the last one is in v_fleet. Ask for a span of judged_at, which is indexed.';

-- A window is final a label horizon after its end, so the newest final windows of a model are as old as its
-- labels take. They are found by an index, model by model, and seven days of them are read.

CREATE INDEX label_coverage_final ON label_coverage (model_id, window_end_at)
    WHERE maturity <> 'PROVISIONAL' AND segment = '*' AND variant = '*';
CREATE INDEX master_label_coverage_final ON master_label_coverage (model_id, window_end_at)
    WHERE maturity <> 'PROVISIONAL' AND segment = '*' AND variant = '*';

CREATE VIEW v_final_coverage AS
SELECT k.model_id, k.team, k.tier, k.state, f.final_at, a.last_at, c.windows, c.predictions, c.matured,
       c.matched_matured, c.matched_matured::double precision / nullif(c.matured, 0) AS coverage
FROM v_known_models AS k
CROSS JOIN LATERAL (
    SELECT greatest(
        (SELECT max(s.window_end_at)
         FROM label_coverage AS s
         WHERE s.model_id = k.model_id AND s.segment = '*' AND s.variant = '*'
             AND s.maturity <> 'PROVISIONAL'),
        (SELECT max(m.window_end_at)
         FROM master_label_coverage AS m
         WHERE m.model_id = k.model_id AND m.segment = '*' AND m.variant = '*'
             AND m.maturity <> 'PROVISIONAL')) AS final_at) AS f
CROSS JOIN LATERAL (
    SELECT max(n.window_end_at) AS last_at
    FROM label_coverage AS n
    WHERE n.model_id = k.model_id) AS a
CROSS JOIN LATERAL (
    SELECT count(*) AS windows, sum(l.predictions)::bigint AS predictions,
           sum(l.matured)::bigint AS matured, sum(l.matched_matured)::bigint AS matched_matured
    FROM v_label_coverage AS l
    WHERE l.model_id = k.model_id AND l.segment = '*' AND l.variant = '*' AND NOT l.provisional
        AND l.window_end_at > f.final_at - interval '7 days' AND l.window_end_at <= f.final_at) AS c
WHERE f.final_at IS NOT NULL;

COMMENT ON VIEW v_final_coverage IS
    'Label coverage of every model over its newest seven days of final windows, which are a label horizon old; by the archive where it has been asked. Models without a final window are left out.';
COMMENT ON COLUMN v_final_coverage.model_id IS 'Model, as in its predictions.';
COMMENT ON COLUMN v_final_coverage.team IS 'Whose it is; null when not known.';
COMMENT ON COLUMN v_final_coverage.tier IS '1 (revenue-critical) to 4 (experimental); null when not known.';
COMMENT ON COLUMN v_final_coverage.state IS 'ACTIVE, DEPRECATED or RETIRED; null when it is not registered.';
COMMENT ON COLUMN v_final_coverage.final_at IS 'End of its newest final window.';
COMMENT ON COLUMN v_final_coverage.last_at IS 'End of its newest window, final or not, by the stream; null when that has none.';
COMMENT ON COLUMN v_final_coverage.windows IS 'Final windows of the seven days before final_at.';
COMMENT ON COLUMN v_final_coverage.predictions IS 'Predictions in them.';
COMMENT ON COLUMN v_final_coverage.matured IS 'Those whose labels were due.';
COMMENT ON COLUMN v_final_coverage.matched_matured IS 'Those of them that have a label.';
COMMENT ON COLUMN v_final_coverage.coverage IS 'Their share, 0 to 1; null when none was due.';

GRANT SELECT ON v_final_coverage TO runway_reader;

-- Labels that the archive alone knows count too. A difference counts where its 95 % interval leaves out 0:
-- two versions that are equal differ by chance, and one of them is better by name half of the time.

CREATE OR REPLACE VIEW v_retrain_outcomes AS
SELECT c.command_id, c.model_id, c.tier, c.issued_at, c.state, c.model_version, c.new_version,
       c.started_at IS NOT NULL OR c.state = 'SUCCEEDED' AS ran,
       c.ended_at IS NOT NULL AS ended,
       d.deployed_at, b.metric, b.value AS before, n.value AS after, j.improved,
       e.margin,
       CASE WHEN j.improved IS NULL THEN NULL
            WHEN e.margin IS NULL OR abs(n.value - b.value) <= e.margin THEN 'NEUTRAL'
            WHEN j.improved THEN 'BETTER' ELSE 'WORSE' END AS verdict,
       CASE WHEN j.improved IS NOT NULL THEN n.first_at END AS known_at
FROM retrain_commands AS c
LEFT JOIN LATERAL (
    SELECT min(p.started_at) AS deployed_at
    FROM deployments AS p
    WHERE p.model_id = c.model_id AND p.version = c.new_version AND p.role <> 'SHADOW') AS d ON true
LEFT JOIN LATERAL (
    SELECT w.metric, sum(w.value * w.effective_samples) / sum(w.effective_samples) AS value,
           CASE WHEN count(*) = count(coalesce(w.se, w.high - w.low))
                THEN sqrt(sum(power(coalesce(w.se, (w.high - w.low) / 3.92) * w.effective_samples, 2)))
                     / sum(w.effective_samples) END AS se
    FROM v_performance AS w
    WHERE w.model_id = c.model_id AND w.model_version = c.model_version AND w.segment = '*'
        AND w.variant = '*' AND NOT w.provisional AND NOT w.estimated AND w.value IS NOT NULL
        AND w.effective_samples > 0 AND w.metric IN ('log_loss', 'rmse', 'ndcg_at_10')
        AND w.window_end_at > d.deployed_at - interval '7 days' AND w.window_end_at <= d.deployed_at
    GROUP BY w.metric
    ORDER BY w.metric
    LIMIT 1) AS b ON true
LEFT JOIN LATERAL (
    SELECT sum(w.value * w.effective_samples) / sum(w.effective_samples) AS value,
           CASE WHEN count(*) = count(coalesce(w.se, w.high - w.low))
                THEN sqrt(sum(power(coalesce(w.se, (w.high - w.low) / 3.92) * w.effective_samples, 2)))
                     / sum(w.effective_samples) END AS se,
           min(w.computed_at) AS first_at
    FROM v_performance AS w
    WHERE w.model_id = c.model_id AND w.model_version = c.new_version AND w.segment = '*'
        AND w.variant = '*' AND NOT w.provisional AND NOT w.estimated AND w.value IS NOT NULL
        AND w.effective_samples > 0 AND w.metric = b.metric
        AND w.window_start_at >= d.deployed_at
        AND w.window_end_at <= d.deployed_at + interval '7 days') AS n ON true
CROSS JOIN LATERAL (
    SELECT CASE b.metric WHEN 'ndcg_at_10' THEN n.value > b.value ELSE n.value < b.value END
               AS improved) AS j
CROSS JOIN LATERAL (SELECT 1.96 * sqrt(b.se * b.se + n.se * n.se) AS margin) AS e
WHERE c.action = 'RETRAIN';

COMMENT ON COLUMN v_retrain_outcomes.improved IS
    'Whether after is better than before, be it by chance; null while one of them is not known. verdict says what is more than chance.';
COMMENT ON COLUMN v_retrain_outcomes.margin IS
    'Half the width of the 95 % interval of after - before, from the standard errors of the windows; null when one of them has none.';
COMMENT ON COLUMN v_retrain_outcomes.verdict IS
    'BETTER or WORSE when the interval of the difference leaves out 0, else NEUTRAL; null while one of both is not known.';
COMMENT ON COLUMN v_retrain_outcomes.known_at IS
    'When the first final window of the new version was computed, a label horizon after its deployment; null while there is no verdict.';

CREATE OR REPLACE VIEW v_alarm_verdicts AS
SELECT c.command_id, c.model_id, c.model_version, c.team, c.tier, c.reason_class, c.episode,
       c.issued_at,
       CASE WHEN r.said_at IS NOT NULL THEN 'REJECTED' WHEN o.verdict = 'BETTER' THEN 'IMPROVED'
            WHEN o.verdict = 'WORSE' THEN 'NOT_IMPROVED' WHEN o.verdict = 'NEUTRAL' THEN 'NEUTRAL'
            ELSE 'OPEN' END AS verdict,
       CASE WHEN r.said_at IS NOT NULL THEN false WHEN o.verdict = 'BETTER' THEN true
            WHEN o.verdict = 'WORSE' THEN false END AS confirmed,
       coalesce(r.said_at, o.known_at) AS known_at,
       o.deployed_at
FROM retrain_commands AS c
CROSS JOIN LATERAL (
    SELECT min(a.said_at) AS said_at
    FROM retrain_approvals AS a
    WHERE a.command_id = c.command_id AND a.verdict = 'REJECT') AS r
LEFT JOIN v_retrain_outcomes AS o ON o.command_id = c.command_id
WHERE c.action = 'RETRAIN' AND c.reason_class <> 'MANUAL';

COMMENT ON VIEW v_alarm_verdicts IS
    'Whether alarms that led to a command were right, as far as it shows: confirmed by a new version that is better for sure, refuted by one that is worse for sure or by a person. Ask for a span of issued_at, which is indexed.';
COMMENT ON COLUMN v_alarm_verdicts.verdict IS
    'IMPROVED, NOT_IMPROVED or NEUTRAL by the performance of the new version, REJECTED by a person, or OPEN.';
COMMENT ON COLUMN v_alarm_verdicts.confirmed IS
    'True when it was right, false when not; null while OPEN, and when NEUTRAL.';
COMMENT ON COLUMN v_alarm_verdicts.known_at IS
    'Since when the verdict is known; null while OPEN.';
COMMENT ON COLUMN v_alarm_verdicts.deployed_at IS
    'When the new version was deployed first, not as a shadow; null while it was not.';

DO $$
DECLARE
    view_name text;
BEGIN
    FOREACH view_name IN ARRAY ARRAY['v_staleness', 'v_fleet']
    LOOP
        EXECUTE format('COMMENT ON COLUMN %I.at_risk_from IS %L', view_name,
            'Score from which on it is AT_RISK by its policy, else by its tier; higher where few signals are there. Null for a tier that is not known.');
        EXECUTE format('COMMENT ON COLUMN %I.stale_from IS %L', view_name,
            'Score from which on it is STALE by its policy, else by its tier; higher where few signals are there. Null for a tier that is not known.');
    END LOOP;
END
$$;

-- The same columns and the same rows are in v_retrain_costs.
DROP VIEW IF EXISTS v_retrain_spending;
