-- What drifted, and the counts behind it.
--
-- A reading of drift is several rows: those of the model ('*'), one for each feature as a whole and
-- one for each of its metrics. A newer reading of a window may name fewer features than the one before.
-- Rows of the older one stay in the table, and no view shows them: every reading has the rows of the
-- model, and what is older than these is not part of it. Nobody needs a right to delete for that.

CREATE TABLE drift_readings (
    model_id          text             NOT NULL,
    model_version     text             NOT NULL,
    segment           text             NOT NULL,
    profile_id        text             NOT NULL,
    window_end_at     timestamptz      NOT NULL,
    feature           text             NOT NULL,
    metric            text             NOT NULL,
    kind              text             NOT NULL CHECK (kind IN ('MODEL', 'NUMERIC', 'CATEGORICAL')),
    value             double precision,
    low               double precision,
    high              double precision,
    standard_error    double precision,
    samples           bigint           NOT NULL CHECK (samples >= 0),
    method            text,
    threshold         double precision,
    p_value           double precision CHECK (p_value BETWEEN 0 AND 1),
    q_value           double precision CHECK (q_value BETWEEN 0 AND 1),
    severity          double precision CHECK (severity BETWEEN 0 AND 1),
    flagged           boolean          NOT NULL,
    status            text             NOT NULL
        CHECK (status IN ('EVALUATED', 'INSUFFICIENT_DATA', 'NO_DECISION')),
    window_start_at   timestamptz      NOT NULL,
    evaluated_from_at timestamptz      NOT NULL,
    provisional       boolean          NOT NULL,
    revision          bigint           NOT NULL,
    computed_at       timestamptz      NOT NULL,
    PRIMARY KEY (model_id, model_version, segment, profile_id, window_end_at, feature, metric),
    CONSTRAINT drift_readings_window_has_length CHECK (window_start_at < window_end_at),
    CONSTRAINT drift_readings_evaluates_the_window CHECK (evaluated_from_at <= window_start_at),
    CONSTRAINT drift_readings_value_is_finite
        CHECK (value NOT IN ('NaN', 'Infinity', '-Infinity')),
    CONSTRAINT drift_readings_star_is_the_model CHECK (kind <> 'MODEL' OR feature = '*')
);

CREATE INDEX drift_readings_by_time ON drift_readings (model_id, window_end_at);
CREATE INDEX drift_readings_by_age ON drift_readings (computed_at);
-- Few rows are flagged, and they are what is asked for over all models.
CREATE INDEX drift_readings_flagged ON drift_readings (window_end_at) WHERE flagged;

COMMENT ON TABLE drift_readings IS
    'Drift of the predictions of a window against a baseline: one row per feature and metric, those of the model under *; dropped 90 days after they were computed. v_drift_readings leaves out what a newer reading no longer names.';
