-- Question: how long do labels take, and has that changed?
-- Answer: one row per model version: the slowest and the quickest window's median, and the worst 95th percentile, in hours. With relative_error off at most. It reads all windows of all models: of a large fleet ask for a span, by AND window_end_at > TIMESTAMP '2026-11-01 00:00:00'.
SELECT model_id, model_version,
       SUM(labels) AS labels,
       MIN(p50_millis) / 3600000 AS quickest_median_hours,
       MAX(p50_millis) / 3600000 AS slowest_median_hours,
       MAX(p95_millis) / 3600000 AS worst_p95_hours,
       MAX(relative_error) AS relative_error
FROM label_delay
WHERE segment = '*' AND `variant` = '*' AND labels > 0
GROUP BY model_id, model_version;
