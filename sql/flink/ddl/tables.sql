-- The result tables in PostgreSQL, to read: ${url}, ${user} and ${password} are those of the reader.
-- The connector reads neither uuid nor jsonb, so these are read as text, by a query in place of the view's name.
-- Provisional rows may still change; master rows are what the archive says, labels that came late included. Times are TIMESTAMP in UTC: the connector cannot read TIMESTAMP_LTZ.
-- Rows come 2,000 at a time, for which the driver needs a transaction: without both options it takes a whole answer into
-- memory first, and a month of a fleet is gigabytes. Conditions on plain columns go to PostgreSQL: ask for a model and a span.

CREATE TEMPORARY TABLE performance (
  model_id STRING, model_version STRING, task STRING, segment STRING, `variant` STRING,
  window_start_at TIMESTAMP(6), window_end_at TIMESTAMP(6),
  `metric` STRING,
  `value` DOUBLE, low DOUBLE, high DOUBLE, se DOUBLE, bound_low DOUBLE, bound_high DOUBLE,
  samples BIGINT, effective_samples DOUBLE,
  provisional BOOLEAN, estimated BOOLEAN, revision BIGINT, computed_at TIMESTAMP(6),
  master BOOLEAN
) WITH (
  'connector' = 'jdbc', 'url' = '${url}', 'table-name' = '${schema}.v_performance',
  'username' = '${user}', 'password' = '${password}',
  'scan.fetch-size' = '2000', 'scan.auto-commit' = 'false'
);

CREATE TEMPORARY TABLE label_coverage (
  model_id STRING, model_version STRING, task STRING, segment STRING, `variant` STRING,
  window_start_at TIMESTAMP(6), window_end_at TIMESTAMP(6),
  `received` BIGINT, predictions BIGINT, joined BIGINT, waiting BIGINT, unlabelled BIGINT,
  duplicates BIGINT, conflicts BIGINT, matured BIGINT, matched_matured BIGINT,
  coverage DOUBLE, coverage_so_far DOUBLE, expected_coverage DOUBLE,
  provisional BOOLEAN, revision BIGINT, computed_at TIMESTAMP(6), master BOOLEAN
) WITH (
  'connector' = 'jdbc', 'url' = '${url}', 'table-name' = '${schema}.v_label_coverage',
  'username' = '${user}', 'password' = '${password}',
  'scan.fetch-size' = '2000', 'scan.auto-commit' = 'false'
);

CREATE TEMPORARY TABLE label_delay (
  model_id STRING, model_version STRING, task STRING, segment STRING, `variant` STRING,
  window_start_at TIMESTAMP(6), window_end_at TIMESTAMP(6),
  labels BIGINT, mean_millis DOUBLE, p50_millis DOUBLE, p95_millis DOUBLE, p99_millis DOUBLE,
  relative_error DOUBLE, censored BIGINT,
  provisional BOOLEAN, revision BIGINT, computed_at TIMESTAMP(6), master BOOLEAN
) WITH (
  'connector' = 'jdbc', 'url' = '${url}', 'table-name' = '${schema}.v_label_delay',
  'username' = '${user}', 'password' = '${password}',
  'scan.fetch-size' = '2000', 'scan.auto-commit' = 'false'
);

-- Where the final word of the stream and that of the archive differ, one row per window and quantity.
CREATE TEMPORARY TABLE master_differences (
  model_id STRING, model_version STRING, task STRING, segment STRING, `variant` STRING,
  window_start_at TIMESTAMP(6), window_end_at TIMESTAMP(6),
  quantity STRING, speed DOUBLE, master DOUBLE, difference DOUBLE
) WITH (
  'connector' = 'jdbc', 'url' = '${url}', 'table-name' = '${schema}.v_master_differences',
  'username' = '${user}', 'password' = '${password}',
  'scan.fetch-size' = '2000', 'scan.auto-commit' = 'false'
);

-- Drift of every window as a whole.
CREATE TEMPORARY TABLE drift (
  model_id STRING, model_version STRING, segment STRING, profile_id STRING,
  window_start_at TIMESTAMP(6), window_end_at TIMESTAMP(6), evaluated_from_at TIMESTAMP(6),
  status STRING, predictions BIGINT, features INT, evaluated INT, flagged INT, severity DOUBLE,
  provisional BOOLEAN, revision BIGINT, computed_at TIMESTAMP(6)
) WITH (
  'connector' = 'jdbc', 'url' = '${url}', 'table-name' = '${schema}.v_drift',
  'username' = '${user}', 'password' = '${password}',
  'scan.fetch-size' = '2000', 'scan.auto-commit' = 'false'
);

-- The same by feature and metric; the model as a whole is the feature '*'.
CREATE TEMPORARY TABLE drift_readings (
  model_id STRING, model_version STRING, segment STRING, profile_id STRING,
  window_start_at TIMESTAMP(6), window_end_at TIMESTAMP(6), evaluated_from_at TIMESTAMP(6),
  feature STRING, kind STRING, `metric` STRING,
  `value` DOUBLE, low DOUBLE, high DOUBLE, standard_error DOUBLE, samples BIGINT, `method` STRING,
  threshold DOUBLE, p_value DOUBLE, q_value DOUBLE, severity DOUBLE, flagged BOOLEAN,
  status STRING, provisional BOOLEAN, revision BIGINT, computed_at TIMESTAMP(6),
  method_error DOUBLE, detail STRING
) WITH (
  'connector' = 'jdbc', 'url' = '${url}', 'table-name' = '${schema}.v_drift_readings',
  'username' = '${user}', 'password' = '${password}',
  'scan.fetch-size' = '2000', 'scan.auto-commit' = 'false'
);

