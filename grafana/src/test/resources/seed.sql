-- Models whose answers are known. Times are counted from the full minute now.
--   ranker  (team ranking, tier 1): version 2 took over from 1 two days ago, and has been stale for 3 hours
--   search  (team search, tier 2): healthy, judged each hour, but once after two, and last 3 hours ago
--   notify  (team ranking, tier 3): suspended, judged an hour ago
--   nightly (team search, tier 1): predicts for half an hour a night, last 20 hours ago, and is silent since
--   slow    (nobody's): labels take 35 days, and of the newest final windows a fifth never gets one
--   unseen  (team search, tier 2): predicts since 5 hours, and was never judged
CREATE TEMP TABLE t AS SELECT date_trunc('minute', now()) AS now;

INSERT INTO models (model_id, revision, state, owner, team, tier, tags, strict_versions, judging, message)
VALUES ('ranker', 1, 'ACTIVE', 'ada', 'ranking', 1, '{}', false, '{}', '\x00'),
       ('search', 1, 'ACTIVE', 'bob', 'search', 2, '{}', false, '{}', '\x00'),
       ('notify', 1, 'ACTIVE', 'ada', 'ranking', 3, '{}', false, '{}', '\x00'),
       ('nightly', 1, 'ACTIVE', 'bob', 'search', 1, '{}', false, '{}', '\x00'),
       ('unseen', 1, 'ACTIVE', 'bob', 'search', 2, '{}', false, '{}', '\x00');
INSERT INTO model_versions (model_id, version, revision, state, metrics, hyperparameters, features, created_by,
  created_at)
VALUES ('ranker', '1', 1, 'SUPERSEDED', '{}', '{}', '{age,clicks}', 'ada', now() - interval '30 days'),
       ('ranker', '2', 1, 'LIVE', '{}', '{}', '{age,clicks}', 'ada', now() - interval '2 days'),
       ('search', '1', 1, 'LIVE', '{}', '{}', '{}', 'bob', now() - interval '30 days'),
       ('notify', '1', 1, 'LIVE', '{}', '{}', '{}', 'ada', now() - interval '30 days');
INSERT INTO deployments (model_id, version, environment, role, share, revision, started_at, ended_at, created_by)
SELECT 'ranker', '1', 'production', 'PRIMARY', 1, 1, now - interval '5 days', now - interval '2 days', 'ada' FROM t
UNION ALL SELECT 'ranker', '2', 'production', 'PRIMARY', 1, 1, now - interval '2 days', NULL, 'ada' FROM t;

-- ranker 2: every 10 minutes of the last 24 hours; AT_RISK from 5 hours ago on, STALE from 3.
INSERT INTO staleness (model_id, model_version, revision, state, previous_state, since_at, suspension, episode,
  score, coverage, signals, window_end_at, tier, team, judged_at, computed_at)
SELECT 'ranker', '2', n, state,
       CASE WHEN minutes = 300 THEN 'HEALTHY' WHEN minutes = 180 THEN 'AT_RISK' ELSE state END,
       now - interval '1 hour', NULL, NULL, CASE state WHEN 'STALE' THEN 0.8 WHEN 'AT_RISK' THEN 0.6 ELSE 0.2 END, 0.9,
       '{"parts": {"DATA_DRIFT": {"severity": 0.8}, "AGE": {"severity": 0.1}}, "missing": [], "features": ["age", "clicks"]}',
       now - make_interval(mins => minutes), 1, 'ranking', now - make_interval(mins => minutes), now
FROM (SELECT now, n, 1440 - 10 * n AS minutes,
             CASE WHEN 1440 - 10 * n > 300 THEN 'HEALTHY' WHEN 1440 - 10 * n > 180 THEN 'AT_RISK' ELSE 'STALE' END AS state
      FROM t, generate_series(1, 144) AS n) AS g;
INSERT INTO staleness (model_id, model_version, revision, state, previous_state, since_at, score, coverage, signals,
  window_end_at, tier, team, judged_at, computed_at)
SELECT 'ranker', '1', 1, 'HEALTHY', 'WARMING', now, 0.1, 0.9, '{"parts": {}, "missing": [], "features": []}',
       now - interval '3 days', 1, 'ranking', now - interval '3 days', now FROM t
UNION ALL
SELECT 'search', '1', 100 - hours, 'HEALTHY', 'HEALTHY', now, 0.1, 0.9, '{"parts": {}, "missing": [], "features": []}',
       now - make_interval(hours => hours), 2, 'search', now - make_interval(hours => hours), now
FROM t, generate_series(23, 3, -1) AS hours WHERE hours <> 9;
INSERT INTO staleness (model_id, model_version, revision, state, previous_state, since_at, suspension, score, coverage,
  signals, window_end_at, tier, team, judged_at, computed_at)
SELECT 'notify', '1', 1, 'SUSPENDED', 'HEALTHY', now, 'INPUT_LAG', NULL, 0.2,
       '{"parts": {}, "missing": ["DATA_DRIFT"], "features": []}', now - interval '1 hour', 3, 'ranking', now - interval '1 hour', now
FROM t;
INSERT INTO staleness (model_id, model_version, revision, state, previous_state, since_at, score, coverage, signals,
  window_end_at, tier, team, judged_at, computed_at)
SELECT 'nightly', '1', j.n, j.state, j.previous, now - j.ago, NULL, 0.5, '{"parts": {}, "missing": [], "features": []}',
       now - j.ago, 1, 'search', now - j.ago, now
FROM t, (VALUES (1, 'HEALTHY', 'WARMING', interval '44 hours'), (2, 'NO_DATA', 'HEALTHY', interval '43 hours 30 minutes'),
                (3, 'HEALTHY', 'NO_DATA', interval '20 hours'), (4, 'NO_DATA', 'HEALTHY', interval '19 hours 30 minutes'))
    AS j (n, state, previous, ago);

INSERT INTO retrain_decisions (decision_id, model_id, model_version, window_end_at, verdict, mode, state_before,
  state_after, score, coverage, signals, inputs, explanation, evidence_hash, tier, team, decided_at, computed_at)
SELECT 'd-1', 'ranker', '2', now - interval '3 hours', 'RETRAIN', 'APPROVE', 'AT_RISK', 'STALE', 0.8, 0.9,
       '{"parts": {}, "missing": [], "features": ["age"]}', '{}', 'age drifted', repeat('0', 64), 1, 'ranking', now - interval '3 hours', now FROM t
UNION ALL
SELECT 'd-2', 'notify', '1', now - interval '2 hours', 'INVESTIGATE_DATA', 'AUTO', 'HEALTHY', 'HEALTHY', 0.9, 0.9,
       '{"parts": {}, "missing": [], "features": ["minutes"]}', '{}', 'minutes came in seconds', repeat('0', 64), 3, 'ranking', now - interval '2 hours', now FROM t
UNION ALL
SELECT 'd-3', 'ranker', '2', now - interval '1 hour', 'NONE', 'APPROVE', 'STALE', 'STALE', 0.8, 0.9,
       '{"parts": {}, "missing": [], "features": []}', '{}', 'nothing', repeat('0', 64), 1, 'ranking', now - interval '1 hour', now FROM t;

-- Hours of the last five days; the last six are provisional. log_loss of version 1 is 0.5, of version 2 0.4.
INSERT INTO performance (model_id, model_version, task, segment, variant, window_start_at, window_end_at, metric, value,
  low, high, samples, effective_samples, maturity, estimated, revision, computed_at)
SELECT 'ranker', CASE WHEN hours >= 48 THEN '1' ELSE '2' END, 'BINARY', '*', '*', now - make_interval(hours => hours + 1),
       now - make_interval(hours => hours), m.metric,
       CASE m.metric WHEN 'auc' THEN 0.8 ELSE CASE WHEN hours >= 48 THEN 0.5 ELSE 0.4 END END,
       0.3, 0.9, 100, 100, CASE WHEN hours < 6 THEN 'PROVISIONAL' ELSE 'FINAL' END, false, 1, now
FROM t, generate_series(0, 119) AS hours, (VALUES ('auc'), ('log_loss')) AS m (metric);

INSERT INTO label_coverage (model_id, model_version, task, segment, variant, window_start_at, window_end_at, received,
  predictions, joined, waiting, unlabelled, duplicates, conflicts, matured, matched_matured, coverage, coverage_so_far,
  expected_coverage, maturity, revision, computed_at)
SELECT m.model, m.version, 'BINARY', '*', '*', now - make_interval(hours => hours + 1), now - make_interval(hours => hours),
       103, 100, m.joined, 0, 100 - m.joined, 2, 1, 100, m.joined, m.joined / 100.0, m.joined / 100.0, m.joined / 100.0,
       CASE WHEN hours < 6 THEN 'PROVISIONAL' ELSE 'FINAL' END, 1, now
FROM t, generate_series(0, 47) AS hours, (VALUES ('ranker', '2', 85), ('search', '1', 98)) AS m (model, version, joined);
INSERT INTO label_coverage (model_id, model_version, task, segment, variant, window_start_at, window_end_at, received,
  predictions, joined, waiting, unlabelled, duplicates, conflicts, matured, matched_matured, coverage, coverage_so_far,
  expected_coverage, maturity, revision, computed_at)
SELECT 'slow', '1', 'BINARY', '*', '*', now - make_interval(days => days + 1), now - make_interval(days => days), 100, 100,
       CASE WHEN days >= 35 THEN 80 ELSE 0 END, CASE WHEN days >= 35 THEN 0 ELSE 100 END, CASE WHEN days >= 35 THEN 20 ELSE 0 END,
       0, 0, CASE WHEN days >= 35 THEN 100 ELSE 0 END, CASE WHEN days >= 35 THEN 80 ELSE 0 END, CASE WHEN days >= 35 THEN 0.8 END,
       0, 0.8, CASE WHEN days >= 35 THEN 'FINAL' ELSE 'PROVISIONAL' END, 1, now
FROM t, generate_series(0, 47) AS days
UNION ALL
SELECT 'unseen', '1', 'BINARY', '*', '*', now - make_interval(hours => hours + 1), now - make_interval(hours => hours), 100, 100,
       0, 100, 0, 0, 0, 0, 0, NULL, 0, NULL, 'PROVISIONAL', 1, now
FROM t, generate_series(0, 4) AS hours;
INSERT INTO label_delay (model_id, model_version, task, segment, variant, window_start_at, window_end_at, labels,
  mean_millis, p50_millis, p95_millis, p99_millis, relative_error, censored, maturity, revision, computed_at)
SELECT 'ranker', '2', 'BINARY', '*', '*', now - make_interval(hours => hours + 1), now - make_interval(hours => hours), 85,
       60000, 50000, 120000, 240000, 0.01, 15, 'FINAL', 1, now
FROM t, generate_series(6, 47) AS hours;

-- Windows of 10 minutes in the last two hours: age drifted in the newest six, clicks never.
INSERT INTO drift_readings (model_id, model_version, segment, profile_id, window_end_at, feature, metric, kind, value,
  low, high, samples, threshold, severity, flagged, status, window_start_at, evaluated_from_at, provisional, revision, computed_at)
SELECT 'ranker', '2', '*', 'b-1', now - make_interval(mins => minutes), f.feature, f.metric, f.kind, f.value, f.value * 0.9,
       f.value * 1.1, 1000, CASE f.metric WHEN 'psi' THEN 0.17 END, CASE f.metric WHEN 'severity' THEN f.value END,
       f.flagged, 'EVALUATED', now - make_interval(mins => minutes + 10), now - make_interval(mins => minutes + 10), false, 1, now
FROM t, generate_series(0, 110, 10) AS minutes, LATERAL (VALUES
    ('*', 'severity', 'MODEL', CASE WHEN minutes < 60 THEN 0.9 ELSE 0 END, minutes < 60),
    ('*', 'features', 'MODEL', 2, false), ('*', 'evaluated', 'MODEL', 2, false),
    ('*', 'flagged', 'MODEL', CASE WHEN minutes < 60 THEN 1 ELSE 0 END, false),
    ('age', 'severity', 'NUMERIC', CASE WHEN minutes < 60 THEN 0.9 ELSE 0 END, minutes < 60),
    ('age', 'psi', 'NUMERIC', CASE WHEN minutes < 60 THEN 0.4 ELSE 0.02 END, minutes < 60),
    ('clicks', 'severity', 'NUMERIC', 0, false), ('clicks', 'psi', 'NUMERIC', 0.01, false))
    AS f (feature, metric, kind, value, flagged);
INSERT INTO drift_readings (model_id, model_version, segment, profile_id, window_end_at, feature, metric, kind, value,
  low, high, samples, flagged, status, window_start_at, evaluated_from_at, provisional, revision, computed_at)
SELECT 'ranker', '2', '*', 'performance-estimate', now - interval '1 hour', '$performance', m.metric, 'NUMERIC', m.value, 0.3, 0.9,
       500, false, 'EVALUATED', now - interval '2 hours', now - interval '2 hours', false, 1, now
FROM t, (VALUES ('estimated_auc', 0.7), ('trust', 0.95)) AS m (metric, value);
-- The newest six once more, against a baseline that was made from live traffic.
INSERT INTO drift_readings (model_id, model_version, segment, profile_id, window_end_at, feature, metric, kind, value,
  low, high, samples, threshold, flagged, status, window_start_at, evaluated_from_at, provisional, revision, computed_at)
SELECT 'ranker', '2', '*', 'live', now - make_interval(mins => minutes), 'age', 'psi', 'NUMERIC', 0.1, 0.05, 0.15, 1000, 0.17, false,
       'EVALUATED', now - make_interval(mins => minutes + 10), now - make_interval(mins => minutes + 10), true, 1, now
FROM t, generate_series(0, 50, 10) AS minutes;

-- Version 3 has no baseline yet.
INSERT INTO drift_readings (model_id, model_version, segment, profile_id, window_end_at, feature, metric, kind, value,
  samples, flagged, status, window_start_at, evaluated_from_at, provisional, revision, computed_at)
SELECT 'ranker', '3', '*', 'no-baseline', now - make_interval(mins => minutes), f.feature, f.metric, f.kind, f.value, 50, false,
       'NO_BASELINE', now - make_interval(mins => minutes + 10), now - make_interval(mins => minutes + 10), false, 1, now
FROM t, generate_series(0, 30, 10) AS minutes, LATERAL (VALUES
    ('*', 'severity', 'MODEL', NULL::double precision), ('*', 'features', 'MODEL', 0), ('*', 'evaluated', 'MODEL', 0),
    ('*', 'flagged', 'MODEL', 0), ('$events', 'severity', 'NUMERIC', NULL), ('$events', 'features', 'NUMERIC', 3))
    AS f (feature, metric, kind, value);

INSERT INTO alerts (alert_id, rule, model_id, model_version, team, tier, severity, summary, details, revision, opened_at,
  resolved_at, resolution)
SELECT gen_random_uuid(), 'MODEL_STALE', 'ranker', '2', 'ranking', 1, 'CRITICAL', 'ranker 2 is stale', '{}'::jsonb, 1, now - interval '3 hours',
       NULL::timestamptz, NULL FROM t
UNION ALL
SELECT gen_random_uuid(), 'MODEL_SILENT', 'search', '1', 'search', 2, 'ERROR', 'search 1 is silent', '{}'::jsonb, 1, now - interval '9 hours',
       now - interval '8 hours', 'it predicts' FROM t;
INSERT INTO alert_deliveries (alert_id, target) SELECT alert_id, 'slack' FROM alerts WHERE resolved_at IS NULL;
INSERT INTO alert_judgements (alert_id, judgement, verdict, reason, said_by)
SELECT alert_id, n, v.verdict, 'seen', 'user:ada'
FROM alerts, (VALUES (1, 'FALSE'), (2, 'TRUE')) AS v (n, verdict) WHERE model_id = 'ranker';

INSERT INTO retrain_budgets (month, cap, tier1_reserve, spent, revision, changed_at, changed_by)
SELECT date_trunc('month', now() AT TIME ZONE 'UTC')::date, 50000, 10000, 120, 1, now(), 'ada';

-- Commands: ranker's gave version 2, search's failed, one of notify's was rejected, two of notify's and search's wait.
INSERT INTO retrain_commands (command_id, model_id, model_version, action, reason_class, episode, attempt, tier, team,
  severity, severity_class, priority, mode, wave, generation, evidence_hash, command, asked_by, issued_at, received_at,
  rank_at, state, state_revision, state_at, estimated_cost, message, approval_expires_at)
SELECT ('00000000-0000-0000-0000-00000000000' || n)::uuid, c.model, '1', 'RETRAIN', c.cause, 'e-' || n, 1, c.tier, c.team, 0.8,
       'HIGH', 5, 'APPROVE', c.wave, 0, repeat('0', 64), '\x00', 'retrain-trigger', now - c.ago, now - c.ago, now - c.ago, c.state, 1,
       now - c.ago, 50, '\x00', now + interval '1 hour'
FROM t, (VALUES (1, 'ranker', 'DRIFT', 1, 'ranking', 0, interval '60 hours', 'GRANTED'),
                (2, 'search', 'DRIFT', 2, 'search', 0, interval '40 hours', 'GRANTED'),
                (3, 'notify', 'PERFORMANCE', 3, 'ranking', 0, interval '30 hours', 'AWAITING_APPROVAL'),
                (4, 'notify', 'DRIFT', 3, 'ranking', 0, interval '2 hours', 'AWAITING_APPROVAL'),
                (5, 'search', 'UPSTREAM', 2, 'search', 1, interval '90 minutes', 'QUEUED'))
    AS c (n, model, cause, tier, team, wave, ago, state);
UPDATE retrain_commands SET state = 'ACCEPTED', state_revision = 2, accepted_at = issued_at + interval '5 minutes',
  state_at = issued_at + interval '5 minutes' WHERE state = 'GRANTED';
UPDATE retrain_commands SET state = 'RUNNING', state_revision = 3, started_at = issued_at + interval '10 minutes',
  state_at = issued_at + interval '10 minutes' WHERE state = 'ACCEPTED';
UPDATE retrain_commands SET state = 'SUCCEEDED', state_revision = 4, ended_at = issued_at + interval '4 hours', new_version = '2',
  actual_cost = 70, state_at = issued_at + interval '4 hours' WHERE command_id = '00000000-0000-0000-0000-000000000001';
UPDATE retrain_commands SET state = 'FAILED', state_revision = 4, ended_at = issued_at + interval '2 hours', actual_cost = 50,
  state_at = issued_at + interval '2 hours' WHERE command_id = '00000000-0000-0000-0000-000000000002';
INSERT INTO retrain_approvals (command_id, said_by, verdict, evidence_hash, reason, said_at)
SELECT '00000000-0000-0000-0000-000000000003', 'ada', 'REJECT', repeat('0', 64), 'a sale', now - interval '29 hours' FROM t;
UPDATE retrain_commands SET state = 'REFUSED', state_revision = 2, ended_at = issued_at + interval '1 hour', reason = 'rejected',
  state_at = issued_at + interval '1 hour' WHERE command_id = '00000000-0000-0000-0000-000000000003';
INSERT INTO retrain_costs (command_id, model_id, team, tier, month, kind, amount, at)
SELECT command_id, model_id, team, tier, (SELECT month FROM retrain_budgets), 'SPENT', actual_cost, ended_at
FROM retrain_commands WHERE actual_cost IS NOT NULL;

INSERT INTO embedding_stability (space_id, version_before, version_after, document_revision, as_of, baseline, compatibility,
  items_before, items_after, pairs, unusable_pairs, dimensions_before, dimensions_after, sample_size, neighbours, knn_overlap,
  cka_debiased, raw_cosine, aligned_cosine, norm_ratio, measured, computed_at)
SELECT 'titles', 'v5', v.version, 1, now - v.ago, v.version = 'v5-again', v.verdict, 1000, 1000, 1000, 0, 64, 64, 1000, 10, v.overlap, 0.9,
       v.raw, 0.95, 1,
       '{}', now
FROM t, (VALUES ('v5-again', 'STABLE', 0.7, 0.98, interval '3 days'), ('v6', 'ROTATED', 0.6, 0.1, interval '1 day')) AS v (version, verdict, overlap, raw, ago);
INSERT INTO embedding_traffic (space_id, embedding_version, window_start_at, window_end_at, document_revision, dimensions,
  vectors, gone, events, mean_shift, covariance_change, norm_ratio, freshness_p50_seconds, freshness_p95_seconds, breached,
  measured, computed_at)
SELECT 'titles', 'v6', now - w.ago, now - w.ago + interval '10 minutes', 1, 64, 1000, 0, 1000, w.shift, 0.1, 1, 5, w.p95,
       w.breached, '{}', now
FROM t, (VALUES (interval '40 minutes', 0.1, 30, '[]'), (interval '20 minutes', 0.8, 42, '["mean_shift"]'))
    AS w (ago, shift, p95, breached);
INSERT INTO embedding_mixtures (model_id, model_version, space_id, window_start_at, window_end_at, predictions, mixing,
  threshold, within_predictions, within_share, within_low, within_high, versions, computed_at)
SELECT 'ranker', '1', 'titles', now - interval '20 minutes', now - interval '10 minutes', 1000, m.mixing, 0.01, 100, 0.1,
       0.08, 0.12, '{"v5": {"share": 0.9}, "v6": {"share": 0.2}}', now
FROM t, (VALUES ('WITHIN')) AS m (mixing);
INSERT INTO graph_nodes (node_id, kind, name, source) VALUES ('model:titles', 'MODEL', 'titles', 'api'), ('feature:near', 'FEATURE', 'near', 'api');
INSERT INTO graph_edges (upstream, downstream, kind, source, created_by) VALUES ('model:titles', 'feature:near', 'SIMILARITY', 'api', 'ada');

INSERT INTO dead_letters (source_topic, source_partition, source_offset, reason, field, detail, event_bytes, cut, received_at)
SELECT 'runway.predictions', 0, n, CASE WHEN n <= 3 THEN 'MALFORMED' ELSE 'CONFLICT' END, NULL, 'not JSON', '\x00ff', false,
       now - make_interval(mins => n::int) FROM t, generate_series(1, 5) AS n;
DROP TABLE t;
