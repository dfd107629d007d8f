-- Question: what was refused, why, and how often?
-- Answer: one row per topic, reason and field.
SELECT topic, reason, field, COUNT(*) AS letters
FROM dead_letters
GROUP BY topic, reason, field;
