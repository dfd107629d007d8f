-- A fleet as it would be after DAYS days: {models} models, {metrics} metrics and a window an hour, in the order of
-- time, as they come. What has an end ends: staleness and drift readings are kept for 90 days.
SET search_path = runway;
SET statement_timeout = 0;
SET synchronous_commit = off;
SET maintenance_work_mem = '512MB';
--;;
-- Pieces as they would be after so long: what is there from the first day on is one piece without a begin.
SET ROLE runway_owner;
DO $$
DECLARE
    rule retention;
    at   timestamptz;
BEGIN
    FOR rule IN SELECT r.* FROM retention AS r LOOP
        EXECUTE format('DROP TABLE %I', rule.table_name || '_early');
        at := piece_start(rule.piece, now() - least(make_interval(days => {days} + 1), rule.keep + interval '1 day'));
        WHILE NOT EXISTS (SELECT FROM pieces(rule.table_name) AS p WHERE p.from_at = at) LOOP
            PERFORM make_piece(rule.table_name, at, piece_end(rule.piece, at));
            at := piece_end(rule.piece, at);
        END LOOP;
    END LOOP;
END
$$;
RESET ROLE;
--;;
CREATE TABLE bench_models AS
SELECT 'model-' || lpad(n::text, 4, '0') AS model_id, 'team-' || n % 12 AS team,
       CASE WHEN n % 20 = 0 THEN 1 WHEN n % 20 < 4 THEN 2 WHEN n % 20 < 14 THEN 3 ELSE 4 END AS tier, n
FROM generate_series(0, {models} - 1) AS n;
--;;
INSERT INTO models (model_id, revision, state, owner, team, tier, tags, strict_versions, judging, message)
SELECT model_id, 1, 'ACTIVE', 'owner', team, tier, '{}', false, '{}', '\x00' FROM bench_models;
--;;
-- A version a quarter.
INSERT INTO model_versions (model_id, version, revision, state, metrics, hyperparameters, features, created_by, created_at)
SELECT model_id, v::text, 1, 'LIVE', '{}', '{}', '{}', 'owner', now() - make_interval(days => {days}) + make_interval(days => 91 * v)
FROM bench_models, generate_series(0, {days} / 91) AS v;
--;;
INSERT INTO deployments (model_id, version, environment, role, share, revision, started_at, ended_at, created_by)
SELECT model_id, version, 'production', 'PRIMARY', 1, 1, created_at,
       CASE WHEN version::int < {days} / 91 THEN created_at + interval '91 days' END, 'owner'
FROM model_versions;
--;;
-- Filled without indexes, which are made afterwards: what is measured is reading.
ALTER TABLE performance DISABLE TRIGGER USER;
ALTER TABLE performance DROP CONSTRAINT performance_pkey;
DROP INDEX performance_by_time, performance_by_metric;
--;;
INSERT INTO performance (model_id, model_version, task, segment, variant, window_start_at, window_end_at, metric, value, low,
  high, se, samples, effective_samples, maturity, estimated, revision, computed_at)
SELECT m.model_id, (({days} * 24 - h) / 2184)::text, 'BINARY', '*', '*', date_trunc('hour', now()) - make_interval(hours => h + 1),
       date_trunc('hour', now()) - make_interval(hours => h), k.metric, 0.5 + 0.4 * random(), 0.4, 0.95, 0.01, 1000, 1000,
       CASE WHEN h < 168 THEN 'PROVISIONAL' ELSE 'FINAL' END, false, 1, now() - make_interval(hours => h)
FROM generate_series({days} * 24 - 1, 0, -1) AS h, bench_models AS m,
     (SELECT (ARRAY['accuracy', 'auc', 'log_loss', 'brier', 'precision', 'recall', 'f1', 'calibration_error', 'base_rate',
                    'mean_score'])[i] AS metric
      FROM generate_series(1, {metrics}) AS i) AS k;
