-- Runway's topics as tables. `./runway sql` fills in ${bootstrap} and ${namespace} and runs this before the prompt.
-- Bounded: a question reads what is there now and ends. To go on reading, put this behind the table's name
--   /*+ OPTIONS('scan.bounded.mode'='unbounded') */
-- and say SET 'execution.runtime-mode'='streaming'; first. Windows over a stream go by appended_at, the time of the broker,
-- which every topic has: TUMBLE(TABLE predictions, DESCRIPTOR(appended_at), INTERVAL '1' MINUTE).
-- What is no JSON is skipped here; a field of another type than the column's is null, and the record is there, though the
-- jobs refused it: dead_letters has what they refused and why. Times that a producer may send as it likes are STRING:
-- epoch milliseconds or ISO 8601; those that Runway's jobs write are BIGINT, epoch milliseconds.
-- Of a compacted topic older records of a key may be there still; its table named latest_... has the newest of each. What was
-- deleted is in neither: a record without a value is skipped.

CREATE TEMPORARY TABLE predictions (
  prediction_id STRING,
  model_id STRING,
  model_version STRING,
  predicted_at STRING,                        -- as sent: epoch milliseconds or ISO 8601
  score DOUBLE,
  label STRING,
  `value` DOUBLE,
  ranking ARRAY<STRING>,
  features MAP<STRING, STRING>,
  entity_id STRING,
  segment STRING,
  experiment STRING,
  `variant` STRING,
  propensity DOUBLE,
  weight DOUBLE,
  embeddings ARRAY<ROW<space_id STRING, embedding_version STRING>>,
  appended_at TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,
  `partition` INT METADATA VIRTUAL,
  `offset` BIGINT METADATA VIRTUAL,
  WATERMARK FOR appended_at AS appended_at - INTERVAL '5' SECOND
) WITH (
  'connector' = 'kafka',
  'topic' = '${namespace}.predictions',
  'properties.bootstrap.servers' = '${bootstrap}',
  'scan.startup.mode' = 'earliest-offset',
  'scan.bounded.mode' = 'latest-offset',
  'format' = 'json',
  'json.ignore-parse-errors' = 'true'
);

CREATE TEMPORARY TABLE outcomes (
  prediction_id STRING,
  model_id STRING,
  observed_at STRING,                         -- as sent: epoch milliseconds or ISO 8601
  label STRING,
  `value` DOUBLE,
  item STRING,
  sequence BIGINT,
  retracts BIGINT,
  appended_at TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,
  `partition` INT METADATA VIRTUAL,
  `offset` BIGINT METADATA VIRTUAL,
  WATERMARK FOR appended_at AS appended_at - INTERVAL '5' SECOND
) WITH (
  'connector' = 'kafka',
  'topic' = '${namespace}.outcomes',
  'properties.bootstrap.servers' = '${bootstrap}',
  'scan.startup.mode' = 'earliest-offset',
  'scan.bounded.mode' = 'latest-offset',
  'format' = 'json',
  'json.ignore-parse-errors' = 'true'
);

-- Every revision of every joined prediction; latest_groundtruth has the newest one of each.
CREATE TEMPORARY TABLE groundtruth (
  model_id STRING,
  prediction_id STRING,
  revision BIGINT,
  `maturity` STRING,
  status STRING,
  model_version STRING,
  predicted_at BIGINT,                        -- epoch milliseconds
  score DOUBLE,
  label STRING,
  `value` DOUBLE,
  segment STRING,
  `variant` STRING,
  weight DOUBLE,
  actual_label STRING,
  actual_value DOUBLE,
  delay_millis BIGINT,
  outcomes INT,
  predicted_time AS TO_TIMESTAMP_LTZ(predicted_at, 3),
  appended_at TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,
  WATERMARK FOR appended_at AS appended_at - INTERVAL '5' SECOND
) WITH (
  'connector' = 'kafka',
  'topic' = '${namespace}.groundtruth',
  'properties.bootstrap.servers' = '${bootstrap}',
  'scan.startup.mode' = 'earliest-offset',
  'scan.bounded.mode' = 'latest-offset',
  'format' = 'json',
  'json.ignore-parse-errors' = 'true'
);

