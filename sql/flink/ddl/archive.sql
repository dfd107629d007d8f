-- The archive that groundtruth-join keeps where it is told to: Parquet by day and model, docs/archive.md. `./runway sql` fills in ${archive}. Days are UTC, and
-- the folders' model is the model's id, URL-encoded: ask for both, so that no other folder is read. A table whose folder is not there yet cannot be asked.

-- An admitted prediction, repeats and conflicts included.
CREATE TEMPORARY TABLE archived_predictions (
  model_id STRING,
  prediction_id STRING,
  model_version STRING,
  predicted_at TIMESTAMP(3),
  score DOUBLE,
  label STRING,
  `value` DOUBLE,
  ranking ARRAY<STRING>,
  segment STRING,
  `variant` STRING,
  weight DOUBLE,
  decision BOOLEAN,
  task STRING,
  label_policy STRING,
  reduction STRING,
  horizon_millis BIGINT,
  window_millis BIGINT,
  negative_after_millis BIGINT,
  positive_from DOUBLE,
  fingerprint BIGINT,
  kafka_partition INT,
  kafka_offset BIGINT,
  recorded_at TIMESTAMP(3),
  entity_key BYTES,
  `day` STRING,
  model STRING
) PARTITIONED BY (`day`, model) WITH (
  'connector' = 'filesystem', 'path' = '${archive}/predictions', 'format' = 'parquet', 'parquet.utc-timezone' = 'true'
);

-- An admitted outcome, repeats, late ones and orphans included.
CREATE TEMPORARY TABLE archived_outcomes (
  model_id STRING,
  prediction_id STRING,
  observed_at TIMESTAMP(3),
  sequence BIGINT,
  retracts BIGINT,
  label STRING,
  `value` DOUBLE,
  item STRING,
  actual DOUBLE,
  former_sample BOOLEAN,
  kafka_partition INT,
  kafka_offset BIGINT,
  recorded_at TIMESTAMP(3),
  `day` STRING,
  model STRING
) PARTITIONED BY (`day`, model) WITH (
  'connector' = 'filesystem', 'path' = '${archive}/outcomes', 'format' = 'parquet', 'parquet.utc-timezone' = 'true'
);

-- What became of a prediction in the end, as the stream saw it.
CREATE TEMPORARY TABLE archived_groundtruth (
  model_id STRING,
  prediction_id STRING,
  revision BIGINT,
  status STRING,
  model_version STRING,
  predicted_at TIMESTAMP(3),
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
  `day` STRING,
  model STRING
) PARTITIONED BY (`day`, model) WITH (
  'connector' = 'filesystem', 'path' = '${archive}/groundtruth', 'format' = 'parquet', 'parquet.utc-timezone' = 'true'
);

-- A span of event time in which the archive was written without a gap. Of epoch 'kept-from' complete_from alone counts: days before it were dropped.
CREATE TEMPORARY TABLE archive_coverage (
  epoch STRING,
  complete_from TIMESTAMP(3),
  complete_through TIMESTAMP(3)
) WITH (
  'connector' = 'filesystem', 'path' = '${archive}/coverage', 'format' = 'parquet', 'parquet.utc-timezone' = 'true'
);
