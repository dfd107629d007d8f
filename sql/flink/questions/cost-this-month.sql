-- Question: what have retrains cost this month, and for whom?
-- Answer: one row per team and model: commands of this UTC month by what became of them, what they have cost, and what is set aside for those that run. The month's cap is in retrain_budgets.
SELECT team, model_id,
       COUNT(*) AS commands,
       SUM(CASE WHEN state = 'SUCCEEDED' THEN 1 ELSE 0 END) AS succeeded,
       SUM(CASE WHEN state = 'REFUSED' THEN 1 ELSE 0 END) AS refused,
       SUM(actual_cost) AS cost,
       SUM(reserved_cost) AS set_aside
FROM retrains
WHERE action <> 'CANCEL' AND received_at >= FLOOR(CAST(CURRENT_TIMESTAMP AS TIMESTAMP(3)) TO MONTH)
GROUP BY team, model_id;
