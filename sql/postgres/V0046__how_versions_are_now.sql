-- How every version is now stands in a row of its own, written with its history. To find the newest of each
-- in the history is a walk through the index of every piece that the history has, and a version that is
-- silent for longer than its history is kept would not be found at all.

SET LOCAL lock_timeout = '10s';

CREATE TABLE staleness_now (LIKE staleness INCLUDING COMMENTS INCLUDING CONSTRAINTS);
ALTER TABLE staleness_now
    ADD PRIMARY KEY (model_id, model_version),
    -- Rewritten with each judgement, and by no index but the key.
    SET (fillfactor = 50);

COMMENT ON TABLE staleness_now IS
    'How stale every version is: its newest row of staleness. Kept by the triggers of staleness; dropped a year after it was computed.';

CREATE FUNCTION staleness_is_now() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
AS $$
BEGIN
    INSERT INTO staleness_now AS kept (model_id, model_version, revision, state, previous_state, since_at,
        suspension, episode, score, coverage, signals, policy, policy_version, window_end_at, tier, team,
        judged_at, computed_at, previous_at)
    SELECT DISTINCT ON (w.model_id, w.model_version) w.model_id, w.model_version, w.revision, w.state,
           w.previous_state, w.since_at, w.suspension, w.episode, w.score, w.coverage, w.signals, w.policy,
           w.policy_version, w.window_end_at, w.tier, w.team, w.judged_at, w.computed_at, w.previous_at
    FROM written AS w
    ORDER BY w.model_id, w.model_version, w.revision DESC, w.computed_at DESC
    ON CONFLICT (model_id, model_version) DO UPDATE
    SET revision = excluded.revision, state = excluded.state, previous_state = excluded.previous_state,
        since_at = excluded.since_at, suspension = excluded.suspension, episode = excluded.episode,
        score = excluded.score, coverage = excluded.coverage, signals = excluded.signals,
        policy = excluded.policy, policy_version = excluded.policy_version,
        window_end_at = excluded.window_end_at, tier = excluded.tier, team = excluded.team,
        judged_at = excluded.judged_at, computed_at = excluded.computed_at,
        previous_at = excluded.previous_at
    WHERE (excluded.revision, excluded.computed_at) >= (kept.revision, kept.computed_at);
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION staleness_is_now() IS
    'Takes what was written into staleness over into staleness_now where it is the newest of its version.';

-- The newest row is known, so that only what is newer is looked through: those of the same statement,
-- which staleness_now does not have yet.
CREATE OR REPLACE FUNCTION staleness_knows_the_one_before() RETURNS trigger
    LANGUAGE plpgsql
AS $$
DECLARE
    known record;
BEGIN
    SELECT n.revision, n.judged_at INTO known
    FROM staleness_now AS n
    WHERE n.model_id = NEW.model_id AND n.model_version = NEW.model_version
        AND n.revision < NEW.revision;
    IF FOUND THEN
        NEW.previous_at := coalesce(
            (SELECT s.judged_at
             FROM staleness AS s
             WHERE s.model_id = NEW.model_id AND s.model_version = NEW.model_version
                 AND s.revision > known.revision AND s.revision < NEW.revision
             ORDER BY s.revision DESC
             LIMIT 1),
            known.judged_at);
    ELSE
        NEW.previous_at := (SELECT s.judged_at
                            FROM staleness AS s
                            WHERE s.model_id = NEW.model_id AND s.model_version = NEW.model_version
                                AND s.revision < NEW.revision
                            ORDER BY s.revision DESC
                            LIMIT 1);
    END IF;
    RETURN NEW;
END
$$;

DO $$
DECLARE
    function_name text;
BEGIN
    FOREACH function_name IN ARRAY ARRAY['staleness_is_now', 'staleness_knows_the_one_before']
    LOOP
        EXECUTE format('ALTER FUNCTION %I() SET search_path = %I, pg_temp', function_name,
                       current_schema());
    END LOOP;
END
$$;

-- From here on nobody else writes, until what is there has been taken over.
CREATE TRIGGER staleness_is_now_when_written AFTER INSERT ON staleness
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION staleness_is_now();
CREATE TRIGGER staleness_is_now_when_replaced AFTER UPDATE ON staleness
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION staleness_is_now();

