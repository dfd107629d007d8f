-- The master view: what batch runs over the archive say of the windows, labels that came late included.
--
-- It has tables of its own, so that neither view waits for the other or overwrites it. Readers get one
-- row for each key: the master's where there is one, for it is final and knows every label that the
-- speed row knows; else the speed row. A window is in both when the days of the archive were read again.

CREATE TABLE master_performance (LIKE performance INCLUDING ALL);
CREATE TABLE master_label_coverage (LIKE label_coverage INCLUDING ALL);
CREATE TABLE master_label_delay (LIKE label_delay INCLUDING ALL);

COMMENT ON TABLE master_performance IS
    'Performance of a model version by the archive: one row per task, window and metric; v_performance prefers it.';
COMMENT ON TABLE master_label_coverage IS
    'Where the predictions of a window ended, by the archive; the counters add up, and v_label_coverage prefers it.';
COMMENT ON TABLE master_label_delay IS
    'How long labels took, by the archive, late ones included; v_label_delay prefers it.';
COMMENT ON COLUMN master_performance.maturity IS 'FINAL: the archive is asked when the label horizon has passed.';
COMMENT ON COLUMN master_label_coverage.maturity IS 'FINAL: the archive is asked when the label horizon has passed.';
COMMENT ON COLUMN master_label_delay.maturity IS 'FINAL: the archive is asked when the label horizon has passed.';
COMMENT ON COLUMN master_performance.revision IS 'Facts the window has absorbed; a row is replaced by what a later run says, whatever its revision.';
COMMENT ON COLUMN master_label_coverage.revision IS 'Facts the window has absorbed; a row is replaced by what a later run says, whatever its revision.';
COMMENT ON COLUMN master_label_delay.revision IS 'Facts the window has absorbed; a row is replaced by what a later run says, whatever its revision.';

-- What readers see. Both halves are plain selections, so that what is asked for (a model, a span of
-- time) reaches the indexes of both tables.

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
           m.window_end_at, m.metric, m.estimated)
        = (s.model_id, s.model_version, s.task, s.segment, s.variant, s.window_start_at,
           s.window_end_at, s.metric, s.estimated));

CREATE OR REPLACE VIEW v_performance_latest AS
SELECT DISTINCT ON (model_id, model_version, task, segment, variant, window_length, metric,
                    estimated)
       model_id, model_version, task, segment, variant, window_start_at, window_end_at,
       window_length,
       metric, value, low, high, se, bound_low, bound_high, samples, effective_samples,
       provisional, estimated, revision, computed_at, master
FROM v_performance
ORDER BY model_id, model_version, task, segment, variant, window_length, metric, estimated,
         provisional, window_end_at DESC;

CREATE OR REPLACE VIEW v_label_coverage AS
SELECT model_id, model_version, task, segment, variant, window_start_at, window_end_at,
       window_end_at - window_start_at AS window_length,
       received, predictions, joined, waiting, unlabelled, duplicates, conflicts,
       matured, matched_matured, coverage, coverage_so_far, expected_coverage,
       maturity = 'PROVISIONAL' AS provisional,
       revision, computed_at, true AS master
FROM master_label_coverage
UNION ALL
SELECT model_id, model_version, task, segment, variant, window_start_at, window_end_at,
       window_end_at - window_start_at AS window_length,
       received, predictions, joined, waiting, unlabelled, duplicates, conflicts,
       matured, matched_matured, coverage, coverage_so_far, expected_coverage,
       maturity = 'PROVISIONAL' AS provisional,
       revision, computed_at, false AS master
FROM label_coverage AS s
WHERE NOT EXISTS (
    SELECT FROM master_label_coverage AS m
    WHERE (m.model_id, m.model_version, m.task, m.segment, m.variant, m.window_start_at,
           m.window_end_at)
        = (s.model_id, s.model_version, s.task, s.segment, s.variant, s.window_start_at,
           s.window_end_at));