-- Features that have materially drifted in a window, one row per metric that says so.
CREATE TEMPORARY TABLE drifting_features (
  model_id STRING, model_version STRING, segment STRING, profile_id STRING,
  window_start_at TIMESTAMP(6), window_end_at TIMESTAMP(6), evaluated_from_at TIMESTAMP(6),
  feature STRING, kind STRING, severity DOUBLE, `metric` STRING,
  `value` DOUBLE, low DOUBLE, high DOUBLE, standard_error DOUBLE, samples BIGINT, `method` STRING,
  threshold DOUBLE, p_value DOUBLE, q_value DOUBLE,
  provisional BOOLEAN, revision BIGINT, computed_at TIMESTAMP(6),
  method_error DOUBLE, detail STRING
) WITH (
  'connector' = 'jdbc', 'url' = '${url}', 'table-name' = '${schema}.v_drifting_features',
  'username' = '${user}', 'password' = '${password}',
  'scan.fetch-size' = '2000', 'scan.auto-commit' = 'false'
);

-- Features that were flagged in windows in a row, which is an alarm.
CREATE TEMPORARY TABLE drift_alarms (
  model_id STRING, model_version STRING, segment STRING, profile_id STRING,
  feature STRING, kind STRING, since_at TIMESTAMP(6), raised_at TIMESTAMP(6),
  window_end_at TIMESTAMP(6), windows INT, severity DOUBLE, provisional BOOLEAN
) WITH (
  'connector' = 'jdbc', 'url' = '${url}', 'table-name' = '${schema}.v_drift_alarms',
  'username' = '${user}', 'password' = '${password}',
  'scan.fetch-size' = '2000', 'scan.auto-commit' = 'false'
);

CREATE TEMPORARY TABLE drift_tiles (
  model_id STRING, model_version STRING, segment STRING, profile_id STRING,
  window_start_at TIMESTAMP(6), window_end_at TIMESTAMP(6),
  predictions BIGINT, tile BYTES, revision BIGINT, computed_at TIMESTAMP(6)
) WITH (
  'connector' = 'jdbc', 'url' = '${url}', 'table-name' = '${schema}.v_drift_tiles',
  'username' = '${user}', 'password' = '${password}',
  'scan.fetch-size' = '2000', 'scan.auto-commit' = 'false'
);

-- Models with an open alert, and those that have drifted in their newest window.
CREATE TEMPORARY TABLE alerted_models (
  model_id STRING, state STRING, owner STRING, team STRING, tier INT, model_version STRING, segment STRING,
  window_end_at TIMESTAMP(6), evaluated INT, flagged INT, severity DOUBLE, provisional BOOLEAN,
  rules ARRAY<STRING>
) WITH (
  'connector' = 'jdbc', 'url' = '${url}',
  'table-name' = '${schema}.v_alerted_models',
  'username' = '${user}', 'password' = '${password}',
  'scan.fetch-size' = '2000', 'scan.auto-commit' = 'false'
);

-- Alerts, open while resolved_at is null.
CREATE TEMPORARY TABLE alerts (
  alert_id STRING, rule STRING, model_id STRING, model_version STRING, team STRING, tier INT,
  severity STRING, summary STRING, details STRING, opened_at TIMESTAMP(6), resolved_at TIMESTAMP(6),
  resolution STRING, muted BOOLEAN, told ARRAY<STRING>, untold ARRAY<STRING>, verdict STRING,
  verdict_reason STRING, verdict_by STRING, verdict_at TIMESTAMP(6)
) WITH (
  'connector' = 'jdbc', 'url' = '${url}',
  'table-name' = '(SELECT alert_id::text AS alert_id, rule, model_id, model_version, team, tier, severity, summary, details::text AS details, opened_at, resolved_at, resolution, muted, told, untold, verdict, verdict_reason, verdict_by, verdict_at FROM ${schema}.v_alerts) AS v_alerts',
  'username' = '${user}', 'password' = '${password}',
  'scan.fetch-size' = '2000', 'scan.auto-commit' = 'false'
);

-- How many alerts of the last 30 days were right, of those that somebody has judged.
CREATE TEMPORARY TABLE alert_precision (
  model_id STRING, rule STRING, team STRING, tier INT, alerts BIGINT, judged BIGINT, judged_true BIGINT,
  unjudged BIGINT, `precision` DOUBLE, precision_low DOUBLE, precision_high DOUBLE
) WITH (
  'connector' = 'jdbc', 'url' = '${url}',
  'table-name' = '${schema}.v_alert_precision',
  'username' = '${user}', 'password' = '${password}',
  'scan.fetch-size' = '2000', 'scan.auto-commit' = 'false'
);

-- Detectors that have found a change in losses or residuals.
CREATE TEMPORARY TABLE change_alarms (
  model_id STRING, model_version STRING, segment STRING, window_start_at TIMESTAMP(6),
  window_end_at TIMESTAMP(6), detector STRING, since_at TIMESTAMP(6), statistic DOUBLE, threshold DOUBLE,
  samples BIGINT, provisional BOOLEAN, revision BIGINT, computed_at TIMESTAMP(6)
) WITH (
  'connector' = 'jdbc', 'url' = '${url}',
  'table-name' = '${schema}.v_change_alarms',
  'username' = '${user}', 'password' = '${password}',
  'scan.fetch-size' = '2000', 'scan.auto-commit' = 'false'
);

-- What changed between features and labels, by window.
CREATE TEMPORARY TABLE concept_drift (
  model_id STRING, model_version STRING, segment STRING, profile_id STRING, window_start_at TIMESTAMP(6),
  window_end_at TIMESTAMP(6), evaluated_from_at TIMESTAMP(6), status STRING, labels BIGINT, severity DOUBLE,
  flagged BOOLEAN, conditional_kl_normalised DOUBLE, low DOUBLE, high DOUBLE, standard_error DOUBLE,
  threshold DOUBLE, p_value DOUBLE, covariate_kl DOUBLE, provisional BOOLEAN, revision BIGINT,
  computed_at TIMESTAMP(6)
) WITH (
  'connector' = 'jdbc', 'url' = '${url}',
  'table-name' = '${schema}.v_concept_drift',
  'username' = '${user}', 'password' = '${password}',
  'scan.fetch-size' = '2000', 'scan.auto-commit' = 'false'
);

