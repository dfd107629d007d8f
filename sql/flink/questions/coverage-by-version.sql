-- Question: of the predictions that had their time, how many got a label, per model version?
-- Answer: one row per model version; coverage is null while nothing has matured. It reads all windows of all models: of a large fleet ask for a span, by AND window_end_at > TIMESTAMP '2026-11-01 00:00:00'.
SELECT model_id, model_version,
       SUM(predictions) AS predictions,
       SUM(matured) AS matured,
       CAST(SUM(matched_matured) AS DOUBLE) / NULLIF(SUM(matured), 0) AS coverage
FROM label_coverage
WHERE segment = '*' AND `variant` = '*'
GROUP BY model_id, model_version;