CREATE OR REPLACE VIEW v_label_coverage_latest AS
SELECT DISTINCT ON (model_id, model_version, task, segment, variant, window_length)
       model_id, model_version, task, segment, variant, window_start_at, window_end_at,
       window_length,
       received, predictions, joined, waiting, unlabelled, duplicates, conflicts,
       matured, matched_matured, coverage, coverage_so_far, expected_coverage,
       provisional, revision, computed_at, master
FROM v_label_coverage
ORDER BY model_id, model_version, task, segment, variant, window_length,
         provisional, window_end_at DESC;

CREATE OR REPLACE VIEW v_label_delay AS
SELECT model_id, model_version, task, segment, variant, window_start_at, window_end_at,
       window_end_at - window_start_at AS window_length,
       labels, mean_millis, p50_millis, p95_millis, p99_millis, relative_error, censored,
       maturity = 'PROVISIONAL' AS provisional,
       revision, computed_at, true AS master
FROM master_label_delay
UNION ALL
SELECT model_id, model_version, task, segment, variant, window_start_at, window_end_at,
       window_end_at - window_start_at AS window_length,
       labels, mean_millis, p50_millis, p95_millis, p99_millis, relative_error, censored,
       maturity = 'PROVISIONAL' AS provisional,
       revision, computed_at, false AS master
FROM label_delay AS s
WHERE NOT EXISTS (
    SELECT FROM master_label_delay AS m
    WHERE (m.model_id, m.model_version, m.task, m.segment, m.variant, m.window_start_at,
           m.window_end_at)
        = (s.model_id, s.model_version, s.task, s.segment, s.variant, s.window_start_at,
           s.window_end_at));

CREATE OR REPLACE VIEW v_label_delay_latest AS
SELECT DISTINCT ON (model_id, model_version, task, segment, variant, window_length)
       model_id, model_version, task, segment, variant, window_start_at, window_end_at,
       window_length,
       labels, mean_millis, p50_millis, p95_millis, p99_millis, relative_error, censored,
       provisional, revision, computed_at, master
FROM v_label_delay
ORDER BY model_id, model_version, task, segment, variant, window_length,
         provisional, window_end_at DESC;

COMMENT ON VIEW v_performance IS
    'Performance of every window, by the archive where it has been asked, else by the stream.';
COMMENT ON VIEW v_label_coverage IS
    'Label coverage of every window, by the archive where it has been asked, else by the stream.';
COMMENT ON VIEW v_label_delay IS
    'Label delay of every window, by the archive where it has been asked, else by the stream.';

DO $$
DECLARE
    view_name text;
BEGIN
    FOREACH view_name IN ARRAY ARRAY['v_performance', 'v_performance_latest', 'v_label_coverage',
        'v_label_coverage_latest', 'v_label_delay', 'v_label_delay_latest']
    LOOP
        EXECUTE format('COMMENT ON COLUMN %I.master IS %L', view_name,
            'True when a batch run over the archive says so, labels that came late included; false when the stream does.');
    END LOOP;
END
$$;

-- Where the two disagree. The view of each kind names every key once; a speed row that is still
-- provisional has not said its last word and is compared when it has. Days decide what the stream may
-- have alone, because a batch run is over whole days: those it has not read yet are no difference.

CREATE VIEW v_master_differences AS
SELECT model_id, model_version, task, segment, variant, window_start_at, window_end_at,
       metric AS quantity, s.value AS speed, m.value AS master, m.value - s.value AS difference
FROM v_performance AS v
LEFT JOIN performance AS s
    USING (model_id, model_version, task, segment, variant, window_start_at, window_end_at, metric,
           estimated)
LEFT JOIN master_performance AS m
    USING (model_id, model_version, task, segment, variant, window_start_at, window_end_at, metric,
           estimated)
