-- Question: what was not done although something is wrong, and why?
-- Answer: one row per model version, verdict and reason to hold: how often, first and last. ATTRIBUTED: something upstream is at fault; INVESTIGATE_DATA looks like a fault of the data and not of the model.
SELECT model_id, model_version, verdict, `hold`, attributed_to,
       COUNT(*) AS decisions,
       MIN(window_end_at) AS first_window_at,
       MAX(window_end_at) AS last_window_at
FROM decisions
WHERE verdict <> 'NONE' AND command_id IS NULL
GROUP BY model_id, model_version, verdict, `hold`, attributed_to;