--;;
ALTER TABLE performance ADD PRIMARY KEY (model_id, model_version, task, segment, variant, window_start_at, window_end_at, metric, estimated);
--;;
CREATE INDEX performance_by_time ON performance (model_id, window_end_at);
--;;
CREATE INDEX performance_by_metric ON performance (model_id, metric, window_end_at);
--;;
-- By the archive what ended 8 to 68 days ago: v_performance asks it of every row.
INSERT INTO master_performance (model_id, model_version, task, segment, variant, window_start_at, window_end_at, metric, value, low,
  high, se, samples, effective_samples, maturity, estimated, revision, computed_at)
SELECT model_id, model_version, task, segment, variant, window_start_at, window_end_at, metric, value, low, high, se, samples,
       effective_samples, maturity, estimated, revision, window_end_at + interval '8 days'
FROM performance
WHERE window_end_at > now() - interval '68 days' AND window_end_at < now() - interval '8 days' AND maturity = 'FINAL';
--;;
-- Days as they would have been made with time.
ALTER TABLE performance ENABLE TRIGGER USER;
INSERT INTO performance_due (model_id, day)
SELECT model_id, (now() AT TIME ZONE 'UTC')::date - d FROM bench_models, generate_series(0, {days}) AS d;
--;;
ANALYZE performance, master_performance, performance_due;
--;;
DO $$ BEGIN WHILE roll_up_performance(10000) > 0 LOOP COMMIT; END LOOP; END $$;
--;;
ALTER TABLE label_coverage DISABLE TRIGGER USER;
INSERT INTO label_coverage (model_id, model_version, task, segment, variant, window_start_at, window_end_at, received, predictions,
  joined, waiting, unlabelled, duplicates, conflicts, matured, matched_matured, coverage, coverage_so_far, expected_coverage, maturity,
  revision, computed_at)
SELECT m.model_id, (({days} * 24 - h) / 2184)::text, 'BINARY', '*', '*', date_trunc('hour', now()) - make_interval(hours => h + 1),
       date_trunc('hour', now()) - make_interval(hours => h), 1003, 1000, 950, 0, 50, 2, 1, 1000, 950, 0.95, 0.95, 0.95,
       CASE WHEN h < 168 THEN 'PROVISIONAL' ELSE 'FINAL' END, 1, now() - make_interval(hours => h)
FROM generate_series({days} * 24 - 1, 0, -1) AS h, bench_models AS m;
--;;
ALTER TABLE label_coverage ENABLE TRIGGER USER;
INSERT INTO coverage_due (model_id, day)
SELECT model_id, (now() AT TIME ZONE 'UTC')::date - d FROM bench_models, generate_series(0, {days}) AS d;
--;;
ANALYZE label_coverage, coverage_due;
--;;
DO $$ BEGIN WHILE roll_up_coverage(10000) > 0 LOOP COMMIT; END LOOP; END $$;
--;;
INSERT INTO label_delay (model_id, model_version, task, segment, variant, window_start_at, window_end_at, labels, mean_millis,
  p50_millis, p95_millis, p99_millis, relative_error, censored, maturity, revision, computed_at)
SELECT model_id, model_version, task, segment, variant, window_start_at, window_end_at, joined, 60000, 50000, 120000, 240000, 0.01,
       unlabelled, maturity, revision, computed_at
FROM label_coverage;
--;;
ALTER TABLE staleness DISABLE TRIGGER staleness_knows_the_one_before;
INSERT INTO staleness (model_id, model_version, revision, state, previous_state, since_at, score, coverage, signals, window_end_at,
  tier, team, judged_at, computed_at, previous_at)
SELECT m.model_id, ({days} / 91)::text, (extract(epoch FROM at) * 1000)::bigint, s.state, lag(s.state, 1, s.state) OVER (PARTITION BY m.model_id ORDER BY w DESC), at,
       CASE s.state WHEN 'STALE' THEN 0.8 ELSE 0.2 END, 0.9,
       '{"parts": {"DATA_DRIFT": {"severity": 0.2}, "AGE": {"severity": 0.1}, "PERFORMANCE": {"severity": 0.1}}, "missing": [], "features": ["f1"]}',
       at, m.tier, m.team, at, at, lag(at) OVER (PARTITION BY m.model_id ORDER BY w DESC)
