-- Question: do the stored readings follow from the stored counts?
-- Answer: one row per model version and metric: how many readings can be made again from the tiles of their windows, and the largest difference; 0, or the last digit. Over all predictions; segments likewise, without the condition.
SELECT d.model_id, d.model_version, d.`metric`, COUNT(*) AS readings, MAX(ABS(d.`value` - r.`value`)) AS largest_difference
FROM (
  SELECT w.model_id, w.model_version, w.profile_id, w.window_end_at, tile_merge(t.tile) AS tile
  FROM drift AS w
  JOIN drift_tiles AS t
  ON t.model_id = w.model_id AND t.model_version = w.model_version AND t.segment = w.segment AND t.profile_id = w.profile_id
    AND t.window_start_at >= w.evaluated_from_at AND t.window_end_at <= w.window_end_at
  WHERE w.segment = '*'
  GROUP BY w.model_id, w.model_version, w.profile_id, w.window_end_at) AS m
JOIN latest_baselines AS b
ON b.model_id = m.model_id AND b.model_version = m.model_version AND b.profile_id = m.profile_id,
LATERAL TABLE(tile_readings(b.profile, m.tile, 2)) AS r
JOIN drift_readings AS d
ON d.model_id = m.model_id AND d.model_version = m.model_version AND d.profile_id = m.profile_id
  AND d.window_end_at = m.window_end_at AND d.segment = '*' AND d.feature = r.feature AND d.`metric` = r.`metric`
WHERE r.`metric` IN ('psi', 'kl', 'js', 'ks', 'hellinger', 'mean', 'missing')
GROUP BY d.model_id, d.model_version, d.`metric`;
