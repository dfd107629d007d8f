-- Question: which windows differ most from the one before?
-- Answer: the fifty largest jumps: model version, feature, the window and PSI against the window before it, in the bins of their baseline. A change that stays is here once, in drift_alarms as long as it lasts.
SELECT w.model_id, w.model_version, w.window_start_at, w.window_end_at, r.feature,
       psi(b.profile, w.tile, r.feature, w.before_tile) AS psi_against_before
FROM (
  SELECT model_id, model_version, profile_id, window_start_at, window_end_at, tile,
         LAG(tile) OVER (PARTITION BY model_id, model_version, profile_id ORDER BY window_end_at) AS before_tile
  FROM drift_tiles
  WHERE segment = '*' AND predictions >= 100) AS w
JOIN latest_baselines AS b
ON b.model_id = w.model_id AND b.model_version = w.model_version AND b.profile_id = w.profile_id,
LATERAL TABLE(tile_readings(b.profile, w.tile)) AS r
WHERE r.`metric` = 'psi' AND w.before_tile IS NOT NULL
ORDER BY psi_against_before DESC
LIMIT 50;
