-- Kill switches of teams and snoozes, the states that a version may go through, and the audit log by
-- model.

ALTER TABLE controls
    ADD COLUMN team text CHECK (team ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    ADD COLUMN severity_class text CHECK (severity_class IN ('LOW', 'MEDIUM', 'HIGH', 'CRITICAL')),
    ADD COLUMN state text CHECK (state ~ '^[A-Z][A-Z_]{0,63}$'),
    DROP CONSTRAINT controls_action_check,
    ADD CONSTRAINT controls_actions CHECK (action IN ('APPROVE', 'REJECT', 'MUTE', 'SNOOZE', 'UNMUTE',
                                                      'KILL_SWITCH_ON', 'KILL_SWITCH_OFF')),
    ADD CONSTRAINT controls_of_one_thing CHECK (model_id IS NULL OR team IS NULL),
    ADD CONSTRAINT controls_snooze_something CHECK (
        CASE action WHEN 'SNOOZE' THEN severity_class IS NOT NULL AND expires_at IS NOT NULL
                    ELSE severity_class IS NULL AND state IS NULL END);

CREATE INDEX controls_by_team ON controls (team) WHERE team IS NOT NULL;

COMMENT ON TABLE controls IS 'What people told Runway to do or not to do: the newest of each kind about a model, a team or the fleet. What was said before is in the audit log.';
COMMENT ON COLUMN controls.model_id IS 'Model it is about; null for a team or the fleet.';
COMMENT ON COLUMN controls.team IS 'Team whose models it is about; null for one model or the fleet.';
COMMENT ON COLUMN controls.severity_class IS 'Class of severity that is snoozed; null of all else.';
COMMENT ON COLUMN controls.state IS 'State of the model that is snoozed; null for any, and of all else.';

GRANT UPDATE (severity_class, state) ON controls TO runway_api;

CREATE TABLE version_transitions (
    from_state text NOT NULL,
    to_state   text NOT NULL,
    PRIMARY KEY (from_state, to_state)
);

COMMENT ON TABLE version_transitions IS 'Which state of a version may follow which; no others are accepted. What has no line is an end.';
COMMENT ON COLUMN version_transitions.from_state IS 'State before.';
COMMENT ON COLUMN version_transitions.to_state IS 'State after.';

INSERT INTO version_transitions (from_state, to_state)
SELECT line.from_state, next.to_state
FROM (VALUES
    -- One that was never said to be LIVE may have served all the same.
    ('REGISTERED', ARRAY['LIVE', 'SUPERSEDED', 'DEPRECATED', 'RETIRED']),
    ('LIVE', ARRAY['SUPERSEDED', 'ROLLED_BACK', 'DEPRECATED', 'RETIRED']),
    -- Back to LIVE: a rollback to it.
    ('SUPERSEDED', ARRAY['LIVE', 'RETIRED']),
    ('ROLLED_BACK', ARRAY['LIVE', 'RETIRED']),
    ('DEPRECATED', ARRAY['LIVE', 'SUPERSEDED', 'ROLLED_BACK', 'RETIRED']))
    AS line (from_state, to_states),
    LATERAL unnest(line.to_states) AS next (to_state);

CREATE FUNCTION model_version_guard() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    IF NEW.state <> OLD.state
       AND NOT EXISTS (SELECT FROM version_transitions AS t
                       WHERE t.from_state = OLD.state AND t.to_state = NEW.state) THEN
        RAISE EXCEPTION 'version % of %: % cannot follow %', NEW.version, NEW.model_id, NEW.state,
            OLD.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'model_versions_transition';
    END IF;
    RETURN NEW;
END
$$;

COMMENT ON FUNCTION model_version_guard() IS
    'Ends a statement that would give a version a state that cannot follow.';

-- What it names must not be found in a caller's schema.
DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION model_version_guard() SET search_path = %I, pg_temp',
                   current_schema());
END
$$;

CREATE TRIGGER model_versions_guard BEFORE UPDATE OF state ON model_versions
    FOR EACH ROW EXECUTE FUNCTION model_version_guard();

REVOKE ALL ON FUNCTION model_version_guard() FROM PUBLIC;
GRANT SELECT ON version_transitions TO runway_api;

-- Computed from the entry like its other columns, so that it cannot say anything else than what was
-- hashed.
CREATE FUNCTION audit_models(entry jsonb) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE split_part(entry ->> 'object', ':', 1)
        WHEN 'model' THEN ARRAY[substr(entry ->> 'object', 7)]
        WHEN 'version' THEN ARRAY[split_part(substr(entry ->> 'object', 9), '/', 1)]
        WHEN 'retrain' THEN array_remove(ARRAY[entry #>> '{detail,model}'], NULL)
        WHEN 'policy' THEN ARRAY(
            SELECT m.model #>> '{}' FROM jsonb_path_query(entry, '$.detail.models[*]') AS m (model)
            UNION
            SELECT m.model #>> '{}'
            FROM jsonb_path_query(entry, '$.detail.models_before[*]') AS m (model))
        ELSE ARRAY[]::text[]
    END;

COMMENT ON FUNCTION audit_models(jsonb) IS 'Models that an entry of the audit log concerns.';

REVOKE ALL ON FUNCTION audit_models(jsonb) FROM PUBLIC;

ALTER TABLE audit_log
    ADD COLUMN models text[] NOT NULL GENERATED ALWAYS AS (audit_models(entry::jsonb)) STORED;

CREATE INDEX audit_log_by_model ON audit_log USING gin (models);

COMMENT ON COLUMN audit_log.models IS 'Models that it concerns: the one that was changed, or whose version, deployment, consumer, control or retrain was, and those that a policy decides about, or did before.';
