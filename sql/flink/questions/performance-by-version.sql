-- Question: is the new version better than the one before?
-- Answer: one row per model version and metric over its final windows: mean weighted by effective samples, and the standard error of that mean, null where a window has none. Versions answered at different times: a hint, no experiment. It reads all windows of all models: of a large fleet ask for a span, by AND window_end_at > TIMESTAMP '2026-11-01 00:00:00'.
SELECT model_id, model_version, `metric`,
       COUNT(*) AS windows,
       SUM(samples) AS samples,
       SUM(`value` * effective_samples) / SUM(effective_samples) AS mean_value,
       CASE WHEN COUNT(*) = COUNT(se)
            THEN SQRT(SUM(se * se * effective_samples * effective_samples)) / SUM(effective_samples) END AS standard_error
FROM performance
WHERE segment = '*' AND `variant` = '*' AND NOT provisional AND NOT estimated
  AND `value` IS NOT NULL AND effective_samples > 0
  AND `metric` IN ('log_loss', 'auc', 'accuracy', 'calibration_ratio', 'rmse', 'mae', 'ndcg_at_10')
GROUP BY model_id, model_version, `metric`;
