-- One flagged window is no alarm: of a thousand windows some are flagged by chance. An alarm is a feature
-- that is flagged in windows in a row, of which the first and the last that make it one share no
-- prediction, for windows that were widened tell nearly the same several times. A window that could not
-- be judged counts for nothing. It is a view, for it then knows the newest reading of each window, in
-- whatever order they came.

CREATE VIEW v_drift_alarms AS
WITH flagged AS (
    SELECT model_id, model_version, segment, profile_id, window_start_at, window_end_at,
           window_length, evaluated_from_at, feature, kind, severity, provisional,
           lag(window_end_at) OVER feature_windows AS previous_end_at
    FROM v_drift_readings
    WHERE flagged AND metric = 'severity' AND kind <> 'MODEL'
    WINDOW feature_windows AS (
        PARTITION BY model_id, model_version, segment, profile_id, window_length, feature
        ORDER BY window_end_at)),
begun AS (
    -- A row ends with the first window that was judged and did not flag the feature.
    SELECT f.*, count(*) FILTER (WHERE f.previous_end_at IS NULL OR EXISTS (
               SELECT FROM drift_readings AS m
               WHERE (m.model_id, m.model_version, m.segment, m.profile_id, m.feature, m.metric, m.kind)
                   = (f.model_id, f.model_version, f.segment, f.profile_id, '*', 'severity', 'MODEL')
                   AND m.window_end_at > f.previous_end_at AND m.window_end_at < f.window_end_at
                   AND m.window_end_at - m.window_start_at = f.window_length
                   AND m.status = 'EVALUATED'))
               OVER (PARTITION BY model_id, model_version, segment, profile_id, window_length, feature
                     ORDER BY window_end_at) AS streak
    FROM flagged AS f),
numbered AS (
    SELECT begun.*, row_number() OVER in_row AS windows_so_far,
           first_value(window_end_at) OVER in_row AS first_end_at
    FROM begun
    WINDOW in_row AS (
        PARTITION BY model_id, model_version, segment, profile_id, window_length, feature, streak
        ORDER BY window_end_at)),
judged AS (
    SELECT numbered.*,
           evaluated_from_at >= first_end_at
               AND windows_so_far
                   >= CASE WHEN window_length <= interval '20 minutes' THEN 2 ELSE 3 END AS enough
    FROM numbered)
SELECT model_id, model_version, segment, profile_id, window_length, feature, kind,
       min(window_start_at) AS since_at, min(window_end_at) FILTER (WHERE enough) AS raised_at,
       max(window_end_at) AS window_end_at, count(*)::integer AS windows,
       max(severity) AS severity, bool_or(provisional) AS provisional
FROM judged
GROUP BY model_id, model_version, segment, profile_id, window_length, feature, kind, streak
HAVING bool_or(enough);

COMMENT ON VIEW v_drift_alarms IS
    'Alarms of drift: a feature that was flagged in windows in a row, two of at most 20 minutes or three longer ones, of which the first and the last share no prediction. Ask for a model_id.';
COMMENT ON COLUMN v_drift_alarms.since_at IS 'Start of the first window of the row.';
COMMENT ON COLUMN v_drift_alarms.raised_at IS 'End of the window with which the row became an alarm.';
COMMENT ON COLUMN v_drift_alarms.window_end_at IS 'End of the last window of the row so far; later judged windows do not flag the feature.';
COMMENT ON COLUMN v_drift_alarms.windows IS 'Flagged windows in the row.';
COMMENT ON COLUMN v_drift_alarms.severity IS 'Highest severity of the feature in the row, 0 to 1.';
COMMENT ON COLUMN v_drift_alarms.provisional IS 'True when a baseline of the row was made from live traffic: cannot trigger a retrain alone.';

-- A view's column means what the column of that name means in its table.
DO $$
DECLARE
    line record;
BEGIN
    FOR line IN
        SELECT vc.attname AS column_name,
               CASE vc.attname
                   WHEN 'window_length' THEN 'Time from the start of the window to its end.'
                   ELSE col_description('drift_readings'::regclass, tc.attnum)
               END AS words
        FROM pg_attribute vc
        LEFT JOIN pg_attribute tc
            ON tc.attrelid = 'drift_readings'::regclass AND tc.attname = vc.attname
        WHERE vc.attrelid = 'v_drift_alarms'::regclass AND vc.attnum > 0
            AND col_description(vc.attrelid, vc.attnum) IS NULL
    LOOP
        EXECUTE format('COMMENT ON COLUMN v_drift_alarms.%I IS %L', line.column_name, line.words);
    END LOOP;
END
$$;

GRANT SELECT ON v_drift_alarms TO runway_reader;
