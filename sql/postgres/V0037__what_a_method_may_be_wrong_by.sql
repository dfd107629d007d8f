-- How far a reading of drift may be from exact counts by the method alone, and which words nobody knew.
-- Both are empty in rows that were written before.

ALTER TABLE drift_readings
    ADD COLUMN method_error double precision,
    ADD COLUMN detail       text,
    ADD CONSTRAINT drift_readings_method_error_is_no_less_than_0 CHECK (method_error >= 0);

COMMENT ON COLUMN drift_readings.method_error IS
    'How far the value may be from that of exact counts by the method alone: the mass of a bin, the ranks of a sketch; null when it is exact, or when nothing bounds it.';
COMMENT ON COLUMN drift_readings.detail IS
    'What the value is made of: the most frequent words that the baseline does not name, with their counts; null when there are none.';

CREATE OR REPLACE VIEW v_drift_readings AS
SELECT model_id, model_version, segment, profile_id, window_start_at, window_end_at,
       window_end_at - window_start_at AS window_length,
       evaluated_from_at, feature, kind, metric, value, low, high, standard_error, samples, method,
       threshold, p_value, q_value, severity, flagged, status, provisional, revision, computed_at,
       method_error, detail
FROM drift_readings AS r
WHERE NOT EXISTS (
    SELECT FROM drift_readings AS m
    WHERE (m.model_id, m.model_version, m.segment, m.profile_id, m.window_end_at, m.feature,
           m.metric, m.kind)
        = (r.model_id, r.model_version, r.segment, r.profile_id, r.window_end_at, '*',
           'severity', 'MODEL')
        AND (m.revision, m.computed_at) > (r.revision, r.computed_at));

CREATE OR REPLACE VIEW v_drifting_features AS
SELECT w.model_id, w.model_version, w.segment, w.profile_id, w.window_start_at, w.window_end_at,
       w.window_length, w.evaluated_from_at, w.feature, w.kind, w.severity,
       s.metric, s.value, s.low, s.high, s.standard_error, s.samples, s.method, s.threshold,
       s.p_value, s.q_value, w.provisional, w.revision, w.computed_at,
       s.method_error, s.detail
FROM v_drift_readings AS w
LEFT JOIN v_drift_readings AS s
    ON (s.model_id, s.model_version, s.segment, s.profile_id, s.window_end_at, s.feature)
        = (w.model_id, w.model_version, w.segment, w.profile_id, w.window_end_at, w.feature)
    AND s.flagged AND s.metric <> 'severity'
WHERE w.flagged AND w.metric = 'severity' AND w.kind <> 'MODEL';

COMMENT ON COLUMN v_drift_readings.method_error IS
    'How far the value may be from that of exact counts by the method alone: the mass of a bin, the ranks of a sketch; null when it is exact, or when nothing bounds it.';
COMMENT ON COLUMN v_drift_readings.detail IS
    'What the value is made of: the most frequent words that the baseline does not name, with their counts; null when there are none.';
COMMENT ON COLUMN v_drifting_features.method_error IS
    'How far the value may be from that of exact counts by the method alone: the mass of a bin, the ranks of a sketch; null when it is exact, or when nothing bounds it.';
COMMENT ON COLUMN v_drifting_features.detail IS
    'What the value is made of: the most frequent words that the baseline does not name, with their counts; null when there are none.';
