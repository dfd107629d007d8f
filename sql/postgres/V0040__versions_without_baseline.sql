-- A version without baseline has a reading of each of its windows too, which says so.

-- What the rows that are there keep is narrower, so none of them needs to be read under the lock.
ALTER TABLE drift_readings
    DROP CONSTRAINT drift_readings_status_check,
    ADD CONSTRAINT drift_readings_status_check
        CHECK (status IN ('EVALUATED', 'INSUFFICIENT_DATA', 'NO_DECISION', 'NO_BASELINE')) NOT VALID;

-- A view's column means what the column of that name means in its table.
DO $$
DECLARE
    line record;
BEGIN
    FOR line IN
        SELECT c.relname, a.attname,
               CASE a.attname
                   WHEN 'status' THEN
                       'EVALUATED, INSUFFICIENT_DATA while there are too few predictions, NO_DECISION when the window is as wide as it may become and there still are, NO_BASELINE for predictions of a version that has none.'
                   ELSE 'Profile of the baseline it was compared with; no-baseline of a version without one.'
               END AS words
        FROM pg_description d
        JOIN pg_class c ON c.oid = d.objoid AND d.classoid = 'pg_class'::regclass
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.objsubid
        WHERE c.relnamespace = current_schema()::regnamespace AND d.objsubid > 0
            AND c.relname NOT LIKE 'v\_concept%'
            AND ((a.attname = 'status' AND d.description LIKE 'EVALUATED, INSUFFICIENT_DATA%')
                OR (a.attname = 'profile_id'
                    AND d.description = 'Profile of the baseline it was compared with.'))
    LOOP
        EXECUTE format('COMMENT ON COLUMN %I.%I IS %L', line.relname, line.attname, line.words);
    END LOOP;
END
$$;
