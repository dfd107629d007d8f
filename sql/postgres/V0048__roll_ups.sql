-- What a year of windows and a month of judgements come to, by day and by hour, so that long spans are read
-- of few rows.
--
-- Whoever writes facts notes which days and hours they are of; once a minute these are made anew from the
-- facts as they are then. So it does not matter in which order facts come, how often, or whether they are
-- replaced. Of what is noted and not made yet, views tell what the facts say, as if there were no roll-up:
-- nothing is late, and where nobody makes them (a demo that has ended) nothing is missing. Nobody waits:
-- notes are added and taken away, never changed.

SET LOCAL lock_timeout = '10s';

CREATE TABLE performance_days (
    model_id          text             NOT NULL,
    model_version     text             NOT NULL,
    task              text             NOT NULL,
    segment           text             NOT NULL,
    variant           text             NOT NULL,
    metric            text             NOT NULL,
    estimated         boolean          NOT NULL,
    window_length     interval         NOT NULL,
    provisional       boolean          NOT NULL,
    day               date             NOT NULL,
    windows           bigint           NOT NULL,
    samples           bigint           NOT NULL,
    effective_samples double precision NOT NULL,
    mean              double precision NOT NULL,
    se                double precision,
    least             double precision NOT NULL,
    most              double precision NOT NULL,
    master            boolean          NOT NULL,
    made_at           timestamptz      NOT NULL,
    PRIMARY KEY (model_id, metric, day, model_version, task, segment, variant, estimated, window_length,
                 provisional)
);

CREATE INDEX performance_days_by_day ON performance_days (model_id, day);
CREATE INDEX performance_days_by_age ON performance_days (made_at);

COMMENT ON TABLE performance_days IS
    'Performance by UTC day: the mean of a day''s windows of one length. Made anew from performance and master_performance where these have changed; dropped a year after it was made last.';
COMMENT ON COLUMN performance_days.model_id IS 'Model, as in its predictions.';
COMMENT ON COLUMN performance_days.model_version IS 'Version that made the predictions.';
COMMENT ON COLUMN performance_days.task IS 'What the model answered: BINARY, MULTICLASS, REGRESSION or RANKING; UNKNOWN in rows from before tasks were kept.';
COMMENT ON COLUMN performance_days.segment IS 'Declared segment; * for all predictions.';
COMMENT ON COLUMN performance_days.variant IS 'Variant of an experiment; * for all predictions.';
COMMENT ON COLUMN performance_days.metric IS 'Name of the metric, such as auc, accuracy or log_loss.';
COMMENT ON COLUMN performance_days.estimated IS 'True when the values were estimated without labels.';
COMMENT ON COLUMN performance_days.window_length IS 'Time from the start of each window to its end.';
COMMENT ON COLUMN performance_days.provisional IS 'True for windows whose labels are still due, which stand in a row of their own.';
COMMENT ON COLUMN performance_days.day IS 'UTC day in which the windows end; one that ends at midnight is of the day before.';
COMMENT ON COLUMN performance_days.windows IS 'Windows whose value is defined.';
COMMENT ON COLUMN performance_days.samples IS 'Labelled predictions in them.';
COMMENT ON COLUMN performance_days.effective_samples IS 'Sum of their effective numbers of samples.';
COMMENT ON COLUMN performance_days.mean IS 'Mean of their values, weighted by effective samples. Of auc, rmse and others that are no means this is not the value of the whole day.';
COMMENT ON COLUMN performance_days.se IS 'Standard error of the mean when the windows are independent; null when one of them has none.';
COMMENT ON COLUMN performance_days.least IS 'Least of their values.';
COMMENT ON COLUMN performance_days.most IS 'Greatest of their values.';
COMMENT ON COLUMN performance_days.master IS 'True when one of the windows is by a batch run over the archive.';
COMMENT ON COLUMN performance_days.made_at IS 'When the row was made.';

