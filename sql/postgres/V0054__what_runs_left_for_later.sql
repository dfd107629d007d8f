-- What a batch run left out because the archive had not come so far. Until when that is depends on the
-- terms that predictions came with, which nobody knows once a horizon was lowered or a model withdrawn.

ALTER TABLE master_runs ADD COLUMN left_until timestamptz;

COMMENT ON COLUMN master_runs.left_until IS
    'Event time through which the archive has to be complete for all windows that were left out because it was not, as its newest one asks; null when there was none, and in rows from before V0054.';

CREATE OR REPLACE VIEW v_master_runs AS
SELECT first_day, last_day, started_at, ended_at, looked_at, ended_at - started_at AS took,
       covered_through, windows, not_covered, too_long, compared_rows, differences, left_until
FROM master_runs;

COMMENT ON COLUMN v_master_runs.left_until IS
    'Event time through which the archive has to be complete for all windows that were left out because it was not, as its newest one asks; null when there was none, and in rows from before V0054.';