CREATE TEMPORARY VIEW latest_groundtruth AS
SELECT model_id, prediction_id, revision, maturity, status, model_version, predicted_time, score, label,
       `value`, segment, `variant`, weight, actual_label, actual_value, delay_millis, outcomes
FROM (
  SELECT model_id, prediction_id, revision, maturity, status, model_version, predicted_time, score, label,
         `value`, segment, `variant`, weight, actual_label, actual_value, delay_millis, outcomes,
         ROW_NUMBER() OVER (PARTITION BY model_id, prediction_id ORDER BY revision DESC) AS place
  FROM groundtruth)
WHERE place = 1;

CREATE TEMPORARY TABLE late_outcomes (
  prediction_id STRING,
  model_id STRING,
  observed_at BIGINT,                         -- epoch milliseconds
  label STRING,
  `value` DOUBLE,
  item STRING,
  sequence BIGINT,
  retracts BIGINT,
  why STRING,
  model_version STRING,
  predicted_at BIGINT,
  appended_at TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,
  WATERMARK FOR appended_at AS appended_at - INTERVAL '5' SECOND
) WITH (
  'connector' = 'kafka',
  'topic' = '${namespace}.late-outcomes',
  'properties.bootstrap.servers' = '${bootstrap}',
  'scan.startup.mode' = 'earliest-offset',
  'scan.bounded.mode' = 'latest-offset',
  'format' = 'json',
  'json.ignore-parse-errors' = 'true'
);

CREATE TEMPORARY TABLE dead_letters (
  topic STRING,
  `partition` INT,
  `offset` BIGINT,
  reason STRING,
  field STRING,
  detail STRING,
  recorded_at BIGINT,                         -- epoch milliseconds
  `size` INT,
  `bytes` BYTES,                                -- what was sent, cut
  appended_at TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,
  WATERMARK FOR appended_at AS appended_at - INTERVAL '5' SECOND
) WITH (
  'connector' = 'kafka',
  'topic' = '${namespace}.dead-letters',
  'properties.bootstrap.servers' = '${bootstrap}',
  'scan.startup.mode' = 'earliest-offset',
  'scan.bounded.mode' = 'latest-offset',
  'format' = 'json',
  'json.ignore-parse-errors' = 'true'
);

-- Every revision of every drift reading; the tables drift and drifting_features have the newest one of each.
CREATE TEMPORARY TABLE drift_events (
  model_id STRING,
  model_version STRING,
  segment STRING,
  profile_id STRING,
  provisional BOOLEAN,
  window_start BIGINT,                        -- epoch milliseconds
  window_end BIGINT,
  evaluated_from BIGINT,
  revision BIGINT,
  status STRING,
  predictions BIGINT,
  profile_features INT,
  evaluated INT,
  flagged INT,
  excused INT,                                -- null for none
  severity DOUBLE,
  features ARRAY<ROW<
    name STRING, kind STRING, flagged BOOLEAN, excused_by_week INT, severity DOUBLE,
    signals ARRAY<ROW<
      `metric` STRING, `value` DOUBLE, low DOUBLE, high DOUBLE, se DOUBLE, samples BIGINT,
      `method` STRING, threshold DOUBLE, p_value DOUBLE, q_value DOUBLE, flagged BOOLEAN,
      error DOUBLE, detail STRING>>>>,
  appended_at TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,
  WATERMARK FOR appended_at AS appended_at - INTERVAL '5' SECOND
) WITH (
  'connector' = 'kafka',
  'topic' = '${namespace}.drift',
  'properties.bootstrap.servers' = '${bootstrap}',
  'scan.startup.mode' = 'earliest-offset',
  'scan.bounded.mode' = 'latest-offset',
  'format' = 'json',
  'json.ignore-parse-errors' = 'true'
);

-- Every revision of every tile; the table drift_tiles has the newest one of each.
CREATE TEMPORARY TABLE tile_events (
  model_id STRING,
  model_version STRING,
  segment STRING,
  profile_id STRING,
  window_start BIGINT,                        -- epoch milliseconds
  window_end BIGINT,
  revision BIGINT,
  predictions BIGINT,
  tile BYTES,
  appended_at TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,
  WATERMARK FOR appended_at AS appended_at - INTERVAL '5' SECOND
) WITH (
  'connector' = 'kafka',
  'topic' = '${namespace}.tiles',
  'properties.bootstrap.servers' = '${bootstrap}',
  'scan.startup.mode' = 'earliest-offset',
  'scan.bounded.mode' = 'latest-offset',
  'format' = 'json',
  'json.ignore-parse-errors' = 'true'
);

