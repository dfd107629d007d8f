-- Result tables of the ground-truth job and the views that dashboards read.
--
-- Names are unqualified: the migrator sets the schema. Rows are upserts by primary key, guarded by
-- revision; nobody deletes. Every table and column carries a comment, and every table says who may
-- do what with it.

CREATE TABLE performance (
    model_id          text             NOT NULL,
    model_version     text             NOT NULL,
    segment           text             NOT NULL,
    variant           text             NOT NULL,
    window_start_at   timestamptz      NOT NULL,
    window_end_at     timestamptz      NOT NULL,
    metric            text             NOT NULL,
    value             double precision,
    low               double precision,
    high              double precision,
    se                double precision,
    bound_low         double precision,
    bound_high        double precision,
    samples           bigint           NOT NULL CHECK (samples >= 0),
    effective_samples double precision NOT NULL CHECK (effective_samples >= 0),
    maturity          text             NOT NULL CHECK (maturity IN ('PROVISIONAL', 'FINAL')),
    estimated         boolean          NOT NULL,
    revision          bigint           NOT NULL,
    computed_at       timestamptz      NOT NULL,
    PRIMARY KEY (model_id, model_version, segment, variant, window_start_at, window_end_at, metric),
    CONSTRAINT performance_window_has_length CHECK (window_start_at < window_end_at),
    CONSTRAINT performance_value_is_finite
        CHECK (value NOT IN ('NaN', 'Infinity', '-Infinity'))
);

CREATE INDEX performance_by_time ON performance (model_id, window_end_at);

COMMENT ON TABLE performance IS
    'Measured performance of a model version: one row per window and metric.';
COMMENT ON COLUMN performance.model_id IS 'Model, as in its predictions.';
COMMENT ON COLUMN performance.model_version IS 'Version that made the predictions.';
COMMENT ON COLUMN performance.segment IS 'Declared segment; * for all predictions.';
COMMENT ON COLUMN performance.variant IS 'Variant of an experiment; * for all predictions.';
COMMENT ON COLUMN performance.window_start_at IS 'Earliest prediction time in the window, included.';
COMMENT ON COLUMN performance.window_end_at IS 'End of the window of prediction times, excluded.';
COMMENT ON COLUMN performance.metric IS 'Name of the metric, such as auc, accuracy or log_loss.';
COMMENT ON COLUMN performance.value IS 'The metric; null when it is not defined, never 0 or NaN in its place.';
COMMENT ON COLUMN performance.low IS 'Lower end of the 95 % interval; null when unknown.';
COMMENT ON COLUMN performance.high IS 'Upper end of the 95 % interval; null when unknown.';
COMMENT ON COLUMN performance.se IS 'Standard error of the value; null when unknown.';
COMMENT ON COLUMN performance.bound_low IS 'Lower end of the exact bound that binning leaves; null where nothing is binned.';
COMMENT ON COLUMN performance.bound_high IS 'Upper end of the exact bound that binning leaves; null where nothing is binned.';
COMMENT ON COLUMN performance.samples IS 'Labelled predictions behind the value.';
COMMENT ON COLUMN performance.effective_samples IS 'Effective number of samples after weighting (Kish).';
COMMENT ON COLUMN performance.maturity IS 'PROVISIONAL while labels are due, FINAL once the label horizon has passed.';
COMMENT ON COLUMN performance.estimated IS 'True when the value was estimated without labels.';
COMMENT ON COLUMN performance.revision IS 'Rises with every fact the window absorbs; a row is replaced by a higher revision only.';
COMMENT ON COLUMN performance.computed_at IS 'When this revision was computed: the time Kafka gave its reading, so that a replay writes the same.';

CREATE TABLE label_coverage (
    model_id          text             NOT NULL,
    model_version     text             NOT NULL,
    segment           text             NOT NULL,
    variant           text             NOT NULL,
    window_start_at   timestamptz      NOT NULL,
    window_end_at     timestamptz      NOT NULL,
    received          bigint           NOT NULL CHECK (received >= 0),
    predictions       bigint           NOT NULL CHECK (predictions >= 0),
    joined            bigint           NOT NULL CHECK (joined >= 0),
    waiting           bigint           NOT NULL CHECK (waiting >= 0),
    unlabelled        bigint           NOT NULL CHECK (unlabelled >= 0),
    duplicates        bigint           NOT NULL CHECK (duplicates >= 0),
    conflicts         bigint           NOT NULL CHECK (conflicts >= 0),
    matured           bigint           NOT NULL CHECK (matured >= 0),
    matched_matured   bigint           NOT NULL CHECK (matched_matured >= 0),
    coverage          double precision,
    coverage_so_far   double precision,
    expected_coverage double precision,
    maturity          text             NOT NULL CHECK (maturity IN ('PROVISIONAL', 'FINAL')),
    revision          bigint           NOT NULL,
    computed_at       timestamptz      NOT NULL,
    PRIMARY KEY (model_id, model_version, segment, variant, window_start_at, window_end_at),
    CONSTRAINT label_coverage_window_has_length CHECK (window_start_at < window_end_at),
    CONSTRAINT label_coverage_every_event_has_one_fate
        CHECK (received = joined + waiting + unlabelled + duplicates + conflicts),
    CONSTRAINT label_coverage_predictions_are_distinct
        CHECK (predictions = joined + waiting + unlabelled),
    CONSTRAINT label_coverage_matched_have_matured CHECK (matched_matured <= matured)
);

