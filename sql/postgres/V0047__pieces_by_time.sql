-- Facts in pieces by time, so that what is old goes as a whole and what is asked of a span is read of that
-- span alone. Decision 0050 tells why these pieces and not smaller ones.
--
-- Every table keeps its name, key, rules and rights. What is in it now becomes its first piece, which has no
-- lower bound: nothing is copied. Rows are read once, to know that they are of that piece.

SET LOCAL lock_timeout = '10s';
-- As long as it takes: cut off, it would only have to begin anew.
SET LOCAL statement_timeout = 0;

-- All are taken at once, so that nobody waits for one while somebody else has it and waits for another.
LOCK TABLE drift_readings, drift_tiles, label_coverage, label_delay, master_label_coverage,
    master_label_delay, master_performance, performance, retrain_decisions, staleness
    IN ACCESS EXCLUSIVE MODE;

CREATE TABLE retention (
    table_name text     PRIMARY KEY,
    by_column  text     NOT NULL,
    piece      text     NOT NULL CHECK (piece IN ('day', 'week', 'month')),
    keep       interval NOT NULL CHECK (keep >= interval '1 day'),
    by_row     text     NOT NULL CHECK (by_row IN ('ALL', 'WITHOUT_BEGIN', 'REST'))
);

COMMENT ON TABLE retention IS 'How long facts are kept. Change keep, and it counts from the next minute on.';
COMMENT ON COLUMN retention.table_name IS 'Table that is in pieces.';
COMMENT ON COLUMN retention.by_column IS 'Column of its key by which it is cut: a time, or a number that is one in epoch milliseconds.';
COMMENT ON COLUMN retention.piece IS 'Span of a piece, in UTC: day, week from Monday on, or month. Pieces that are there stay as they are.';
COMMENT ON COLUMN retention.keep IS 'A piece whose span ended that long ago is dropped.';
COMMENT ON COLUMN retention.by_row IS 'Which rows are also dropped one by one, once they were computed that long ago: ALL; those WITHOUT_BEGIN, of the first piece and of the REST; or those of the REST alone, for which there is no piece.';

INSERT INTO retention (table_name, by_column, piece, keep, by_row)
VALUES ('performance', 'window_end_at', 'month', '1 year', 'REST'),
       ('label_coverage', 'window_end_at', 'month', '1 year', 'REST'),
       ('label_delay', 'window_end_at', 'month', '1 year', 'REST'),
       ('master_performance', 'window_end_at', 'month', '1 year', 'REST'),
       ('master_label_coverage', 'window_end_at', 'month', '1 year', 'REST'),
       ('master_label_delay', 'window_end_at', 'month', '1 year', 'REST'),
       ('drift_readings', 'window_end_at', 'month', '90 days', 'ALL'),
       ('drift_tiles', 'window_end_at', 'day', '8 days', 'WITHOUT_BEGIN'),
       ('staleness', 'revision', 'month', '90 days', 'ALL'),
       ('retrain_decisions', 'decided_at', 'month', '90 days', 'ALL');

-- Every unique key holds the column by which a table is cut. A decision has one time: its id is made from
-- what it was decided from, and that time is part of it.
ALTER TABLE retrain_decisions
    DROP CONSTRAINT retrain_decisions_pkey,
    ADD PRIMARY KEY (decision_id, decided_at);

-- The rule was loosened without a look at the rows; a piece has to keep it for sure.
ALTER TABLE drift_readings VALIDATE CONSTRAINT drift_readings_status_check;

-- Start of the piece that a time is in.
CREATE FUNCTION piece_start(piece text, at timestamptz) RETURNS timestamptz
    LANGUAGE sql STABLE
    RETURN date_trunc(piece, at, 'UTC');

CREATE FUNCTION piece_end(piece text, at timestamptz) RETURNS timestamptz
    LANGUAGE sql STABLE
    RETURN (date_trunc(piece, at AT TIME ZONE 'UTC') + ('1 ' || piece)::interval) AT TIME ZONE 'UTC';

COMMENT ON FUNCTION piece_start(text, timestamptz) IS 'When the piece (day, week, month) of a time begins.';
COMMENT ON FUNCTION piece_end(text, timestamptz) IS 'When the piece (day, week, month) of a time is over: the next one begins.';