COMMENT ON COLUMN drift_readings.model_id IS 'Model, as in its predictions.';
COMMENT ON COLUMN drift_readings.model_version IS 'Version that made the predictions.';
COMMENT ON COLUMN drift_readings.segment IS 'Declared segment; * for all predictions.';
COMMENT ON COLUMN drift_readings.profile_id IS 'Profile of the baseline it was compared with.';
COMMENT ON COLUMN drift_readings.window_end_at IS 'End of the window of prediction times, excluded.';
COMMENT ON COLUMN drift_readings.feature IS 'Feature, or output of the model as $score, $label or $value; * for the model as a whole.';
COMMENT ON COLUMN drift_readings.metric IS 'Name of the metric, such as psi_debiased; severity for the feature as a whole. Of the model: severity, and the numbers of features, of those evaluated and of those flagged.';
COMMENT ON COLUMN drift_readings.kind IS 'NUMERIC or CATEGORICAL feature; MODEL in rows of the model as a whole.';
COMMENT ON COLUMN drift_readings.value IS 'The metric; null when it is not defined, never 0 or NaN in its place.';
COMMENT ON COLUMN drift_readings.low IS 'Lower end of the 95 % interval; null when unknown.';
COMMENT ON COLUMN drift_readings.high IS 'Upper end of the 95 % interval; null when unknown.';
COMMENT ON COLUMN drift_readings.standard_error IS 'Standard error of the value; null when unknown.';
COMMENT ON COLUMN drift_readings.samples IS 'Predictions behind the value.';
COMMENT ON COLUMN drift_readings.method IS 'How the value was computed, such as EXACT_HISTOGRAM or KLL_200; null for the feature or the model as a whole.';
COMMENT ON COLUMN drift_readings.threshold IS 'What the value was compared with; null when it decides nothing.';
COMMENT ON COLUMN drift_readings.p_value IS 'Of the test behind the decision, 0 to 1; null without a test.';
COMMENT ON COLUMN drift_readings.q_value IS 'The p-value after the correction for many features, 0 to 1; null without a test.';
COMMENT ON COLUMN drift_readings.severity IS 'Severity of the feature, or of the whole in rows of the model, 0 to 1; null when nothing could be judged.';
COMMENT ON COLUMN drift_readings.flagged IS 'True when this metric has materially drifted; in severity rows of a feature, when the feature has; in rows of the model, when any feature has.';
COMMENT ON COLUMN drift_readings.status IS 'EVALUATED, INSUFFICIENT_DATA while there are too few predictions, NO_DECISION when the window is as wide as it may become and there still are.';
COMMENT ON COLUMN drift_readings.window_start_at IS 'Earliest prediction time in the window, included.';
COMMENT ON COLUMN drift_readings.evaluated_from_at IS 'Earliest prediction time that was evaluated: before the window when it took earlier ones in.';
COMMENT ON COLUMN drift_readings.provisional IS 'True when the baseline was made from live traffic: cannot trigger a retrain alone.';
COMMENT ON COLUMN drift_readings.revision IS 'Rises with every event the window absorbs; a row is replaced by a higher revision, or by the same one with a later computed_at.';
COMMENT ON COLUMN drift_readings.computed_at IS 'When this revision was computed: the time Kafka gave its reading, so that a replay writes the same.';

CREATE TABLE drift_tiles (
    model_id        text        NOT NULL,
    model_version   text        NOT NULL,
    segment         text        NOT NULL,
    profile_id      text        NOT NULL,
    window_start_at timestamptz NOT NULL,
    window_end_at   timestamptz NOT NULL,
    predictions     bigint      NOT NULL CHECK (predictions >= 0),
    tile            bytea       NOT NULL,
    revision        bigint      NOT NULL,
    computed_at     timestamptz NOT NULL,
    PRIMARY KEY (model_id, model_version, segment, profile_id, window_start_at, window_end_at),
    CONSTRAINT drift_tiles_window_has_length CHECK (window_start_at < window_end_at)
);

CREATE INDEX drift_tiles_by_time ON drift_tiles (model_id, window_end_at);
CREATE INDEX drift_tiles_by_age ON drift_tiles (computed_at);

COMMENT ON TABLE drift_tiles IS
    'Mergeable counts of the predictions of a window in the bins of a baseline: any longer window is their sum, and can be scored against any baseline again; dropped 8 days after they were computed.';
COMMENT ON COLUMN drift_tiles.model_id IS 'Model, as in its predictions.';
COMMENT ON COLUMN drift_tiles.model_version IS 'Version that made the predictions.';
COMMENT ON COLUMN drift_tiles.segment IS 'Declared segment; * for all predictions.';
COMMENT ON COLUMN drift_tiles.profile_id IS 'Profile whose bins are counted.';
COMMENT ON COLUMN drift_tiles.window_start_at IS 'Earliest prediction time in the window, included.';
COMMENT ON COLUMN drift_tiles.window_end_at IS 'End of the window of prediction times, excluded.';
COMMENT ON COLUMN drift_tiles.predictions IS 'Predictions that were counted.';
COMMENT ON COLUMN drift_tiles.tile IS 'The counts, in the binary form of shared/drift.';
COMMENT ON COLUMN drift_tiles.revision IS 'Rises with every event the window absorbs; a row is replaced by a higher revision, or by the same one with a later computed_at.';
COMMENT ON COLUMN drift_tiles.computed_at IS 'When this revision was computed: the time Kafka gave its tile, so that a replay writes the same.';

