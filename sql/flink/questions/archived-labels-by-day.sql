-- Question: how many predictions of each day got a label, by the archive?
-- Answer: one row per model and day: final records, labelled ones, and the mean delay in hours. Topics keep a week, the archive what it is left.
SELECT model_id, `day`,
       COUNT(*) AS predictions,
       SUM(CASE WHEN status = 'LABELLED' THEN 1 ELSE 0 END) AS labelled,
       AVG(CAST(delay_millis AS DOUBLE)) / 3600000 AS mean_delay_hours
FROM archived_groundtruth
GROUP BY model_id, `day`;
