-- Two more things that the ledger knows to be wrong: a command of which nobody knows whether a
-- scheduler has begun it, and one that the scheduler should have by its tier.

ALTER TABLE alerts DROP CONSTRAINT alerts_rule_check;
ALTER TABLE alerts ADD CONSTRAINT alerts_rule_check
    CHECK (rule IN ('MODEL_STALE', 'MODEL_SUSPENDED', 'MODEL_SILENT', 'DATA_SUSPECT',
                    'VERSION_WORSE', 'RETRAIN_HELD', 'RETRAIN_FAILED', 'COMMAND_UNANSWERED',
                    'COMMAND_UNCLEAR', 'SLA_MISSED', 'APPROVAL_ESCALATED', 'SCHEDULER_DOWN'));