-- Refused records by day and reason.
CREATE TEMPORARY TABLE dead_letter_counts (
  received_on DATE, source_topic STRING, reason STRING, events BIGINT, first_received_at TIMESTAMP(6),
  last_received_at TIMESTAMP(6)
) WITH (
  'connector' = 'jdbc', 'url' = '${url}',
  'table-name' = '${schema}.v_dead_letter_counts',
  'username' = '${user}', 'password' = '${password}',
  'scan.fetch-size' = '2000', 'scan.auto-commit' = 'false'
);

-- Refused records, without what was sent: the topic dead_letters has that.
CREATE TEMPORARY TABLE stored_dead_letters (
  source_topic STRING, source_partition INT, source_offset BIGINT, reason STRING, field STRING,
  detail STRING, cut BOOLEAN, event_digest BYTES, received_at TIMESTAMP(6), stored_at TIMESTAMP(6)
) WITH (
  'connector' = 'jdbc', 'url' = '${url}',
  'table-name' = '${schema}.v_dead_letters',
  'username' = '${user}', 'password' = '${password}',
  'scan.fetch-size' = '2000', 'scan.auto-commit' = 'false'
);

-- What was decided about model versions, and from what; parts, missing, features and inputs are JSON.
CREATE TEMPORARY TABLE decisions (
  decision_id STRING, model_id STRING, model_version STRING, window_end_at TIMESTAMP(6), verdict STRING,
  `mode` STRING, `hold` STRING, attributed_to STRING, state_before STRING, state_after STRING, episode STRING,
  score DOUBLE, severity_class STRING, coverage DOUBLE, parts STRING, missing STRING, features STRING,
  profile_id STRING, policy STRING, policy_version INT, inputs STRING, explanation STRING,
  evidence_hash STRING, command_id STRING, tier INT, team STRING, decided_at TIMESTAMP(6),
  computed_at TIMESTAMP(6), command_state STRING
) WITH (
  'connector' = 'jdbc', 'url' = '${url}',
  'table-name' = '(SELECT decision_id, model_id, model_version, window_end_at, verdict, mode, hold, attributed_to, state_before, state_after, episode, score, severity_class, coverage, parts::text AS parts, missing::text AS missing, features::text AS features, profile_id, policy, policy_version, inputs, explanation, evidence_hash, command_id, tier, team, decided_at, computed_at, command_state FROM ${schema}.v_decisions) AS v_decisions',
  'username' = '${user}', 'password' = '${password}',
  'scan.fetch-size' = '2000', 'scan.auto-commit' = 'false'
);

-- The newest window of every model version, segment and profile.
CREATE TEMPORARY TABLE drift_latest (
  model_id STRING, model_version STRING, segment STRING, profile_id STRING, window_start_at TIMESTAMP(6),
  window_end_at TIMESTAMP(6), evaluated_from_at TIMESTAMP(6), status STRING, predictions BIGINT,
  features INT, evaluated INT, flagged INT, severity DOUBLE, provisional BOOLEAN, revision BIGINT,
  computed_at TIMESTAMP(6)
) WITH (
  'connector' = 'jdbc', 'url' = '${url}',
  'table-name' = '${schema}.v_drift_latest',
  'username' = '${user}', 'password' = '${password}',
  'scan.fetch-size' = '2000', 'scan.auto-commit' = 'false'
);

-- The newest comparison of two versions of an embedding; metrics, verdicts, floor and graph_consumers are JSON.
CREATE TEMPORARY TABLE embedding_stability (
  space_id STRING, version_before STRING, version_after STRING, document_revision BIGINT,
  as_of TIMESTAMP(6), baseline BOOLEAN, compatibility STRING, passed BOOLEAN, items_before BIGINT,
  items_after BIGINT, pairs BIGINT, unusable_pairs BIGINT, dimensions_before INT, dimensions_after INT,
  sample_size INT, neighbours INT, knn_overlap DOUBLE, cka_debiased DOUBLE, eigenspace_instability DOUBLE,
  raw_cosine DOUBLE, aligned_cosine DOUBLE, norm_ratio DOUBLE, metrics STRING, verdicts STRING,
  `floor` STRING, rotation_uri STRING, rotation_sha256 STRING, computed_at TIMESTAMP(6), up_to_date BOOLEAN,
  graph_consumers STRING, current_document BOOLEAN, newest_revision BIGINT
) WITH (
  'connector' = 'jdbc', 'url' = '${url}',
  'table-name' = '(SELECT space_id, version_before, version_after, document_revision, as_of, baseline, compatibility, passed, items_before, items_after, pairs, unusable_pairs, dimensions_before, dimensions_after, sample_size, neighbours, knn_overlap, cka_debiased, eigenspace_instability, raw_cosine, aligned_cosine, norm_ratio, metrics::text AS metrics, verdicts::text AS verdicts, floor::text AS floor, rotation_uri, rotation_sha256, computed_at, up_to_date, graph_consumers::text AS graph_consumers, current_document, newest_revision FROM ${schema}.v_embedding_stability) AS v_embedding_stability',
  'username' = '${user}', 'password' = '${password}',
  'scan.fetch-size' = '2000', 'scan.auto-commit' = 'false'
);

-- What depends on what: downstream reads upstream. An edge holds while valid_to is null.
CREATE TEMPORARY TABLE graph_edges (
  edge_id STRING, upstream STRING, downstream STRING, kind STRING, source STRING, valid_from TIMESTAMP(6),
  valid_to TIMESTAMP(6), created_by STRING
) WITH (
  'connector' = 'jdbc', 'url' = '${url}',
  'table-name' = '(SELECT edge_id::text AS edge_id, upstream, downstream, kind, source, valid_from, valid_to, created_by FROM ${schema}.v_graph_edges) AS v_graph_edges',
  'username' = '${user}', 'password' = '${password}',
  'scan.fetch-size' = '2000', 'scan.auto-commit' = 'false'
);

-- What there is: sources, features, models, embedding spaces, consumers.
CREATE TEMPORARY TABLE graph_nodes (
  node_id STRING, kind STRING, name STRING, owner STRING, team STRING, tier INT, state STRING,
  model_id STRING, source STRING, created_at TIMESTAMP(6)
) WITH (
  'connector' = 'jdbc', 'url' = '${url}',
  'table-name' = '${schema}.v_graph_nodes',
  'username' = '${user}', 'password' = '${password}',
  'scan.fetch-size' = '2000', 'scan.auto-commit' = 'false'
);

