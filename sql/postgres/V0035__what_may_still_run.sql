-- A training that has ended in the ledger and may still run, and what follows from it; whose word a
-- command is; the time of a way back; and what trainings have cost, for reading.

-- Nobody could ask for its end, or nobody knows whether it began. The next one is not started beside
-- it unless a person says so, and its money is not free again.
ALTER TABLE retrain_commands ADD COLUMN may_run boolean NOT NULL DEFAULT false;

COMMENT ON COLUMN retrain_commands.may_run IS
    'True when it ended here and may still run where it was handed in: the next training of the model waits for a person, and its reserve counts as spent.';

GRANT UPDATE (may_run) ON retrain_commands TO runway_api;

-- What waits for a place may come to wait for a person, when what it waits for ends so.
INSERT INTO retrain_transitions (from_state, to_state)
VALUES ('QUEUED', 'AWAITING_APPROVAL'), ('QUEUED_BUDGET', 'AWAITING_APPROVAL');

-- Follows from the two columns, so neither an older instance nor a statement by hand can say otherwise.
ALTER TABLE retrain_commands ADD COLUMN by_person boolean NOT NULL
    GENERATED ALWAYS AS (reason_class = 'MANUAL'
                         AND (asked_by LIKE 'user:%' OR asked_by = 'demo')) STORED;

COMMENT ON COLUMN retrain_commands.by_person IS
    'Whether a person asked: one whom an issuer vouches for, or whoever has the token of an API that runs for one person. No kill switch and no cool-down holds that; a machine with a token is held by both.';
COMMENT ON COLUMN retrain_commands.reason_class IS
    'DRIFT, CONCEPT, PERFORMANCE, AGE, UPSTREAM, or MANUAL when somebody asked by the API.';

CREATE OR REPLACE VIEW v_retrains AS
SELECT c.command_id, c.model_id, c.model_version, c.team, c.tier, c.action, c.reason_class, c.episode,
       c.attempt, c.severity, c.severity_class, c.mode, c.state, c.state_at, c.reason, c.issued_at,
       c.received_at, c.granted_at, c.accepted_at, c.started_at, c.ended_at, c.new_version,
       c.estimated_cost, c.reserved_cost, c.actual_cost,
       c.wave, c.generation, c.decision_id, c.policy, c.approval_expires_at, c.evidence_hash,
       c.may_run, c.by_person
FROM retrain_commands AS c;

-- Going back trains nothing, and is wanted where something is wrong: a day at most, in every tier.
CREATE OR REPLACE VIEW v_retrain_sla AS
SELECT c.command_id, c.model_id, c.tier, c.state, c.issued_at, c.accepted_at, w.person_seconds,
       extract(epoch FROM coalesce(c.accepted_at, c.ended_at, now()) - c.issued_at)::double precision
           - w.person_seconds AS clock_seconds,
       l.within_hours * 3600 AS within_seconds,
       extract(epoch FROM coalesce(c.accepted_at, c.ended_at, now()) - c.issued_at)
           - w.person_seconds > l.within_hours * 3600 AS missed
FROM retrain_commands AS c
JOIN retrain_sla AS s ON s.tier = c.tier
CROSS JOIN LATERAL (
    SELECT CASE c.action WHEN 'ROLLBACK' THEN least(s.within_hours, 24)
                         ELSE s.within_hours END AS within_hours) AS l
JOIN LATERAL (
    SELECT coalesce(sum(extract(epoch FROM coalesce(h.next_at, now()) - h.at))
                    FILTER (WHERE h.state = 'AWAITING_APPROVAL'), 0)::double precision
           AS person_seconds
    FROM (SELECT state, at, lead(at) OVER (ORDER BY revision) AS next_at
          FROM retrain_status_changes AS r
          WHERE r.command_id = c.command_id) AS h) AS w ON true
WHERE c.action <> 'CANCEL' AND c.state <> 'REFUSED';

COMMENT ON TABLE retrain_sla IS
    'How long it may take from the decision to the scheduler, a person''s wait not counted; of a ROLLBACK 24 hours at most.';
COMMENT ON COLUMN v_retrain_sla.within_seconds IS
    'How long that may take in this tier; of a ROLLBACK a day at most.';

CREATE VIEW v_retrain_costs AS
SELECT m.cost_id, m.command_id, m.model_id, m.team, m.tier, m.month, m.kind, m.amount, m.at
FROM retrain_costs AS m;

COMMENT ON VIEW v_retrain_costs IS 'The cost ledger: every movement of money of every command.';
COMMENT ON COLUMN retrain_commands.actual_cost IS
    'What it has cost, as its run said or the metrics of its version do, in US dollars; null while not known, and then its estimate counts as spent.';

CREATE INDEX retrain_costs_by_model ON retrain_costs (model_id, cost_id);

-- A view's column means what the column of that name means in its table.
DO $$
DECLARE
    line record;
BEGIN
    FOR line IN
        SELECT v.relname AS view_name, vc.attname AS column_name,
               col_description(t.oid, tc.attnum) AS words
        FROM pg_class v
        JOIN pg_class t ON t.relnamespace = v.relnamespace AND t.relkind = 'r'
            AND t.relname = CASE v.relname WHEN 'v_retrain_costs' THEN 'retrain_costs'
                                           ELSE 'retrain_commands' END
        JOIN pg_attribute vc ON vc.attrelid = v.oid AND vc.attnum > 0
        JOIN pg_attribute tc ON tc.attrelid = t.oid AND tc.attname = vc.attname
        WHERE v.relkind = 'v' AND v.relnamespace = current_schema()::regnamespace
            AND (v.relname = 'v_retrain_costs'
                 OR (v.relname = 'v_retrains'
                     AND vc.attname IN ('may_run', 'by_person', 'reason_class', 'actual_cost')))
    LOOP
        EXECUTE format('COMMENT ON COLUMN %I.%I IS %L', line.view_name, line.column_name, line.words);
    END LOOP;
END
$$;

GRANT SELECT ON v_retrain_costs TO runway_api, runway_reader;
