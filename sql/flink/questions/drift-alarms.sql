-- Question: which features have drifted for several windows in a row, and since when?
-- Answer: one row per model version, segment and feature whose alarm was raised in the last week, the newest first: since when, when it became an alarm, its last flagged window, and how severe it was. The week ends with the newest alarm, so that history can be asked too.
SELECT a.model_id, a.model_version, a.segment, a.feature, a.since_at, a.raised_at,
       a.window_end_at AS last_window_end_at, a.windows, a.severity, a.provisional
FROM drift_alarms AS a
WHERE a.raised_at > (SELECT MAX(raised_at) FROM drift_alarms) - INTERVAL '7' DAY
ORDER BY a.raised_at DESC, a.model_id, a.feature;
