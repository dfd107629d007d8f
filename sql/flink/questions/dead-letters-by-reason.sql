-- Question: what was refused, why, and how often?
-- Answer: one row per topic, reason and field. Letters come at least once: repeats count once here.
SELECT topic, reason, field, COUNT(*) AS letters
FROM (
  SELECT DISTINCT topic, `partition`, `offset`, reason, field, detail, recorded_at, `bytes`
  FROM dead_letters)
GROUP BY topic, reason, field;