CREATE TABLE evaluation_hours (
    hour_at      timestamptz      NOT NULL,
    tier         integer          NOT NULL,
    team         text,
    judgements   bigint           NOT NULL,
    gap_seconds  double precision NOT NULL,
    late_seconds double precision NOT NULL,
    made_at      timestamptz      NOT NULL,
    CONSTRAINT evaluation_hours_key UNIQUE NULLS NOT DISTINCT (hour_at, tier, team)
);

CREATE INDEX evaluation_hours_by_age ON evaluation_hours (made_at);

COMMENT ON TABLE evaluation_hours IS
    'For how long versions waited for their judgements, by the hour of these. Made anew from staleness where that has changed; dropped a year after it was made last.';
COMMENT ON COLUMN evaluation_hours.hour_at IS 'Start of the hour in which they were judged.';
COMMENT ON COLUMN evaluation_hours.tier IS '1 (revenue-critical) to 4 (experimental).';
COMMENT ON COLUMN evaluation_hours.team IS 'Whose models they are; null when not known.';
COMMENT ON COLUMN evaluation_hours.judgements IS 'Judgements that were not the first of their version or the first after silence.';
COMMENT ON COLUMN evaluation_hours.gap_seconds IS 'Seconds from the judgement before to each of them, in all.';
COMMENT ON COLUMN evaluation_hours.late_seconds IS 'Those of these seconds by which they were late, by the limit of the tier when the row was made.';
COMMENT ON COLUMN evaluation_hours.made_at IS 'When the row was made.';

CREATE TABLE performance_due (
    model_id text NOT NULL,
    day      date NOT NULL
);
CREATE TABLE evaluation_due (
    hour_at timestamptz NOT NULL
);

CREATE INDEX performance_due_by_day ON performance_due (model_id, day);
CREATE INDEX evaluation_due_by_hour ON evaluation_due (hour_at);

COMMENT ON TABLE performance_due IS 'Days of models that performance_days is to be made anew of; several rows say the same.';
COMMENT ON COLUMN performance_due.model_id IS 'Model, as in its predictions.';
COMMENT ON COLUMN performance_due.day IS 'UTC day in which windows end that have changed.';
COMMENT ON TABLE evaluation_due IS 'Hours that evaluation_hours is to be made anew of; several rows say the same.';
COMMENT ON COLUMN evaluation_due.hour_at IS 'Start of an hour in which judgements have changed.';

-- The day in which a window ends.
CREATE FUNCTION window_day(window_end_at timestamptz) RETURNS date
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ((window_end_at - interval '1 microsecond') AT TIME ZONE 'UTC')::date;

COMMENT ON FUNCTION window_day(timestamptz) IS
    'UTC day in which a window ends; one that ends at midnight is of the day before.';

CREATE FUNCTION performance_is_due() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
AS $$
BEGIN
    INSERT INTO performance_due (model_id, day)
    SELECT DISTINCT w.model_id, window_day(w.window_end_at) FROM written AS w;
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION performance_is_due() IS 'Notes the days of what was written into performance.';

CREATE FUNCTION evaluation_is_due() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
AS $$
BEGIN
    INSERT INTO evaluation_due (hour_at)
    SELECT DISTINCT date_trunc('hour', w.judged_at, 'UTC') FROM written AS w;
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION evaluation_is_due() IS 'Notes the hours of what was written into staleness.';

-- What readers see, and from which roll-ups are made.

CREATE VIEW v_performance_days AS
SELECT d.model_id, d.model_version, d.task, d.segment, d.variant, d.metric, d.estimated, d.window_length,
       d.provisional, d.day, d.day::timestamp AT TIME ZONE 'UTC' AS day_at, d.windows, d.samples,
       d.effective_samples, d.mean, d.mean - 1.96 * d.se AS low, d.mean + 1.96 * d.se AS high, d.se,
       d.least, d.most, d.master
