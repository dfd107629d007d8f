-- What a command came of, so that one id leads from a request or a decision to all that became of it.

ALTER TABLE retrain_commands
    ADD COLUMN request_id text CHECK (length(request_id) BETWEEN 1 AND 200);

COMMENT ON COLUMN retrain_commands.request_id IS
    'Id of what it came of: the request of a person, the decision of a job, else its own; null in rows of releases before this column, where its own holds.';