WHERE s.maturity IS DISTINCT FROM 'PROVISIONAL'
    AND NOT estimated
    AND s.value IS DISTINCT FROM m.value
    AND (model_id, (window_start_at AT TIME ZONE 'UTC')::date)
        IN (SELECT model_id, (window_start_at AT TIME ZONE 'UTC')::date FROM master_performance)
UNION ALL
SELECT model_id, model_version, task, segment, variant, window_start_at, window_end_at,
       q.quantity, q.speed, q.master, q.master - q.speed
FROM v_label_coverage AS v
LEFT JOIN label_coverage AS s
    USING (model_id, model_version, task, segment, variant, window_start_at, window_end_at)
LEFT JOIN master_label_coverage AS m
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
    AND (model_id, (window_start_at AT TIME ZONE 'UTC')::date)
        IN (SELECT model_id, (window_start_at AT TIME ZONE 'UTC')::date FROM master_label_coverage)
UNION ALL
SELECT model_id, model_version, task, segment, variant, window_start_at, window_end_at,
       q.quantity, q.speed, q.master, q.master - q.speed
FROM v_label_delay AS v
LEFT JOIN label_delay AS s
    USING (model_id, model_version, task, segment, variant, window_start_at, window_end_at)
LEFT JOIN master_label_delay AS m
    USING (model_id, model_version, task, segment, variant, window_start_at, window_end_at)
CROSS JOIN LATERAL (VALUES
    ('labels', s.labels::double precision, m.labels::double precision),
    ('mean_millis', s.mean_millis, m.mean_millis),
    ('p50_millis', s.p50_millis, m.p50_millis),
    ('p95_millis', s.p95_millis, m.p95_millis),
    ('p99_millis', s.p99_millis, m.p99_millis)) AS q (quantity, speed, master)
WHERE s.maturity IS DISTINCT FROM 'PROVISIONAL'
    AND q.speed IS DISTINCT FROM q.master
    AND (model_id, (window_start_at AT TIME ZONE 'UTC')::date)
        IN (SELECT model_id, (window_start_at AT TIME ZONE 'UTC')::date FROM master_label_delay);

COMMENT ON VIEW v_master_differences IS
    'Where the final word of the stream and that of the archive differ, one row per window and quantity; empty when the stream missed nothing. Measured values only: the archive estimates nothing.';
COMMENT ON COLUMN v_master_differences.model_id IS 'Model, as in its predictions.';
COMMENT ON COLUMN v_master_differences.model_version IS 'Version that made the predictions.';
COMMENT ON COLUMN v_master_differences.task IS 'What the model answered: BINARY, MULTICLASS, REGRESSION or RANKING.';
COMMENT ON COLUMN v_master_differences.segment IS 'Declared segment; * for all predictions.';
COMMENT ON COLUMN v_master_differences.variant IS 'Variant of an experiment; * for all predictions.';
COMMENT ON COLUMN v_master_differences.window_start_at IS 'Earliest prediction time in the window, included.';
COMMENT ON COLUMN v_master_differences.window_end_at IS 'End of the window of prediction times, excluded.';
COMMENT ON COLUMN v_master_differences.quantity IS 'What differs: a metric of v_performance, or a column of v_label_coverage (received, joined, unlabelled, duplicates, conflicts, coverage) or of v_label_delay (labels, mean_millis, p50_millis, p95_millis, p99_millis).';
COMMENT ON COLUMN v_master_differences.speed IS 'The final value by the stream; null when it is not defined, or when the stream does not have the window at all.';
COMMENT ON COLUMN v_master_differences.master IS 'The value by the archive; null when it is not defined, or when the archive does not have the window though it has others of the model and the UTC day.';
COMMENT ON COLUMN v_master_differences.difference IS 'master - speed; null when one of them is.';

-- As for the speed tables.
GRANT SELECT, INSERT, UPDATE ON master_performance, master_label_coverage, master_label_delay
    TO runway_writer;
GRANT SELECT ON v_master_differences TO runway_reader;