FROM performance_days AS d
WHERE NOT EXISTS (
    SELECT FROM performance_due AS n WHERE n.model_id = d.model_id AND n.day = d.day)
UNION ALL
SELECT a.model_id, a.model_version, a.task, a.segment, a.variant, a.metric, a.estimated, a.window_length,
       a.provisional, a.day, a.day::timestamp AT TIME ZONE 'UTC', a.windows, a.samples,
       a.effective_samples, a.mean, a.mean - 1.96 * a.se, a.mean + 1.96 * a.se, a.se,
       a.least, a.most, a.master
FROM (
    SELECT t.model_id, p.model_version, p.task, p.segment, p.variant, p.metric, p.estimated,
           p.window_length, p.provisional, t.day, count(*) AS windows, sum(p.samples)::bigint AS samples,
           sum(p.effective_samples) AS effective_samples,
           sum(p.value * p.effective_samples) / sum(p.effective_samples) AS mean,
           CASE WHEN count(*) = count(p.se)
                THEN sqrt(sum(power(p.se * p.effective_samples, 2))) / sum(p.effective_samples) END AS se,
           min(p.value) AS least, max(p.value) AS most, bool_or(p.master) AS master
    FROM (SELECT u.model_id, u.day FROM performance_due AS u GROUP BY u.model_id, u.day) AS t
    -- As v_performance, with the span on both sides, so that pieces of other days are left alone.
    CROSS JOIN LATERAL (
        SELECT t.day::timestamp AT TIME ZONE 'UTC' AS after_at,
               (t.day + 1)::timestamp AT TIME ZONE 'UTC' AS until_at) AS b
    CROSS JOIN LATERAL (
        SELECT m.model_version, m.task, m.segment, m.variant, m.metric, m.estimated,
               m.window_end_at - m.window_start_at AS window_length,
               m.maturity = 'PROVISIONAL' AS provisional, m.samples, m.effective_samples, m.value,
               coalesce(m.se, (m.high - m.low) / 3.92) AS se, true AS master
        FROM master_performance AS m
        WHERE m.model_id = t.model_id AND m.window_end_at > b.after_at AND m.window_end_at <= b.until_at
            AND m.value IS NOT NULL AND m.effective_samples > 0
        UNION ALL
        SELECT s.model_version, s.task, s.segment, s.variant, s.metric, s.estimated,
               s.window_end_at - s.window_start_at, s.maturity = 'PROVISIONAL', s.samples,
               s.effective_samples, s.value, coalesce(s.se, (s.high - s.low) / 3.92), false
        FROM performance AS s
        WHERE s.model_id = t.model_id AND s.window_end_at > b.after_at AND s.window_end_at <= b.until_at
            AND s.value IS NOT NULL AND s.effective_samples > 0
            AND NOT EXISTS (
                SELECT FROM master_performance AS m
                WHERE m.model_id = t.model_id AND m.window_end_at > b.after_at
                    AND m.window_end_at <= b.until_at
                    AND (m.model_version, m.task, m.segment, m.variant, m.window_start_at,
                         m.window_end_at, m.estimated)
                      = (s.model_version, s.task, s.segment, s.variant, s.window_start_at,
                         s.window_end_at, s.estimated))) AS p
    GROUP BY t.model_id, t.day, p.model_version, p.task, p.segment, p.variant, p.metric, p.estimated,
             p.window_length, p.provisional) AS a;

COMMENT ON VIEW v_performance_days IS
    'Performance by UTC day: the mean of a day''s windows of one length, by the archive where it has been asked. For long spans; v_performance has the windows.';

CREATE VIEW v_evaluation_hours AS
SELECT h.hour_at, h.tier, h.team, h.judgements, h.gap_seconds, h.late_seconds, o.objective
FROM evaluation_hours AS h
JOIN evaluation_slo AS o ON o.tier = h.tier
WHERE NOT EXISTS (SELECT FROM evaluation_due AS n WHERE n.hour_at = h.hour_at)
UNION ALL
SELECT t.hour_at, g.tier, g.team, count(*), sum(g.gap_seconds),
       sum(extract(epoch FROM g.judged_at - g.late_from_at))::double precision, max(g.objective)