-- The newest window of every model version, segment and variant.
CREATE TEMPORARY TABLE label_coverage_latest (
  model_id STRING, model_version STRING, task STRING, segment STRING, `variant` STRING,
  window_start_at TIMESTAMP(6), window_end_at TIMESTAMP(6), `received` BIGINT, predictions BIGINT,
  joined BIGINT, waiting BIGINT, unlabelled BIGINT, duplicates BIGINT, conflicts BIGINT, matured BIGINT,
  matched_matured BIGINT, coverage DOUBLE, coverage_so_far DOUBLE, expected_coverage DOUBLE,
  provisional BOOLEAN, revision BIGINT, computed_at TIMESTAMP(6), master BOOLEAN
) WITH (
  'connector' = 'jdbc', 'url' = '${url}',
  'table-name' = '${schema}.v_label_coverage_latest',
  'username' = '${user}', 'password' = '${password}',
  'scan.fetch-size' = '2000', 'scan.auto-commit' = 'false'
);

-- The newest window of every model version, segment and variant.
CREATE TEMPORARY TABLE label_delay_latest (
  model_id STRING, model_version STRING, task STRING, segment STRING, `variant` STRING,
  window_start_at TIMESTAMP(6), window_end_at TIMESTAMP(6), labels BIGINT, mean_millis DOUBLE,
  p50_millis DOUBLE, p95_millis DOUBLE, p99_millis DOUBLE, relative_error DOUBLE, censored BIGINT,
  provisional BOOLEAN, revision BIGINT, computed_at TIMESTAMP(6), master BOOLEAN
) WITH (
  'connector' = 'jdbc', 'url' = '${url}',
  'table-name' = '${schema}.v_label_delay_latest',
  'username' = '${user}', 'password' = '${password}',
  'scan.fetch-size' = '2000', 'scan.auto-commit' = 'false'
);

-- Versions as registered.
CREATE TEMPORARY TABLE model_versions (
  model_id STRING, version STRING, state STRING, training_run STRING, data_start_at TIMESTAMP(6),
  data_end_at TIMESTAMP(6), features ARRAY<STRING>, created_at TIMESTAMP(6), changed_at TIMESTAMP(6)
) WITH (
  'connector' = 'jdbc', 'url' = '${url}',
  'table-name' = '${schema}.v_model_versions',
  'username' = '${user}', 'password' = '${password}',
  'scan.fetch-size' = '2000', 'scan.auto-commit' = 'false'
);

-- The registry.
CREATE TEMPORARY TABLE registered_models (
  model_id STRING, state STRING, owner STRING, team STRING, tier INT, description STRING,
  tags ARRAY<STRING>, framework STRING, cadence STRING, created_at TIMESTAMP(6), changed_at TIMESTAMP(6)
) WITH (
  'connector' = 'jdbc', 'url' = '${url}',
  'table-name' = '${schema}.v_models',
  'username' = '${user}', 'password' = '${password}',
  'scan.fetch-size' = '2000', 'scan.auto-commit' = 'false'
);

-- Models of which nobody is told.
CREATE TEMPORARY TABLE muted_models (
  model_id STRING, muted_by STRING, muted_at TIMESTAMP(6), muted_until TIMESTAMP(6), reason STRING
) WITH (
  'connector' = 'jdbc', 'url' = '${url}',
  'table-name' = '${schema}.v_muted_models',
  'username' = '${user}', 'password' = '${password}',
  'scan.fetch-size' = '2000', 'scan.auto-commit' = 'false'
);

-- Performance as estimated before the labels are there.
CREATE TEMPORARY TABLE performance_estimates (
  model_id STRING, model_version STRING, segment STRING, window_start_at TIMESTAMP(6),
  window_end_at TIMESTAMP(6), `metric` STRING, `value` DOUBLE, low DOUBLE, high DOUBLE,
  standard_error DOUBLE, samples BIGINT, trust DOUBLE, trust_windows BIGINT, revision BIGINT,
  computed_at TIMESTAMP(6)
) WITH (
  'connector' = 'jdbc', 'url' = '${url}',
  'table-name' = '${schema}.v_performance_estimates',
  'username' = '${user}', 'password' = '${password}',
  'scan.fetch-size' = '2000', 'scan.auto-commit' = 'false'
);

-- The newest window of every model version, segment, variant and metric.
CREATE TEMPORARY TABLE performance_latest (
  model_id STRING, model_version STRING, task STRING, segment STRING, `variant` STRING,
  window_start_at TIMESTAMP(6), window_end_at TIMESTAMP(6), `metric` STRING, `value` DOUBLE, low DOUBLE,
  high DOUBLE, se DOUBLE, bound_low DOUBLE, bound_high DOUBLE, samples BIGINT, effective_samples DOUBLE,
  provisional BOOLEAN, estimated BOOLEAN, revision BIGINT, computed_at TIMESTAMP(6), master BOOLEAN
) WITH (
  'connector' = 'jdbc', 'url' = '${url}',
  'table-name' = '${schema}.v_performance_latest',
  'username' = '${user}', 'password' = '${password}',
  'scan.fetch-size' = '2000', 'scan.auto-commit' = 'false'
);

-- Money for retrains by UTC month.
CREATE TEMPORARY TABLE retrain_budgets (
  `month` DATE, cap DECIMAL(14, 2), tier1_reserve DECIMAL(14, 2), spent DECIMAL(14, 2),
  reserved DECIMAL(14, 2), overrun DECIMAL(14, 2), `free` DECIMAL(14, 2)
) WITH (
  'connector' = 'jdbc', 'url' = '${url}',
  'table-name' = '${schema}.v_retrain_budgets',
  'username' = '${user}', 'password' = '${password}',
  'scan.fetch-size' = '2000', 'scan.auto-commit' = 'false'
);

