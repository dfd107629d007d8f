-- Policies in force and dependencies of models go to the job that decides about retrains.

ALTER TABLE outbox DROP CONSTRAINT outbox_topic_check;
ALTER TABLE outbox ADD CONSTRAINT outbox_topic_check
    CHECK (topic IN ('MODELS', 'BASELINES', 'CONTROLS', 'RETRAIN_STATUS', 'DEAD_LETTERS',
                     'POLICIES', 'DEPENDENCIES'));

CREATE VIEW v_policy_messages AS
SELECT p.policy, convert_to(p.policy, 'UTF8') AS record_key,
       convert_to(json_build_object('policy', p.policy, 'version', p.version,
                                    'document', v.document)::text, 'UTF8') AS message
FROM policies AS p
JOIN policy_versions AS v ON v.policy = p.policy AND v.version = p.version;

COMMENT ON VIEW v_policy_messages IS 'Policies in force, as they go to their topic.';
COMMENT ON COLUMN v_policy_messages.policy IS 'Names the policy.';
COMMENT ON COLUMN v_policy_messages.record_key IS 'Key of the record.';
COMMENT ON COLUMN v_policy_messages.message IS 'Value of the record.';

-- Of models and of what feeds them alone: that a deployment hangs on its model triggers nothing.
CREATE VIEW v_dependency_messages AS
SELECT e.edge_id, convert_to(e.edge_id::text, 'UTF8') AS record_key,
       CASE WHEN e.valid_to IS NULL THEN
           convert_to(json_strip_nulls(json_build_object(
               'edge_id', e.edge_id,
               'model_id', coalesce(d.model_id, d.name),
               'upstream_model', CASE WHEN u.kind = 'MODEL' THEN u.name END,
               'source', CASE WHEN u.kind <> 'MODEL' THEN u.node_id END))::text, 'UTF8')
       END AS message
FROM graph_edges AS e
JOIN graph_nodes AS u ON u.node_id = e.upstream
JOIN graph_nodes AS d ON d.node_id = e.downstream
WHERE u.kind IN ('MODEL', 'FEATURE', 'DATA_SOURCE', 'DATASET')
    AND (d.kind = 'MODEL' OR d.kind = 'VERSION' AND d.model_id IS NOT NULL)
    AND (u.kind <> 'MODEL' OR u.name ~ '^[!-~]{1,128}$')
    AND coalesce(d.model_id, d.name) ~ '^[!-~]{1,128}$';

COMMENT ON VIEW v_dependency_messages IS 'Dependencies of models, as they go to their topic; ended ones too.';
COMMENT ON COLUMN v_dependency_messages.edge_id IS 'Names the dependency.';
COMMENT ON COLUMN v_dependency_messages.record_key IS 'Key of the record.';
COMMENT ON COLUMN v_dependency_messages.message IS 'Value of the record; null for one that has ended.';

-- Dependencies are written in many places; here none is forgotten, in the same transaction.
CREATE FUNCTION dependencies_told() RETURNS trigger
    LANGUAGE plpgsql AS
$$
BEGIN
    INSERT INTO outbox (topic, record_key, message, request_id)
    SELECT 'DEPENDENCIES', m.record_key, m.message, 'graph'
    FROM v_dependency_messages AS m
    WHERE m.edge_id IN (SELECT c.edge_id FROM changed AS c)
    ORDER BY m.edge_id;
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION dependencies_told() IS 'Puts what has changed of the dependencies of models into the outbox.';

DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION dependencies_told() SET search_path = %I, pg_temp',
                   current_schema());
END
$$;

CREATE TRIGGER graph_edges_told_when_made AFTER INSERT ON graph_edges
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION dependencies_told();
CREATE TRIGGER graph_edges_told_when_ended AFTER UPDATE ON graph_edges
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION dependencies_told();

GRANT SELECT ON v_policy_messages, v_dependency_messages TO runway_api, runway_reader;

-- What is there already.

INSERT INTO outbox (topic, record_key, message, request_id)
SELECT 'POLICIES', record_key, message, 'V0018'
FROM v_policy_messages
ORDER BY policy;

INSERT INTO outbox (topic, record_key, message, request_id)
SELECT 'DEPENDENCIES', record_key, message, 'V0018'
FROM v_dependency_messages
WHERE message IS NOT NULL
ORDER BY edge_id;