-- What producers have counted themselves; repeats and what was refused are here too.
CREATE TEMPORARY TABLE producer_tiles (
  producer_id STRING,
  sequence BIGINT,
  model_id STRING,
  model_version STRING,
  segment STRING,
  profile_id STRING,
  window_start STRING,                        -- as sent: epoch milliseconds or ISO 8601
  window_end STRING,
  predictions BIGINT,
  tile BYTES,
  appended_at TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,
  `partition` INT METADATA VIRTUAL,
  `offset` BIGINT METADATA VIRTUAL,
  WATERMARK FOR appended_at AS appended_at - INTERVAL '5' SECOND
) WITH (
  'connector' = 'kafka',
  'topic' = '${namespace}.producer-tiles',
  'properties.bootstrap.servers' = '${bootstrap}',
  'scan.startup.mode' = 'earliest-offset',
  'scan.bounded.mode' = 'latest-offset',
  'format' = 'json',
  'json.ignore-parse-errors' = 'true'
);

-- Every revision of every window's performance; the table performance has the newest one of each.
CREATE TEMPORARY TABLE performance_events (
  model_id STRING,
  model_version STRING,
  segment STRING,
  `variant` STRING,
  window_start BIGINT,
  window_end BIGINT,
  revision BIGINT,
  maturity STRING,
  task STRING,
  estimated BOOLEAN,
  coverage ROW<`received` BIGINT, joined BIGINT, waiting BIGINT, unlabelled BIGINT, duplicates BIGINT, conflicts BIGINT, matured BIGINT, matured_joined BIGINT, coverage DOUBLE, coverage_so_far DOUBLE, expected_coverage DOUBLE>,
  delay ROW<labels BIGINT, censored BIGINT, mean_millis DOUBLE, p50_millis DOUBLE, p95_millis DOUBLE, p99_millis DOUBLE, relative_error DOUBLE>,
  metrics ARRAY<ROW<name STRING, `value` DOUBLE, low DOUBLE, high DOUBLE, se DOUBLE, bound_low DOUBLE, bound_high DOUBLE, samples BIGINT, effective_samples DOUBLE>>,
  counts BYTES,
  delay_counts BYTES,
  appended_at TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,
  `partition` INT METADATA VIRTUAL,
  `offset` BIGINT METADATA VIRTUAL,
  WATERMARK FOR appended_at AS appended_at - INTERVAL '5' SECOND
) WITH (
  'connector' = 'kafka',
  'topic' = '${namespace}.performance',
  'properties.bootstrap.servers' = '${bootstrap}',
  'scan.startup.mode' = 'earliest-offset',
  'scan.bounded.mode' = 'latest-offset',
  'format' = 'json',
  'json.ignore-parse-errors' = 'true'
);

-- The same by batch runs over the archive.
CREATE TEMPORARY TABLE performance_master_events (
  model_id STRING,
  model_version STRING,
  segment STRING,
  `variant` STRING,
  window_start BIGINT,
  window_end BIGINT,
  revision BIGINT,
  maturity STRING,
  task STRING,
  estimated BOOLEAN,
  coverage ROW<`received` BIGINT, joined BIGINT, waiting BIGINT, unlabelled BIGINT, duplicates BIGINT, conflicts BIGINT, matured BIGINT, matured_joined BIGINT, coverage DOUBLE, coverage_so_far DOUBLE, expected_coverage DOUBLE>,
  delay ROW<labels BIGINT, censored BIGINT, mean_millis DOUBLE, p50_millis DOUBLE, p95_millis DOUBLE, p99_millis DOUBLE, relative_error DOUBLE>,
  metrics ARRAY<ROW<name STRING, `value` DOUBLE, low DOUBLE, high DOUBLE, se DOUBLE, bound_low DOUBLE, bound_high DOUBLE, samples BIGINT, effective_samples DOUBLE>>,
  counts BYTES,
  delay_counts BYTES,
  appended_at TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,
  `partition` INT METADATA VIRTUAL,
  `offset` BIGINT METADATA VIRTUAL,
  WATERMARK FOR appended_at AS appended_at - INTERVAL '5' SECOND
) WITH (
  'connector' = 'kafka',
  'topic' = '${namespace}.performance-master',
  'properties.bootstrap.servers' = '${bootstrap}',
  'scan.startup.mode' = 'earliest-offset',
  'scan.bounded.mode' = 'latest-offset',
  'format' = 'json',
  'json.ignore-parse-errors' = 'true'
);

