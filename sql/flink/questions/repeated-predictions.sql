-- Question: how many predictions were sent more than once?
-- Answer: one row per model: records, different ids as an HLL sketch counts them (standard error 1.3 %), and records per id. What the jobs refused is counted too.
SELECT model_id, records, ids, CAST(records AS DOUBLE) / ids AS records_per_id
FROM (
  SELECT model_id, COUNT(*) AS records, hll_sketch_estimate(hll_sketch_agg(prediction_id)) AS ids
  FROM predictions
  GROUP BY model_id)
WHERE ids > 0;
