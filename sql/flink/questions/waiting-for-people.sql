-- Question: which retrains wait, for whom or for what, and since when?
-- Answer: one row per command that has not begun: AWAITING_APPROVAL waits for a person, QUEUED for a place, QUEUED_BUDGET for money; place is its place in the queue.
SELECT r.model_id, r.model_version, r.command_id, r.state, r.state_at, r.tier, r.severity_class, r.reason, q.place, q.expected_at
FROM retrains AS r
LEFT JOIN retrain_queue AS q ON q.command_id = r.command_id
WHERE r.state IN ('AWAITING_APPROVAL', 'QUEUED', 'QUEUED_BUDGET');
