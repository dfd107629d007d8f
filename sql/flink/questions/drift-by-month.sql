-- Question: what does drift look like over longer windows than the monitor's?
-- Answer: one row per model version and month: the stored tiles of its windows, merged to one for the month, against the baseline, all features in one row each. A month has far more values than a window, so smaller changes are seen. Put DAY or WEEK for MONTH where windows are shorter. On a running stack tiles are kept for 8 days: what is shown of a month there are those, first_at and last_at say which; of a demo or a replay all are there.
SELECT t.model_id, t.model_version, t.month_at, t.first_at, t.last_at, r.feature, r.samples, r.`value` AS psi, r.threshold, r.q_value, r.alarm
FROM (
  SELECT model_id, model_version, profile_id, FLOOR(window_start_at TO MONTH) AS month_at, MIN(window_start_at) AS first_at,
         MAX(window_end_at) AS last_at, tile_merge(tile) AS tile
  FROM drift_tiles
  WHERE segment = '*'
  GROUP BY model_id, model_version, profile_id, FLOOR(window_start_at TO MONTH)) AS t
JOIN latest_baselines AS b
ON b.model_id = t.model_id AND b.model_version = t.model_version AND b.profile_id = t.profile_id,
LATERAL TABLE(tile_readings(b.profile, t.tile)) AS r
WHERE r.`metric` = 'psi';
