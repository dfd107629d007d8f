-- Question: do the stored readings follow from the stored counts?
-- Answer: one row per model version: how many readings of windows that were judged as they are can be made again from their tile, and the largest difference of PSI, KL, JS and KS; 0 or the last digit.
SELECT d.model_id, d.model_version, COUNT(*) AS readings,
       MAX(ABS(d.psi - psi(b.profile, t.tile, d.feature))) AS psi_difference,
       MAX(ABS(d.kl - kl_divergence(b.profile, t.tile, d.feature))) AS kl_difference,
       MAX(ABS(SQRT(d.js) - js_distance(b.profile, t.tile, d.feature))) AS js_difference,
       MAX(ABS(d.ks - ks(b.profile, t.tile, d.feature))) AS ks_difference
FROM (
  SELECT model_id, model_version, segment, profile_id, window_end_at, feature,
         MAX(CASE WHEN `metric` = 'psi' THEN `value` END) AS psi,
         MAX(CASE WHEN `metric` = 'kl' THEN `value` END) AS kl,
         MAX(CASE WHEN `metric` = 'js' THEN `value` END) AS js,
         MAX(CASE WHEN `metric` = 'ks' THEN `value` END) AS ks
  FROM drift_readings
  WHERE `metric` IN ('psi', 'kl', 'js', 'ks') AND evaluated_from_at = window_start_at
  GROUP BY model_id, model_version, segment, profile_id, window_end_at, feature) AS d
JOIN drift_tiles AS t
ON t.model_id = d.model_id AND t.model_version = d.model_version AND t.segment = d.segment
  AND t.profile_id = d.profile_id AND t.window_end_at = d.window_end_at
JOIN latest_baselines AS b
ON b.model_id = d.model_id AND b.model_version = d.model_version AND b.profile_id = d.profile_id
WHERE d.psi IS NOT NULL
GROUP BY d.model_id, d.model_version;