-- What the jobs know of a model; the registry's own words are in the table registered_models.
CREATE TEMPORARY TABLE model_documents (
  model_id STRING,
  revision BIGINT,
  tier INT,
  team STRING,
  owner STRING,
  task STRING,
  label_policy STRING,
  reduction STRING,
  horizon STRING,
  negative_after STRING,
  positive_label STRING,
  positive_from DOUBLE,
  threshold DOUBLE,
  `window` STRING,
  sample_rate DOUBLE,
  versions ARRAY<STRING>,
  segments ARRAY<STRING>,
  classes ARRAY<STRING>,
  variants ARRAY<STRING>,
  drift_metrics ARRAY<ROW<name STRING, expression STRING, threshold DOUBLE, features ARRAY<STRING>>>,
  change_detectors ARRAY<STRING>,
  embeddings ARRAY<ROW<space_id STRING, embedding_version STRING>>,
  trained_on ARRAY<ROW<version STRING, space_id STRING, embedding_version STRING>>,
  deprecated ARRAY<STRING>,
  appended_at TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,
  `partition` INT METADATA VIRTUAL,
  `offset` BIGINT METADATA VIRTUAL,
  WATERMARK FOR appended_at AS appended_at - INTERVAL '5' SECOND
) WITH (
  'connector' = 'kafka',
  'topic' = '${namespace}.models',
  'properties.bootstrap.servers' = '${bootstrap}',
  'scan.startup.mode' = 'earliest-offset',
  'scan.bounded.mode' = 'latest-offset',
  'format' = 'json',
  'json.ignore-parse-errors' = 'true'
);

CREATE TEMPORARY VIEW latest_model_documents AS
SELECT model_id, revision, tier, team, owner, task, label_policy, reduction, horizon, negative_after, positive_label, positive_from, threshold, `window`, sample_rate, versions, segments, classes, variants, drift_metrics, change_detectors, embeddings, trained_on, deprecated, appended_at
FROM (
  SELECT model_id, revision, tier, team, owner, task, label_policy, reduction, horizon, negative_after, positive_label, positive_from, threshold, `window`, sample_rate, versions, segments, classes, variants, drift_metrics, change_detectors, embeddings, trained_on, deprecated, appended_at,
         ROW_NUMBER() OVER (PARTITION BY model_id ORDER BY `offset` DESC) AS place
  FROM model_documents)
WHERE place = 1;

-- Reference profiles; profile is the document that psi, ks, tile_readings and their like take.
CREATE TEMPORARY TABLE baselines (
  model_id STRING,
  model_version STRING,
  profile_id STRING,
  created_at STRING,
  data_start STRING,
  data_end STRING,
  provisional BOOLEAN,
  profile STRING,
  appended_at TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,
  `partition` INT METADATA VIRTUAL,
  `offset` BIGINT METADATA VIRTUAL,
  WATERMARK FOR appended_at AS appended_at - INTERVAL '5' SECOND
) WITH (
  'connector' = 'kafka',
  'topic' = '${namespace}.baselines',
  'properties.bootstrap.servers' = '${bootstrap}',
  'scan.startup.mode' = 'earliest-offset',
  'scan.bounded.mode' = 'latest-offset',
  'format' = 'json',
  'json.ignore-parse-errors' = 'true'
);

CREATE TEMPORARY VIEW latest_baselines AS
SELECT model_id, model_version, profile_id, created_at, data_start, data_end, provisional, profile, appended_at
FROM (
  SELECT model_id, model_version, profile_id, created_at, data_start, data_end, provisional, profile, appended_at,
         ROW_NUMBER() OVER (PARTITION BY model_id, model_version, profile_id ORDER BY `offset` DESC) AS place
  FROM baselines)
WHERE place = 1;

