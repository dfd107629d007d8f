-- One tick of the clock may decide about many windows, as after an outage: their order is the windows'.

ALTER TABLE alert_marks ADD COLUMN window_end_millis bigint NOT NULL DEFAULT 0;

COMMENT ON COLUMN alert_marks.revision IS 'Highest revision of a state that was taken; of a decision its tick, in epoch milliseconds.';
COMMENT ON COLUMN alert_marks.window_end_millis IS 'End of the window that it was about, in epoch milliseconds.';

GRANT UPDATE (window_end_millis) ON alert_marks TO runway_api;