-- A time as a value of the column by which a table is cut.
CREATE FUNCTION piece_bound(of_table text, at timestamptz) RETURNS text
    LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN CASE (SELECT a.atttypid FROM retention AS r
                 JOIN pg_attribute AS a ON a.attrelid = r.table_name::regclass AND a.attname = r.by_column
                 WHERE r.table_name = of_table)
               WHEN 'bigint'::regtype THEN (extract(epoch FROM at) * 1000)::bigint::text
               ELSE quote_literal(at) END;
END
$$;

COMMENT ON FUNCTION piece_bound(text, timestamptz) IS
    'A time, as a value in SQL of the column by which the table is cut.';

-- Pieces with their spans, from the catalogue: what it says cannot be out of date. The one for all that no
-- other piece takes has neither end.
CREATE FUNCTION pieces(of_table text)
    RETURNS TABLE (piece_name text, from_at timestamptz, to_at timestamptz)
    LANGUAGE sql STABLE
AS $$
    SELECT p.name,
           CASE WHEN p.bounds[1] ~ '^\d{12,}$' THEN to_timestamp(p.bounds[1]::numeric / 1000)
                ELSE p.bounds[1]::timestamptz END,
           CASE WHEN p.bounds[2] ~ '^\d{12,}$' THEN to_timestamp(p.bounds[2]::numeric / 1000)
                ELSE p.bounds[2]::timestamptz END
    FROM (SELECT c.relname AS name,
                 ARRAY[substring(pg_get_expr(c.relpartbound, c.oid) FROM 'FROM \(''([^'']+)'''),
                       substring(pg_get_expr(c.relpartbound, c.oid) FROM 'TO \(''([^'']+)''')] AS bounds
          FROM pg_inherits AS i
          JOIN pg_class AS c ON c.oid = i.inhrelid
          WHERE i.inhparent = of_table::regclass) AS p
$$;

COMMENT ON FUNCTION pieces(text) IS
    'Pieces of a table: the first has no begin, and the one for what no other piece takes has no begin and no end.';

-- Makes a piece that is not there, and moves into it what came before it was. Writers wait meanwhile: one
-- that is on its way to the piece for the rest must not come there too late.
CREATE FUNCTION make_piece(of_table text, begin_at timestamptz, end_at timestamptz) RETURNS void
    LANGUAGE plpgsql
AS $$
DECLARE
    rule    retention := (SELECT r FROM retention AS r WHERE r.table_name = of_table);
    piece   text := of_table || to_char(begin_at AT TIME ZONE 'UTC',
                        CASE rule.piece WHEN 'month' THEN '_YYYY_MM' ELSE '_YYYY_MM_DD' END);
    rest    text := of_table || '_rest';
    low     text := piece_bound(of_table, begin_at);
    high    text := piece_bound(of_table, end_at);
    columns text := (SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
                     WHERE attrelid = of_table::regclass AND attnum > 0 AND NOT attisdropped);
    options text := (SELECT 'WITH (' || array_to_string(reloptions, ', ') || ')' FROM pg_class
                     WHERE oid = rest::regclass);
BEGIN
    EXECUTE format('LOCK TABLE ONLY %I IN SHARE ROW EXCLUSIVE MODE', of_table);
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL) %s', piece, of_table, coalesce(options, ''));
    EXECUTE format('COMMENT ON TABLE %I IS %L', piece,
                   format('Rows of %s of one %s, by %s.', of_table, rule.piece, rule.by_column));
    EXECUTE format(
        'WITH moved AS (DELETE FROM %I WHERE %I >= %s AND %2$I < %4$s RETURNING %5$s)'
        ' INSERT INTO %6$I (%5$s) SELECT %5$s FROM moved',
        rest, rule.by_column, low, high, columns, piece);
    EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)',
                   of_table, piece, low, high);
END
$$;

COMMENT ON FUNCTION make_piece(text, timestamptz, timestamptz) IS
    'Makes a piece of a table for a span, with the rows that are of it; not granted to anybody.';

-- What is done once a minute. Each part gives way to whoever holds the table for longer than a second,
-- and is done in one of the next minutes: readers are let go on, and writers never wait for long.
CREATE FUNCTION drop_old(of_table text, at timestamptz, rows_at_once integer) RETURNS bigint
    LANGUAGE plpgsql