CREATE TEMPORARY TABLE spaces (
  space_id STRING,
  revision BIGINT,
  versions ARRAY<ROW<version STRING, dimensions INT>>,
  pairs ARRAY<ROW<`before` STRING, `after` STRING>>,
  baseline ROW<`before` STRING, `after` STRING>,
  consumers ARRAY<ROW<model_id STRING, `usage` STRING>>,
  sample_rate DOUBLE,
  sample_size INT,
  least_pairs INT,
  thresholds ROW<mean_shift DOUBLE, covariance_change DOUBLE, norm_change DOUBLE, unusable_rise DOUBLE, freshness_seconds DOUBLE, mixed_share DOUBLE>,
  appended_at TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,
  `partition` INT METADATA VIRTUAL,
  `offset` BIGINT METADATA VIRTUAL,
  WATERMARK FOR appended_at AS appended_at - INTERVAL '5' SECOND
) WITH (
  'connector' = 'kafka',
  'topic' = '${namespace}.spaces',
  'properties.bootstrap.servers' = '${bootstrap}',
  'scan.startup.mode' = 'earliest-offset',
  'scan.bounded.mode' = 'latest-offset',
  'format' = 'json',
  'json.ignore-parse-errors' = 'true'
);

CREATE TEMPORARY VIEW latest_spaces AS
SELECT space_id, revision, versions, pairs, baseline, consumers, sample_rate, sample_size, least_pairs, thresholds, appended_at
FROM (
  SELECT space_id, revision, versions, pairs, baseline, consumers, sample_rate, sample_size, least_pairs, thresholds, appended_at,
         ROW_NUMBER() OVER (PARTITION BY space_id ORDER BY `offset` DESC) AS place
  FROM spaces)
WHERE place = 1;

-- A vector is an array of numbers or base64 of little-endian 32-bit floats: as sent.
CREATE TEMPORARY TABLE embeddings (
  space_id STRING,
  embedding_version STRING,
  item_id STRING,
  vector STRING,
  gone BOOLEAN,
  event_at STRING,
  stored_at STRING,
  appended_at TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,
  `partition` INT METADATA VIRTUAL,
  `offset` BIGINT METADATA VIRTUAL,
  WATERMARK FOR appended_at AS appended_at - INTERVAL '5' SECOND
) WITH (
  'connector' = 'kafka',
  'topic' = '${namespace}.embeddings',
  'properties.bootstrap.servers' = '${bootstrap}',
  'scan.startup.mode' = 'earliest-offset',
  'scan.bounded.mode' = 'latest-offset',
  'format' = 'json',
  'json.ignore-parse-errors' = 'true'
);

CREATE TEMPORARY TABLE experiments (
  model_id STRING,
  model_version STRING,
  experiment STRING,
  `variant` STRING,
  control STRING,
  `metric` STRING,
  difference DOUBLE,
  low DOUBLE,
  high DOUBLE,
  samples BIGINT,
  started_at STRING,
  ended_at STRING,
  revision BIGINT,
  control_value DOUBLE,
  better STRING,
  appended_at TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,
  `partition` INT METADATA VIRTUAL,
  `offset` BIGINT METADATA VIRTUAL,
  WATERMARK FOR appended_at AS appended_at - INTERVAL '5' SECOND
) WITH (
  'connector' = 'kafka',
  'topic' = '${namespace}.experiments',
  'properties.bootstrap.servers' = '${bootstrap}',
  'scan.startup.mode' = 'earliest-offset',
  'scan.bounded.mode' = 'latest-offset',
  'format' = 'json',
  'json.ignore-parse-errors' = 'true'
);

CREATE TEMPORARY VIEW latest_experiments AS
SELECT model_id, model_version, experiment, `variant`, control, `metric`, difference, low, high, samples, started_at, ended_at, revision, control_value, better, appended_at
FROM (
  SELECT model_id, model_version, experiment, `variant`, control, `metric`, difference, low, high, samples, started_at, ended_at, revision, control_value, better, appended_at,
         ROW_NUMBER() OVER (PARTITION BY model_id, model_version, experiment, `variant`, control, `metric` ORDER BY `offset` DESC) AS place
  FROM experiments)
WHERE place = 1;

