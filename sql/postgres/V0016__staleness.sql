-- How stale model versions are and were, and what was decided about them.

CREATE TABLE staleness (
    model_id       text             NOT NULL,
    model_version  text             NOT NULL,
    revision       bigint           NOT NULL CHECK (revision >= 0),
    state          text             NOT NULL
        CHECK (state IN ('WARMING', 'HEALTHY', 'AT_RISK', 'STALE', 'RETRAINING', 'SUSPENDED',
                         'NO_DATA', 'DEPRECATED', 'RETIRED')),
    previous_state text             NOT NULL,
    since_at       timestamptz      NOT NULL,
    suspension     text
        CHECK (suspension IN ('INPUT_LAG', 'COVERAGE_FLOOR', 'SOURCE_DOWN')),
    episode        text,
    score          double precision CHECK (score BETWEEN 0 AND 1),
    coverage       double precision NOT NULL CHECK (coverage BETWEEN 0 AND 1),
    signals        text             NOT NULL CHECK (signals IS JSON OBJECT),
    policy         text,
    policy_version integer,
    window_end_at  timestamptz      NOT NULL,
    tier           integer          NOT NULL CHECK (tier BETWEEN 1 AND 4),
    team           text,
    judged_at      timestamptz      NOT NULL,
    computed_at    timestamptz      NOT NULL,
    PRIMARY KEY (model_id, model_version, revision),
    CONSTRAINT staleness_suspended_says_why CHECK ((state = 'SUSPENDED') = (suspension IS NOT NULL)),
    CONSTRAINT staleness_policy_has_a_version CHECK ((policy IS NULL) = (policy_version IS NULL))
);

CREATE INDEX staleness_by_time ON staleness (model_id, judged_at);
CREATE INDEX staleness_by_age ON staleness (computed_at);

COMMENT ON TABLE staleness IS
    'How stale model versions are and were: one row per judgement, and per change by a retrain; dropped 90 days after they were computed.';
COMMENT ON COLUMN staleness.model_id IS 'Model, as in its predictions.';
COMMENT ON COLUMN staleness.model_version IS 'Version that was judged.';
COMMENT ON COLUMN staleness.revision IS 'Rises with every row of the version.';
COMMENT ON COLUMN staleness.state IS 'WARMING, HEALTHY, AT_RISK, STALE, RETRAINING, SUSPENDED, NO_DATA, DEPRECATED or RETIRED.';
COMMENT ON COLUMN staleness.previous_state IS 'State before this one, which may be the same.';
COMMENT ON COLUMN staleness.since_at IS 'When the state was entered.';
COMMENT ON COLUMN staleness.suspension IS 'Why nothing is decided: INPUT_LAG, COVERAGE_FLOOR or SOURCE_DOWN; null unless SUSPENDED.';
COMMENT ON COLUMN staleness.episode IS 'Names the time since the version was found stale; null outside of one.';
COMMENT ON COLUMN staleness.score IS 'How stale it is, 0 to 1; null while no signal is there.';
COMMENT ON COLUMN staleness.coverage IS 'Weight of the signals that are there, 0 to 1.';
COMMENT ON COLUMN staleness.signals IS 'What the score is made of, as a JSON object: parts by signal, the signals that are missing, and the features at fault.';
COMMENT ON COLUMN staleness.policy IS 'Policy it was judged by; null when only its tier says how.';
COMMENT ON COLUMN staleness.policy_version IS 'Version of the policy; null without one.';
COMMENT ON COLUMN staleness.window_end_at IS 'End of the newest window that was judged.';
COMMENT ON COLUMN staleness.tier IS '1 (revenue-critical) to 4 (experimental).';
COMMENT ON COLUMN staleness.team IS 'Whose model it is; null when not known.';
COMMENT ON COLUMN staleness.judged_at IS 'The tick at which it was judged.';
COMMENT ON COLUMN staleness.computed_at IS 'When the row was computed: the time Kafka gave its event, so that a replay writes the same.';

