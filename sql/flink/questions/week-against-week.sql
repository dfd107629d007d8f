-- Question: in which weeks did features change most against the week before?
-- Answer: the fifty largest jumps: model version, week and feature, and PSI against the last week before that has a hundred predictions too, in the bins of their baseline. A change that stays is here once, in drift_alarms as long as it lasts. Weeks that are not there from their first day to their last are left out: a few weekdays against a whole week differ by themselves. On a running stack tiles are kept for 8 days, so there is no such pair; of a demo or a replay there is.
WITH weekly AS (
  SELECT model_id, model_version, profile_id, FLOOR(window_start_at TO WEEK) AS week_at, MIN(window_start_at) AS first_at,
         MAX(window_end_at) AS last_at, tile_merge(tile) AS tile
  FROM drift_tiles
  WHERE segment = '*'
  GROUP BY model_id, model_version, profile_id, FLOOR(window_start_at TO WEEK)),
pairs AS (
  SELECT model_id, model_version, profile_id, week_at,
         LAG(week_at) OVER (PARTITION BY model_id, model_version, profile_id ORDER BY week_at) AS before_at
  FROM weekly
  WHERE tile_predictions(tile) >= 100
    AND first_at < week_at + INTERVAL '1' DAY AND last_at > week_at + INTERVAL '6' DAY)
SELECT w.model_id, w.model_version, w.week_at, w.before_at, r.feature,
       psi(b.profile, t.tile, r.feature, p.tile) AS psi_against_before
FROM pairs AS w
JOIN weekly AS t
ON t.model_id = w.model_id AND t.model_version = w.model_version AND t.profile_id = w.profile_id AND t.week_at = w.week_at
JOIN weekly AS p
ON p.model_id = w.model_id AND p.model_version = w.model_version AND p.profile_id = w.profile_id AND p.week_at = w.before_at
JOIN latest_baselines AS b
ON b.model_id = w.model_id AND b.model_version = w.model_version AND b.profile_id = w.profile_id,
LATERAL TABLE(tile_readings(b.profile, t.tile, 100)) AS r
WHERE r.`metric` = 'psi'
ORDER BY psi_against_before DESC
LIMIT 50;