-- Both end. The functions run as their owner: the writer drops what is old, and cannot delete anything
-- else. So many rows at once that they stay well below the writer's time-out: a tile has up to 512 KiB.

CREATE FUNCTION drop_old_drift_readings() RETURNS bigint
    LANGUAGE sql SECURITY DEFINER
    BEGIN ATOMIC
        WITH dropped AS (
            DELETE FROM drift_readings
            WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM drift_readings
                WHERE computed_at < now() - interval '90 days'
                ORDER BY computed_at
                LIMIT 20000))
            RETURNING 1)
        SELECT count(*) FROM dropped;
    END;

COMMENT ON FUNCTION drop_old_drift_readings() IS
    'Drops rows of drift readings that were computed more than 90 days ago, at most 20,000 at once; gives their number.';

CREATE FUNCTION drop_old_drift_tiles() RETURNS bigint
    LANGUAGE sql SECURITY DEFINER
    BEGIN ATOMIC
        WITH dropped AS (
            DELETE FROM drift_tiles
            WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM drift_tiles
                WHERE computed_at < now() - interval '8 days'
                ORDER BY computed_at
                LIMIT 2000))
            RETURNING 1)
        SELECT count(*) FROM dropped;
    END;

COMMENT ON FUNCTION drop_old_drift_tiles() IS
    'Drops tiles that were computed more than 8 days ago, at most 2,000 at once; gives their number.';

-- What readers see. Rows of the model are looked up by the whole key, so that what is asked for (a
-- model, a span of time) still decides which rows are read.

CREATE VIEW v_drift_readings AS
SELECT model_id, model_version, segment, profile_id, window_start_at, window_end_at,
       window_end_at - window_start_at AS window_length,
       evaluated_from_at, feature, kind, metric, value, low, high, standard_error, samples, method,
       threshold, p_value, q_value, severity, flagged, status, provisional, revision, computed_at
FROM drift_readings AS r
WHERE NOT EXISTS (
    SELECT FROM drift_readings AS m
    WHERE (m.model_id, m.model_version, m.segment, m.profile_id, m.window_end_at, m.feature,
           m.metric, m.kind)
        = (r.model_id, r.model_version, r.segment, r.profile_id, r.window_end_at, '*',
           'severity', 'MODEL')
        AND (m.revision, m.computed_at) > (r.revision, r.computed_at));

COMMENT ON VIEW v_drift_readings IS
    'Drift of every window: the rows of its newest reading, one per feature and metric.';

CREATE VIEW v_drift AS
SELECT s.model_id, s.model_version, s.segment, s.profile_id, s.window_start_at, s.window_end_at,
       s.window_end_at - s.window_start_at AS window_length,
       s.evaluated_from_at, s.status, s.samples AS predictions, n.value::integer AS features,
       e.value::integer AS evaluated, f.value::integer AS flagged, s.severity, s.provisional,
       s.revision, s.computed_at
FROM drift_readings AS s
JOIN drift_readings AS n
    USING (model_id, model_version, segment, profile_id, window_end_at, feature, kind)
JOIN drift_readings AS e
    USING (model_id, model_version, segment, profile_id, window_end_at, feature, kind)
JOIN drift_readings AS f
    USING (model_id, model_version, segment, profile_id, window_end_at, feature, kind)
WHERE feature = '*' AND kind = 'MODEL' AND s.metric = 'severity' AND n.metric = 'features'
    AND e.metric = 'evaluated' AND f.metric = 'flagged';

COMMENT ON VIEW v_drift IS 'Drift of every window as a whole: one row per newest reading.';
COMMENT ON COLUMN v_drift.predictions IS 'Predictions that were evaluated.';
COMMENT ON COLUMN v_drift.features IS 'Features that the profile has.';
COMMENT ON COLUMN v_drift.evaluated IS 'How many of them could be judged.';
COMMENT ON COLUMN v_drift.flagged IS 'How many of them have materially drifted.';
COMMENT ON COLUMN v_drift.severity IS 'Severity of the whole, 0 to 1; null when nothing could be judged.';