FROM (SELECT u.hour_at FROM evaluation_due AS u GROUP BY u.hour_at) AS t
JOIN v_evaluation_gaps AS g
    ON g.judged_at >= t.hour_at AND g.judged_at < t.hour_at + interval '1 hour'
GROUP BY t.hour_at, g.tier, g.team;

COMMENT ON VIEW v_evaluation_hours IS
    'For how long versions waited for their judgements and how much of it was too long, by hour, tier and team.';

-- As many days of models as are asked for of the newest, so that what is looked at now is there, and as many
-- of the oldest, so that all are done some day; and so on for as long as is said.
CREATE FUNCTION roll_up_performance(pairs integer, longest interval) RETURNS bigint
    LANGUAGE plpgsql
AS $$
DECLARE
    begun        timestamptz := clock_timestamp();
    at           timestamptz;
    made         bigint := 0;
    taken_models text[];
    taken_days   date[];
    notes        tid[];
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtext('roll-up'), 'performance_days'::regclass::oid::integer) THEN
        RETURN 0; -- Somebody else is at it.
    END IF;
    LOOP
        SELECT array_agg(d.model_id), array_agg(d.day) INTO taken_models, taken_days
        FROM (SELECT n.model_id, n.day, row_number() OVER (ORDER BY n.day DESC, n.model_id) AS newest,
                     row_number() OVER (ORDER BY n.day, n.model_id) AS oldest
              FROM performance_due AS n
              GROUP BY n.model_id, n.day) AS d
        WHERE d.newest <= pairs OR d.oldest <= pairs;
        EXIT WHEN taken_models IS NULL;
        at := clock_timestamp();
        -- What these notes are about is read after them, so that all of it is seen; what is noted from now
        -- on is for the next time.
        SELECT array_agg(n.ctid) INTO notes
        FROM performance_due AS n
        JOIN unnest(taken_models, taken_days) AS t (model_id, day) USING (model_id, day);

        INSERT INTO performance_days AS kept (model_id, model_version, task, segment, variant, metric,
            estimated, window_length, provisional, day, windows, samples, effective_samples, mean, se, least,
            most, master, made_at)
        SELECT v.model_id, v.model_version, v.task, v.segment, v.variant, v.metric, v.estimated,
               v.window_length, v.provisional, v.day, v.windows, v.samples, v.effective_samples, v.mean,
               v.se, v.least, v.most, v.master, at
        FROM v_performance_days AS v
        JOIN unnest(taken_models, taken_days) AS t (model_id, day) USING (model_id, day)
        -- Said twice, because this is known before any day is made.
        WHERE v.model_id = ANY (taken_models) AND v.day = ANY (taken_days)
        ON CONFLICT (model_id, metric, day, model_version, task, segment, variant, estimated, window_length,
                     provisional) DO UPDATE
        SET windows = excluded.windows, samples = excluded.samples,
            effective_samples = excluded.effective_samples, mean = excluded.mean, se = excluded.se,
            least = excluded.least, most = excluded.most, master = excluded.master,
            made_at = excluded.made_at;

        -- What is provisional no more, and what the archive does not say again.
        DELETE FROM performance_days AS d
        USING unnest(taken_models, taken_days) AS t (model_id, day)
        WHERE d.model_id = t.model_id AND d.day = t.day AND d.made_at < at;

        DELETE FROM performance_due WHERE ctid = ANY (notes);
        made := made + cardinality(taken_models);
        EXIT WHEN clock_timestamp() > begun + longest;
    END LOOP;
    RETURN made;
END
$$;

COMMENT ON FUNCTION roll_up_performance(integer, interval) IS
    'Makes days of models anew that are due, so many of the newest and as many of the oldest at once, until all are made or it took so long, and gives their number; not granted to anybody.';