INSERT INTO staleness_now (model_id, model_version, revision, state, previous_state, since_at, suspension,
    episode, score, coverage, signals, policy, policy_version, window_end_at, tier, team, judged_at,
    computed_at, previous_at)
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
SELECT s.model_id, s.model_version, s.revision, s.state, s.previous_state, s.since_at, s.suspension,
       s.episode, s.score, s.coverage, s.signals, s.policy, s.policy_version, s.window_end_at, s.tier,
       s.team, s.judged_at, s.computed_at, s.previous_at
FROM versions AS v
CROSS JOIN LATERAL (
    SELECT n.*
    FROM staleness AS n
    WHERE n.model_id = v.model_id AND n.model_version = v.model_version
    ORDER BY n.revision DESC
    LIMIT 1) AS s;

-- What readers see has the columns it had.

CREATE OR REPLACE VIEW v_staleness_latest AS
SELECT model_id, model_version, revision, state, previous_state, since_at, suspension, episode, score,
       coverage, signals::jsonb -> 'parts' AS parts, signals::jsonb -> 'missing' AS missing,
       signals::jsonb -> 'features' AS features, policy, policy_version, window_end_at, tier, team,
       judged_at, computed_at
FROM staleness_now;

CREATE OR REPLACE VIEW v_fleet AS
SELECT s.model_id, s.model_version,
       row_number() OVER (
           PARTITION BY s.model_id
           ORDER BY s.state IN ('RETIRED', 'DEPRECATED'), p.deployment_id IS NULL,
                    s.state = 'NO_DATA', s.judged_at DESC, s.computed_at DESC, s.model_version DESC) = 1
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
       s.model_id IN (SELECT u.model_id FROM v_muted_models AS u) AS muted,
       coalesce((y.document #>> '{spec,thresholds,atRisk}')::double precision, l.at_risk_from)
           AS at_risk_from,
       coalesce((y.document #>> '{spec,thresholds,stale}')::double precision, l.stale_from)
           AS stale_from
FROM staleness_now AS s
LEFT JOIN models AS m ON m.model_id = s.model_id
LEFT JOIN LATERAL (
    SELECT d.deployment_id
    FROM deployments AS d
    WHERE d.model_id = s.model_id AND d.version = s.model_version AND d.role = 'PRIMARY'
        AND d.ended_at IS NULL
    LIMIT 1) AS p ON true
LEFT JOIN (
    SELECT model_id, count(*) AS alerts
    FROM alerts
    WHERE resolved_at IS NULL AND model_id IS NOT NULL
    GROUP BY model_id) AS a ON a.model_id = s.model_id
LEFT JOIN evaluation_slo AS o ON o.tier = coalesce(m.tier, s.tier)
LEFT JOIN staleness_levels AS l ON l.tier = s.tier
LEFT JOIN policy_versions AS y ON y.policy = s.policy AND y.version = s.policy_version
WHERE m.state IS DISTINCT FROM 'RETIRED';

COMMENT ON VIEW v_staleness_latest IS
    'How stale every model version is: its newest row, of the last year.';
COMMENT ON VIEW v_fleet IS
    'Every version that was judged in the last year, as it is now; ask for current to have one row for each model. Models that are retired are left out.';

CREATE OR REPLACE VIEW v_known_models AS
WITH RECURSIVE labelled (model_id) AS (
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
      UNION SELECT model_id FROM staleness_now
      UNION SELECT model_id FROM labelled
      UNION SELECT model_id FROM watched) AS k
LEFT JOIN models AS m USING (model_id)
WHERE k.model_id IS NOT NULL;

-- Versions come and go too, a few in a model's year.

CREATE OR REPLACE FUNCTION drop_old_staleness() RETURNS bigint
    LANGUAGE sql SECURITY DEFINER
    BEGIN ATOMIC
        WITH forgotten AS (
            DELETE FROM staleness_now WHERE computed_at < now() - interval '1 year'
            RETURNING 1),
        dropped AS (
            DELETE FROM staleness
            WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM staleness
                WHERE computed_at < now() - interval '90 days'
                ORDER BY computed_at
                LIMIT 20000))
            RETURNING 1)
        SELECT count(*) FROM dropped;
    END;

COMMENT ON FUNCTION drop_old_staleness() IS
    'Drops rows of staleness that were computed more than 90 days ago, at most 20,000 at once, and gives their number; and versions that were not judged for a year.';

REVOKE ALL ON FUNCTION staleness_is_now() FROM PUBLIC;
GRANT SELECT ON staleness_now TO runway_writer;
