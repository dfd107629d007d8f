-- Question: which models are worst off now?
-- Answer: one row per model version that is not fine, the stalest first: state, score from 0 to 1, since when, by which features, and what suspends it.
SELECT model_id, model_version, tier, team, state, score, since_at, suspension, features
FROM staleness_latest
WHERE state NOT IN ('HEALTHY', 'WARMING', 'DEPRECATED', 'RETIRED')
ORDER BY score DESC, model_id, model_version
LIMIT 50;
