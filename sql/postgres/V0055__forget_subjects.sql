-- Deletes what result tables hold of a subject: refused events that name it, and its id among the words that no
-- baseline knew. Aggregates hold no subject and stay.
--
-- Nobody who reads or writes tables may do so, and the API only through this function: it may not delete these rows by
-- other ways, and the function takes whole ids, not patterns.

-- A day of a place at a time, so that no statement reads a whole table, and whoever asks may tell how far it got.

SET LOCAL statement_timeout = 0;

-- Few readings say any words. Whoever writes readings waits while this is made; who reads them does not.
CREATE INDEX drift_readings_with_words ON drift_readings (window_end_at) WHERE detail IS NOT NULL;

CREATE FUNCTION forget_days() RETURNS TABLE (place text, on_day date)
    LANGUAGE sql STABLE SECURITY DEFINER
AS $$
    -- From one day that has rows to the next, by the index.
    WITH RECURSIVE letters (day) AS (
        SELECT (SELECT (d.stored_at AT TIME ZONE 'UTC')::date
                FROM dead_letters AS d
                ORDER BY d.stored_at LIMIT 1)
        UNION ALL
        SELECT (SELECT (d.stored_at AT TIME ZONE 'UTC')::date
                FROM dead_letters AS d
                WHERE d.stored_at >= (l.day + 1)::timestamp AT TIME ZONE 'UTC'
                ORDER BY d.stored_at LIMIT 1)
        FROM letters AS l
        WHERE l.day IS NOT NULL),
    readings (day) AS (
        SELECT (SELECT (r.window_end_at AT TIME ZONE 'UTC')::date
                FROM drift_readings AS r
                WHERE r.detail IS NOT NULL
                ORDER BY r.window_end_at LIMIT 1)
        UNION ALL
        SELECT (SELECT (r.window_end_at AT TIME ZONE 'UTC')::date
                FROM drift_readings AS r
                WHERE r.detail IS NOT NULL
                    AND r.window_end_at >= (o.day + 1)::timestamp AT TIME ZONE 'UTC'
                ORDER BY r.window_end_at LIMIT 1)
        FROM readings AS o
        WHERE o.day IS NOT NULL)
    SELECT 'dead_letters', l.day FROM letters AS l WHERE l.day IS NOT NULL
    UNION ALL
    SELECT 'drift_readings.detail', o.day FROM readings AS o WHERE o.day IS NOT NULL
    UNION ALL
    SELECT 'baselines', NULL
$$;

COMMENT ON FUNCTION forget_days() IS
    'What forget_words is to be asked of for all that there is: places, and the UTC days of each that have rows; of baselines all at once.';

CREATE FUNCTION forget_words(place text, on_day date, words text[], needles text[], only_look boolean)
    RETURNS TABLE (rows_found bigint, rows_gone bigint)
    LANGUAGE plpgsql SECURITY DEFINER
AS $$
DECLARE
    from_at timestamptz := on_day::timestamp AT TIME ZONE 'UTC';
    until_at timestamptz := (on_day + 1)::timestamp AT TIME ZONE 'UTC';
    bytes bytea[] := ARRAY(SELECT decode(n, 'hex') FROM unnest(needles) AS n);
    shown text[] := ARRAY(
        SELECT ', ' || CASE WHEN length(w) > 40 THEN left(w, 40) || '...' ELSE w END || ' '
        FROM unnest(words) AS w);
BEGIN
    IF cardinality(bytes) = 0 OR EXISTS (SELECT FROM unnest(bytes) AS b WHERE length(b) < 3)
        OR cardinality(words) = 0 OR '' = ANY (words) THEN
        RAISE EXCEPTION 'what is to be forgotten is too short: it would be found everywhere'
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    rows_gone := 0;
    CASE place
        WHEN 'dead_letters' THEN
            IF only_look THEN
                SELECT count(*) INTO rows_found
                FROM dead_letters AS d
                WHERE d.stored_at >= from_at AND d.stored_at < until_at
                  AND EXISTS (SELECT FROM unnest(bytes) AS b
                              WHERE position(b IN d.event_bytes) > 0
                                 OR position(b IN convert_to(d.detail, 'UTF8')) > 0);
            ELSE
                DELETE FROM dead_letters AS d
                WHERE d.stored_at >= from_at AND d.stored_at < until_at
                  AND EXISTS (SELECT FROM unnest(bytes) AS b
                              WHERE position(b IN d.event_bytes) > 0
                                 OR position(b IN convert_to(d.detail, 'UTF8')) > 0);
                GET DIAGNOSTICS rows_gone = ROW_COUNT;
                rows_found := rows_gone;
            END IF;
        WHEN 'drift_readings.detail' THEN
            -- Of a reading its words go, and its numbers stay. Words stand there as "word 12, other 3 to 5".
            IF only_look THEN
                SELECT count(*) INTO rows_found
                FROM drift_readings AS r
                WHERE r.detail IS NOT NULL AND r.window_end_at >= from_at AND r.window_end_at < until_at
                  AND EXISTS (SELECT FROM unnest(shown) AS s WHERE position(s IN ', ' || r.detail) > 0);
            ELSE
                UPDATE drift_readings AS r SET detail = NULL
                WHERE r.detail IS NOT NULL AND r.window_end_at >= from_at AND r.window_end_at < until_at
                  AND EXISTS (SELECT FROM unnest(shown) AS s WHERE position(s IN ', ' || r.detail) > 0);
                GET DIAGNOSTICS rows_gone = ROW_COUNT;
                rows_found := rows_gone;
            END IF;
        WHEN 'baselines' THEN
            -- They never change: whoever made such a profile registers another one, and readings go by that.
            SELECT count(*) INTO rows_found
            FROM baselines AS p
            WHERE EXISTS (SELECT FROM unnest(bytes) AS b WHERE position(b IN p.message) > 0);
        ELSE
            RAISE EXCEPTION 'nothing can be forgotten in %', place USING ERRCODE = 'invalid_parameter_value';
    END CASE;
    RETURN NEXT;
END
$$;

COMMENT ON FUNCTION forget_words(text, date, text[], text[], boolean) IS
    'Finds rows of a place and UTC day that hold the id of a subject, and deletes them or their words unless it is only to look; gives how many. Of baselines it only tells, and of all days.';

-- They run as their owner, so what they name must not be found in a caller's schema.
DO $$
DECLARE
    signature text;
BEGIN
    FOREACH signature IN ARRAY ARRAY['forget_days()', 'forget_words(text, date, text[], text[], boolean)']
    LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = %I, pg_temp', signature, current_schema());
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', signature);
    END LOOP;
END
$$;

GRANT EXECUTE ON FUNCTION forget_days(), forget_words(text, date, text[], text[], boolean) TO runway_api;
