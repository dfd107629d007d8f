-- Who has looked, and at what: a command that comes to wait for a person again is approved anew, by the same
-- persons too; and that a command never began is a statement of its own. One view less: two were the same.

ALTER TABLE retrain_commands ADD COLUMN approval_round integer NOT NULL DEFAULT 1
    CHECK (approval_round >= 1);
ALTER TABLE retrain_commands ADD COLUMN never_began boolean NOT NULL DEFAULT false;

COMMENT ON COLUMN retrain_commands.approval_round IS
    'How often it has come to wait for persons, 1 before it ever did: only what was said in the newest round counts.';
COMMENT ON COLUMN retrain_commands.never_began IS
    'True when the person who cancelled it, while its start was unclear, has said that it never began: then it may not still run.';

GRANT UPDATE (approval_round, never_began) ON retrain_commands TO runway_api;

ALTER TABLE retrain_approvals ADD COLUMN approval_round integer NOT NULL DEFAULT 1
    CHECK (approval_round >= 1);
ALTER TABLE retrain_approvals DROP CONSTRAINT retrain_approvals_pkey;
ALTER TABLE retrain_approvals ADD PRIMARY KEY (command_id, approval_round, said_by);

COMMENT ON TABLE retrain_approvals IS
    'What people said of commands that waited for them, each person once in a round.';
COMMENT ON COLUMN retrain_approvals.approval_round IS 'Round of the command in which it was said.';

-- What was held a second time before there were rounds: whoever approved it then may do so again.
UPDATE retrain_commands AS c SET approval_round = 2
WHERE c.state = 'AWAITING_APPROVAL'
    AND EXISTS (SELECT FROM retrain_status_changes AS h
                WHERE h.command_id = c.command_id AND h.state IN ('QUEUED', 'QUEUED_BUDGET'));

-- Whoever reads it reads v_retrain_costs from now on, which has the same columns and the same rows.
DROP VIEW v_retrain_spending;
