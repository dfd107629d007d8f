-- Question: why was this retrain issued?
-- Answer: one row per command that a decision has sent, the newest first: what was decided under which policy, from what, in words, and what became of it. ./runway why DECISION_ID makes the decision again.
SELECT r.issued_at, r.model_id, r.model_version, r.command_id, d.decision_id, d.verdict, r.reason_class,
       d.score, d.features, d.policy, d.policy_version, d.explanation, r.state, r.reason, r.new_version
FROM retrains AS r
JOIN decisions AS d ON d.command_id = r.command_id
ORDER BY r.issued_at DESC, r.model_id
LIMIT 100;
