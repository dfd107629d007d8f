-- Keys that tell tasks and estimates apart, rights no wider than their use, an end for dead letters.
--
-- Readers see views alone: they hold everything but the bytes of refused events. Rows stay; those
-- from before get the task that their window's metrics tell, or UNKNOWN.

DROP VIEW v_performance_latest, v_performance, v_label_coverage_latest, v_label_coverage,
    v_label_delay_latest, v_label_delay, v_dead_letters;

-- Tasks and estimates in the keys. The rows of open windows are rewritten every few seconds: room in
-- their pages keeps the new version of a row beside the old one, and the indexes as they are.

ALTER TABLE performance ADD COLUMN task text NOT NULL DEFAULT 'UNKNOWN';
ALTER TABLE label_coverage ADD COLUMN task text NOT NULL DEFAULT 'UNKNOWN';
ALTER TABLE label_delay ADD COLUMN task text NOT NULL DEFAULT 'UNKNOWN';

DO $$
DECLARE
    table_name text;
BEGIN
    FOREACH table_name IN ARRAY ARRAY['performance', 'label_coverage', 'label_delay']
    LOOP
        EXECUTE format('
            UPDATE %I AS t SET task = w.task
            FROM (SELECT DISTINCT ON (model_id, model_version, segment, variant, window_start_at,
                                      window_end_at)
                         model_id, model_version, segment, variant, window_start_at, window_end_at,
                         CASE metric
                             WHEN ''auc'' THEN ''BINARY''
                             WHEN ''macro_f1'' THEN ''MULTICLASS''
                             WHEN ''rmse'' THEN ''REGRESSION''
                             WHEN ''ndcg'' THEN ''RANKING''
                         END AS task
                  FROM performance
                  WHERE metric IN (''auc'', ''macro_f1'', ''rmse'', ''ndcg'')
                  ORDER BY model_id, model_version, segment, variant, window_start_at,
                           window_end_at, revision DESC) AS w
            WHERE (t.model_id, t.model_version, t.segment, t.variant, t.window_start_at,
                   t.window_end_at)
                = (w.model_id, w.model_version, w.segment, w.variant, w.window_start_at,
                   w.window_end_at)',
            table_name);
    END LOOP;
END
$$;

ALTER TABLE performance
    ALTER COLUMN task DROP DEFAULT,
    DROP CONSTRAINT performance_pkey,
    ADD PRIMARY KEY (model_id, model_version, task, segment, variant, window_start_at,
                     window_end_at, metric, estimated),
    SET (fillfactor = 70);
ALTER TABLE label_coverage
    ALTER COLUMN task DROP DEFAULT,
    DROP CONSTRAINT label_coverage_pkey,
    ADD PRIMARY KEY (model_id, model_version, task, segment, variant, window_start_at,
                     window_end_at),
    SET (fillfactor = 70);
ALTER TABLE label_delay
    ALTER COLUMN task DROP DEFAULT,
    DROP CONSTRAINT label_delay_pkey,
    ADD PRIMARY KEY (model_id, model_version, task, segment, variant, window_start_at,
                     window_end_at),
    SET (fillfactor = 70);

COMMENT ON TABLE performance IS
    'Performance of a model version, measured or estimated: one row per task, window and metric.';
COMMENT ON COLUMN performance.task IS 'What the model answered when it was measured: BINARY, MULTICLASS, REGRESSION or RANKING; UNKNOWN in rows from before tasks were kept.';
COMMENT ON COLUMN label_coverage.task IS 'What the model answered: BINARY, MULTICLASS, REGRESSION or RANKING; UNKNOWN in rows from before tasks were kept.';
COMMENT ON COLUMN label_delay.task IS 'What the model answered: BINARY, MULTICLASS, REGRESSION or RANKING; UNKNOWN in rows from before tasks were kept.';
COMMENT ON COLUMN performance.estimated IS 'True when the value was estimated without labels; stands beside the measured one.';
COMMENT ON COLUMN performance.revision IS 'Rises with every fact the window absorbs; a row is replaced by a higher revision, or by the same one with a later computed_at.';
COMMENT ON COLUMN label_coverage.revision IS 'Rises with every fact the window absorbs; a row is replaced by a higher revision, or by the same one with a later computed_at.';
COMMENT ON COLUMN label_delay.revision IS 'Rises with every fact the window absorbs; a row is replaced by a higher revision, or by the same one with a later computed_at.';

