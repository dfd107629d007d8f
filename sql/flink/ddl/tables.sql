-- The result tables in PostgreSQL, to read: ${url}, ${user} and ${password} are those of the reader.
-- Provisional rows may still change; master rows are what the archive says, labels that came late included. Times are TIMESTAMP in UTC: the connector cannot read TIMESTAMP_LTZ.

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
  'username' = '${user}', 'password' = '${password}'
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
  'username' = '${user}', 'password' = '${password}'
);

CREATE TEMPORARY TABLE label_delay (
  model_id STRING, model_version STRING, task STRING, segment STRING, `variant` STRING,
  window_start_at TIMESTAMP(6), window_end_at TIMESTAMP(6),
  labels BIGINT, mean_millis DOUBLE, p50_millis DOUBLE, p95_millis DOUBLE, p99_millis DOUBLE,
  relative_error DOUBLE, censored BIGINT,
  provisional BOOLEAN, revision BIGINT, computed_at TIMESTAMP(6), master BOOLEAN
) WITH (
  'connector' = 'jdbc', 'url' = '${url}', 'table-name' = '${schema}.v_label_delay',
  'username' = '${user}', 'password' = '${password}'
);

-- Where the final word of the stream and that of the archive differ, one row per window and quantity.
CREATE TEMPORARY TABLE master_differences (
  model_id STRING, model_version STRING, task STRING, segment STRING, `variant` STRING,
  window_start_at TIMESTAMP(6), window_end_at TIMESTAMP(6),
  quantity STRING, speed DOUBLE, master DOUBLE, difference DOUBLE
) WITH (
  'connector' = 'jdbc', 'url' = '${url}', 'table-name' = '${schema}.v_master_differences',
  'username' = '${user}', 'password' = '${password}'
);

-- Drift of every window as a whole.
CREATE TEMPORARY TABLE drift (
  model_id STRING, model_version STRING, segment STRING, profile_id STRING,
  window_start_at TIMESTAMP(6), window_end_at TIMESTAMP(6), evaluated_from_at TIMESTAMP(6),
  status STRING, predictions BIGINT, features INT, evaluated INT, flagged INT, severity DOUBLE,
  provisional BOOLEAN, revision BIGINT, computed_at TIMESTAMP(6)
) WITH (
  'connector' = 'jdbc', 'url' = '${url}', 'table-name' = '${schema}.v_drift',
  'username' = '${user}', 'password' = '${password}'
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
  'username' = '${user}', 'password' = '${password}'
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
  'username' = '${user}', 'password' = '${password}'
);

-- Features that were flagged in windows in a row, which is an alarm.
CREATE TEMPORARY TABLE drift_alarms (
  model_id STRING, model_version STRING, segment STRING, profile_id STRING,
  feature STRING, kind STRING, since_at TIMESTAMP(6), raised_at TIMESTAMP(6),
  window_end_at TIMESTAMP(6), windows INT, severity DOUBLE, provisional BOOLEAN
) WITH (
  'connector' = 'jdbc', 'url' = '${url}', 'table-name' = '${schema}.v_drift_alarms',
  'username' = '${user}', 'password' = '${password}'
);

CREATE TEMPORARY TABLE drift_tiles (
  model_id STRING, model_version STRING, segment STRING, profile_id STRING,
  window_start_at TIMESTAMP(6), window_end_at TIMESTAMP(6),
  predictions BIGINT, tile BYTES, revision BIGINT, computed_at TIMESTAMP(6)
) WITH (
  'connector' = 'jdbc', 'url' = '${url}', 'table-name' = '${schema}.v_drift_tiles',
  'username' = '${user}', 'password' = '${password}'
);
