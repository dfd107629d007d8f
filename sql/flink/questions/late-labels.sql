-- Question: how many labels came too late or for no prediction, and whose?
-- Answer: one row per model and reason: AFTER_HORIZON are labels that the stream could not count any more, a batch run counts them; ARRIVED_AFTER_FINAL those that were observed in time and arrived when the prediction was final already; ORPHAN are those without a prediction.
SELECT model_id, why, COUNT(*) AS outcomes,
       COUNT(DISTINCT prediction_id) AS predictions
FROM late_outcomes
GROUP BY model_id, why;