FROM bench_models AS m
CROSS JOIN LATERAL (SELECT (ARRAY[10, 20, 60, 240])[m.tier] AS minutes) AS t
CROSS JOIN LATERAL generate_series(least({days}, 90) * 1440 / t.minutes, 0, -1) AS w
CROSS JOIN LATERAL (SELECT date_trunc('minute', now()) - make_interval(mins => w * t.minutes) AS at,
                           CASE WHEN (w * t.minutes / 1440 + m.n) % 19 = 0 THEN 'STALE' ELSE 'HEALTHY' END AS state) AS s
ORDER BY at;
ALTER TABLE staleness ENABLE TRIGGER staleness_knows_the_one_before;
--;;
ANALYZE staleness, evaluation_due;
--;;
DO $$ BEGIN WHILE roll_up_evaluation(10000) > 0 LOOP COMMIT; END LOOP; END $$;
--;;
-- One model in 25 with 100 features, a window an hour; one in a hundred is flagged, for six hours at a time.
INSERT INTO drift_readings (model_id, model_version, segment, profile_id, window_end_at, feature, metric, kind, value, low, high, samples,
  threshold, severity, flagged, status, window_start_at, evaluated_from_at, provisional, revision, computed_at)
SELECT m.model_id, ({days} / 91)::text, '*', 'b-1', at, f.feature, k.metric, f.kind,
       CASE WHEN k.metric = 'flagged' THEN 0 ELSE 0.1 * random() END, 0, 0.2, 1000, 0.2, CASE k.metric WHEN 'severity' THEN 0.1 * random() END,
       f.kind <> 'MODEL' AND (h / 6 * 31 + length(f.feature) * 7 + m.n + ('x' || right(md5(f.feature), 4))::bit(16)::int) % 100 = 0
         AND k.metric IN ('severity', 'psi'), 'EVALUATED',
       at - interval '1 hour', at - interval '1 hour', false, 1, at
FROM generate_series(least({days}, 90) * 24 - 1, 0, -1) AS h
CROSS JOIN LATERAL (SELECT date_trunc('hour', now()) - make_interval(hours => h) AS at) AS w
CROSS JOIN (SELECT * FROM bench_models WHERE n % 25 = 0) AS m
CROSS JOIN (SELECT 'f' || i AS feature, 'NUMERIC' AS kind FROM generate_series(1, 100) AS i UNION ALL SELECT '*', 'MODEL') AS f
CROSS JOIN LATERAL unnest(CASE f.kind WHEN 'MODEL' THEN ARRAY['severity', 'features', 'evaluated', 'flagged']
                                      ELSE ARRAY['severity', 'psi', 'js', 'ks', 'missing', 'out_of_range'] END) AS k (metric);
--;;
INSERT INTO retrain_decisions (decision_id, model_id, model_version, window_end_at, verdict, mode, state_before, state_after, score, coverage,
  signals, inputs, explanation, evidence_hash, tier, team, decided_at, computed_at)
SELECT model_id || revision, model_id, model_version, judged_at,
       CASE WHEN revision % 100 = 0 THEN 'RETRAIN' WHEN revision % 333 = 0 THEN 'INVESTIGATE_DATA' ELSE 'NONE' END, 'AUTO', state, state, score,
       coverage, signals, '{}', 'as it was', repeat('0', 64), tier, team, judged_at, judged_at
FROM staleness;
--;;
INSERT INTO alerts (alert_id, rule, model_id, model_version, team, tier, severity, summary, details, revision, opened_at, resolved_at, resolution)
SELECT gen_random_uuid(), 'MODEL_STALE', m.model_id, '1', m.team, m.tier, 'ERROR', 'stale', '{}', 1, now() - make_interval(days => d),
       CASE WHEN d > 1 THEN now() - make_interval(days => d - 1) END, CASE WHEN d > 1 THEN 'better' END
