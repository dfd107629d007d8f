-- Question: do retrains pay?
-- Answer: one row per month of the decision and tier: commands, how many ran, succeeded, were deployed and made the model better, and the shares.
SELECT `month`, tier, issued, ran, succeeded, deployed, improved, success_ratio, waste_ratio, improved_ratio
FROM retrain_ratios
ORDER BY `month`, tier;
