-- Which days the archive was asked about, so that a schedule knows what is due and an alert that none runs.

CREATE TABLE master_runs (
    first_day date NOT NULL,
    last_day date NOT NULL,
    started_at timestamptz NOT NULL,
    ended_at timestamptz NOT NULL,
    looked_at timestamptz,
    covered_through timestamptz NOT NULL,
    windows bigint NOT NULL,
    not_covered bigint NOT NULL,
    too_long bigint NOT NULL,
    compared_rows bigint NOT NULL,
    differences bigint NOT NULL,
    late_through bigint[] NOT NULL,
    PRIMARY KEY (first_day, last_day, started_at),
    CHECK (first_day <= last_day),
    CHECK (started_at <= ended_at),
    CHECK (least(windows, not_covered, too_long, compared_rows, differences) >= 0)
);

CREATE INDEX master_runs_by_time ON master_runs (started_at);

COMMENT ON TABLE master_runs IS
    'Batch runs over the archive that have ended well. Written by ./runway batch, one row a run; rows are kept for 400 days.';
COMMENT ON COLUMN master_runs.first_day IS 'First UTC day whose windows it gave.';
COMMENT ON COLUMN master_runs.last_day IS 'Last UTC day whose windows it gave, itself included.';
COMMENT ON COLUMN master_runs.started_at IS 'When it began, by the clock of whoever started it.';
COMMENT ON COLUMN master_runs.ended_at IS 'When its rows were in the tables.';
COMMENT ON COLUMN master_runs.looked_at IS
    'When a schedule last looked behind this run and found no day due; null when it has not. Of the newest run only it means something.';
COMMENT ON COLUMN master_runs.covered_through IS
    'Event time through which the archive said it was complete when the run was submitted.';
COMMENT ON COLUMN master_runs.windows IS 'Windows that it gave, of all model versions.';
COMMENT ON COLUMN master_runs.not_covered IS
    'Windows that it left out, because the archive is not complete of them.';
COMMENT ON COLUMN master_runs.too_long IS
    'Windows that it left out, because they are longer than those it was told to expect.';
COMMENT ON COLUMN master_runs.compared_rows IS
    'Rows of its days of which stream and archive have both said their final word.';
COMMENT ON COLUMN master_runs.differences IS 'Values in which the two differed after it.';
COMMENT ON COLUMN master_runs.late_through IS
    'Offsets of the late-outcomes topic, by partition from 0 on: what is below them the archive had when the run was submitted.';

CREATE VIEW v_master_runs AS
SELECT first_day, last_day, started_at, ended_at, looked_at, ended_at - started_at AS took,
       covered_through, windows, not_covered, too_long, compared_rows, differences
FROM master_runs;

COMMENT ON VIEW v_master_runs IS
    'Batch runs over the archive that have ended well, the days they were of, and what they found.';
COMMENT ON COLUMN v_master_runs.took IS 'How long the run took.';

-- A view's column means what the column of that name means in its table.
DO $$
DECLARE
    line record;
BEGIN
    FOR line IN
        SELECT v.attname, col_description('master_runs'::regclass, t.attnum) AS words
        FROM pg_attribute AS v
        JOIN pg_attribute AS t ON t.attrelid = 'master_runs'::regclass AND t.attname = v.attname
        WHERE v.attrelid = 'v_master_runs'::regclass AND v.attnum > 0 AND t.attnum > 0
    LOOP
        EXECUTE format('COMMENT ON COLUMN v_master_runs.%I IS %L', line.attname, line.words);
    END LOOP;
END
$$;

-- What is as old as this no schedule asks for: archives and tables end before.
CREATE FUNCTION drop_old_master_runs() RETURNS bigint
LANGUAGE sql SECURITY DEFINER
BEGIN ATOMIC
    WITH dropped AS (
        DELETE FROM master_runs WHERE started_at < now() - interval '400 days' RETURNING 1)
    SELECT count(*) FROM dropped;
END;

COMMENT ON FUNCTION drop_old_master_runs() IS 'Deletes runs that began 400 days ago; gives how many.';

REVOKE ALL ON FUNCTION drop_old_master_runs() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION drop_old_master_runs() TO runway_api;
GRANT SELECT, INSERT ON master_runs TO runway_api;
GRANT UPDATE (looked_at) ON master_runs TO runway_api;
GRANT SELECT ON v_master_runs TO runway_reader;
