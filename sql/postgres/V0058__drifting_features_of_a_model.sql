-- Which features of one model were flagged: few rows of many. Without it the alarms of a model were found by all models'
-- flagged readings, or by all of its own. Whoever writes readings waits while this is made; who reads them does not.

SET LOCAL statement_timeout = 0;

CREATE INDEX drift_readings_drifting ON drift_readings (model_id, window_end_at)
    WHERE flagged AND metric = 'severity' AND kind <> 'MODEL';

-- Which window is the newest one is told by one row of each; the views that it has read so far join four.
GRANT SELECT ON v_drift_readings TO runway_api;