CREATE TABLE retrain_decisions (
    decision_id    text             PRIMARY KEY,
    model_id       text             NOT NULL,
    model_version  text             NOT NULL,
    window_end_at  timestamptz      NOT NULL,
    verdict        text             NOT NULL
        CHECK (verdict IN ('NONE', 'RETRAIN', 'INVESTIGATE_DATA', 'WAIT_LABELS', 'ROLLBACK')),
    mode           text             NOT NULL CHECK (mode IN ('ADVISE', 'APPROVE', 'AUTO')),
    hold           text
        CHECK (hold IN ('COVERAGE', 'CONDITION', 'PROVISIONAL', 'OUTSTANDING', 'COOL_DOWN',
                        'DAILY_LIMIT', 'ATTEMPTS', 'ATTRIBUTED', 'GENERATION', 'STORM', 'KILL_SWITCH')),
    attributed_to  text,
    state_before   text             NOT NULL,
    state_after    text             NOT NULL,
    episode        text,
    score          double precision CHECK (score BETWEEN 0 AND 1),
    severity_class text             CHECK (severity_class IN ('LOW', 'MEDIUM', 'HIGH', 'CRITICAL')),
    coverage       double precision NOT NULL CHECK (coverage BETWEEN 0 AND 1),
    signals        text             NOT NULL CHECK (signals IS JSON OBJECT),
    profile_id     text,
    policy         text,
    policy_version integer,
    inputs         text             NOT NULL CHECK (inputs IS JSON OBJECT),
    explanation    text             NOT NULL,
    evidence_hash  text             NOT NULL CHECK (evidence_hash ~ '^[0-9a-f]{64}$'),
    command_id     text,
    tier           integer          NOT NULL CHECK (tier BETWEEN 1 AND 4),
    team           text,
    decided_at     timestamptz      NOT NULL,
    computed_at    timestamptz      NOT NULL,
    CONSTRAINT retrain_decisions_held_or_sent CHECK (hold IS NULL OR command_id IS NULL),
    CONSTRAINT retrain_decisions_policy_has_a_version
        CHECK ((policy IS NULL) = (policy_version IS NULL))
);

CREATE INDEX retrain_decisions_by_time ON retrain_decisions (model_id, decided_at);
CREATE INDEX retrain_decisions_by_age ON retrain_decisions (computed_at);
-- Few decisions are to do something, and they are what is asked for over all models.
CREATE INDEX retrain_decisions_to_act ON retrain_decisions (decided_at) WHERE verdict <> 'NONE';

COMMENT ON TABLE retrain_decisions IS
    'What was decided about model versions at the end of each window, and from what; dropped 90 days after they were computed.';
COMMENT ON COLUMN retrain_decisions.decision_id IS 'UUID that follows from model, version, window and inputs.';
COMMENT ON COLUMN retrain_decisions.model_id IS 'Model, as in its predictions.';
COMMENT ON COLUMN retrain_decisions.model_version IS 'Version that was judged.';
COMMENT ON COLUMN retrain_decisions.window_end_at IS 'End of the window that was judged.';
COMMENT ON COLUMN retrain_decisions.verdict IS 'NONE, RETRAIN, INVESTIGATE_DATA (it looks like a fault of the data), WAIT_LABELS (labels are due that say whether it matters) or ROLLBACK.';
COMMENT ON COLUMN retrain_decisions.mode IS 'What happens without a person: ADVISE nothing, APPROVE nothing before an approval, AUTO all.';
COMMENT ON COLUMN retrain_decisions.hold IS 'Why a command that is wanted was not sent; null when it was, or when none is wanted.';
COMMENT ON COLUMN retrain_decisions.attributed_to IS 'Model upstream whose change explains it; null when there is none.';
COMMENT ON COLUMN retrain_decisions.state_before IS 'State until then.';
COMMENT ON COLUMN retrain_decisions.state_after IS 'State from then on.';
COMMENT ON COLUMN retrain_decisions.episode IS 'Names the time since the version was found stale; null outside of one.';
COMMENT ON COLUMN retrain_decisions.score IS 'How stale it is, 0 to 1; null while no signal is there.';
COMMENT ON COLUMN retrain_decisions.severity_class IS 'LOW, MEDIUM, HIGH or CRITICAL; null while no signal is there.';
COMMENT ON COLUMN retrain_decisions.coverage IS 'Weight of the signals that are there, 0 to 1.';
COMMENT ON COLUMN retrain_decisions.signals IS 'What the score is made of, as a JSON object: parts by signal, the signals that are missing, and the features at fault.';
COMMENT ON COLUMN retrain_decisions.profile_id IS 'Profile of the baseline that drift was measured against; null without drift.';
COMMENT ON COLUMN retrain_decisions.policy IS 'Policy that decided; null when only the tier did.';
COMMENT ON COLUMN retrain_decisions.policy_version IS 'Version of the policy; null without one.';
COMMENT ON COLUMN retrain_decisions.inputs IS 'What it was decided from, byte by byte as in its event: judged again, it gives the same decision.';
COMMENT ON COLUMN retrain_decisions.explanation IS 'The decision in words.';
COMMENT ON COLUMN retrain_decisions.evidence_hash IS 'SHA-256 of the evidence that a command of this decision has or would have.';
COMMENT ON COLUMN retrain_decisions.command_id IS 'Command that was sent; null when none was.';
COMMENT ON COLUMN retrain_decisions.tier IS '1 (revenue-critical) to 4 (experimental).';
COMMENT ON COLUMN retrain_decisions.team IS 'Whose model it is; null when not known.';
COMMENT ON COLUMN retrain_decisions.decided_at IS 'The tick at which it was decided.';
COMMENT ON COLUMN retrain_decisions.computed_at IS 'When the row was computed: the time Kafka gave its event, so that a replay writes the same.';