-- Whether a retrain made the model better.
CREATE TEMPORARY TABLE retrain_outcomes (
  command_id STRING, model_id STRING, tier INT, issued_at TIMESTAMP(6), state STRING, model_version STRING,
  new_version STRING, ran BOOLEAN, ended BOOLEAN, deployed_at TIMESTAMP(6), `metric` STRING,
  `before` DOUBLE, `after` DOUBLE, improved BOOLEAN, margin DOUBLE, verdict STRING, known_at TIMESTAMP(6)
) WITH (
  'connector' = 'jdbc', 'url' = '${url}',
  'table-name' = '(SELECT command_id::text AS command_id, model_id, tier, issued_at, state, model_version, new_version, ran, ended, deployed_at, metric, before, after, improved, margin, verdict, known_at FROM ${schema}.v_retrain_outcomes) AS v_retrain_outcomes',
  'username' = '${user}', 'password' = '${password}',
  'scan.fetch-size' = '2000', 'scan.auto-commit' = 'false'
);

-- Commands that wait for a place or for money.
CREATE TEMPORARY TABLE retrain_queue (
  command_id STRING, model_id STRING, team STRING, tier INT, state STRING, rank_at TIMESTAMP(6),
  received_at TIMESTAMP(6), estimated_cost DECIMAL(14, 2), place BIGINT, expected_at TIMESTAMP(6)
) WITH (
  'connector' = 'jdbc', 'url' = '${url}',
  'table-name' = '(SELECT command_id::text AS command_id, model_id, team, tier, state, rank_at, received_at, estimated_cost, place, expected_at FROM ${schema}.v_retrain_queue) AS v_retrain_queue',
  'username' = '${user}', 'password' = '${password}',
  'scan.fetch-size' = '2000', 'scan.auto-commit' = 'false'
);

-- How often retrains were of use, by month and tier.
CREATE TEMPORARY TABLE retrain_ratios (
  `month` DATE, tier INT, issued BIGINT, ran BIGINT, succeeded BIGINT, deployed BIGINT, improved BIGINT,
  success_ratio DOUBLE, waste_ratio DOUBLE, improved_ratio DOUBLE
) WITH (
  'connector' = 'jdbc', 'url' = '${url}',
  'table-name' = '${schema}.v_retrain_ratios',
  'username' = '${user}', 'password' = '${password}',
  'scan.fetch-size' = '2000', 'scan.auto-commit' = 'false'
);

-- How long a command takes from the decision until the scheduler has it.
CREATE TEMPORARY TABLE retrain_sla (
  command_id STRING, model_id STRING, tier INT, state STRING, issued_at TIMESTAMP(6),
  accepted_at TIMESTAMP(6), person_seconds DOUBLE, clock_seconds DOUBLE, within_seconds INT, missed BOOLEAN
) WITH (
  'connector' = 'jdbc', 'url' = '${url}',
  'table-name' = '(SELECT command_id::text AS command_id, model_id, tier, state, issued_at, accepted_at, person_seconds, clock_seconds, within_seconds, missed FROM ${schema}.v_retrain_sla) AS v_retrain_sla',
  'username' = '${user}', 'password' = '${password}',
  'scan.fetch-size' = '2000', 'scan.auto-commit' = 'false'
);

-- Commands and what became of them.
CREATE TEMPORARY TABLE retrains (
  command_id STRING, model_id STRING, model_version STRING, team STRING, tier INT, action STRING,
  reason_class STRING, episode STRING, attempt INT, severity DOUBLE, severity_class STRING, `mode` STRING,
  state STRING, state_at TIMESTAMP(6), reason STRING, issued_at TIMESTAMP(6), received_at TIMESTAMP(6),
  granted_at TIMESTAMP(6), accepted_at TIMESTAMP(6), started_at TIMESTAMP(6), ended_at TIMESTAMP(6),
  new_version STRING, estimated_cost DECIMAL(14, 2), reserved_cost DECIMAL(14, 2),
  actual_cost DECIMAL(14, 2), wave INT, generation INT, decision_id STRING, policy STRING,
  approval_expires_at TIMESTAMP(6), evidence_hash STRING, may_run BOOLEAN, by_person BOOLEAN
) WITH (
  'connector' = 'jdbc', 'url' = '${url}',
  'table-name' = '(SELECT command_id::text AS command_id, model_id, model_version, team, tier, action, reason_class, episode, attempt, severity, severity_class, mode, state, state_at, reason, issued_at, received_at, granted_at, accepted_at, started_at, ended_at, new_version, estimated_cost, reserved_cost, actual_cost, wave, generation, decision_id, policy, approval_expires_at, evidence_hash, may_run, by_person FROM ${schema}.v_retrains) AS v_retrains',
  'username' = '${user}', 'password' = '${password}',
  'scan.fetch-size' = '2000', 'scan.auto-commit' = 'false'
);

-- How stale model versions are and were; parts, missing and features are JSON.
CREATE TEMPORARY TABLE staleness (
  model_id STRING, model_version STRING, revision BIGINT, state STRING, previous_state STRING,
  since_at TIMESTAMP(6), suspension STRING, episode STRING, score DOUBLE, coverage DOUBLE, parts STRING,
  missing STRING, features STRING, policy STRING, policy_version INT, window_end_at TIMESTAMP(6), tier INT,
  team STRING, judged_at TIMESTAMP(6), computed_at TIMESTAMP(6), at_risk_from DOUBLE,
  stale_from DOUBLE
) WITH (
  'connector' = 'jdbc', 'url' = '${url}',
  'table-name' = '(SELECT model_id, model_version, revision, state, previous_state, since_at, suspension, episode, score, coverage, parts::text AS parts, missing::text AS missing, features::text AS features, policy, policy_version, window_end_at, tier, team, judged_at, computed_at, at_risk_from, stale_from FROM ${schema}.v_staleness) AS v_staleness',
  'username' = '${user}', 'password' = '${password}',
  'scan.fetch-size' = '2000', 'scan.auto-commit' = 'false'
);