CREATE INDEX label_coverage_by_time ON label_coverage (model_id, window_end_at);

COMMENT ON TABLE label_coverage IS
    'Where the predictions of a window are on their way to a label; the counters add up.';
COMMENT ON COLUMN label_coverage.model_id IS 'Model, as in its predictions.';
COMMENT ON COLUMN label_coverage.model_version IS 'Version that made the predictions.';
COMMENT ON COLUMN label_coverage.segment IS 'Declared segment; * for all predictions.';
COMMENT ON COLUMN label_coverage.variant IS 'Variant of an experiment; * for all predictions.';
COMMENT ON COLUMN label_coverage.window_start_at IS 'Earliest prediction time in the window, included.';
COMMENT ON COLUMN label_coverage.window_end_at IS 'End of the window of prediction times, excluded.';
COMMENT ON COLUMN label_coverage.received IS 'Prediction events read: joined + waiting + unlabelled + duplicates + conflicts.';
COMMENT ON COLUMN label_coverage.predictions IS 'Distinct predictions: joined + waiting + unlabelled.';
COMMENT ON COLUMN label_coverage.joined IS 'Predictions with a label, observed or given by the label policy.';
COMMENT ON COLUMN label_coverage.waiting IS 'Predictions whose label may still come.';
COMMENT ON COLUMN label_coverage.unlabelled IS 'Predictions whose label horizon passed without a label.';
COMMENT ON COLUMN label_coverage.duplicates IS 'Events that repeat a prediction identically.';
COMMENT ON COLUMN label_coverage.conflicts IS 'Events that repeat a prediction id with another content; the first counts.';
COMMENT ON COLUMN label_coverage.matured IS 'Predictions whose label horizon has passed.';
COMMENT ON COLUMN label_coverage.matched_matured IS 'Matured predictions with a label.';
COMMENT ON COLUMN label_coverage.coverage IS 'Weighted share of matured predictions with a label, 0 to 1; null while nothing has matured.';
COMMENT ON COLUMN label_coverage.coverage_so_far IS 'Weighted share of all predictions with a label, 0 to 1; null without predictions.';
COMMENT ON COLUMN label_coverage.expected_coverage IS 'Coverage to expect once all have matured, 0 to 1; null when unknown.';
COMMENT ON COLUMN label_coverage.maturity IS 'PROVISIONAL while labels are due, FINAL once the label horizon has passed.';
COMMENT ON COLUMN label_coverage.revision IS 'Rises with every fact the window absorbs; a row is replaced by a higher revision only.';
COMMENT ON COLUMN label_coverage.computed_at IS 'When this revision was computed: the time Kafka gave its reading, so that a replay writes the same.';

CREATE TABLE label_delay (
    model_id        text             NOT NULL,
    model_version   text             NOT NULL,
    segment         text             NOT NULL,
    variant         text             NOT NULL,
    window_start_at timestamptz      NOT NULL,
    window_end_at   timestamptz      NOT NULL,
    labels          bigint           NOT NULL CHECK (labels >= 0),
    mean_millis     double precision,
    p50_millis      double precision,
    p95_millis      double precision,
    p99_millis      double precision,
    relative_error  double precision NOT NULL CHECK (relative_error >= 0),
    censored        bigint           NOT NULL CHECK (censored >= 0),
    maturity        text             NOT NULL CHECK (maturity IN ('PROVISIONAL', 'FINAL')),
    revision        bigint           NOT NULL,
    computed_at     timestamptz      NOT NULL,
    PRIMARY KEY (model_id, model_version, segment, variant, window_start_at, window_end_at),
    CONSTRAINT label_delay_window_has_length CHECK (window_start_at < window_end_at)
);

CREATE INDEX label_delay_by_time ON label_delay (model_id, window_end_at);