-- Every comparison of two versions of an embedding; the table embedding_stability has the newest one of each pair.
CREATE TEMPORARY TABLE embedding_stability_events (
  space_id STRING,
  version_before STRING,
  version_after STRING,
  document_revision BIGINT,
  as_of BIGINT,
  baseline BOOLEAN,
  compatibility STRING,
  items_before BIGINT,
  items_after BIGINT,
  pairs BIGINT,
  unusable_pairs BIGINT,
  dimensions_before INT,
  dimensions_after INT,
  sample_size INT,
  neighbours INT,
  `floor` ROW<measured BOOLEAN, sample_size INT, neighbours INT, overlap DOUBLE, cka DOUBLE, aligned_cosine DOUBLE,
    instability DOUBLE, neighbours_lost DOUBLE, cosines_lost DOUBLE, norms_changed DOUBLE, items_moved DOUBLE,
    dimensions_moved DOUBLE>,
  metrics ARRAY<ROW<`metric` STRING, `value` DOUBLE, se DOUBLE, low DOUBLE, high DOUBLE, n BIGINT, gap STRING>>,
  verdicts ARRAY<ROW<`usage` STRING, compatibility STRING, reason STRING, `models` ARRAY<STRING>>>,
  rotation ROW<uri STRING, sha256 STRING>,
  appended_at TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,
  `partition` INT METADATA VIRTUAL,
  `offset` BIGINT METADATA VIRTUAL,
  WATERMARK FOR appended_at AS appended_at - INTERVAL '5' SECOND
) WITH (
  'connector' = 'kafka',
  'topic' = '${namespace}.embedding-stability',
  'properties.bootstrap.servers' = '${bootstrap}',
  'scan.startup.mode' = 'earliest-offset',
  'scan.bounded.mode' = 'latest-offset',
  'format' = 'json',
  'json.ignore-parse-errors' = 'true'
);

-- What the vectors of a version were in a window, beside those it began with.
CREATE TEMPORARY TABLE embedding_traffic_events (
  space_id STRING,
  embedding_version STRING,
  window_start BIGINT,
  window_end BIGINT,
  document_revision BIGINT,
  dimensions INT,
  vectors BIGINT,
  gone BIGINT,
  `reference` ROW<`start` BIGINT, `end` BIGINT, vectors BIGINT>,
  metrics ARRAY<ROW<`metric` STRING, `value` DOUBLE, se DOUBLE, low DOUBLE, high DOUBLE, n BIGINT, gap STRING>>,
  breached ARRAY<STRING>,
  appended_at TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,
  `partition` INT METADATA VIRTUAL,
  `offset` BIGINT METADATA VIRTUAL,
  WATERMARK FOR appended_at AS appended_at - INTERVAL '5' SECOND
) WITH (
  'connector' = 'kafka',
  'topic' = '${namespace}.embedding-traffic',
  'properties.bootstrap.servers' = '${bootstrap}',
  'scan.startup.mode' = 'earliest-offset',
  'scan.bounded.mode' = 'latest-offset',
  'format' = 'json',
  'json.ignore-parse-errors' = 'true'
);

-- On which versions of a space the predictions of a model version rest.
CREATE TEMPORARY TABLE embedding_mixture_events (
  model_id STRING,
  model_version STRING,
  space_id STRING,
  window_start BIGINT,
  window_end BIGINT,
  predictions BIGINT,
  mixing STRING,
  threshold DOUBLE,
  `within` ROW<predictions BIGINT, share DOUBLE, low DOUBLE, high DOUBLE>,
  versions ARRAY<ROW<version STRING, predictions BIGINT, share DOUBLE, low DOUBLE, high DOUBLE>>,
  appended_at TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,
  `partition` INT METADATA VIRTUAL,
  `offset` BIGINT METADATA VIRTUAL,
  WATERMARK FOR appended_at AS appended_at - INTERVAL '5' SECOND
) WITH (
  'connector' = 'kafka',
  'topic' = '${namespace}.embedding-mixtures',
  'properties.bootstrap.servers' = '${bootstrap}',
  'scan.startup.mode' = 'earliest-offset',
  'scan.bounded.mode' = 'latest-offset',
  'format' = 'json',
  'json.ignore-parse-errors' = 'true'
);

