-- A command that a job has sent, and that the ledger does not have.
--
-- The ledger answers whatever it reads, so such a command has become a dead letter, or its topic was
-- emptied before it was read. Nobody else notices: the job waits for an answer.

CREATE OR REPLACE VIEW v_decisions AS
SELECT d.decision_id, d.model_id, d.model_version, d.window_end_at, d.verdict, d.mode, d.hold,
       d.attributed_to, d.state_before, d.state_after, d.episode, d.score, d.severity_class,
       d.coverage, d.signals::jsonb -> 'parts' AS parts, d.signals::jsonb -> 'missing' AS missing,
       d.signals::jsonb -> 'features' AS features, d.profile_id, d.policy, d.policy_version,
       d.inputs, d.explanation, d.evidence_hash, d.command_id, d.tier, d.team, d.decided_at,
       d.computed_at,
       CASE WHEN d.command_id IS NOT NULL THEN coalesce(c.state, 'UNANSWERED') END AS command_state
FROM retrain_decisions AS d
LEFT JOIN retrain_commands AS c
    ON c.command_id = CASE WHEN pg_input_is_valid(d.command_id, 'uuid') THEN d.command_id::uuid END;

COMMENT ON COLUMN v_decisions.command_state IS
    'State of the command in the ledger; UNANSWERED while the ledger does not have it, null without a command.';

CREATE INDEX retrain_decisions_that_sent ON retrain_decisions (computed_at)
    WHERE command_id IS NOT NULL;

ALTER TABLE alerts DROP CONSTRAINT alerts_rule_check;
ALTER TABLE alerts ADD CONSTRAINT alerts_rule_check
    CHECK (rule IN ('MODEL_STALE', 'MODEL_SUSPENDED', 'MODEL_SILENT', 'DATA_SUSPECT',
                    'VERSION_WORSE', 'RETRAIN_HELD', 'RETRAIN_FAILED', 'COMMAND_UNANSWERED',
                    'APPROVAL_ESCALATED', 'SCHEDULER_DOWN'));
