-- Question: what have retrains cost this month, and for whom?
-- Answer: one row per team and model that money of this UTC month has moved for: its commands, what they have cost, and what is still set aside. All costs together are spent + overrun of the month in retrain_budgets, where its cap is too. Where nobody told what a training cost, its estimate counts.
SELECT team, model_id,
       COUNT(DISTINCT command_id) AS commands,
       SUM(CASE WHEN kind IN ('SPENT', 'OVERRUN') THEN amount ELSE 0 END) AS cost,
       SUM(CASE kind WHEN 'RESERVED' THEN amount WHEN 'RELEASED' THEN -amount ELSE 0 END) AS set_aside
FROM retrain_costs
WHERE `month` = CAST(FLOOR(CAST(CURRENT_TIMESTAMP AS TIMESTAMP(3)) TO MONTH) AS DATE)
GROUP BY team, model_id;