COMMENT ON TABLE label_coverage IS
    'Where the predictions of a window are on their way to a label; the counters add up. Refused predictions are in no window: v_dead_letter_counts counts them by topic and reason.';
COMMENT ON COLUMN label_coverage.received IS 'Prediction events the window absorbed: joined + waiting + unlabelled + duplicates + conflicts. Dead ones are not among them, not even those that only came too late (LATE_PREDICTION); conflicts are dead letters too.';

-- Dead letters end.

ALTER TABLE dead_letters ADD COLUMN stored_at timestamptz NOT NULL DEFAULT now();
COMMENT ON TABLE dead_letters IS
    'Events that were refused, with the reason and their bytes; dropped 35 days after they were stored.';
COMMENT ON COLUMN dead_letters.stored_at IS 'When the row came into the table, by the clock of the database: its 35 days begin here.';

CREATE INDEX dead_letters_by_age ON dead_letters (stored_at);
CREATE INDEX dead_letters_by_day ON dead_letters (((received_at AT TIME ZONE 'UTC')::date));

-- Runs as its owner: the writer drops what is old, and cannot delete anything else. At most 20,000
-- rows at once, so that it stays well below the writer's time-out.
CREATE FUNCTION drop_old_dead_letters() RETURNS bigint
    LANGUAGE sql SECURITY DEFINER
    BEGIN ATOMIC
        WITH dropped AS (
            DELETE FROM dead_letters
            WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM dead_letters
                WHERE stored_at < now() - interval '35 days'
                ORDER BY stored_at
                LIMIT 20000))
            RETURNING 1)
        SELECT count(*) FROM dropped;
    END;

COMMENT ON FUNCTION drop_old_dead_letters() IS
    'Drops dead letters that were stored more than 35 days ago, at most 20,000 at once; gives their number.';

-- What readers see. A series is a model version, task, segment, variant, length of window and metric,
-- measured or estimated.

CREATE VIEW v_performance AS
SELECT model_id, model_version, task, segment, variant, window_start_at, window_end_at,
       window_end_at - window_start_at AS window_length,
       metric, value, low, high, se, bound_low, bound_high, samples, effective_samples,
       maturity = 'PROVISIONAL' AS provisional,
       estimated, revision, computed_at
FROM performance;

COMMENT ON VIEW v_performance IS 'Performance of every window.';

CREATE VIEW v_performance_latest AS
SELECT DISTINCT ON (model_id, model_version, task, segment, variant, window_length, metric,
                    estimated)
       model_id, model_version, task, segment, variant, window_start_at, window_end_at,
       window_length,
       metric, value, low, high, se, bound_low, bound_high, samples, effective_samples,
       provisional, estimated, revision, computed_at
FROM v_performance
ORDER BY model_id, model_version, task, segment, variant, window_length, metric, estimated,
         provisional, window_end_at DESC;

COMMENT ON VIEW v_performance_latest IS
    'The newest final window of every series, or its newest provisional one while none is final.';

CREATE VIEW v_label_coverage AS
SELECT model_id, model_version, task, segment, variant, window_start_at, window_end_at,
       window_end_at - window_start_at AS window_length,
       received, predictions, joined, waiting, unlabelled, duplicates, conflicts,
       matured, matched_matured, coverage, coverage_so_far, expected_coverage,
       maturity = 'PROVISIONAL' AS provisional,
       revision, computed_at
FROM label_coverage;

COMMENT ON VIEW v_label_coverage IS 'Label coverage of every window.';

