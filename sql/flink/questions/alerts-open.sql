-- Question: which alerts are open, and who has been told?
-- Answer: one row per open alert, the worst first.
SELECT severity, rule, model_id, model_version, team, tier, summary, opened_at, muted,
       CARDINALITY(told) AS told, CARDINALITY(untold) AS untold
FROM alerts
WHERE resolved_at IS NULL
ORDER BY tier, opened_at
LIMIT 200;