AS $$
DECLARE
    rule    retention := (SELECT r FROM retention AS r WHERE r.table_name = of_table);
    cut     timestamptz := at - rule.keep;
    dropped bigint := 0;
    went    bigint;
    old     record;
    gone    boolean;
    changed boolean := false;
    begins  timestamptz := piece_start(rule.piece, at);
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtext('retention'), of_table::regclass::oid::integer) THEN
        RETURN 0; -- Somebody else is at it.
    END IF;

    -- By row: first what no other piece takes, and what has no begin.
    FOR old IN
        SELECT p.piece_name FROM pieces(of_table) AS p
        WHERE p.from_at IS NULL AND (p.to_at IS NULL OR rule.by_row <> 'REST')
            OR rule.by_row = 'ALL' AND p.from_at < cut
        ORDER BY p.from_at NULLS FIRST
    LOOP
        EXECUTE format(
            -- A row that is rewritten meanwhile is not old any more.
            'WITH gone AS ('
            '    DELETE FROM %1$I WHERE computed_at < $1 AND ctid = ANY (ARRAY('
            '        SELECT ctid FROM %1$I WHERE computed_at < $1 ORDER BY computed_at LIMIT $2))'
            '    RETURNING 1)'
            'SELECT count(*) FROM gone', old.piece_name)
        INTO went USING cut, greatest(rows_at_once - dropped, 0);
        dropped := dropped + went;
    END LOOP;

    -- Whole pieces. One that has no begin may have been written into lately, by a replay of old days: where
    -- rows end one by one, it goes when it is empty.
    FOR old IN
        SELECT p.piece_name, p.from_at, c.reltuples::bigint AS rows
        FROM pieces(of_table) AS p
        JOIN pg_class AS c ON c.oid = p.piece_name::regclass
        WHERE p.to_at <= cut
        ORDER BY p.to_at
        LIMIT 10
    LOOP
        BEGIN
            gone := true;
            IF old.from_at IS NULL AND rule.by_row <> 'REST' THEN
                EXECUTE format('SELECT NOT EXISTS (SELECT FROM %I)', old.piece_name) INTO gone;
            END IF;
            IF gone THEN
                EXECUTE format('LOCK TABLE ONLY %I IN ACCESS EXCLUSIVE MODE', of_table);
                IF old.from_at IS NULL AND rule.by_row <> 'REST' THEN
                    EXECUTE format('SELECT NOT EXISTS (SELECT FROM %I)', old.piece_name) INTO gone;
                END IF;
            END IF;
            IF gone THEN
                EXECUTE format('DROP TABLE %I', old.piece_name);
                dropped := dropped + greatest(old.rows, 0);
                changed := true;
            END IF;
        EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
            EXIT;
        END;
    END LOOP;

    -- Pieces of today and of what may come: windows of a week that are open end in as many days.
    WHILE begins <= at + CASE rule.piece WHEN 'day' THEN interval '3 days' ELSE interval '14 days' END LOOP
        IF NOT EXISTS (SELECT FROM pieces(of_table) AS p
                       WHERE p.to_at > begins
                           AND (p.from_at IS NULL OR p.from_at < piece_end(rule.piece, begins))) THEN
            BEGIN
                PERFORM make_piece(of_table, begins, piece_end(rule.piece, begins));
                changed := true;
            EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
                EXIT;
            END;
        END IF;
        begins := piece_end(rule.piece, begins);
    END LOOP;

    -- Nobody else gathers what is known of a table as a whole, by which joins are planned. It takes longer
    -- than a lock may be held.
    IF NOT changed AND NOT EXISTS (
           SELECT FROM pg_stat_all_tables AS s
           WHERE s.relid = of_table::regclass AND s.last_analyze > now() - interval '1 day') THEN
        BEGIN
            EXECUTE format('ANALYZE ONLY %I', of_table);
        EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
            NULL; -- Next time.
        END;
    END IF;
    RETURN least(dropped, 2147483647);
END
$$;

COMMENT ON FUNCTION drop_old(text, timestamptz, integer) IS
    'Drops what of a table is old at a time, so many rows at once and whole pieces, makes the pieces that are needed next, and gives the number of rows that went, of whole pieces about; not granted to anybody.';

-- What every schema calls by the names it had.
DO $$
DECLARE
    line record;