CREATE VIEW v_drift_latest AS
SELECT DISTINCT ON (model_id, model_version, segment, profile_id, window_length)
       model_id, model_version, segment, profile_id, window_start_at, window_end_at, window_length,
       evaluated_from_at, status, predictions, features, evaluated, flagged, severity, provisional,
       revision, computed_at
FROM v_drift
ORDER BY model_id, model_version, segment, profile_id, window_length, window_end_at DESC;

COMMENT ON VIEW v_drift_latest IS
    'The newest window of every model version, segment, profile and length of window.';
COMMENT ON COLUMN v_drift_latest.predictions IS 'Predictions that were evaluated.';
COMMENT ON COLUMN v_drift_latest.features IS 'Features that the profile has.';
COMMENT ON COLUMN v_drift_latest.evaluated IS 'How many of them could be judged.';
COMMENT ON COLUMN v_drift_latest.flagged IS 'How many of them have materially drifted.';
COMMENT ON COLUMN v_drift_latest.severity IS 'Severity of the whole, 0 to 1; null when nothing could be judged.';

CREATE VIEW v_drifting_features AS
SELECT w.model_id, w.model_version, w.segment, w.profile_id, w.window_start_at, w.window_end_at,
       w.window_length, w.evaluated_from_at, w.feature, w.kind, w.severity,
       s.metric, s.value, s.low, s.high, s.standard_error, s.samples, s.method, s.threshold,
       s.p_value, s.q_value, w.provisional, w.revision, w.computed_at
FROM v_drift_readings AS w
LEFT JOIN v_drift_readings AS s
    ON (s.model_id, s.model_version, s.segment, s.profile_id, s.window_end_at, s.feature)
        = (w.model_id, w.model_version, w.segment, w.profile_id, w.window_end_at, w.feature)
    AND s.flagged AND s.metric <> 'severity'
WHERE w.flagged AND w.metric = 'severity' AND w.kind <> 'MODEL';

COMMENT ON VIEW v_drifting_features IS
    'Features that have materially drifted in a window: one row per metric that says so, or one without a metric when none does alone; ask for a span of window_end_at, which is indexed.';
COMMENT ON COLUMN v_drifting_features.metric IS 'Metric that has materially drifted; null when none does alone.';

CREATE VIEW v_drift_tiles AS
SELECT model_id, model_version, segment, profile_id, window_start_at, window_end_at,
       window_end_at - window_start_at AS window_length, predictions, tile, revision, computed_at
FROM drift_tiles;

COMMENT ON VIEW v_drift_tiles IS 'The counts of every window.';

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
            AND t.relname = CASE v.relname WHEN 'v_drift_tiles' THEN 'drift_tiles'
                                           ELSE 'drift_readings' END
        JOIN pg_attribute vc ON vc.attrelid = v.oid AND vc.attnum > 0
        LEFT JOIN pg_attribute tc ON tc.attrelid = t.oid AND tc.attname = vc.attname
        WHERE v.relkind = 'v' AND v.relnamespace = current_schema()::regnamespace
            AND v.relname LIKE 'v\_drift%'
            AND col_description(v.oid, vc.attnum) IS NULL
    LOOP
        EXECUTE format('COMMENT ON COLUMN %I.%I IS %L', line.view_name, line.column_name, line.words);
    END LOOP;
END
$$;

GRANT SELECT, INSERT, UPDATE ON drift_readings, drift_tiles TO runway_writer;
REVOKE ALL ON FUNCTION drop_old_drift_readings(), drop_old_drift_tiles() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION drop_old_drift_readings(), drop_old_drift_tiles() TO runway_writer;
GRANT SELECT ON v_drift_readings, v_drift, v_drift_latest, v_drifting_features, v_drift_tiles
    TO runway_reader;