CREATE TEMPORARY TABLE staleness_events (
  model_id STRING,
  model_version STRING,
  state STRING,
  previous_state STRING,
  since BIGINT,
  episode STRING,
  score DOUBLE,
  coverage DOUBLE,
  parts ARRAY<ROW<signal STRING, severity DOUBLE, `metric` STRING, `value` DOUBLE, warn DOUBLE, critical DOUBLE, window_end BIGINT>>,
  missing ARRAY<STRING>,
  features ARRAY<STRING>,
  suspension STRING,
  policy STRING,
  policy_version INT,
  window_end BIGINT,
  revision BIGINT,
  tier INT,
  team STRING,
  `at` BIGINT,
  secondary BOOLEAN,
  predicted_until BIGINT,
  appended_at TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,
  `partition` INT METADATA VIRTUAL,
  `offset` BIGINT METADATA VIRTUAL,
  WATERMARK FOR appended_at AS appended_at - INTERVAL '5' SECOND
) WITH (
  'connector' = 'kafka',
  'topic' = '${namespace}.staleness',
  'properties.bootstrap.servers' = '${bootstrap}',
  'scan.startup.mode' = 'earliest-offset',
  'scan.bounded.mode' = 'latest-offset',
  'format' = 'json',
  'json.ignore-parse-errors' = 'true'
);

-- inputs is the document that a decision is made from again: ./runway why.
CREATE TEMPORARY TABLE decision_events (
  decision_id STRING,
  model_id STRING,
  model_version STRING,
  verdict STRING,
  `mode` STRING,
  `hold` STRING,
  attributed_to STRING,
  state_before STRING,
  state_after STRING,
  episode STRING,
  score DOUBLE,
  severity_class STRING,
  coverage DOUBLE,
  parts ARRAY<ROW<signal STRING, severity DOUBLE, `metric` STRING, `value` DOUBLE, warn DOUBLE, critical DOUBLE, window_end BIGINT>>,
  missing ARRAY<STRING>,
  features ARRAY<STRING>,
  profile_id STRING,
  policy STRING,
  policy_version INT,
  inputs STRING,
  explanation STRING,
  evidence_hash STRING,
  command_id STRING,
  window_end BIGINT,
  tier INT,
  team STRING,
  `at` BIGINT,
  appended_at TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,
  `partition` INT METADATA VIRTUAL,
  `offset` BIGINT METADATA VIRTUAL,
  WATERMARK FOR appended_at AS appended_at - INTERVAL '5' SECOND
) WITH (
  'connector' = 'kafka',
  'topic' = '${namespace}.decisions',
  'properties.bootstrap.servers' = '${bootstrap}',
  'scan.startup.mode' = 'earliest-offset',
  'scan.bounded.mode' = 'latest-offset',
  'format' = 'json',
  'json.ignore-parse-errors' = 'true'
);

-- What retrain-trigger asked for, each at least once; what became of it is in the table retrains.
CREATE TEMPORARY TABLE retrain_commands (
  command_id STRING,
  model_id STRING,
  model_version STRING,
  action STRING,
  target_version STRING,
  target_command STRING,
  reason_class STRING,
  episode STRING,
  attempt INT,
  tier INT,
  severity DOUBLE,
  severity_class STRING,
  priority INT,
  `mode` STRING,
  wave INT,
  generation INT,
  decision_id STRING,
  policy STRING,
  policy_version INT,
  evidence STRING,
  evidence_hash STRING,
  estimated_cost DOUBLE,
  issued_at BIGINT,
  deadline_at BIGINT,
  appended_at TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,
  `partition` INT METADATA VIRTUAL,
  `offset` BIGINT METADATA VIRTUAL,
  WATERMARK FOR appended_at AS appended_at - INTERVAL '5' SECOND
) WITH (
  'connector' = 'kafka',
  'topic' = '${namespace}.retrains',
  'properties.bootstrap.servers' = '${bootstrap}',
  'scan.startup.mode' = 'earliest-offset',
  'scan.bounded.mode' = 'latest-offset',
  'format' = 'json',
  'json.ignore-parse-errors' = 'true'
);

CREATE TEMPORARY TABLE retrain_status (
  command_id STRING,
  model_id STRING,
  model_version STRING,
  state STRING,
  revision BIGINT,
  `at` STRING,
  reason STRING,
  new_version STRING,
  cost DOUBLE,
  cools_until STRING,
  appended_at TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,
  `partition` INT METADATA VIRTUAL,
  `offset` BIGINT METADATA VIRTUAL,
  WATERMARK FOR appended_at AS appended_at - INTERVAL '5' SECOND
) WITH (
  'connector' = 'kafka',
  'topic' = '${namespace}.retrain-status',
  'properties.bootstrap.servers' = '${bootstrap}',
  'scan.startup.mode' = 'earliest-offset',
  'scan.bounded.mode' = 'latest-offset',
  'format' = 'json',
  'json.ignore-parse-errors' = 'true'
);

