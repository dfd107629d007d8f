-- Question: is a score of 0.7 right seven times out of ten?
-- Answer: one row per model, version and tenth of the score, for two-class models.
SELECT model_id, model_version,
       FLOOR(score * 10) / 10 AS score_from,
       COUNT(*) AS predictions,
       AVG(score) AS mean_score,
       AVG(actual_value) AS positive_share
FROM latest_groundtruth
WHERE status <> 'UNLABELLED' AND score IS NOT NULL AND actual_value IS NOT NULL
GROUP BY model_id, model_version, FLOOR(score * 10) / 10;