-- How stale every model version is now.
CREATE TEMPORARY TABLE staleness_latest (
  model_id STRING, model_version STRING, revision BIGINT, state STRING, previous_state STRING,
  since_at TIMESTAMP(6), suspension STRING, episode STRING, score DOUBLE, coverage DOUBLE, parts STRING,
  missing STRING, features STRING, policy STRING, policy_version INT, window_end_at TIMESTAMP(6), tier INT,
  team STRING, judged_at TIMESTAMP(6), computed_at TIMESTAMP(6)
) WITH (
  'connector' = 'jdbc', 'url' = '${url}',
  'table-name' = '(SELECT model_id, model_version, revision, state, previous_state, since_at, suspension, episode, score, coverage, parts::text AS parts, missing::text AS missing, features::text AS features, policy, policy_version, window_end_at, tier, team, judged_at, computed_at FROM ${schema}.v_staleness_latest) AS v_staleness_latest',
  'username' = '${user}', 'password' = '${password}',
  'scan.fetch-size' = '2000', 'scan.auto-commit' = 'false'
);

-- Models of which no predictions come.
CREATE TEMPORARY TABLE unused_models (
  model_id STRING, state STRING, owner STRING, team STRING, tier INT, created_at TIMESTAMP(6),
  last_window_end_at TIMESTAMP(6)
) WITH (
  'connector' = 'jdbc', 'url' = '${url}',
  'table-name' = '${schema}.v_unused_models',
  'username' = '${user}', 'password' = '${password}',
  'scan.fetch-size' = '2000', 'scan.auto-commit' = 'false'
);

-- Models that anything is known of: registered, judged, labelled or watched for drift.
CREATE TEMPORARY TABLE known_models (
  model_id STRING, state STRING, owner STRING, team STRING, tier INT
) WITH (
  'connector' = 'jdbc', 'url' = '${url}',
  'table-name' = '${schema}.v_known_models',
  'username' = '${user}', 'password' = '${password}',
  'scan.fetch-size' = '2000', 'scan.auto-commit' = 'false'
);

-- Every version that was ever judged, as it is now; ask for `current` to have one row for each model. features is JSON.
CREATE TEMPORARY TABLE fleet (
  model_id STRING, model_version STRING, `current` BOOLEAN, team STRING, tier INT, owner STRING,
  state STRING, state_code INT, suspension STRING, since_at TIMESTAMP(6), episode STRING,
  score DOUBLE, severity_class STRING, coverage DOUBLE, features STRING, policy STRING,
  window_end_at TIMESTAMP(6), judged_at TIMESTAMP(6), seconds_since_judged DOUBLE, overdue BOOLEAN,
  open_alerts BIGINT, muted BOOLEAN, at_risk_from DOUBLE, stale_from DOUBLE
) WITH (
  'connector' = 'jdbc', 'url' = '${url}',
  'table-name' = '(SELECT model_id, model_version, current, team, tier, owner, state, state_code, suspension, since_at, episode, score, severity_class, coverage, features::text AS features, policy, window_end_at, judged_at, seconds_since_judged, overdue, open_alerts, muted, at_risk_from, stale_from FROM ${schema}.v_fleet) AS v_fleet',
  'username' = '${user}', 'password' = '${password}',
  'scan.fetch-size' = '2000', 'scan.auto-commit' = 'false'
);

-- When versions changed their state.
CREATE TEMPORARY TABLE state_changes (
  model_id STRING, model_version STRING, tier INT, team STRING, changed_at TIMESTAMP(6),
  previous_state STRING, state STRING, state_code INT, suspension STRING, episode STRING,
  score DOUBLE
) WITH (
  'connector' = 'jdbc', 'url' = '${url}',
  'table-name' = '${schema}.v_state_changes',
  'username' = '${user}', 'password' = '${password}',
  'scan.fetch-size' = '2000', 'scan.auto-commit' = 'false'
);

-- From one judgement of a version to its next, and from when on that was too long.
CREATE TEMPORARY TABLE evaluation_gaps (
  model_id STRING, model_version STRING, tier INT, team STRING, previous_at TIMESTAMP(6),
  judged_at TIMESTAMP(6), gap_seconds DOUBLE, within_seconds INT, objective DOUBLE,
  late_from_at TIMESTAMP(6)
) WITH (
  'connector' = 'jdbc', 'url' = '${url}',
  'table-name' = '${schema}.v_evaluation_gaps',
  'username' = '${user}', 'password' = '${password}',
  'scan.fetch-size' = '2000', 'scan.auto-commit' = 'false'
);

-- The same by hour, tier and team, for long spans.
CREATE TEMPORARY TABLE evaluation_hours (
  hour_at TIMESTAMP(6), tier INT, team STRING, judgements BIGINT, gap_seconds DOUBLE,
  late_seconds DOUBLE, objective DOUBLE
) WITH (
  'connector' = 'jdbc', 'url' = '${url}',
  'table-name' = '${schema}.v_evaluation_hours',
  'username' = '${user}', 'password' = '${password}',
  'scan.fetch-size' = '2000', 'scan.auto-commit' = 'false'
);

-- The mean of a day's windows of performance, for long spans.
CREATE TEMPORARY TABLE performance_days (
  model_id STRING, model_version STRING, task STRING, segment STRING, `variant` STRING,
  metric STRING, estimated BOOLEAN, provisional BOOLEAN, `day` DATE, day_at TIMESTAMP(6),
  windows BIGINT, samples BIGINT, effective_samples DOUBLE, mean DOUBLE, low DOUBLE, high DOUBLE,
  se DOUBLE, `least` DOUBLE, most DOUBLE, master BOOLEAN
) WITH (
  'connector' = 'jdbc', 'url' = '${url}',
  'table-name' = '${schema}.v_performance_days',
  'username' = '${user}', 'password' = '${password}',
  'scan.fetch-size' = '2000', 'scan.auto-commit' = 'false'
);

