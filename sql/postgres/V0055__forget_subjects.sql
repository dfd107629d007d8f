-- Deletes what result tables hold of a subject: refused events that name it, and its id among the words that no
-- baseline knew. Aggregates hold no subject and stay.
--
-- Nobody who reads or writes tables may do so, and the API only through this function: it may not delete these rows by
-- other ways, and the function takes whole ids, not patterns.

CREATE FUNCTION forget_words(words text[], needles text[], only_look boolean)
    RETURNS TABLE (place text, rows_found bigint, rows_gone bigint)
    LANGUAGE plpgsql SECURITY DEFINER
AS $$
DECLARE
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

    place := 'dead_letters';
    SELECT count(*) INTO rows_found
    FROM dead_letters AS d
    WHERE EXISTS (SELECT FROM unnest(bytes) AS b
                  WHERE position(b IN d.event_bytes) > 0
                     OR position(b IN convert_to(d.detail, 'UTF8')) > 0);
    rows_gone := 0;
    IF NOT only_look AND rows_found > 0 THEN
        DELETE FROM dead_letters AS d
        WHERE EXISTS (SELECT FROM unnest(bytes) AS b
                      WHERE position(b IN d.event_bytes) > 0
                         OR position(b IN convert_to(d.detail, 'UTF8')) > 0);
        GET DIAGNOSTICS rows_gone = ROW_COUNT;
    END IF;
    RETURN NEXT;

    -- Of a reading its words go, and its numbers stay. Words stand there as "word 12, other 3 to 5".
    place := 'drift_readings.detail';
    SELECT count(*) INTO rows_found
    FROM drift_readings AS r
    WHERE r.detail IS NOT NULL
      AND EXISTS (SELECT FROM unnest(shown) AS s WHERE position(s IN ', ' || r.detail) > 0);
    rows_gone := 0;
    IF NOT only_look AND rows_found > 0 THEN
        UPDATE drift_readings AS r SET detail = NULL
        WHERE r.detail IS NOT NULL
          AND EXISTS (SELECT FROM unnest(shown) AS s WHERE position(s IN ', ' || r.detail) > 0);
        GET DIAGNOSTICS rows_gone = ROW_COUNT;
    END IF;
    RETURN NEXT;

    -- They never change: whoever made such a profile registers another one, and readings go by that.
    place := 'baselines';
    SELECT count(*) INTO rows_found
    FROM baselines AS p
    WHERE EXISTS (SELECT FROM unnest(bytes) AS b WHERE position(b IN p.message) > 0);
    rows_gone := 0;
    RETURN NEXT;
END
$$;

COMMENT ON FUNCTION forget_words(text[], text[], boolean) IS
    'Finds rows that hold the id of a subject, and deletes them or their words unless it is only to look; gives how many, by place. Of baselines it only tells.';

-- Runs as its owner, so what it names must not be found in a caller's schema.
DO $$
BEGIN
    EXECUTE format(
        'ALTER FUNCTION forget_words(text[], text[], boolean) SET search_path = %I, pg_temp', current_schema());
END
$$;

REVOKE ALL ON FUNCTION forget_words(text[], text[], boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION forget_words(text[], text[], boolean) TO runway_api;