FROM bench_models AS m, generate_series(1, least({days}, 90), 9) AS d;
--;;
INSERT INTO retrain_budgets (month, cap, tier1_reserve, spent, revision, changed_at, changed_by)
SELECT (date_trunc('month', now() AT TIME ZONE 'UTC') - make_interval(months => n))::date, 50000, 10000, 20000, 1, now(), 'bench'
FROM generate_series(0, {days} / 28 + 1) AS n;
--;;
-- 25 retrains a day, one of a model at a time.
DO $$
DECLARE
    batch int;
BEGIN
    FOR batch IN REVERSE {days} * 25 / {models} .. 1 LOOP
        INSERT INTO retrain_commands (command_id, model_id, model_version, action, reason_class, episode, attempt, tier, team, severity,
          severity_class, priority, mode, wave, generation, evidence_hash, command, asked_by, issued_at, received_at, rank_at, state,
          state_revision, state_at, estimated_cost, message)
        SELECT gen_random_uuid(), model_id, '0', 'RETRAIN', CASE WHEN n % 9 = 0 THEN 'UPSTREAM' ELSE 'DRIFT' END, 'e-' || batch, 1, tier, team, 0.8,
               'HIGH', 5, 'AUTO', CASE WHEN n % 9 = 0 THEN 1 ELSE 0 END, 0, repeat('0', 64), '\x00', 'retrain-trigger', at, at, at, 'GRANTED', 1, at, 50, '\x00'
        FROM bench_models,
             LATERAL (SELECT now() - make_interval(secs => (batch::bigint * {models} - n) * 3456) AS at) AS t;
        UPDATE retrain_commands SET state = 'ACCEPTED', state_revision = 2, accepted_at = issued_at, state_at = issued_at WHERE state = 'GRANTED';
        UPDATE retrain_commands SET state = 'RUNNING', state_revision = 3, started_at = issued_at, state_at = issued_at WHERE state = 'ACCEPTED';
        UPDATE retrain_commands SET state = 'SUCCEEDED', state_revision = 4, ended_at = issued_at + interval '50 minutes',
          state_at = issued_at + interval '50 minutes', new_version = '1', actual_cost = 60 WHERE state = 'RUNNING';
    END LOOP;
END
$$;
--;;
-- Verdicts as they would have been made with time.
INSERT INTO verdicts_due (command_id) SELECT command_id FROM retrain_commands;
--;;
ANALYZE retrain_commands, deployments, verdicts_due;
--;;
DO $$ BEGIN WHILE roll_up_verdicts(1000) > 0 LOOP COMMIT; END LOOP; END $$;
--;;
INSERT INTO retrain_costs (command_id, model_id, team, tier, month, kind, amount, at)
SELECT command_id, model_id, team, tier, (date_trunc('month', now() AT TIME ZONE 'UTC'))::date, 'SPENT', actual_cost, ended_at FROM retrain_commands;
--;;
INSERT INTO dead_letters (source_topic, source_partition, source_offset, reason, field, detail, event_bytes, cut, received_at)
SELECT 'runway.predictions', 0, n, (ARRAY['NOT_JSON', 'CONFLICT', 'FUTURE'])[1 + n % 3], NULL, 'wrong', '\x00ff', false, now() - make_interval(secs => n * 30)
FROM generate_series(1, {models} * 200) AS n;
--;;
INSERT INTO embedding_stability (space_id, version_before, version_after, document_revision, as_of, baseline, compatibility, items_before, items_after,
  pairs, unusable_pairs, dimensions_before, dimensions_after, sample_size, neighbours, knn_overlap, measured, computed_at)
SELECT 'space-' || n % 10, 'v' || n / 10, 'v' || n / 10 + 1, 1, now() - make_interval(days => n % 90), false, 'STABLE', 1000, 1000, 1000, 0, 64, 64, 1000, 10, 0.9,
       '{"metrics": {"freshness_p95_seconds": {"value": 5}}, "verdicts": {"SIMILARITY": {"compatibility": "STABLE"}}}', now()
FROM generate_series(0, 199) AS n;
