-- Question: which features drifted in the last day, and by how much?
-- Answer: one row per model version, segment, feature and metric that was flagged: in how many windows, the highest value, and the lowest threshold it was compared with. The day ends with the model's newest window, so that history can be asked too.
SELECT f.model_id, f.model_version, f.segment, f.feature, f.`metric`,
       COUNT(*) AS windows,
       MAX(f.severity) AS highest_severity,
       MAX(f.`value`) AS highest_value,
       MIN(f.threshold) AS lowest_threshold,
       MIN(f.window_start_at) AS first_window_at,
       MAX(f.window_end_at) AS last_window_at
FROM drifting_features AS f
JOIN (
  SELECT model_id, MAX(window_end_at) AS newest_at
  FROM drift
  GROUP BY model_id) AS m
ON f.model_id = m.model_id AND f.window_end_at > m.newest_at - INTERVAL '1' DAY
GROUP BY f.model_id, f.model_version, f.segment, f.feature, f.`metric`;
