-- The ledger of retrains: what was asked for, what was granted, and what it may cost.
--
-- Jobs and people ask, one transaction per command grants. What may never happen is refused here and
-- not only by the program: a command twice, two active ones of a model, a state that cannot follow,
-- more money than there is. Nothing is deleted.

CREATE TABLE retrain_transitions (
    from_state text NOT NULL,
    to_state   text NOT NULL,
    PRIMARY KEY (from_state, to_state)
);

COMMENT ON TABLE retrain_transitions IS 'Which state of a command may follow which; no others are accepted.';
COMMENT ON COLUMN retrain_transitions.from_state IS 'State before; NEW for a command that was not there.';
COMMENT ON COLUMN retrain_transitions.to_state IS 'State after.';

INSERT INTO retrain_transitions (from_state, to_state)
SELECT line.from_state, next.to_state
FROM (VALUES
    ('NEW', ARRAY['GRANTED', 'QUEUED', 'QUEUED_BUDGET', 'AWAITING_APPROVAL', 'REFUSED']),
    ('AWAITING_APPROVAL', ARRAY['GRANTED', 'QUEUED', 'QUEUED_BUDGET', 'REFUSED', 'CANCELLED']),
    ('QUEUED', ARRAY['GRANTED', 'QUEUED_BUDGET', 'REFUSED', 'CANCELLED']),
    ('QUEUED_BUDGET', ARRAY['GRANTED', 'QUEUED', 'REFUSED', 'CANCELLED']),
    -- Back to GRANTED: the scheduler said for sure that it did not start it.
    ('GRANTED', ARRAY['SUBMITTED', 'ACCEPTED', 'FAILED', 'CANCELLED', 'TIMED_OUT']),
    ('SUBMITTED', ARRAY['GRANTED', 'ACCEPTED', 'UNKNOWN', 'RUNNING', 'SUCCEEDED', 'FAILED',
                        'CANCELLED', 'TIMED_OUT']),
    ('ACCEPTED', ARRAY['UNKNOWN', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED', 'TIMED_OUT']),
    ('UNKNOWN', ARRAY['GRANTED', 'SUBMITTED', 'ACCEPTED', 'RUNNING', 'SUCCEEDED', 'FAILED',
                      'CANCELLED', 'TIMED_OUT']),
    ('RUNNING', ARRAY['UNKNOWN', 'SUCCEEDED', 'FAILED', 'CANCELLED', 'TIMED_OUT']))
    AS line (from_state, to_states),
    LATERAL unnest(line.to_states) AS next (to_state);

CREATE TABLE retrain_commands (
    command_id     uuid             PRIMARY KEY,
    model_id       text             NOT NULL,
    model_version  text             NOT NULL,
    action         text             NOT NULL CHECK (action IN ('RETRAIN', 'ROLLBACK', 'CANCEL')),
    target         text,
    reason_class   text             NOT NULL CHECK (reason_class IN ('DRIFT', 'CONCEPT', 'PERFORMANCE',
                                                                     'AGE', 'UPSTREAM', 'MANUAL')),
    episode        text             NOT NULL,
    attempt        integer          NOT NULL CHECK (attempt >= 1),
    tier           smallint         NOT NULL CHECK (tier BETWEEN 1 AND 4),
    team           text,
    severity       double precision NOT NULL CHECK (severity BETWEEN 0 AND 1),
    severity_class text             NOT NULL CHECK (severity_class IN ('LOW', 'MEDIUM', 'HIGH',
                                                                       'CRITICAL')),
    priority       smallint         NOT NULL CHECK (priority BETWEEN 0 AND 9),
    mode           text             NOT NULL CHECK (mode IN ('ADVISE', 'APPROVE', 'AUTO')),
    wave           integer          NOT NULL CHECK (wave >= 0),
    generation     integer          NOT NULL CHECK (generation >= 0),
    decision_id    text,
    policy         text,
    policy_version integer,
    evidence_hash  text             NOT NULL CHECK (evidence_hash ~ '^[0-9a-f]{64}$'),
    command        bytea            NOT NULL,
    asked_by       text             NOT NULL,
    issued_at      timestamptz      NOT NULL,
    deadline_at    timestamptz,
    received_at    timestamptz      NOT NULL,
    rank_at        timestamptz      NOT NULL,
    state          text             NOT NULL,
    state_revision bigint           NOT NULL,
    state_at       timestamptz      NOT NULL,
    reason         text             CHECK (length(reason) BETWEEN 1 AND 1000),
    approvals_needed    smallint    NOT NULL DEFAULT 0 CHECK (approvals_needed BETWEEN 0 AND 2),
    approval_expires_at timestamptz,
    escalations    smallint         NOT NULL DEFAULT 0 CHECK (escalations >= 0),
    granted_at     timestamptz,
    submitted_at   timestamptz,
    accepted_at    timestamptz,
    started_at     timestamptz,
    ended_at       timestamptz,
    lease_epoch    bigint,
    scheduler      text,
    scheduler_run  text,
    tries          integer          NOT NULL DEFAULT 0 CHECK (tries >= 0),
    next_try_at    timestamptz,
    cancel_asked_at timestamptz,
    cancel_asked_by text,
    new_version    text,
    budget_month   date,
    estimated_cost numeric(14, 2)   NOT NULL CHECK (estimated_cost >= 0),
    reserved_cost  numeric(14, 2)   NOT NULL DEFAULT 0 CHECK (reserved_cost >= 0),
    actual_cost    numeric(14, 2)   CHECK (actual_cost >= 0),
    message        bytea            NOT NULL,
    CONSTRAINT retrain_commands_one_of_a_cause
        UNIQUE NULLS NOT DISTINCT (model_id, model_version, reason_class, episode, attempt, action,
                                   target),
    CONSTRAINT retrain_commands_target CHECK ((action = 'RETRAIN') = (target IS NULL)),
    CONSTRAINT retrain_commands_policy CHECK ((policy IS NULL) = (policy_version IS NULL)),
    CONSTRAINT retrain_commands_cancel_is_done_at_once
        CHECK (action <> 'CANCEL' OR state IN ('SUCCEEDED', 'REFUSED')),
    CONSTRAINT retrain_commands_end
        CHECK ((ended_at IS NOT NULL)
               = (state IN ('REFUSED', 'SUCCEEDED', 'FAILED', 'CANCELLED', 'TIMED_OUT'))),
    CONSTRAINT retrain_commands_refused_why CHECK (state <> 'REFUSED' OR reason IS NOT NULL),
    CONSTRAINT retrain_commands_succeeded_what
        CHECK (state <> 'SUCCEEDED' OR new_version IS NOT NULL),
    CONSTRAINT retrain_commands_reserve_while_active
        CHECK (reserved_cost = 0
               OR (budget_month IS NOT NULL
                   AND state IN ('GRANTED', 'ACCEPTED', 'SUBMITTED', 'UNKNOWN', 'RUNNING')))
);

CREATE UNIQUE INDEX retrain_commands_one_active ON retrain_commands (model_id)
    WHERE state IN ('GRANTED', 'ACCEPTED', 'SUBMITTED', 'UNKNOWN', 'RUNNING');
CREATE INDEX retrain_commands_to_dispatch ON retrain_commands (next_try_at)
    WHERE state IN ('GRANTED', 'ACCEPTED', 'SUBMITTED', 'UNKNOWN', 'RUNNING');
CREATE INDEX retrain_commands_waiting ON retrain_commands (rank_at, command_id)
    WHERE state IN ('QUEUED', 'QUEUED_BUDGET', 'AWAITING_APPROVAL');
CREATE INDEX retrain_commands_by_model ON retrain_commands (model_id, received_at);
CREATE INDEX retrain_commands_by_time ON retrain_commands (received_at, command_id);

COMMENT ON TABLE retrain_commands IS 'Commands to retrain, to go back or to cancel, and what became of them.';
COMMENT ON COLUMN retrain_commands.command_id IS 'UUIDv5 of the cause: the same cause is the same command.';
COMMENT ON COLUMN retrain_commands.model_id IS 'Model, as in its predictions; need not be registered, for then the command is refused.';
COMMENT ON COLUMN retrain_commands.model_version IS 'Version that was found stale, or worse than the one before it.';
COMMENT ON COLUMN retrain_commands.action IS 'RETRAIN, ROLLBACK or CANCEL.';
COMMENT ON COLUMN retrain_commands.target IS 'Version to go back to, or command to cancel; null for a retrain.';
COMMENT ON COLUMN retrain_commands.reason_class IS 'DRIFT, CONCEPT, PERFORMANCE, AGE, UPSTREAM, or MANUAL when a person asked.';
COMMENT ON COLUMN retrain_commands.episode IS 'Episode of staleness.';
COMMENT ON COLUMN retrain_commands.attempt IS '1, and one more whenever an attempt of the same episode has failed.';
COMMENT ON COLUMN retrain_commands.tier IS 'Tier in the registry when it came, else as the command has it: 1 (revenue-critical) to 4 (experimental).';
COMMENT ON COLUMN retrain_commands.team IS 'Team of the model when it came; null when the registry does not know the model.';
COMMENT ON COLUMN retrain_commands.severity IS '0 to 1.';
COMMENT ON COLUMN retrain_commands.severity_class IS 'LOW, MEDIUM, HIGH or CRITICAL.';
COMMENT ON COLUMN retrain_commands.priority IS '0 to 9: each counts as a tenth of severity.';
COMMENT ON COLUMN retrain_commands.mode IS 'ADVISE, APPROVE or AUTO, as the policy has it.';
COMMENT ON COLUMN retrain_commands.wave IS 'Wave of a cascade; 0 in none.';
COMMENT ON COLUMN retrain_commands.generation IS 'How many retrains upstream led to it.';
COMMENT ON COLUMN retrain_commands.decision_id IS 'Decision record; null when a person asked.';
COMMENT ON COLUMN retrain_commands.policy IS 'Policy that decided; null when a person asked.';
COMMENT ON COLUMN retrain_commands.policy_version IS 'Its version.';
COMMENT ON COLUMN retrain_commands.evidence_hash IS 'SHA-256 of the evidence as it stands in the command: an approval is bound to it.';
COMMENT ON COLUMN retrain_commands.command IS 'The command as on the retrains topic, evidence included.';
COMMENT ON COLUMN retrain_commands.asked_by IS 'Person or token that asked; for a job the topic it came by.';
COMMENT ON COLUMN retrain_commands.issued_at IS 'When it was decided.';
COMMENT ON COLUMN retrain_commands.deadline_at IS 'After this it is of no use; null when it always is.';
COMMENT ON COLUMN retrain_commands.received_at IS 'When the ledger had it.';
COMMENT ON COLUMN retrain_commands.rank_at IS 'Place in the queue, earliest first: received_at, later by so much per tier and earlier by severity, so that whoever waits long enough comes before whoever is new.';
COMMENT ON COLUMN retrain_commands.state IS 'State, as on the retrain-status topic.';
COMMENT ON COLUMN retrain_commands.state_revision IS 'Rises with every status; an older one never replaces a newer one.';
COMMENT ON COLUMN retrain_commands.state_at IS 'When the state was entered.';
COMMENT ON COLUMN retrain_commands.reason IS 'Why it is in this state: one word, a colon, and what a person needs; null when there is nothing to say.';
COMMENT ON COLUMN retrain_commands.approvals_needed IS 'How many different persons have to approve; 0 when none.';
COMMENT ON COLUMN retrain_commands.approval_expires_at IS 'When the wait for a person is over, or the next escalation is due; null when none is waited for.';
COMMENT ON COLUMN retrain_commands.escalations IS 'How often somebody was told that nobody has approved.';
COMMENT ON COLUMN retrain_commands.granted_at IS 'When it was granted last; null while it was not.';
COMMENT ON COLUMN retrain_commands.submitted_at IS 'When it was sent to the scheduler first.';
COMMENT ON COLUMN retrain_commands.accepted_at IS 'When the scheduler was known to have it: the SLA ends here.';
COMMENT ON COLUMN retrain_commands.started_at IS 'When it began to run.';
COMMENT ON COLUMN retrain_commands.ended_at IS 'When its final state was entered; null before.';
COMMENT ON COLUMN retrain_commands.lease_epoch IS 'Epoch of the dispatcher that changed it last; null before the first did.';
COMMENT ON COLUMN retrain_commands.scheduler IS 'Scheduler it went to; null before.';
COMMENT ON COLUMN retrain_commands.scheduler_run IS 'Its run, as the scheduler names it; null while not known.';
COMMENT ON COLUMN retrain_commands.tries IS 'How often the scheduler was asked to start it.';
COMMENT ON COLUMN retrain_commands.next_try_at IS 'When the dispatcher looks at it again; null for at once.';
COMMENT ON COLUMN retrain_commands.cancel_asked_at IS 'When somebody asked to cancel it; null when nobody did.';
COMMENT ON COLUMN retrain_commands.cancel_asked_by IS 'Who asked.';
COMMENT ON COLUMN retrain_commands.new_version IS 'Version that serves when it has succeeded: the one that was trained, or gone back to.';
COMMENT ON COLUMN retrain_commands.budget_month IS 'UTC month whose budget pays: that of the grant, whenever it ends.';
COMMENT ON COLUMN retrain_commands.estimated_cost IS 'What it was thought to cost, in US dollars.';
COMMENT ON COLUMN retrain_commands.reserved_cost IS 'What is reserved for it now, in US dollars; 0 before the grant and after the end.';
COMMENT ON COLUMN retrain_commands.actual_cost IS 'What it has cost, in US dollars; null while not known.';
COMMENT ON COLUMN retrain_commands.message IS 'Its status as it went to the topic last.';

-- Definers' functions name tables of this schema, whatever a caller's path says.
CREATE FUNCTION retrain_command_guard() RETURNS trigger
    LANGUAGE plpgsql
AS $$
DECLARE
    before text := 'NEW';
BEGIN
    IF TG_OP = 'UPDATE' THEN
        before := OLD.state;
        IF OLD.ended_at IS NOT NULL THEN
            RAISE EXCEPTION 'command % has ended as %', OLD.command_id, OLD.state
                USING ERRCODE = 'check_violation', CONSTRAINT = 'retrain_commands_has_ended';
        END IF;
        IF (NEW.command_id, NEW.model_id, NEW.model_version, NEW.action, NEW.reason_class,
            NEW.episode, NEW.attempt, NEW.evidence_hash, NEW.command, NEW.tier)
           <> (OLD.command_id, OLD.model_id, OLD.model_version, OLD.action, OLD.reason_class,
               OLD.episode, OLD.attempt, OLD.evidence_hash, OLD.command, OLD.tier)
           OR NEW.target IS DISTINCT FROM OLD.target THEN
            RAISE EXCEPTION 'command %: what it asks for never changes', OLD.command_id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'retrain_commands_same_command';
        END IF;
        IF NEW.state_revision NOT IN (OLD.state_revision, OLD.state_revision + 1)
           OR (NEW.state <> OLD.state AND NEW.state_revision = OLD.state_revision) THEN
            RAISE EXCEPTION 'command %: revision % cannot follow %', OLD.command_id,
                NEW.state_revision, OLD.state_revision
                USING ERRCODE = 'check_violation', CONSTRAINT = 'retrain_commands_revision';
        END IF;
    ELSIF NEW.state_revision <> 1 THEN
        RAISE EXCEPTION 'command %: its first revision is 1', NEW.command_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'retrain_commands_revision';
    END IF;
    IF NEW.state <> before
       AND NOT (TG_OP = 'INSERT' AND NEW.action = 'CANCEL')
       AND NOT EXISTS (SELECT FROM retrain_transitions AS t
                       WHERE t.from_state = before AND t.to_state = NEW.state) THEN
        RAISE EXCEPTION 'command %: % cannot follow %', NEW.command_id, NEW.state, before
            USING ERRCODE = 'check_violation', CONSTRAINT = 'retrain_commands_transition';
    END IF;
    RETURN NEW;
END
$$;

COMMENT ON FUNCTION retrain_command_guard() IS
    'Ends a statement that would give a command a state that cannot follow, or change what it asks for.';

CREATE TRIGGER retrain_commands_guard BEFORE INSERT OR UPDATE ON retrain_commands
    FOR EACH ROW EXECUTE FUNCTION retrain_command_guard();
CREATE TRIGGER retrain_commands_stay BEFORE DELETE OR TRUNCATE ON retrain_commands
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE retrain_status_changes (
    command_id  uuid        NOT NULL REFERENCES retrain_commands,
    revision    bigint      NOT NULL,
    state       text        NOT NULL,
    at          timestamptz NOT NULL,
    reason      text,
    lease_epoch bigint,
    PRIMARY KEY (command_id, revision)
);

COMMENT ON TABLE retrain_status_changes IS 'Every status that a command has had; written by the database itself.';
COMMENT ON COLUMN retrain_status_changes.command_id IS 'The command.';
COMMENT ON COLUMN retrain_status_changes.revision IS '1, 2, 3 ...';
COMMENT ON COLUMN retrain_status_changes.state IS 'The state; the one before when only the reason is new.';
COMMENT ON COLUMN retrain_status_changes.at IS 'When it was entered.';
COMMENT ON COLUMN retrain_status_changes.reason IS 'Why; null when there was nothing to say.';
COMMENT ON COLUMN retrain_status_changes.lease_epoch IS 'Epoch of the dispatcher that reported it; null before one had it.';

CREATE FUNCTION retrain_status_kept() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
AS $$
BEGIN
    IF TG_OP = 'INSERT' OR NEW.state_revision <> OLD.state_revision THEN
        INSERT INTO retrain_status_changes (command_id, revision, state, at, reason, lease_epoch)
        VALUES (NEW.command_id, NEW.state_revision, NEW.state, NEW.state_at, NEW.reason,
                NEW.lease_epoch);
    END IF;
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION retrain_status_kept() IS 'Keeps every status of a command.';

CREATE TRIGGER retrain_commands_history AFTER INSERT OR UPDATE ON retrain_commands
    FOR EACH ROW EXECUTE FUNCTION retrain_status_kept();
CREATE TRIGGER retrain_status_changes_never_change
    BEFORE UPDATE OR DELETE OR TRUNCATE ON retrain_status_changes
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Who judged what.

CREATE TABLE retrain_approvals (
    command_id    uuid        NOT NULL REFERENCES retrain_commands,
    said_by       text        NOT NULL,
    verdict       text        NOT NULL CHECK (verdict IN ('APPROVE', 'REJECT')),
    evidence_hash text        NOT NULL CHECK (evidence_hash ~ '^[0-9a-f]{64}$'),
    reason        text,
    said_at       timestamptz NOT NULL,
    PRIMARY KEY (command_id, said_by)
);

COMMENT ON TABLE retrain_approvals IS 'What people said of commands that waited for them, each person once.';
COMMENT ON COLUMN retrain_approvals.command_id IS 'The command.';
COMMENT ON COLUMN retrain_approvals.said_by IS 'Who.';
COMMENT ON COLUMN retrain_approvals.verdict IS 'APPROVE or REJECT.';
COMMENT ON COLUMN retrain_approvals.evidence_hash IS 'SHA-256 of the evidence that the person saw.';
COMMENT ON COLUMN retrain_approvals.reason IS 'Why; null when nothing was said.';
COMMENT ON COLUMN retrain_approvals.said_at IS 'When.';

CREATE TRIGGER retrain_approvals_never_change BEFORE UPDATE OR DELETE OR TRUNCATE ON retrain_approvals
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Limits.

CREATE TABLE retrain_caps (
    scope      text        NOT NULL CHECK (scope IN ('FLEET', 'TEAM', 'TIER')),
    name       text        NOT NULL CHECK (length(name) BETWEEN 1 AND 63),
    cap        integer     NOT NULL CHECK (cap BETWEEN 0 AND 10000),
    revision   bigint      NOT NULL CHECK (revision > 0),
    changed_at timestamptz NOT NULL,
    changed_by text        NOT NULL,
    PRIMARY KEY (scope, name),
    CONSTRAINT retrain_caps_name CHECK (CASE scope WHEN 'FLEET' THEN name = '*'
                                                   WHEN 'TIER' THEN name IN ('1', '2', '3', '4')
                                                   ELSE name ~ '^[a-z0-9][a-z0-9-]{0,62}$' END)
);

COMMENT ON TABLE retrain_caps IS 'How many commands may be active at once. The row of the fleet is there always: its lock puts grants in order.';
COMMENT ON COLUMN retrain_caps.scope IS 'FLEET, TEAM or TIER.';
COMMENT ON COLUMN retrain_caps.name IS 'The team or the tier; * for the fleet.';
COMMENT ON COLUMN retrain_caps.cap IS 'The most that may be active; 0 lets nothing start.';
COMMENT ON COLUMN retrain_caps.revision IS 'Rises with every change; the entity tag.';
COMMENT ON COLUMN retrain_caps.changed_at IS 'When it was set.';
COMMENT ON COLUMN retrain_caps.changed_by IS 'Who set it.';

INSERT INTO retrain_caps (scope, name, cap, revision, changed_at, changed_by)
VALUES ('FLEET', '*', 50, 1, now(), 'runway');

CREATE TABLE retrain_budgets (
    month          date           PRIMARY KEY CHECK (extract(day FROM month) = 1),
    cap            numeric(14, 2) NOT NULL CHECK (cap >= 0),
    tier1_reserve  numeric(14, 2) NOT NULL CHECK (tier1_reserve >= 0),
    spent          numeric(14, 2) NOT NULL DEFAULT 0 CHECK (spent >= 0),
    reserved       numeric(14, 2) NOT NULL DEFAULT 0 CHECK (reserved >= 0),
    tier1_spent    numeric(14, 2) NOT NULL DEFAULT 0 CHECK (tier1_spent >= 0),
    tier1_reserved numeric(14, 2) NOT NULL DEFAULT 0 CHECK (tier1_reserved >= 0),
    overrun        numeric(14, 2) NOT NULL DEFAULT 0 CHECK (overrun >= 0),
    revision       bigint         NOT NULL CHECK (revision > 0),
    changed_at     timestamptz    NOT NULL,
    changed_by     text           NOT NULL,
    CONSTRAINT retrain_budgets_never_over CHECK (spent + reserved <= cap),
    CONSTRAINT retrain_budgets_part CHECK (tier1_reserve <= cap),
    CONSTRAINT retrain_budgets_tier1_part CHECK (tier1_spent <= spent AND tier1_reserved <= reserved),
    CONSTRAINT retrain_budgets_tier1_kept
        CHECK (spent + reserved - tier1_spent - tier1_reserved <= cap - tier1_reserve)
);

COMMENT ON TABLE retrain_budgets IS 'Money for retrains by UTC month; a month without a row gets that of the month before it.';
COMMENT ON COLUMN retrain_budgets.month IS 'First day of the month.';
COMMENT ON COLUMN retrain_budgets.cap IS 'The most that may be spent and reserved, in US dollars.';
COMMENT ON COLUMN retrain_budgets.tier1_reserve IS 'Part of it that only tier 1 may use.';
COMMENT ON COLUMN retrain_budgets.spent IS 'What ended commands have cost, as far as it was reserved or there was room.';
COMMENT ON COLUMN retrain_budgets.reserved IS 'What is reserved for active commands.';
COMMENT ON COLUMN retrain_budgets.tier1_spent IS 'Part of spent that is of tier 1.';
COMMENT ON COLUMN retrain_budgets.tier1_reserved IS 'Part of reserved that is of tier 1.';
COMMENT ON COLUMN retrain_budgets.overrun IS 'What commands have cost beyond their reserve and beyond what there was room for: gone, and nothing is granted while all of it together is over the cap.';
COMMENT ON COLUMN retrain_budgets.revision IS 'Rises when the cap or the reserve is set; the entity tag.';
COMMENT ON COLUMN retrain_budgets.changed_at IS 'When they were set.';
COMMENT ON COLUMN retrain_budgets.changed_by IS 'Who set them; runway when they were taken over from the month before.';

CREATE TABLE retrain_costs (
    cost_id    bigint         GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    command_id uuid           NOT NULL REFERENCES retrain_commands,
    model_id   text           NOT NULL,
    team       text,
    tier       smallint       NOT NULL,
    month      date           NOT NULL REFERENCES retrain_budgets,
    kind       text           NOT NULL CHECK (kind IN ('RESERVED', 'RELEASED', 'SPENT', 'OVERRUN')),
    amount     numeric(14, 2) NOT NULL CHECK (amount >= 0),
    at         timestamptz    NOT NULL
);

CREATE INDEX retrain_costs_by_command ON retrain_costs (command_id);
CREATE INDEX retrain_costs_by_month ON retrain_costs (month, model_id);

COMMENT ON TABLE retrain_costs IS 'The cost ledger: every movement of money of every command.';
COMMENT ON COLUMN retrain_costs.cost_id IS 'Order of the movements.';
COMMENT ON COLUMN retrain_costs.command_id IS 'The command.';
COMMENT ON COLUMN retrain_costs.model_id IS 'Its model.';
COMMENT ON COLUMN retrain_costs.team IS 'Its team; null when the registry did not know the model.';
COMMENT ON COLUMN retrain_costs.tier IS 'Its tier.';
COMMENT ON COLUMN retrain_costs.month IS 'UTC month that pays.';
COMMENT ON COLUMN retrain_costs.kind IS 'RESERVED at the grant; RELEASED in full at the end, and what was used then is SPENT, or OVERRUN where no room was left.';
COMMENT ON COLUMN retrain_costs.amount IS 'US dollars.';
COMMENT ON COLUMN retrain_costs.at IS 'When.';

CREATE TRIGGER retrain_costs_never_change BEFORE UPDATE OR DELETE OR TRUNCATE ON retrain_costs
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE retrain_cooldowns (
    model_id       text        PRIMARY KEY,
    command_id     uuid        NOT NULL REFERENCES retrain_commands,
    severity_class text        NOT NULL,
    started_at     timestamptz NOT NULL,
    ends_at        timestamptz NOT NULL,
    broken_at      timestamptz,
    CONSTRAINT retrain_cooldowns_have_length CHECK (started_at <= ends_at)
);

COMMENT ON TABLE retrain_cooldowns IS 'The newest cool-down of each model: until its end, further triggers are joined to the command that began it.';
COMMENT ON COLUMN retrain_cooldowns.model_id IS 'The model.';
COMMENT ON COLUMN retrain_cooldowns.command_id IS 'Command that began it.';
COMMENT ON COLUMN retrain_cooldowns.severity_class IS 'Its class of severity: a higher one may break the cool-down once.';
COMMENT ON COLUMN retrain_cooldowns.started_at IS 'When that command was granted.';
COMMENT ON COLUMN retrain_cooldowns.ends_at IS 'When it ends: after the time that is set, or when the labels of what was deployed are due, whichever is later.';
COMMENT ON COLUMN retrain_cooldowns.broken_at IS 'When a higher class broke one; null while none did. A cool-down that began so is broken by no further one.';

-- Who dispatches.

CREATE TABLE dispatch_lease (
    only_one   boolean     PRIMARY KEY DEFAULT true CHECK (only_one),
    owner      text,
    epoch      bigint      NOT NULL CHECK (epoch >= 0),
    expires_at timestamptz NOT NULL
);

COMMENT ON TABLE dispatch_lease IS 'Which instance dispatches: one row.';
COMMENT ON COLUMN dispatch_lease.only_one IS 'True.';
COMMENT ON COLUMN dispatch_lease.owner IS 'The instance; null before the first.';
COMMENT ON COLUMN dispatch_lease.epoch IS 'Rises with every new owner: whoever has an older one changes nothing any more.';
COMMENT ON COLUMN dispatch_lease.expires_at IS 'When another instance may take it.';

INSERT INTO dispatch_lease (owner, epoch, expires_at) VALUES (NULL, 0, '1970-01-01T00:00:00Z');

-- Dead letters of the retrains topic go out with the others.
ALTER TABLE outbox DROP CONSTRAINT outbox_topic_check;
ALTER TABLE outbox ADD CONSTRAINT outbox_topic_check
    CHECK (topic IN ('MODELS', 'BASELINES', 'CONTROLS', 'RETRAIN_STATUS', 'DEAD_LETTERS'));

-- Runs as its owner, so what it names must not be found in a caller's schema.
DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION retrain_status_kept() SET search_path = %I, pg_temp',
                   current_schema());
    EXECUTE format('ALTER FUNCTION retrain_command_guard() SET search_path = %I, pg_temp',
                   current_schema());
END
$$;

-- What everybody may read.

CREATE TABLE retrain_sla (
    tier         smallint PRIMARY KEY CHECK (tier BETWEEN 1 AND 4),
    within_hours integer  NOT NULL CHECK (within_hours > 0)
);

COMMENT ON TABLE retrain_sla IS 'How long it may take from the decision to the scheduler, a person''s wait not counted.';
COMMENT ON COLUMN retrain_sla.tier IS 'Tier of the model.';
COMMENT ON COLUMN retrain_sla.within_hours IS 'Hours.';

INSERT INTO retrain_sla (tier, within_hours) VALUES (1, 4), (2, 24), (3, 72), (4, 168);

CREATE VIEW v_retrains AS
SELECT c.command_id, c.model_id, c.model_version, c.team, c.tier, c.action, c.reason_class, c.episode,
       c.attempt, c.severity, c.severity_class, c.mode, c.state, c.state_at, c.reason, c.issued_at,
       c.received_at, c.granted_at, c.accepted_at, c.started_at, c.ended_at, c.new_version,
       c.estimated_cost, c.reserved_cost, c.actual_cost
FROM retrain_commands AS c;

COMMENT ON VIEW v_retrains IS 'Commands and what became of them.';

CREATE VIEW v_retrain_queue AS
SELECT q.command_id, q.model_id, q.team, q.tier, q.state, q.rank_at, q.received_at, q.estimated_cost,
       row_number() OVER (ORDER BY q.rank_at, q.command_id) AS place,
       CASE WHEN q.state = 'QUEUED_BUDGET' THEN
           (date_trunc('month', now() AT TIME ZONE 'UTC')
            + interval '1 month'
              * greatest(1, ceil(sum(q.estimated_cost) OVER (PARTITION BY q.state
                                                             ORDER BY q.rank_at, q.command_id)
                                 / nullif(CASE q.tier WHEN 1 THEN b.cap
                                                      ELSE b.cap - b.tier1_reserve END, 0))))
           AT TIME ZONE 'UTC'
       END AS expected_at
FROM retrain_commands AS q
LEFT JOIN LATERAL (
    SELECT m.cap, m.tier1_reserve FROM retrain_budgets AS m ORDER BY m.month DESC LIMIT 1) AS b ON true
WHERE q.state IN ('QUEUED', 'QUEUED_BUDGET');

COMMENT ON VIEW v_retrain_queue IS 'Commands that wait for a place or for money, in their order.';
COMMENT ON COLUMN v_retrain_queue.place IS '1 for the one that comes next.';
COMMENT ON COLUMN v_retrain_queue.expected_at IS 'Start of the UTC month whose budget reaches it; null when it waits for a place, which may be free at any time.';

CREATE VIEW v_retrain_sla AS
SELECT c.command_id, c.model_id, c.tier, c.state, c.issued_at, c.accepted_at, w.person_seconds,
       extract(epoch FROM coalesce(c.accepted_at, c.ended_at, now()) - c.issued_at)::double precision
           - w.person_seconds AS clock_seconds,
       s.within_hours * 3600 AS within_seconds,
       extract(epoch FROM coalesce(c.accepted_at, c.ended_at, now()) - c.issued_at)
           - w.person_seconds > s.within_hours * 3600 AS missed
FROM retrain_commands AS c
JOIN retrain_sla AS s ON s.tier = c.tier
JOIN LATERAL (
    SELECT coalesce(sum(extract(epoch FROM coalesce(h.next_at, now()) - h.at))
                    FILTER (WHERE h.state = 'AWAITING_APPROVAL'), 0)::double precision
           AS person_seconds
    FROM (SELECT state, at, lead(at) OVER (ORDER BY revision) AS next_at
          FROM retrain_status_changes AS r
          WHERE r.command_id = c.command_id) AS h) AS w ON true
WHERE c.action <> 'CANCEL' AND c.state <> 'REFUSED';

COMMENT ON VIEW v_retrain_sla IS 'The clock of every command that was not refused: from the decision until the scheduler has it, without the wait for a person.';
COMMENT ON COLUMN v_retrain_sla.person_seconds IS 'How long it waited for a person.';
COMMENT ON COLUMN v_retrain_sla.clock_seconds IS 'How long everything else has taken; it runs on while the scheduler does not have it.';
COMMENT ON COLUMN v_retrain_sla.within_seconds IS 'How long that may take in this tier.';
COMMENT ON COLUMN v_retrain_sla.missed IS 'True when it takes or took longer.';

-- Before and after are means over final windows, which differ in time as well: a hint over many
-- retrains and no verdict on one, for which there are experiments.
CREATE VIEW v_retrain_outcomes AS
SELECT c.command_id, c.model_id, c.tier, c.issued_at, c.state, c.model_version, c.new_version,
       c.started_at IS NOT NULL OR c.state = 'SUCCEEDED' AS ran,
       c.ended_at IS NOT NULL AS ended,
       d.deployed_at, b.metric, b.value AS before, n.value AS after,
       CASE b.metric WHEN 'ndcg_at_10' THEN n.value > b.value ELSE n.value < b.value END AS improved
FROM retrain_commands AS c
LEFT JOIN LATERAL (
    SELECT min(p.started_at) AS deployed_at
    FROM deployments AS p
    WHERE p.model_id = c.model_id AND p.version = c.new_version AND p.role <> 'SHADOW') AS d ON true
LEFT JOIN LATERAL (
    SELECT w.metric, sum(w.value * w.effective_samples) / sum(w.effective_samples) AS value
    FROM performance AS w
    WHERE w.model_id = c.model_id AND w.model_version = c.model_version AND w.segment = '*'
        AND w.variant = '*' AND w.maturity = 'FINAL' AND NOT w.estimated AND w.value IS NOT NULL
        AND w.effective_samples > 0 AND w.metric IN ('log_loss', 'rmse', 'ndcg_at_10')
        AND w.window_end_at > d.deployed_at - interval '7 days' AND w.window_end_at <= d.deployed_at
    GROUP BY w.metric
    ORDER BY w.metric
    LIMIT 1) AS b ON true
LEFT JOIN LATERAL (
    SELECT sum(w.value * w.effective_samples) / sum(w.effective_samples) AS value
    FROM performance AS w
    WHERE w.model_id = c.model_id AND w.model_version = c.new_version AND w.segment = '*'
        AND w.variant = '*' AND w.maturity = 'FINAL' AND NOT w.estimated AND w.value IS NOT NULL
        AND w.effective_samples > 0 AND w.metric = b.metric
        AND w.window_start_at >= d.deployed_at
        AND w.window_end_at <= d.deployed_at + interval '7 days') AS n ON true
WHERE c.action = 'RETRAIN';

COMMENT ON VIEW v_retrain_outcomes IS 'What came of every command to retrain: whether it ran, was deployed, and was better.';
COMMENT ON COLUMN v_retrain_outcomes.ran IS 'Whether it began to run.';
COMMENT ON COLUMN v_retrain_outcomes.ended IS 'Whether it has ended.';
COMMENT ON COLUMN v_retrain_outcomes.deployed_at IS 'When its version was deployed first, not as a shadow; null while it was not.';
COMMENT ON COLUMN v_retrain_outcomes.metric IS 'What is compared: log_loss, rmse or ndcg_at_10; null while the version before has no final window.';
COMMENT ON COLUMN v_retrain_outcomes.before IS 'Its mean over the final windows of the version before, of the 7 days before the deployment.';
COMMENT ON COLUMN v_retrain_outcomes.after IS 'Its mean over the final windows of the new version, of the 7 days after it.';
COMMENT ON COLUMN v_retrain_outcomes.improved IS 'Whether after is better than before; null while one of them is not known.';

CREATE VIEW v_retrain_ratios AS
SELECT (date_trunc('month', o.issued_at AT TIME ZONE 'UTC'))::date AS month, o.tier,
       count(*) AS issued,
       count(*) FILTER (WHERE o.ran) AS ran,
       count(*) FILTER (WHERE o.state = 'SUCCEEDED') AS succeeded,
       count(*) FILTER (WHERE o.deployed_at IS NOT NULL) AS deployed,
       count(*) FILTER (WHERE o.improved) AS improved,
       (count(*) FILTER (WHERE o.state = 'SUCCEEDED'))::double precision / count(*)
           AS success_ratio,
       (count(*) FILTER (WHERE o.ran AND o.ended AND o.deployed_at IS NULL))::double precision
           / nullif(count(*) FILTER (WHERE o.ran AND o.ended), 0) AS waste_ratio,
       (count(*) FILTER (WHERE o.improved))::double precision
           / nullif(count(o.improved), 0) AS improved_ratio
FROM v_retrain_outcomes AS o
GROUP BY 1, 2;

COMMENT ON VIEW v_retrain_ratios IS 'How often retrains were of use, by UTC month of the decision and tier.';
COMMENT ON COLUMN v_retrain_ratios.month IS 'First day of the UTC month in which they were decided.';
COMMENT ON COLUMN v_retrain_ratios.issued IS 'Commands to retrain, refused ones included.';
COMMENT ON COLUMN v_retrain_ratios.ran IS 'Those that began to run.';
COMMENT ON COLUMN v_retrain_ratios.succeeded IS 'Those that ended with a new version.';
COMMENT ON COLUMN v_retrain_ratios.deployed IS 'Those whose version was deployed, not as a shadow.';
COMMENT ON COLUMN v_retrain_ratios.improved IS 'Those whose version was better once its labels were there.';
COMMENT ON COLUMN v_retrain_ratios.success_ratio IS 'Succeeded of issued.';
COMMENT ON COLUMN v_retrain_ratios.waste_ratio IS 'Not deployed of those that ran and have ended; null while none has.';
COMMENT ON COLUMN v_retrain_ratios.improved_ratio IS 'Improved of those of which it is known; null while of none.';

CREATE VIEW v_retrain_budgets AS
SELECT month, cap, tier1_reserve, spent, reserved, overrun,
       greatest(0, cap - spent - reserved - overrun) AS free
FROM retrain_budgets;

COMMENT ON VIEW v_retrain_budgets IS 'Money for retrains by UTC month.';
COMMENT ON COLUMN v_retrain_budgets.free IS 'What tier 1 may still use; the other tiers less.';

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
            AND t.relname = CASE v.relname WHEN 'v_retrain_budgets' THEN 'retrain_budgets'
                                           ELSE 'retrain_commands' END
        JOIN pg_attribute vc ON vc.attrelid = v.oid AND vc.attnum > 0
        JOIN pg_attribute tc ON tc.attrelid = t.oid AND tc.attname = vc.attname
        WHERE v.relkind = 'v' AND v.relnamespace = current_schema()::regnamespace
            AND v.relname IN ('v_retrains', 'v_retrain_queue', 'v_retrain_sla', 'v_retrain_ratios',
                              'v_retrain_outcomes', 'v_retrain_budgets')
            AND col_description(v.oid, vc.attnum) IS NULL
    LOOP
        EXECUTE format('COMMENT ON COLUMN %I.%I IS %L', line.view_name, line.column_name, line.words);
    END LOOP;
END
$$;

REVOKE ALL ON FUNCTION retrain_command_guard(), retrain_status_kept() FROM PUBLIC;

GRANT SELECT, INSERT ON retrain_commands, retrain_approvals, retrain_caps, retrain_budgets,
    retrain_costs, retrain_cooldowns TO runway_api;
GRANT SELECT ON retrain_transitions, retrain_status_changes, retrain_sla, dispatch_lease TO runway_api;
GRANT UPDATE (state, state_revision, state_at, reason, approvals_needed, approval_expires_at,
              escalations, granted_at, submitted_at, accepted_at, started_at, ended_at, lease_epoch,
              scheduler, scheduler_run, tries, next_try_at, cancel_asked_at, cancel_asked_by,
              new_version, budget_month, reserved_cost, actual_cost, message)
    ON retrain_commands TO runway_api;
GRANT UPDATE (cap, revision, changed_at, changed_by) ON retrain_caps TO runway_api;
GRANT UPDATE (cap, tier1_reserve, spent, reserved, tier1_spent, tier1_reserved, overrun, revision,
              changed_at, changed_by) ON retrain_budgets TO runway_api;
GRANT UPDATE (command_id, severity_class, started_at, ends_at, broken_at)
    ON retrain_cooldowns TO runway_api;
GRANT UPDATE (owner, epoch, expires_at) ON dispatch_lease TO runway_api;
GRANT SELECT ON v_retrains, v_retrain_queue, v_retrain_sla, v_retrain_outcomes, v_retrain_ratios,
    v_retrain_budgets TO runway_api, runway_reader;