-- Both end. A decision has up to 128 KiB of inputs, mostly some three.

CREATE FUNCTION drop_old_staleness() RETURNS bigint
    LANGUAGE sql SECURITY DEFINER
    BEGIN ATOMIC
        WITH dropped AS (
            DELETE FROM staleness
            WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM staleness
                WHERE computed_at < now() - interval '90 days'
                ORDER BY computed_at
                LIMIT 20000))
            RETURNING 1)
        SELECT count(*) FROM dropped;
    END;

COMMENT ON FUNCTION drop_old_staleness() IS
    'Drops rows of staleness that were computed more than 90 days ago, at most 20,000 at once; gives their number.';

CREATE FUNCTION drop_old_retrain_decisions() RETURNS bigint
    LANGUAGE sql SECURITY DEFINER
    BEGIN ATOMIC
        WITH dropped AS (
            DELETE FROM retrain_decisions
            WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM retrain_decisions
                WHERE computed_at < now() - interval '90 days'
                ORDER BY computed_at
                LIMIT 5000))
            RETURNING 1)
        SELECT count(*) FROM dropped;
    END;

COMMENT ON FUNCTION drop_old_retrain_decisions() IS
    'Drops decisions that were computed more than 90 days ago, at most 5,000 at once; gives their number.';

CREATE VIEW v_staleness AS
SELECT model_id, model_version, revision, state, previous_state, since_at, suspension, episode, score,
       coverage, signals::jsonb -> 'parts' AS parts, signals::jsonb -> 'missing' AS missing,
       signals::jsonb -> 'features' AS features, policy, policy_version, window_end_at, tier, team,
       judged_at, computed_at
FROM staleness;

COMMENT ON VIEW v_staleness IS 'How stale model versions are and were: one row per judgement and change.';

CREATE VIEW v_staleness_latest AS
SELECT DISTINCT ON (model_id, model_version)
       model_id, model_version, revision, state, previous_state, since_at, suspension, episode, score,
       coverage, signals::jsonb -> 'parts' AS parts, signals::jsonb -> 'missing' AS missing,
       signals::jsonb -> 'features' AS features, policy, policy_version, window_end_at, tier, team,
       judged_at, computed_at
FROM staleness
ORDER BY model_id, model_version, revision DESC;

COMMENT ON VIEW v_staleness_latest IS 'How stale every model version is: its newest row.';

CREATE VIEW v_decisions AS
SELECT decision_id, model_id, model_version, window_end_at, verdict, mode, hold, attributed_to,
       state_before, state_after, episode, score, severity_class, coverage,
       signals::jsonb -> 'parts' AS parts, signals::jsonb -> 'missing' AS missing,
       signals::jsonb -> 'features' AS features, profile_id, policy, policy_version, inputs,
       explanation, evidence_hash, command_id, tier, team, decided_at, computed_at
FROM retrain_decisions;

COMMENT ON VIEW v_decisions IS 'What was decided about model versions at the end of each window, and from what.';

-- A view's column means what the column of that name means in its table.
DO $$
DECLARE
    line record;
BEGIN
    FOR line IN
        SELECT v.relname AS view_name, vc.attname AS column_name,
               CASE vc.attname
                   WHEN 'parts' THEN 'Signals that are there, by name: severity, metric, value, warn, critical, window_end.'
                   WHEN 'missing' THEN 'Signals that are not there and would count.'
                   WHEN 'features' THEN 'Features at fault, the worst first.'
                   ELSE col_description(t.oid, tc.attnum)
               END AS words
        FROM pg_class v
        JOIN pg_class t ON t.relnamespace = v.relnamespace AND t.relkind = 'r'
            AND t.relname = CASE v.relname WHEN 'v_decisions' THEN 'retrain_decisions'
                                           ELSE 'staleness' END
        JOIN pg_attribute vc ON vc.attrelid = v.oid AND vc.attnum > 0
        LEFT JOIN pg_attribute tc ON tc.attrelid = t.oid AND tc.attname = vc.attname
        WHERE v.relkind = 'v' AND v.relnamespace = current_schema()::regnamespace
            AND v.relname IN ('v_staleness', 'v_staleness_latest', 'v_decisions')
    LOOP
        EXECUTE format('COMMENT ON COLUMN %I.%I IS %L', line.view_name, line.column_name, line.words);
    END LOOP;
END
$$;

GRANT SELECT, INSERT, UPDATE ON staleness, retrain_decisions TO runway_writer;
REVOKE ALL ON FUNCTION drop_old_staleness(), drop_old_retrain_decisions() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION drop_old_staleness(), drop_old_retrain_decisions() TO runway_writer;
GRANT SELECT ON v_staleness, v_staleness_latest, v_decisions TO runway_reader, runway_api;
