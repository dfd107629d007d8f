-- Runway's topics as tables. `./runway sql` fills in ${bootstrap} and ${namespace} and runs this before the prompt.
-- Bounded: a question reads what is there now and ends. To go on reading, put this behind the table's name
--   /*+ OPTIONS('scan.bounded.mode'='unbounded') */
-- and say SET 'execution.runtime-mode'='streaming'; first.
-- Unreadable records are skipped here: they stand in dead_letters.

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
  appended_at TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,
  `partition` INT METADATA VIRTUAL,
  `offset` BIGINT METADATA VIRTUAL
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
  `offset` BIGINT METADATA VIRTUAL
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
  predicted_time AS TO_TIMESTAMP_LTZ(predicted_at, 3)
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
  why STRING,
  model_version STRING,
  predicted_at BIGINT
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
  `bytes` BYTES                                 -- what was sent, cut
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
      `method` STRING, threshold DOUBLE, p_value DOUBLE, q_value DOUBLE, flagged BOOLEAN>>>>
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
  tile BYTES
) WITH (
  'connector' = 'kafka',
  'topic' = '${namespace}.tiles',
  'properties.bootstrap.servers' = '${bootstrap}',
  'scan.startup.mode' = 'earliest-offset',
  'scan.bounded.mode' = 'latest-offset',
  'format' = 'json',
  'json.ignore-parse-errors' = 'true'
);
