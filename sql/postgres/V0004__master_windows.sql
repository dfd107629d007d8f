-- Of a window one view and not two, and its differences without those that were never asked for.
--
-- A batch run says a window as a whole. So a reader gets its metrics from one view, and what the stream
-- has alone is a difference only where the master says something of the same model and window: a window
-- that no run was asked for, or that a run left out because the archive does not cover it, is none.

CREATE OR REPLACE VIEW v_performance AS
SELECT model_id, model_version, task, segment, variant, window_start_at, window_end_at,
       window_end_at - window_start_at AS window_length,
       metric, value, low, high, se, bound_low, bound_high, samples, effective_samples,
       maturity = 'PROVISIONAL' AS provisional,
       estimated, revision, computed_at, true AS master
FROM master_performance
UNION ALL
SELECT model_id, model_version, task, segment, variant, window_start_at, window_end_at,
       window_end_at - window_start_at AS window_length,
       metric, value, low, high, se, bound_low, bound_high, samples, effective_samples,
       maturity = 'PROVISIONAL' AS provisional,
       estimated, revision, computed_at, false AS master
FROM performance AS s
WHERE NOT EXISTS (
    SELECT FROM master_performance AS m
    WHERE (m.model_id, m.model_version, m.task, m.segment, m.variant, m.window_start_at,
           m.window_end_at, m.estimated)
        = (s.model_id, s.model_version, s.task, s.segment, s.variant, s.window_start_at,
           s.window_end_at, s.estimated));

-- Tables and not views are compared: from the master's rows to those of the stream, and then what the
-- stream has alone. What is asked for (a model, a span of time) reaches the indexes of all of them.

CREATE OR REPLACE VIEW v_master_differences AS
SELECT model_id, model_version, task, segment, variant, window_start_at, window_end_at,
       metric AS quantity, s.value AS speed, m.value AS master, m.value - s.value AS difference
FROM master_performance AS m
LEFT JOIN performance AS s
    USING (model_id, model_version, task, segment, variant, window_start_at, window_end_at, metric,
           estimated)
WHERE s.maturity IS DISTINCT FROM 'PROVISIONAL'
    AND NOT estimated
    AND s.value IS DISTINCT FROM m.value
UNION ALL
SELECT model_id, model_version, task, segment, variant, window_start_at, window_end_at,
       metric, value, NULL, NULL
FROM performance AS s
WHERE maturity = 'FINAL'
    AND NOT estimated
    AND value IS NOT NULL
    AND NOT EXISTS (
        SELECT FROM master_performance AS m
        WHERE (m.model_id, m.model_version, m.task, m.segment, m.variant, m.window_start_at,
               m.window_end_at, m.metric, m.estimated)
            = (s.model_id, s.model_version, s.task, s.segment, s.variant, s.window_start_at,
               s.window_end_at, s.metric, s.estimated))
    AND EXISTS (
        SELECT FROM master_label_coverage AS w
        WHERE (w.model_id, w.window_end_at, w.window_start_at)
            = (s.model_id, s.window_end_at, s.window_start_at))
UNION ALL
SELECT model_id, model_version, task, segment, variant, window_start_at, window_end_at,
       q.quantity, q.speed, q.master, q.master - q.speed
FROM master_label_coverage AS m
LEFT JOIN label_coverage AS s
    USING (model_id, model_version, task, segment, variant, window_start_at, window_end_at)
CROSS JOIN LATERAL (VALUES
    ('received', s.received::double precision, m.received::double precision),
    ('joined', s.joined, m.joined),
    ('unlabelled', s.unlabelled, m.unlabelled),
    ('duplicates', s.duplicates, m.duplicates),
    ('conflicts', s.conflicts, m.conflicts),
    ('coverage', s.coverage, m.coverage)) AS q (quantity, speed, master)
WHERE s.maturity IS DISTINCT FROM 'PROVISIONAL'
    AND q.speed IS DISTINCT FROM q.master
UNION ALL
SELECT model_id, model_version, task, segment, variant, window_start_at, window_end_at,
       q.quantity, q.speed, NULL, NULL
FROM label_coverage AS s
CROSS JOIN LATERAL (VALUES
    ('received', s.received::double precision),
    ('joined', s.joined),
    ('unlabelled', s.unlabelled),
    ('duplicates', s.duplicates),
    ('conflicts', s.conflicts),
    ('coverage', s.coverage)) AS q (quantity, speed)
WHERE maturity = 'FINAL'
    AND q.speed IS NOT NULL
    AND NOT EXISTS (
        SELECT FROM master_label_coverage AS m
        WHERE (m.model_id, m.model_version, m.task, m.segment, m.variant, m.window_start_at,
               m.window_end_at)
            = (s.model_id, s.model_version, s.task, s.segment, s.variant, s.window_start_at,
               s.window_end_at))
    AND EXISTS (
        SELECT FROM master_label_coverage AS w
        WHERE (w.model_id, w.window_end_at, w.window_start_at)
            = (s.model_id, s.window_end_at, s.window_start_at))
UNION ALL
SELECT model_id, model_version, task, segment, variant, window_start_at, window_end_at,
       q.quantity, q.speed, q.master, q.master - q.speed
FROM master_label_delay AS m
LEFT JOIN label_delay AS s
    USING (model_id, model_version, task, segment, variant, window_start_at, window_end_at)
CROSS JOIN LATERAL (VALUES
    ('labels', s.labels::double precision, m.labels::double precision),
    ('mean_millis', s.mean_millis, m.mean_millis),
    ('p50_millis', s.p50_millis, m.p50_millis),
    ('p95_millis', s.p95_millis, m.p95_millis),
    ('p99_millis', s.p99_millis, m.p99_millis)) AS q (quantity, speed, master)
WHERE s.maturity IS DISTINCT FROM 'PROVISIONAL'
    AND q.speed IS DISTINCT FROM q.master
UNION ALL
SELECT model_id, model_version, task, segment, variant, window_start_at, window_end_at,
       q.quantity, q.speed, NULL, NULL
FROM label_delay AS s
CROSS JOIN LATERAL (VALUES
    ('labels', s.labels::double precision),
    ('mean_millis', s.mean_millis),
    ('p50_millis', s.p50_millis),
    ('p95_millis', s.p95_millis),
    ('p99_millis', s.p99_millis)) AS q (quantity, speed)
WHERE maturity = 'FINAL'
    AND q.speed IS NOT NULL
    AND NOT EXISTS (
        SELECT FROM master_label_delay AS m
        WHERE (m.model_id, m.model_version, m.task, m.segment, m.variant, m.window_start_at,
               m.window_end_at)
            = (s.model_id, s.model_version, s.task, s.segment, s.variant, s.window_start_at,
               s.window_end_at))
    AND EXISTS (
        SELECT FROM master_label_coverage AS w
        WHERE (w.model_id, w.window_end_at, w.window_start_at)
            = (s.model_id, s.window_end_at, s.window_start_at));

COMMENT ON COLUMN v_master_differences.master IS
    'The value by the archive; null when it is not defined, or when the archive does not have the row though it has others of the model and window.';