BEGIN
    FOR line IN
        SELECT r.table_name, r.keep,
               CASE r.table_name WHEN 'drift_tiles' THEN 2000 WHEN 'retrain_decisions' THEN 5000
                                 ELSE 20000 END AS rows_at_once
        FROM retention AS r
    LOOP
        EXECUTE format(
            'CREATE OR REPLACE FUNCTION drop_old_%1$s() RETURNS bigint LANGUAGE sql SECURITY DEFINER'
            ' BEGIN ATOMIC SELECT drop_old(%1$L, now(), %2$s); END',
            line.table_name, line.rows_at_once);
        EXECUTE format('COMMENT ON FUNCTION drop_old_%s() IS %L', line.table_name,
            'Drops what of the table is older than retention says, and makes the pieces that are needed next; gives the number of rows that went, of whole pieces about.');
        EXECUTE format('REVOKE ALL ON FUNCTION drop_old_%s() FROM PUBLIC', line.table_name);
        EXECUTE format('GRANT EXECUTE ON FUNCTION drop_old_%s() TO runway_writer', line.table_name);
    END LOOP;
END
$$;

-- Versions that were not judged for a year go with the history.
CREATE OR REPLACE FUNCTION drop_old_staleness() RETURNS bigint
    LANGUAGE sql SECURITY DEFINER
    BEGIN ATOMIC
        WITH forgotten AS (
            DELETE FROM staleness_now WHERE computed_at < now() - interval '1 year'
            RETURNING 1)
        SELECT drop_old('staleness', now(), 20000);
    END;

COMMENT ON FUNCTION drop_old_staleness() IS
    'Drops what of the table is older than retention says, and versions that were not judged for a year, and makes the pieces that are needed next; gives the number of rows of staleness that went, of whole pieces about.';

-- What they name must not be found in a caller's schema, and times are read as they were written.
DO $$
DECLARE
    signature text;
BEGIN
    FOREACH signature IN ARRAY ARRAY['piece_bound(text, timestamptz)', 'pieces(text)',
        'make_piece(text, timestamptz, timestamptz)', 'drop_old(text, timestamptz, integer)']
    LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = %I, pg_temp', signature, current_schema());
        EXECUTE format('ALTER FUNCTION %s SET timezone = ''UTC''', signature);
        EXECUTE format('ALTER FUNCTION %s SET datestyle = ''ISO''', signature);
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', signature);
    END LOOP;
    ALTER FUNCTION drop_old(text, timestamptz, integer) SET lock_timeout = '1s';
    -- Of so many pages as take a second, not of ten times as many.
    ALTER FUNCTION drop_old(text, timestamptz, integer) SET default_statistics_target = 30;
END
$$;

REVOKE ALL ON FUNCTION piece_start(text, timestamptz), piece_end(text, timestamptz) FROM PUBLIC;
GRANT SELECT ON retention TO runway_api;

-- The tables themselves.

DO $$
DECLARE
    rule    retention;
    line    record;
    first   text;
    rest    text;
    until   timestamptz;
    word    text;
    readers text[];
    indexes text[];
    definitions text[];
