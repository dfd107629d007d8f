-- Question: which features moved, from when to when?
-- Answer: one row per run of windows in which a feature was flagged: its first and last window, how many there were, how bad it got, and when it became an alarm; raised_at is null while it is none.
SELECT model_id, model_version, segment, feature, since_at, window_end_at AS until_at, windows, severity, raised_at, provisional
FROM drift_alarms
ORDER BY since_at DESC, model_id, feature
LIMIT 500;