-- The sums of a day's windows of label coverage, for long spans.
CREATE TEMPORARY TABLE coverage_days (
  model_id STRING, model_version STRING, `day` DATE, day_at TIMESTAMP(6), provisional BOOLEAN,
  windows BIGINT, received BIGINT, predictions BIGINT, duplicates BIGINT, conflicts BIGINT,
  matured BIGINT, matched_matured BIGINT, coverage DOUBLE, master BOOLEAN
) WITH (
  'connector' = 'jdbc', 'url' = '${url}',
  'table-name' = '${schema}.v_coverage_days',
  'username' = '${user}', 'password' = '${password}',
  'scan.fetch-size' = '2000', 'scan.auto-commit' = 'false'
);

-- What is to be summed up yet.
CREATE TEMPORARY TABLE roll_ups (
  roll_up STRING, waiting BIGINT, oldest_at TIMESTAMP(6), seconds DOUBLE
) WITH (
  'connector' = 'jdbc', 'url' = '${url}',
  'table-name' = '${schema}.v_roll_ups',
  'username' = '${user}', 'password' = '${password}',
  'scan.fetch-size' = '2000', 'scan.auto-commit' = 'false'
);

-- Where versions serve and served.
CREATE TEMPORARY TABLE deployments (
  deployment_id STRING, model_id STRING, `version` STRING, `environment` STRING, `role` STRING,
  `share` DOUBLE, started_at TIMESTAMP(6), ended_at TIMESTAMP(6)
) WITH (
  'connector' = 'jdbc', 'url' = '${url}',
  'table-name' = '(SELECT deployment_id::text AS deployment_id, model_id, version, environment, role, share, started_at, ended_at FROM ${schema}.v_deployments) AS v_deployments',
  'username' = '${user}', 'password' = '${password}',
  'scan.fetch-size' = '2000', 'scan.auto-commit' = 'false'
);

-- Every status of every command, from when to when.
CREATE TEMPORARY TABLE retrain_changes (
  command_id STRING, model_id STRING, team STRING, tier INT, revision BIGINT, state STRING,
  entered_at TIMESTAMP(6), left_at TIMESTAMP(6), reason STRING
) WITH (
  'connector' = 'jdbc', 'url' = '${url}',
  'table-name' = '(SELECT command_id::text AS command_id, model_id, team, tier, revision, state, entered_at, left_at, reason FROM ${schema}.v_retrain_changes) AS v_retrain_changes',
  'username' = '${user}', 'password' = '${password}',
  'scan.fetch-size' = '2000', 'scan.auto-commit' = 'false'
);

-- How many commands may be active at once, and how many are.
CREATE TEMPORARY TABLE retrain_caps (
  `scope` STRING, `name` STRING, cap INT, `active` BIGINT
) WITH (
  'connector' = 'jdbc', 'url' = '${url}',
  'table-name' = '${schema}.v_retrain_caps',
  'username' = '${user}', 'password' = '${password}',
  'scan.fetch-size' = '2000', 'scan.auto-commit' = 'false'
);

-- The cost ledger: every movement of money of every command. SPENT and OVERRUN are costs, RESERVED and RELEASED are not.
CREATE TEMPORARY TABLE retrain_costs (
  cost_id BIGINT, command_id STRING, model_id STRING, team STRING, tier INT, `month` DATE,
  kind STRING, amount DECIMAL(14, 2), `at` TIMESTAMP(6)
) WITH (
  'connector' = 'jdbc', 'url' = '${url}',
  'table-name' = '(SELECT cost_id, command_id::text AS command_id, model_id, team, tier, month, kind, amount, at FROM ${schema}.v_retrain_costs) AS v_retrain_costs',
  'username' = '${user}', 'password' = '${password}',
  'scan.fetch-size' = '2000', 'scan.auto-commit' = 'false'
);

-- Whether alarms that led to a command were right, as far as it shows.
CREATE TEMPORARY TABLE alarm_verdicts (
  command_id STRING, model_id STRING, model_version STRING, team STRING, tier INT,
  reason_class STRING, episode STRING, issued_at TIMESTAMP(6), verdict STRING, confirmed BOOLEAN,
  known_at TIMESTAMP(6), deployed_at TIMESTAMP(6)
) WITH (
  'connector' = 'jdbc', 'url' = '${url}',
  'table-name' = '(SELECT command_id::text AS command_id, model_id, model_version, team, tier, reason_class, episode, issued_at, verdict, confirmed, known_at, deployed_at FROM ${schema}.v_alarm_verdicts) AS v_alarm_verdicts',
  'username' = '${user}', 'password' = '${password}',
  'scan.fetch-size' = '2000', 'scan.auto-commit' = 'false'
);

-- Decisions whose row says something else than the audit log.
CREATE TEMPORARY TABLE changed_decisions (
  decision_id STRING, model_id STRING, model_version STRING, decided_at TIMESTAMP(6), seq BIGINT
) WITH (
  'connector' = 'jdbc', 'url' = '${url}',
  'table-name' = '${schema}.v_changed_decisions',
  'username' = '${user}', 'password' = '${password}',
  'scan.fetch-size' = '2000', 'scan.auto-commit' = 'false'
);

-- What the vectors of versions of embedding spaces were, window by window; breached and metrics are JSON.
CREATE TEMPORARY TABLE embedding_traffic (
  space_id STRING, embedding_version STRING, window_start_at TIMESTAMP(6),
  window_end_at TIMESTAMP(6), document_revision BIGINT, dimensions INT, vectors BIGINT, gone BIGINT,
  reference_start_at TIMESTAMP(6), reference_end_at TIMESTAMP(6), reference_vectors BIGINT,
  mean_shift DOUBLE, covariance_change DOUBLE, norm_ratio DOUBLE, unusable_rise DOUBLE,
  freshness_p50_seconds DOUBLE, freshness_p95_seconds DOUBLE, breached STRING, metrics STRING,
  computed_at TIMESTAMP(6)
) WITH (
  'connector' = 'jdbc', 'url' = '${url}',
  'table-name' = '(SELECT space_id, embedding_version, window_start_at, window_end_at, document_revision, dimensions, vectors, gone, reference_start_at, reference_end_at, reference_vectors, mean_shift, covariance_change, norm_ratio, unusable_rise, freshness_p50_seconds, freshness_p95_seconds, breached::text AS breached, metrics::text AS metrics, computed_at FROM ${schema}.v_embedding_traffic) AS v_embedding_traffic',
  'username' = '${user}', 'password' = '${password}',
  'scan.fetch-size' = '2000', 'scan.auto-commit' = 'false'
);