CREATE TEMPORARY VIEW latest_retrain_status AS
SELECT command_id, model_id, model_version, state, revision, `at`, reason, new_version, cost, cools_until, appended_at
FROM (
  SELECT command_id, model_id, model_version, state, revision, `at`, reason, new_version, cost, cools_until, appended_at,
         ROW_NUMBER() OVER (PARTITION BY command_id ORDER BY `offset` DESC) AS place
  FROM retrain_status)
WHERE place = 1;

-- Approvals, mutes, kill switches and judgements, as the trigger reads them. Controls of several kinds hold at once.
CREATE TEMPORARY TABLE controls (
  model_id STRING,
  action STRING,
  revision BIGINT,
  `by` STRING,
  `at` STRING,
  expires_at STRING,
  episode STRING,
  evidence_hash STRING,
  reason STRING,
  team STRING,
  severity_class STRING,
  state STRING,
  appended_at TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,
  `partition` INT METADATA VIRTUAL,
  `offset` BIGINT METADATA VIRTUAL,
  WATERMARK FOR appended_at AS appended_at - INTERVAL '5' SECOND
) WITH (
  'connector' = 'kafka',
  'topic' = '${namespace}.controls',
  'properties.bootstrap.servers' = '${bootstrap}',
  'scan.startup.mode' = 'earliest-offset',
  'scan.bounded.mode' = 'latest-offset',
  'format' = 'json',
  'json.ignore-parse-errors' = 'true'
);

CREATE TEMPORARY TABLE ticks (
  `at` STRING,
  appended_at TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,
  `partition` INT METADATA VIRTUAL,
  `offset` BIGINT METADATA VIRTUAL,
  WATERMARK FOR appended_at AS appended_at - INTERVAL '5' SECOND
) WITH (
  'connector' = 'kafka',
  'topic' = '${namespace}.ticks',
  'properties.bootstrap.servers' = '${bootstrap}',
  'scan.startup.mode' = 'earliest-offset',
  'scan.bounded.mode' = 'latest-offset',
  'format' = 'json',
  'json.ignore-parse-errors' = 'true'
);

CREATE TEMPORARY TABLE policies (
  policy STRING,
  version INT,
  `document` STRING,
  appended_at TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,
  `partition` INT METADATA VIRTUAL,
  `offset` BIGINT METADATA VIRTUAL,
  WATERMARK FOR appended_at AS appended_at - INTERVAL '5' SECOND
) WITH (
  'connector' = 'kafka',
  'topic' = '${namespace}.policies',
  'properties.bootstrap.servers' = '${bootstrap}',
  'scan.startup.mode' = 'earliest-offset',
  'scan.bounded.mode' = 'latest-offset',
  'format' = 'json',
  'json.ignore-parse-errors' = 'true'
);

CREATE TEMPORARY VIEW latest_policies AS
SELECT policy, version, `document`, appended_at
FROM (
  SELECT policy, version, `document`, appended_at,
         ROW_NUMBER() OVER (PARTITION BY policy ORDER BY `offset` DESC) AS place
  FROM policies)
WHERE place = 1;

-- One that ended has no record any more; ask graph_edges for what holds.
CREATE TEMPORARY TABLE dependencies (
  edge_id STRING,
  model_id STRING,
  upstream_model STRING,
  source STRING,
  appended_at TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,
  `partition` INT METADATA VIRTUAL,
  `offset` BIGINT METADATA VIRTUAL,
  WATERMARK FOR appended_at AS appended_at - INTERVAL '5' SECOND
) WITH (
  'connector' = 'kafka',
  'topic' = '${namespace}.dependencies',
  'properties.bootstrap.servers' = '${bootstrap}',
  'scan.startup.mode' = 'earliest-offset',
  'scan.bounded.mode' = 'latest-offset',
  'format' = 'json',
  'json.ignore-parse-errors' = 'true'
);