CREATE VIEW v_label_coverage_latest AS
SELECT DISTINCT ON (model_id, model_version, task, segment, variant, window_length)
       model_id, model_version, task, segment, variant, window_start_at, window_end_at,
       window_length,
       received, predictions, joined, waiting, unlabelled, duplicates, conflicts,
       matured, matched_matured, coverage, coverage_so_far, expected_coverage,
       provisional, revision, computed_at
FROM v_label_coverage
ORDER BY model_id, model_version, task, segment, variant, window_length,
         provisional, window_end_at DESC;

COMMENT ON VIEW v_label_coverage_latest IS
    'The newest final window of every series, or its newest provisional one while none is final.';

CREATE VIEW v_label_delay AS
SELECT model_id, model_version, task, segment, variant, window_start_at, window_end_at,
       window_end_at - window_start_at AS window_length,
       labels, mean_millis, p50_millis, p95_millis, p99_millis, relative_error, censored,
       maturity = 'PROVISIONAL' AS provisional,
       revision, computed_at
FROM label_delay;

COMMENT ON VIEW v_label_delay IS 'Label delay of every window.';

CREATE VIEW v_label_delay_latest AS
SELECT DISTINCT ON (model_id, model_version, task, segment, variant, window_length)
       model_id, model_version, task, segment, variant, window_start_at, window_end_at,
       window_length,
       labels, mean_millis, p50_millis, p95_millis, p99_millis, relative_error, censored,
       provisional, revision, computed_at
FROM v_label_delay
ORDER BY model_id, model_version, task, segment, variant, window_length,
         provisional, window_end_at DESC;

COMMENT ON VIEW v_label_delay_latest IS
    'The newest final window of every series, or its newest provisional one while none is final.';

CREATE VIEW v_dead_letters AS
SELECT source_topic, source_partition, source_offset, reason, field, detail, cut, event_digest,
       received_at, stored_at
FROM dead_letters;

COMMENT ON VIEW v_dead_letters IS
    'Refused events without their bytes; ask for a span of received_at, which is indexed.';

CREATE VIEW v_dead_letter_counts AS
SELECT (received_at AT TIME ZONE 'UTC')::date AS received_on, source_topic, reason,
       count(*) AS events,
       min(received_at) AS first_received_at, max(received_at) AS last_received_at
FROM dead_letters
GROUP BY (received_at AT TIME ZONE 'UTC')::date, source_topic, reason;

COMMENT ON VIEW v_dead_letter_counts IS
    'How many events were refused, by day, topic and reason; ask for a span of days, which are indexed.';
COMMENT ON COLUMN v_dead_letter_counts.received_on IS 'Day on which the broker took the events, in UTC.';
COMMENT ON COLUMN v_dead_letter_counts.source_topic IS 'Topic the events were read from.';
COMMENT ON COLUMN v_dead_letter_counts.reason IS 'Kind of the fault; one event may be refused for several reasons.';
COMMENT ON COLUMN v_dead_letter_counts.events IS 'Number of refused events.';
COMMENT ON COLUMN v_dead_letter_counts.first_received_at IS 'When the broker took the earliest of them.';
COMMENT ON COLUMN v_dead_letter_counts.last_received_at IS 'When the broker took the latest of them.';

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

-- The writer needs to know rows that it replaces, and those of dead letters are never replaced. When
-- they were stored is not for it to say.
REVOKE ALL ON dead_letters FROM runway_writer;
GRANT INSERT (source_topic, source_partition, source_offset, reason, field, detail, event_bytes, cut,
              received_at)
    ON dead_letters TO runway_writer;
REVOKE ALL ON FUNCTION drop_old_dead_letters() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION drop_old_dead_letters() TO runway_writer;

REVOKE ALL ON performance, label_coverage, label_delay, dead_letters FROM runway_reader;
GRANT SELECT ON v_performance, v_performance_latest, v_label_coverage, v_label_coverage_latest,
    v_label_delay, v_label_delay_latest, v_dead_letters, v_dead_letter_counts
    TO runway_reader;