COMMENT ON TABLE label_delay IS
    'How long labels took from the prediction to the observation that decided them.';
COMMENT ON COLUMN label_delay.model_id IS 'Model, as in its predictions.';
COMMENT ON COLUMN label_delay.model_version IS 'Version that made the predictions.';
COMMENT ON COLUMN label_delay.segment IS 'Declared segment; * for all predictions.';
COMMENT ON COLUMN label_delay.variant IS 'Variant of an experiment; * for all predictions.';
COMMENT ON COLUMN label_delay.window_start_at IS 'Earliest prediction time in the window, included.';
COMMENT ON COLUMN label_delay.window_end_at IS 'End of the window of prediction times, excluded.';
COMMENT ON COLUMN label_delay.labels IS 'Labelled predictions.';
COMMENT ON COLUMN label_delay.mean_millis IS 'Mean delay in milliseconds; null without labels.';
COMMENT ON COLUMN label_delay.p50_millis IS 'Median delay in milliseconds; null without labels.';
COMMENT ON COLUMN label_delay.p95_millis IS '95 % of labels came within this many milliseconds; null without labels.';
COMMENT ON COLUMN label_delay.p99_millis IS '99 % of labels came within this many milliseconds; null without labels.';
COMMENT ON COLUMN label_delay.relative_error IS 'Bound of the relative error of the three quantiles.';
COMMENT ON COLUMN label_delay.censored IS 'Predictions without a label so far or for good.';
COMMENT ON COLUMN label_delay.maturity IS 'PROVISIONAL while labels are due, FINAL once the label horizon has passed.';
COMMENT ON COLUMN label_delay.revision IS 'Rises with every fact the window absorbs; a row is replaced by a higher revision only.';
COMMENT ON COLUMN label_delay.computed_at IS 'When this revision was computed: the time Kafka gave its reading, so that a replay writes the same.';

CREATE TABLE dead_letters (
    source_topic     text        NOT NULL,
    source_partition integer     NOT NULL,
    source_offset    bigint      NOT NULL,
    reason           text        NOT NULL,
    field            text,
    detail           text        NOT NULL,
    event_bytes      bytea       NOT NULL,
    cut              boolean     NOT NULL,
    received_at      timestamptz NOT NULL,
    event_digest     bytea       NOT NULL GENERATED ALWAYS AS (sha256(event_bytes)) STORED,
    PRIMARY KEY (source_topic, source_partition, source_offset, reason, event_digest)
);

CREATE INDEX dead_letters_by_time ON dead_letters (received_at);

COMMENT ON TABLE dead_letters IS 'Events that were refused, with the reason and their bytes.';
COMMENT ON COLUMN dead_letters.source_topic IS 'Topic the event was read from.';
COMMENT ON COLUMN dead_letters.source_partition IS 'Partition of the topic; -1 for an event that was rebuilt from state.';
COMMENT ON COLUMN dead_letters.source_offset IS 'Offset in the partition; -1 for an event that was rebuilt from state.';
COMMENT ON COLUMN dead_letters.reason IS 'Kind of the fault; one event may be refused for several reasons.';
COMMENT ON COLUMN dead_letters.field IS 'Field at fault; null when it is the event as a whole.';
COMMENT ON COLUMN dead_letters.detail IS 'What is wrong, in words.';
COMMENT ON COLUMN dead_letters.event_bytes IS 'The event as it was read, or its beginning; empty for an event without value.';
COMMENT ON COLUMN dead_letters.cut IS 'True when event_bytes is only the beginning.';
COMMENT ON COLUMN dead_letters.received_at IS 'When the broker took the event.';
COMMENT ON COLUMN dead_letters.event_digest IS 'SHA-256 of event_bytes: tells events of one place apart, such as the rows of one reading.';

-- What dashboards read. A series is a model version, segment, variant, length of window and metric.

CREATE VIEW v_performance AS
SELECT model_id, model_version, segment, variant, window_start_at, window_end_at,
       window_end_at - window_start_at AS window_length,
       metric, value, low, high, se, bound_low, bound_high, samples, effective_samples,
       maturity = 'PROVISIONAL' AS provisional,
       estimated, revision, computed_at
FROM performance;

COMMENT ON VIEW v_performance IS 'Performance of every window.';

CREATE VIEW v_performance_latest AS
SELECT DISTINCT ON (model_id, model_version, segment, variant, window_length, metric, estimated)
       model_id, model_version, segment, variant, window_start_at, window_end_at, window_length,
       metric, value, low, high, se, bound_low, bound_high, samples, effective_samples,
       provisional, estimated, revision, computed_at