-- On which versions of embedding spaces predictions rest, window by window; versions is JSON.
CREATE TEMPORARY TABLE embedding_mixtures (
  model_id STRING, model_version STRING, space_id STRING, window_start_at TIMESTAMP(6),
  window_end_at TIMESTAMP(6), predictions BIGINT, mixing STRING, threshold DOUBLE,
  within_predictions BIGINT, within_share DOUBLE, within_low DOUBLE, within_high DOUBLE,
  versions STRING, computed_at TIMESTAMP(6)
) WITH (
  'connector' = 'jdbc', 'url' = '${url}',
  'table-name' = '(SELECT model_id, model_version, space_id, window_start_at, window_end_at, predictions, mixing, threshold, within_predictions, within_share, within_low, within_high, versions::text AS versions, computed_at FROM ${schema}.v_embedding_mixtures) AS v_embedding_mixtures',
  'username' = '${user}', 'password' = '${password}',
  'scan.fetch-size' = '2000', 'scan.auto-commit' = 'false'
);

-- Embedding spaces that were registered; document is JSON.
CREATE TEMPORARY TABLE embedding_spaces (
  space_id STRING, revision BIGINT, state STRING, team STRING, `document` STRING,
  created_at TIMESTAMP(6), changed_at TIMESTAMP(6)
) WITH (
  'connector' = 'jdbc', 'url' = '${url}',
  'table-name' = '(SELECT space_id, revision, state, team, document::text AS document, created_at, changed_at FROM ${schema}.v_embedding_spaces) AS v_embedding_spaces',
  'username' = '${user}', 'password' = '${password}',
  'scan.fetch-size' = '2000', 'scan.auto-commit' = 'false'
);

-- Policies in force, as they go to their topic.
CREATE TEMPORARY TABLE policy_messages (
  policy STRING, record_key BYTES, `message` BYTES
) WITH (
  'connector' = 'jdbc', 'url' = '${url}',
  'table-name' = '${schema}.v_policy_messages',
  'username' = '${user}', 'password' = '${password}',
  'scan.fetch-size' = '2000', 'scan.auto-commit' = 'false'
);

-- Dependencies of models, as they go to their topic; of one that has ended the message is null.
CREATE TEMPORARY TABLE dependency_messages (
  edge_id STRING, record_key BYTES, `message` BYTES
) WITH (
  'connector' = 'jdbc', 'url' = '${url}',
  'table-name' = '(SELECT edge_id::text AS edge_id, record_key, message FROM ${schema}.v_dependency_messages) AS v_dependency_messages',
  'username' = '${user}', 'password' = '${password}',
  'scan.fetch-size' = '2000', 'scan.auto-commit' = 'false'
);

-- Label coverage of every model over its newest seven days of final windows.
CREATE TEMPORARY TABLE final_coverage (
  model_id STRING, team STRING, tier INT, state STRING, final_at TIMESTAMP(6), last_at TIMESTAMP(6),
  windows BIGINT, predictions BIGINT, matured BIGINT, matched_matured BIGINT, coverage DOUBLE
) WITH (
  'connector' = 'jdbc', 'url' = '${url}',
  'table-name' = '${schema}.v_final_coverage',
  'username' = '${user}', 'password' = '${password}',
  'scan.fetch-size' = '2000', 'scan.auto-commit' = 'false'
);

-- Batch runs over the archive that have ended well, and what they found.
CREATE TEMPORARY TABLE master_runs (
  first_day DATE, last_day DATE, started_at TIMESTAMP(6), ended_at TIMESTAMP(6), looked_at TIMESTAMP(6),
  covered_through TIMESTAMP(6), windows BIGINT, not_covered BIGINT, too_long BIGINT,
  compared_rows BIGINT, differences BIGINT, left_until TIMESTAMP(6)
) WITH (
  'connector' = 'jdbc', 'url' = '${url}',
  'table-name' = '(SELECT first_day, last_day, started_at, ended_at, looked_at, covered_through, windows, not_covered, too_long, compared_rows, differences, left_until FROM ${schema}.v_master_runs) AS v_master_runs',
  'username' = '${user}', 'password' = '${password}',
  'scan.fetch-size' = '2000', 'scan.auto-commit' = 'false'
);

-- Pairs of versions of embedding spaces and what was said of them, without the graph's consumers; verdicts is JSON.
CREATE TEMPORARY TABLE embedding_pairs (
  space_id STRING, version_before STRING, version_after STRING, baseline BOOLEAN, compatibility STRING,
  document_revision BIGINT, as_of TIMESTAMP(6), computed_at TIMESTAMP(6), up_to_date BOOLEAN,
  current_document BOOLEAN, dropped BOOLEAN, verdicts STRING
) WITH (
  'connector' = 'jdbc', 'url' = '${url}',
  'table-name' = '(SELECT space_id, version_before, version_after, baseline, compatibility, document_revision, as_of, computed_at, up_to_date, current_document, dropped, verdicts::text AS verdicts FROM ${schema}.v_embedding_pairs) AS v_embedding_pairs',
  'username' = '${user}', 'password' = '${password}',
  'scan.fetch-size' = '2000', 'scan.auto-commit' = 'false'
);

-- Baseline pairs of embedding spaces that do not pass themselves: no new version will pass there.
CREATE TEMPORARY TABLE unfit_baselines (
  space_id STRING, version_before STRING, version_after STRING, usages ARRAY<STRING>, reasons ARRAY<STRING>,
  team STRING, tier INT, document_revision BIGINT, as_of TIMESTAMP(6), computed_at TIMESTAMP(6),
  up_to_date BOOLEAN, current_document BOOLEAN
) WITH (
  'connector' = 'jdbc', 'url' = '${url}',
  'table-name' = '${schema}.v_unfit_baselines',
  'username' = '${user}', 'password' = '${password}',
  'scan.fetch-size' = '2000', 'scan.auto-commit' = 'false'
);
