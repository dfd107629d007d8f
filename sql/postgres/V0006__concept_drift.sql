-- What labels say of a model beside its metrics: whether its scores mean what they meant, when its
-- decisions became worse, and how good predictions without labels are.
--
-- All of it is in drift_readings: rows of the profiles concept.*, change-detectors and
-- performance-estimate. These views give each kind a form of its own.

CREATE VIEW v_concept_drift AS
SELECT d.model_id, d.model_version, d.segment, d.profile_id, d.window_start_at, d.window_end_at,
       d.window_length, d.evaluated_from_at, d.status, d.predictions AS labels, d.severity,
       d.flagged > 0 AS flagged, c.value AS conditional_kl_normalised, c.low, c.high,
       c.standard_error, c.threshold, c.p_value, k.value AS covariate_kl, d.provisional,
       d.revision, d.computed_at
FROM v_drift AS d
LEFT JOIN v_drift_readings AS c
    ON (c.model_id, c.model_version, c.segment, c.profile_id, c.window_end_at, c.feature, c.metric)
        = (d.model_id, d.model_version, d.segment, d.profile_id, d.window_end_at, '$concept',
           'conditional_kl_normalised')
LEFT JOIN v_drift_readings AS k
    ON (k.model_id, k.model_version, k.segment, k.profile_id, k.window_end_at, k.feature, k.metric)
        = (d.model_id, d.model_version, d.segment, d.profile_id, d.window_end_at, '$concept',
           'covariate_kl')
WHERE d.profile_id LIKE 'concept.%';

COMMENT ON VIEW v_concept_drift IS
    'Whether scores mean what they meant when the version was new: one row per window whose labels are complete.';
COMMENT ON COLUMN v_concept_drift.profile_id IS 'concept. and the span of the windows that are the reference, in epoch milliseconds.';
COMMENT ON COLUMN v_concept_drift.labels IS 'Labelled predictions that were evaluated.';
COMMENT ON COLUMN v_concept_drift.severity IS 'Severity, 0 to 1: 0.5 at the threshold; null when there are too few labels.';
COMMENT ON COLUMN v_concept_drift.flagged IS 'True when what scores mean has materially changed.';
COMMENT ON COLUMN v_concept_drift.conditional_kl_normalised IS 'Divergence of outcomes given the score from the reference, less what sampling adds, over the entropy of the reference''s outcomes; null when there are too few labels.';
COMMENT ON COLUMN v_concept_drift.covariate_kl IS 'Divergence of the scores alone, in nats: traffic that moved, which is no concept drift.';
COMMENT ON COLUMN v_concept_drift.p_value IS 'Probability of outcomes this different, by the G-test, when nothing has changed.';

CREATE VIEW v_change_alarms AS
SELECT a.model_id, a.model_version, a.segment, a.window_start_at, a.window_end_at,
       a.window_length, a.metric AS detector, to_timestamp(s.value / 1000) AS since_at,
       a.value AS statistic, a.threshold, a.samples, a.provisional, a.revision, a.computed_at
FROM v_drift_readings AS a
LEFT JOIN v_drift_readings AS s
    ON (s.model_id, s.model_version, s.segment, s.profile_id, s.window_end_at, s.feature, s.metric)
        = (a.model_id, a.model_version, a.segment, a.profile_id, a.window_end_at, a.feature,
           a.metric || '_since')
WHERE a.profile_id = 'change-detectors' AND a.feature = '$loss' AND a.flagged
    AND a.metric IN ('page_hinkley', 'adwin');

COMMENT ON VIEW v_change_alarms IS
    'Windows in which a change detector saw the loss of the decisions rise: one row per detector.';
COMMENT ON COLUMN v_change_alarms.detector IS 'page_hinkley, which is fast, or adwin, which confirms.';
COMMENT ON COLUMN v_change_alarms.since_at IS 'When the change began, by the detector''s own estimate.';
COMMENT ON COLUMN v_change_alarms.statistic IS 'Of page_hinkley the sum that passed the threshold; of adwin the rise of the mean loss, in errors per prediction.';
COMMENT ON COLUMN v_change_alarms.threshold IS 'What the statistic was compared with.';
COMMENT ON COLUMN v_change_alarms.samples IS 'Losses since the detector''s last alarm; of adwin those behind the change.';

CREATE VIEW v_performance_estimates AS
SELECT e.model_id, e.model_version, e.segment, e.window_start_at, e.window_end_at,
       e.window_length, substr(e.metric, length('estimated_') + 1) AS metric, e.value, e.low,
       e.high, e.standard_error, e.samples, t.value AS trust, t.samples AS trust_windows,
       e.revision, e.computed_at
FROM v_drift_readings AS e
LEFT JOIN v_drift_readings AS t
    ON (t.model_id, t.model_version, t.segment, t.profile_id, t.window_end_at, t.feature, t.metric)
        = (e.model_id, e.model_version, e.segment, e.profile_id, e.window_end_at, e.feature,
           'trust')
WHERE e.profile_id = 'performance-estimate' AND e.feature = '$performance'
    AND e.metric LIKE 'estimated\_%';

COMMENT ON VIEW v_performance_estimates IS
    'What the metrics of a window are expected to be before its labels come: one row per metric. Blind to concept drift; never the sole cause of a retrain.';
COMMENT ON COLUMN v_performance_estimates.metric IS 'Name of the measured metric it stands for: accuracy, precision, recall, f1 or auc.';
COMMENT ON COLUMN v_performance_estimates.value IS 'The expected value.';
COMMENT ON COLUMN v_performance_estimates.low IS 'Lower end of where the measured metric is expected with 95 %.';
COMMENT ON COLUMN v_performance_estimates.high IS 'Upper end of where the measured metric is expected with 95 %.';
COMMENT ON COLUMN v_performance_estimates.trust IS 'Share of the last windows with labels in which the estimate of the accuracy was right; null below 5 windows.';
COMMENT ON COLUMN v_performance_estimates.trust_windows IS 'Windows that the trust rests on, at most 20.';

-- A view's column means what the column of that name means in its table.
DO $$
DECLARE
    line record;
BEGIN
    FOR line IN
        SELECT v.relname AS view_name, vc.attname AS column_name,
               CASE vc.attname
                   WHEN 'window_length' THEN 'Time from the start of the window to its end.'
                   ELSE col_description(t.oid, tc.attnum)
               END AS words
        FROM pg_class v
        JOIN pg_class t ON t.relnamespace = v.relnamespace AND t.relkind = 'r'
            AND t.relname = 'drift_readings'
        JOIN pg_attribute vc ON vc.attrelid = v.oid AND vc.attnum > 0
        LEFT JOIN pg_attribute tc ON tc.attrelid = t.oid AND tc.attname = vc.attname
        WHERE v.relkind = 'v' AND v.relnamespace = current_schema()::regnamespace
            AND v.relname IN ('v_concept_drift', 'v_change_alarms', 'v_performance_estimates')
            AND col_description(v.oid, vc.attnum) IS NULL
    LOOP
        EXECUTE format('COMMENT ON COLUMN %I.%I IS %L', line.view_name, line.column_name, line.words);
    END LOOP;
END
$$;

GRANT SELECT ON v_concept_drift, v_change_alarms, v_performance_estimates TO runway_reader;
