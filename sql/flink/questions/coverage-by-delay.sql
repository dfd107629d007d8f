-- Question: how long after a prediction is its label there?
-- Answer: one row per model version: of all predictions whose story has ended, the share that had its label within an hour, a day, a week, and at all.
SELECT model_id, model_version,
       COUNT(*) AS predictions,
       AVG(CASE WHEN delay_millis <= 3600000 THEN 1.0E0 ELSE 0.0E0 END) AS within_hour,
       AVG(CASE WHEN delay_millis <= 86400000 THEN 1.0E0 ELSE 0.0E0 END) AS within_day,
       AVG(CASE WHEN delay_millis <= 604800000 THEN 1.0E0 ELSE 0.0E0 END) AS within_week,
       AVG(CASE WHEN status = 'LABELLED' THEN 1.0E0 ELSE 0.0E0 END) AS coverage
FROM latest_groundtruth
WHERE maturity = 'FINAL'
GROUP BY model_id, model_version;