FROM v_performance
ORDER BY model_id, model_version, segment, variant, window_length, metric, estimated,
         provisional, window_end_at DESC;

COMMENT ON VIEW v_performance_latest IS
    'The newest final window of every series, or its newest provisional one while none is final.';

CREATE VIEW v_label_coverage AS
SELECT model_id, model_version, segment, variant, window_start_at, window_end_at,
       window_end_at - window_start_at AS window_length,
       received, predictions, joined, waiting, unlabelled, duplicates, conflicts,
       matured, matched_matured, coverage, coverage_so_far, expected_coverage,
       maturity = 'PROVISIONAL' AS provisional,
       revision, computed_at
FROM label_coverage;

COMMENT ON VIEW v_label_coverage IS 'Label coverage of every window.';

CREATE VIEW v_label_coverage_latest AS
SELECT DISTINCT ON (model_id, model_version, segment, variant, window_length)
       model_id, model_version, segment, variant, window_start_at, window_end_at, window_length,
       received, predictions, joined, waiting, unlabelled, duplicates, conflicts,
       matured, matched_matured, coverage, coverage_so_far, expected_coverage,
       provisional, revision, computed_at
FROM v_label_coverage
ORDER BY model_id, model_version, segment, variant, window_length,
         provisional, window_end_at DESC;

COMMENT ON VIEW v_label_coverage_latest IS
    'The newest final window of every series, or its newest provisional one while none is final.';

CREATE VIEW v_label_delay AS
SELECT model_id, model_version, segment, variant, window_start_at, window_end_at,
       window_end_at - window_start_at AS window_length,
       labels, mean_millis, p50_millis, p95_millis, p99_millis, relative_error, censored,
       maturity = 'PROVISIONAL' AS provisional,
       revision, computed_at
FROM label_delay;

COMMENT ON VIEW v_label_delay IS 'Label delay of every window.';

CREATE VIEW v_label_delay_latest AS
SELECT DISTINCT ON (model_id, model_version, segment, variant, window_length)
       model_id, model_version, segment, variant, window_start_at, window_end_at, window_length,
       labels, mean_millis, p50_millis, p95_millis, p99_millis, relative_error, censored,
       provisional, revision, computed_at
FROM v_label_delay
ORDER BY model_id, model_version, segment, variant, window_length,
         provisional, window_end_at DESC;

COMMENT ON VIEW v_label_delay_latest IS
    'The newest final window of every series, or its newest provisional one while none is final.';

CREATE VIEW v_dead_letters AS
SELECT source_topic, reason, count(*) AS events,
       min(received_at) AS first_received_at, max(received_at) AS last_received_at
FROM dead_letters
GROUP BY source_topic, reason;

COMMENT ON VIEW v_dead_letters IS 'How many events were refused, by topic and reason.';
COMMENT ON COLUMN v_dead_letters.events IS 'Number of refused events.';
COMMENT ON COLUMN v_dead_letters.first_received_at IS 'When the broker took the earliest of them.';
COMMENT ON COLUMN v_dead_letters.last_received_at IS 'When the broker took the latest of them.';

-- A view's column means what the column of that name means in its table.
DO $$
DECLARE
    line record;
BEGIN
    FOR line IN
        SELECT v.relname AS view_name, vc.attname AS column_name,
               CASE vc.attname
                   WHEN 'provisional' THEN 'True while labels are due: the row may still change.'
                   WHEN 'window_length' THEN 'Time from the start of the window to its end.'
                   ELSE col_description(t.oid, tc.attnum)
               END AS words
        FROM pg_class v
        JOIN pg_class t ON t.relnamespace = v.relnamespace AND t.relkind = 'r'
            AND t.relname = regexp_replace(v.relname, '^v_(.*?)(_latest)?$', '\1')
        JOIN pg_attribute vc ON vc.attrelid = v.oid AND vc.attnum > 0
        LEFT JOIN pg_attribute tc ON tc.attrelid = t.oid AND tc.attname = vc.attname
        WHERE v.relkind = 'v' AND v.relnamespace = current_schema()::regnamespace
            AND col_description(v.oid, vc.attnum) IS NULL
    LOOP
        EXECUTE format('COMMENT ON COLUMN %I.%I IS %L', line.view_name, line.column_name, line.words);
    END LOOP;
END
$$;

GRANT SELECT, INSERT, UPDATE ON performance, label_coverage, label_delay, dead_letters
    TO runway_writer;
GRANT SELECT ON performance, label_coverage, label_delay, dead_letters,
    v_performance, v_performance_latest, v_label_coverage, v_label_coverage_latest,
    v_label_delay, v_label_delay_latest, v_dead_letters
    TO runway_reader;
