-- A reading names at most 200 features, the worst first, and 100 by the metrics of users. A window that
-- flagged more and does not name one of them has not said that it is calm, and no longer ends its alarm.
-- And what some columns mean, said better.

CREATE OR REPLACE VIEW v_drift_alarms AS
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
    -- A row ends with the first window that was judged and did not flag the feature. Of one that
    -- flagged more than it names nobody knows whether it did.
    SELECT f.*, count(*) FILTER (WHERE f.previous_end_at IS NULL OR EXISTS (
               SELECT FROM drift_readings AS m
               WHERE (m.model_id, m.model_version, m.segment, m.profile_id, m.feature, m.metric, m.kind)
                   = (f.model_id, f.model_version, f.segment, f.profile_id, '*', 'flagged', 'MODEL')
                   AND m.window_end_at > f.previous_end_at AND m.window_end_at < f.window_end_at
                   AND m.window_end_at - m.window_start_at = f.window_length
                   AND m.status = 'EVALUATED'
                   AND m.value <= CASE WHEN m.profile_id LIKE 'custom.%' THEN 100 ELSE 200 END))
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
    'Alarms of drift: a feature that was flagged in windows in a row, two of at most 20 minutes or three longer ones, of which the first and the last share no prediction. Of a window the 200 worst features are known, and 100 by the metrics of users. Ask for a model_id.';
COMMENT ON COLUMN v_drift_alarms.since_at IS
    'Start of the first window of the row; of a row longer than readings are kept it moves on with them.';
COMMENT ON COLUMN v_drift_alarms.raised_at IS
    'End of the window with which the row became an alarm. Tells alarms of a feature apart until windows of the row are dropped, 90 days after they were computed: then it moves on.';

-- Of two readings of one revision and time the last one counts.
DO $$
DECLARE
    line record;
BEGIN
    FOR line IN
        SELECT c.relname, a.attname,
               replace(d.description, 'with a later computed_at', 'unless its computed_at is earlier')
                   AS words
        FROM pg_description d
        JOIN pg_class c ON c.oid = d.objoid AND d.classoid = 'pg_class'::regclass
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.objsubid
        WHERE c.relnamespace = current_schema()::regnamespace AND d.objsubid > 0
            AND d.description LIKE '%or by the same one with a later computed_at.'
    LOOP
        EXECUTE format('COMMENT ON COLUMN %I.%I IS %L', line.relname, line.attname, line.words);
    END LOOP;
END
$$;

-- Health reads of the control API tell the alarms too.
GRANT SELECT ON v_drift_alarms TO runway_api;