CREATE FUNCTION roll_up_evaluation(hours integer, longest interval) RETURNS bigint
    LANGUAGE plpgsql
AS $$
DECLARE
    begun timestamptz := clock_timestamp();
    at    timestamptz;
    made  bigint := 0;
    taken timestamptz[];
    notes tid[];
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtext('roll-up'), 'evaluation_hours'::regclass::oid::integer) THEN
        RETURN 0; -- Somebody else is at it.
    END IF;
    LOOP
        SELECT array_agg(d.hour_at) INTO taken
        FROM (SELECT n.hour_at, row_number() OVER (ORDER BY n.hour_at DESC) AS newest,
                     row_number() OVER (ORDER BY n.hour_at) AS oldest
              FROM evaluation_due AS n
              GROUP BY n.hour_at) AS d
        WHERE d.newest <= hours OR d.oldest <= hours;
        EXIT WHEN taken IS NULL;
        at := clock_timestamp();
        SELECT array_agg(n.ctid) INTO notes FROM evaluation_due AS n WHERE n.hour_at = ANY (taken);

        INSERT INTO evaluation_hours AS kept (hour_at, tier, team, judgements, gap_seconds, late_seconds,
            made_at)
        SELECT v.hour_at, v.tier, v.team, v.judgements, v.gap_seconds, v.late_seconds, at
        FROM v_evaluation_hours AS v
        WHERE v.hour_at = ANY (taken)
        ON CONFLICT (hour_at, tier, team) DO UPDATE
        SET judgements = excluded.judgements, gap_seconds = excluded.gap_seconds,
            late_seconds = excluded.late_seconds, made_at = excluded.made_at;

        DELETE FROM evaluation_hours WHERE hour_at = ANY (taken) AND made_at < at;

        DELETE FROM evaluation_due WHERE ctid = ANY (notes);
        made := made + cardinality(taken);
        EXIT WHEN clock_timestamp() > begun + longest;
    END LOOP;
    RETURN made;
END
$$;

COMMENT ON FUNCTION roll_up_evaluation(integer, interval) IS
    'Makes hours anew that are due, so many of the newest and as many of the oldest at once, until all are made or it took so long, and gives their number; not granted to anybody.';

-- Once a minute, in the same breath as what drops old facts. The writer of the table waits for it, so it is
-- short; first what holds nobody else up.

CREATE OR REPLACE FUNCTION drop_old_performance() RETURNS bigint
    LANGUAGE sql SECURITY DEFINER
    BEGIN ATOMIC
        SELECT roll_up_performance(100, interval '1 second');
        DELETE FROM performance_days
        WHERE ctid = ANY (ARRAY(SELECT ctid FROM performance_days
                                WHERE made_at < now() - interval '1 year'
                                ORDER BY made_at
                                LIMIT 20000))
            AND made_at < now() - interval '1 year';
        SELECT drop_old('performance', now(), 20000);
    END;

CREATE OR REPLACE FUNCTION drop_old_staleness() RETURNS bigint
    LANGUAGE sql SECURITY DEFINER
    BEGIN ATOMIC
        SELECT roll_up_evaluation(24, interval '1 second');
        DELETE FROM evaluation_hours WHERE made_at < now() - interval '1 year';
        DELETE FROM staleness_now WHERE computed_at < now() - interval '1 year';
        SELECT drop_old('staleness', now(), 20000);
    END;

COMMENT ON FUNCTION drop_old_performance() IS
    'Makes performance_days anew where it is due, drops what of the table is older than retention says, and makes the pieces that are needed next; gives the number of rows of performance that went, of whole pieces about.';
COMMENT ON FUNCTION drop_old_staleness() IS
    'Makes evaluation_hours anew where it is due, drops what of the table is older than retention says, and versions that were not judged for a year, and makes the pieces that are needed next; gives the number of rows of staleness that went, of whole pieces about.';