BEGIN
    -- Views know a table by its number, and would go on reading the first piece alone.
    SELECT array_agg(format('CREATE OR REPLACE VIEW %I AS %s', v.relname, pg_get_viewdef(v.oid)))
    INTO readers
    FROM pg_class AS v
    WHERE v.relkind = 'v' AND v.oid IN (
        SELECT w.ev_class
        FROM pg_depend AS d
        JOIN pg_rewrite AS w ON d.classid = 'pg_rewrite'::regclass AND w.oid = d.objid
        JOIN retention AS r ON d.refclassid = 'pg_class'::regclass AND d.refobjid = r.table_name::regclass);

    DROP TRIGGER staleness_knows_the_one_before ON staleness;
    DROP TRIGGER staleness_is_now_when_written ON staleness;
    DROP TRIGGER staleness_is_now_when_replaced ON staleness;

    FOR rule IN SELECT r.* FROM retention AS r ORDER BY r.table_name
    LOOP
        first := rule.table_name || '_early';
        rest := rule.table_name || '_rest';
        until := piece_end(rule.piece, now());
        SELECT array_agg(i.relname),
               array_agg(CASE WHEN k.oid IS NULL THEN pg_get_indexdef(i.oid)
                              ELSE format('ALTER TABLE %I ADD CONSTRAINT %I %s', rule.table_name, k.conname,
                                          pg_get_constraintdef(k.oid)) END)
        INTO indexes, definitions
        FROM pg_index AS x
        JOIN pg_class AS i ON i.oid = x.indexrelid
        LEFT JOIN pg_constraint AS k ON k.conindid = i.oid AND k.contype = 'p'
        WHERE x.indrelid = rule.table_name::regclass;

        EXECUTE format('ALTER TABLE %I RENAME TO %I', rule.table_name, first);
        FOREACH word IN ARRAY indexes
        LOOP
            EXECUTE format('ALTER INDEX %I RENAME TO %I', word, word || '_early');
        END LOOP;
        EXECUTE format(
            'CREATE TABLE %I (LIKE %I INCLUDING ALL EXCLUDING INDEXES) PARTITION BY RANGE (%I)',
            rule.table_name, first, rule.by_column);
        FOREACH word IN ARRAY definitions
        LOOP
            EXECUTE word;
        END LOOP;
        EXECUTE format('COMMENT ON TABLE %I IS %L', rule.table_name,
                       obj_description(first::regclass, 'pg_class'));
        EXECUTE format('COMMENT ON TABLE %I IS %L', first,
                       format('Rows of %s of before %s, by %s.', rule.table_name,
                              (until AT TIME ZONE 'UTC')::date, rule.by_column));
        EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO runway_writer', rule.table_name);
        EXECUTE format('REVOKE ALL ON %I FROM runway_writer', first);

        EXECUTE format('CREATE TABLE %I PARTITION OF %I DEFAULT %s', rest, rule.table_name,
            coalesce((SELECT 'WITH (' || array_to_string(c.reloptions, ', ') || ')' FROM pg_class AS c
                      WHERE c.oid = first::regclass), ''));
        EXECUTE format('COMMENT ON TABLE %I IS %L', rest,
            format('Rows of %s for which there is no piece; dropped by when they were computed.',
                   rule.table_name));
        FOR line IN SELECT a.attname, col_description(first::regclass, a.attnum) AS words
                    FROM pg_attribute AS a
                    WHERE a.attrelid = first::regclass AND a.attnum > 0 AND NOT a.attisdropped
        LOOP
            EXECUTE format('COMMENT ON COLUMN %I.%I IS %L', rest, line.attname, line.words);
        END LOOP;
        IF rule.by_row = 'REST' THEN
            EXECUTE format('CREATE INDEX %I ON %I (computed_at)', rest || '_by_age', rest);
        END IF;
        PERFORM make_piece(rule.table_name, until, piece_end(rule.piece, until));

        -- Windows that are open end later than now. These few rows are moved.
        EXECUTE format(
            'WITH moved AS (DELETE FROM %1$I WHERE %2$I >= %3$s RETURNING %4$s)'
            ' INSERT INTO %5$I (%4$s) SELECT %4$s FROM moved',
            first, rule.by_column, piece_bound(rule.table_name, until),
            (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_attribute AS a
             WHERE a.attrelid = first::regclass AND a.attnum > 0 AND NOT a.attisdropped),
            rule.table_name);
        EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (MINVALUE) TO (%s)',
                       rule.table_name, first, piece_bound(rule.table_name, until));
    END LOOP;

    CREATE TRIGGER staleness_knows_the_one_before BEFORE INSERT ON staleness
        FOR EACH ROW EXECUTE FUNCTION staleness_knows_the_one_before();
    CREATE TRIGGER staleness_is_now_when_written AFTER INSERT ON staleness
        REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION staleness_is_now();
    CREATE TRIGGER staleness_is_now_when_replaced AFTER UPDATE ON staleness
        REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION staleness_is_now();

    FOREACH word IN ARRAY readers
    LOOP
        EXECUTE word;
    END LOOP;
END
$$;

-- The words that say when rows end.
DO $$
DECLARE
    line record;
BEGIN
    FOR line IN
        SELECT r.table_name, r.piece,
               regexp_replace(obj_description(r.table_name::regclass, 'pg_class'),
                              '[;,] dropped (\d+ days|a year) after they were computed|\.$', '', 'g') AS words
        FROM retention AS r
    LOOP
        EXECUTE format('COMMENT ON TABLE %I IS %L', line.table_name,
            format('%s. In pieces of a %s; how long it is kept is in retention.', line.words, line.piece));
    END LOOP;
END
$$;
