-- What a command was handed in to, and when.

ALTER TABLE retrain_commands ADD COLUMN scheduler_target text;

COMMENT ON COLUMN retrain_commands.scheduler_target IS
    'Workflow, DAG or event that was asked for last: its run is known there and nowhere else, whatever is configured by now. Null before, and where there is nothing to choose.';

GRANT UPDATE (scheduler_target) ON retrain_commands TO runway_api;

-- In the views as well: a view's column means what the column of that name means in its table.
DO $$
DECLARE
    line record;
BEGIN
    FOR line IN
        SELECT c.relname, a.attname
        FROM pg_description d
        JOIN pg_class c ON c.oid = d.objoid AND d.classoid = 'pg_class'::regclass
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.objsubid
        WHERE c.relnamespace = current_schema()::regnamespace AND a.attname = 'submitted_at'
            AND d.description = 'When it was sent to the scheduler first.'
    LOOP
        EXECUTE format('COMMENT ON COLUMN %I.%I IS %L', line.relname, line.attname,
            'When it was sent to the scheduler first since it was granted last; null again when the scheduler said for sure that it did not start it. How long it may take counts from here.');
    END LOOP;
END
$$;