DO $$
DECLARE
    signature text;
BEGIN
    FOREACH signature IN ARRAY ARRAY['performance_is_due()', 'evaluation_is_due()',
        'roll_up_performance(integer, interval)', 'roll_up_evaluation(integer, interval)']
    LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = %I, pg_temp', signature, current_schema());
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', signature);
    END LOOP;
END
$$;

REVOKE ALL ON FUNCTION window_day(timestamptz) FROM PUBLIC;

CREATE TRIGGER performance_is_due_when_written AFTER INSERT ON performance
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION performance_is_due();
CREATE TRIGGER performance_is_due_when_replaced AFTER UPDATE ON performance
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION performance_is_due();
CREATE TRIGGER performance_is_due_when_written AFTER INSERT ON master_performance
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION performance_is_due();
CREATE TRIGGER performance_is_due_when_replaced AFTER UPDATE ON master_performance
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION performance_is_due();
CREATE TRIGGER evaluation_is_due_when_written AFTER INSERT ON staleness
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION evaluation_is_due();
CREATE TRIGGER evaluation_is_due_when_replaced AFTER UPDATE ON staleness
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION evaluation_is_due();

-- What is there already is made in the hours to come. Every day of a model between its first and its last,
-- a year at most: days without a window give no row.

INSERT INTO performance_due (model_id, day)
WITH RECURSIVE known (model_id) AS (
    SELECT min(model_id) FROM performance
    UNION ALL
    SELECT (SELECT min(p.model_id) FROM performance AS p WHERE p.model_id > k.model_id)
    FROM known AS k
    WHERE k.model_id IS NOT NULL)
SELECT k.model_id, d.at::date
FROM known AS k
CROSS JOIN LATERAL (SELECT window_day(min(p.window_end_at)) AS first, window_day(max(p.window_end_at)) AS last
                    FROM performance AS p WHERE p.model_id = k.model_id) AS s
CROSS JOIN LATERAL generate_series(greatest(s.first, s.last - 366)::timestamp, s.last::timestamp,
                                   interval '1 day') AS d (at)
WHERE k.model_id IS NOT NULL;

INSERT INTO evaluation_due (hour_at)
SELECT h.at
FROM generate_series(date_trunc('hour', now(), 'UTC') - interval '91 days', now(), interval '1 hour') AS h (at)
WHERE EXISTS (SELECT FROM staleness_now);

-- A view's column means what the column of that name means in its table.
DO $$
DECLARE
    line record;
BEGIN
    FOR line IN
        SELECT v.relname AS view_name, vc.attname AS column_name,
               CASE v.relname || '.' || vc.attname
                   WHEN 'v_performance_days.day_at' THEN 'Start of that day.'
                   WHEN 'v_performance_days.low' THEN 'Lower end of the 95 % interval of the mean; null when a window has no standard error.'
                   WHEN 'v_performance_days.high' THEN 'Upper end of the 95 % interval of the mean; null when a window has no standard error.'
                   WHEN 'v_evaluation_hours.objective' THEN col_description('evaluation_slo'::regclass, 3)
                   ELSE col_description(t.oid, tc.attnum)
               END AS words
        FROM pg_class AS v
        JOIN pg_class AS t ON t.relnamespace = v.relnamespace AND t.relname = substr(v.relname, 3)
        JOIN pg_attribute AS vc ON vc.attrelid = v.oid AND vc.attnum > 0
        LEFT JOIN pg_attribute AS tc ON tc.attrelid = t.oid AND tc.attname = vc.attname
        WHERE v.relnamespace = current_schema()::regnamespace
            AND v.relname IN ('v_performance_days', 'v_evaluation_hours')
    LOOP
        EXECUTE format('COMMENT ON COLUMN %I.%I IS %L', line.view_name, line.column_name, line.words);
    END LOOP;
END
$$;

GRANT SELECT ON v_performance_days, v_evaluation_hours TO runway_reader;
