-- The dependency graph takes up what the registry knows, and says of every dependency who knows it.
--
-- A dependency that two sources know is two rows: each ends its own. What a model, a version or a
-- deployment is and whose it is stays with the registry; its node points there.

ALTER TABLE graph_nodes
    ADD COLUMN model_id text REFERENCES models,
    DROP CONSTRAINT graph_nodes_name_check,
    ADD CONSTRAINT graph_nodes_name_length CHECK (length(name) BETWEEN 1 AND 290),
    ADD CONSTRAINT graph_nodes_sources CHECK (source IN ('api', 'registry', 'metaflow', 'openlineage'));

CREATE INDEX graph_nodes_by_model ON graph_nodes (model_id) WHERE model_id IS NOT NULL;
CREATE INDEX graph_nodes_by_kind ON graph_nodes (kind, node_id);

COMMENT ON COLUMN graph_nodes.model_id IS 'Model that it is, or is a version or a deployment of; null for what the registry does not have.';
COMMENT ON COLUMN graph_nodes.source IS 'Where it is known from: api, registry, metaflow or openlineage.';

ALTER TABLE graph_edges
    DROP CONSTRAINT graph_edges_kind_check,
    ADD CONSTRAINT graph_edges_kinds CHECK (kind IN ('COORDINATES', 'SIMILARITY', 'PREDICTION',
                                                     'DATA_ONLY', 'PART_OF')),
    ADD CONSTRAINT graph_edges_sources CHECK (source IN ('api', 'registry', 'metaflow', 'openlineage'));

DROP INDEX graph_edges_down, graph_edges_up;
CREATE UNIQUE INDEX graph_edges_down ON graph_edges (upstream, downstream, kind, source)
    WHERE valid_to IS NULL;
CREATE INDEX graph_edges_up ON graph_edges (downstream, upstream, kind) WHERE valid_to IS NULL;

COMMENT ON COLUMN graph_edges.kind IS 'COORDINATES of an embedding, SIMILARITY of embeddings, PREDICTION as a feature, DATA_ONLY, or PART_OF: a version of its model, a model of its deployment.';
COMMENT ON COLUMN graph_edges.source IS 'Who knows of it and may end it: api, registry, metaflow or openlineage.';

-- What is registered already.

INSERT INTO graph_nodes (node_id, kind, name, model_id, source)
SELECT 'model:' || model_id, 'MODEL', model_id, model_id, 'registry'
FROM models
ON CONFLICT (node_id) DO UPDATE SET model_id = excluded.model_id;

INSERT INTO graph_nodes (node_id, kind, name, model_id, source)
SELECT 'version:' || model_id || '/' || version, 'VERSION', model_id || '/' || version, model_id,
       'registry'
FROM model_versions
ON CONFLICT (node_id) DO UPDATE SET model_id = excluded.model_id;

INSERT INTO graph_nodes (node_id, kind, name, model_id, source)
SELECT 'deployment:' || deployment_id, 'DEPLOYMENT', deployment_id::text, model_id, 'registry'
FROM deployments
ON CONFLICT (node_id) DO UPDATE SET model_id = excluded.model_id;

INSERT INTO graph_nodes (node_id, kind, name, source)
SELECT DISTINCT 'feature:' || f.name, 'FEATURE', f.name, 'registry'
FROM model_versions AS v, unnest(v.features) AS f (name)
ON CONFLICT DO NOTHING;

INSERT INTO graph_nodes (node_id, kind, name, source)
SELECT DISTINCT 'model:' || name, 'MODEL', name, 'registry'
FROM consumers
WHERE kind = 'MODEL'
ON CONFLICT DO NOTHING;

INSERT INTO graph_edges (upstream, downstream, kind, source, valid_from, created_by)
SELECT 'version:' || v.model_id || '/' || v.version, 'model:' || v.model_id, 'PART_OF', 'registry',
       v.created_at, v.created_by
FROM model_versions AS v
JOIN models AS m USING (model_id)
WHERE v.state IN ('REGISTERED', 'LIVE', 'DEPRECATED') AND m.state <> 'RETIRED';

INSERT INTO graph_edges (upstream, downstream, kind, source, valid_from, created_by)
SELECT DISTINCT 'feature:' || f.name, 'version:' || v.model_id || '/' || v.version, 'DATA_ONLY',
       'registry', v.created_at, v.created_by
FROM model_versions AS v
JOIN models AS m USING (model_id), unnest(v.features) AS f (name)
WHERE v.state IN ('REGISTERED', 'LIVE', 'DEPRECATED') AND m.state <> 'RETIRED';

INSERT INTO graph_edges (upstream, downstream, kind, source, valid_from, created_by)
SELECT 'model:' || model_id, 'deployment:' || deployment_id, 'PART_OF', 'registry', started_at,
       created_by
FROM deployments
WHERE ended_at IS NULL;

-- One after the other: until now nobody looked whether consumers form cycles. The use that
-- would close one stays among the consumers and out of the graph.
DO $$
DECLARE
    use record;
BEGIN
    FOR use IN
        SELECT 'model:' || model_id AS upstream, 'model:' || name AS downstream, usage, started_at,
               created_by
        FROM consumers
        WHERE kind = 'MODEL' AND ended_at IS NULL
        ORDER BY started_at, consumer_id
    LOOP
        INSERT INTO graph_edges (upstream, downstream, kind, source, valid_from, created_by)
        WITH RECURSIVE below (node_id) AS (
            SELECT use.downstream
            UNION
            SELECT e.downstream
            FROM below AS b
            JOIN graph_edges AS e ON e.upstream = b.node_id AND e.valid_to IS NULL)
        SELECT use.upstream, use.downstream, use.usage, 'registry', use.started_at, use.created_by
        WHERE NOT EXISTS (SELECT FROM below WHERE node_id = use.upstream);
    END LOOP;
END
$$;

-- What everybody may read.

CREATE VIEW v_graph_nodes AS
SELECT n.node_id, n.kind, n.name, coalesce(m.owner, n.owner) AS owner,
       coalesce(m.team, n.team) AS team, m.tier, m.state, n.model_id, n.source, n.created_at
FROM graph_nodes AS n
LEFT JOIN models AS m ON m.model_id = n.model_id;

COMMENT ON VIEW v_graph_nodes IS 'Things that depend on each other, and whose they are.';
COMMENT ON COLUMN v_graph_nodes.node_id IS 'The kind in lower case, a colon and the name, such as model:homepage-ranker.';
COMMENT ON COLUMN v_graph_nodes.kind IS 'MODEL, VERSION, FEATURE, DATA_SOURCE, PIPELINE, DEPLOYMENT, DATASET or EXPERIMENT.';
COMMENT ON COLUMN v_graph_nodes.name IS 'Its name; of a model its id, of a version model/version, of a deployment its id.';
COMMENT ON COLUMN v_graph_nodes.owner IS 'Who answers for it; null when unknown.';
COMMENT ON COLUMN v_graph_nodes.team IS 'Team whose members say on what it depends; null when it is nobody''s.';
COMMENT ON COLUMN v_graph_nodes.tier IS 'Tier of its model; null when it has none.';
COMMENT ON COLUMN v_graph_nodes.state IS 'State of its model; null when it has none.';
COMMENT ON COLUMN v_graph_nodes.model_id IS 'Model that it is, or is a version or a deployment of; null for what the registry does not have.';
COMMENT ON COLUMN v_graph_nodes.source IS 'Where it is known from: api, registry, metaflow or openlineage.';
COMMENT ON COLUMN v_graph_nodes.created_at IS 'When it became known.';

CREATE VIEW v_graph_edges AS
SELECT edge_id, upstream, downstream, kind, source, valid_from, valid_to, created_by
FROM graph_edges;

COMMENT ON VIEW v_graph_edges IS 'Dependencies, those that ended too.';
COMMENT ON COLUMN v_graph_edges.edge_id IS 'Names the dependency.';
COMMENT ON COLUMN v_graph_edges.upstream IS 'What is used.';
COMMENT ON COLUMN v_graph_edges.downstream IS 'What uses it.';
COMMENT ON COLUMN v_graph_edges.kind IS 'COORDINATES of an embedding, SIMILARITY of embeddings, PREDICTION as a feature, DATA_ONLY, or PART_OF: a version of its model, a model of its deployment.';
COMMENT ON COLUMN v_graph_edges.source IS 'Who knows of it and may end it: api, registry, metaflow or openlineage.';
COMMENT ON COLUMN v_graph_edges.valid_from IS 'Since when it holds.';
COMMENT ON COLUMN v_graph_edges.valid_to IS 'When it ended; null while it holds.';
COMMENT ON COLUMN v_graph_edges.created_by IS 'Who declared it.';

GRANT UPDATE (model_id) ON graph_nodes TO runway_api;
GRANT SELECT ON v_graph_nodes, v_graph_edges TO runway_api, runway_reader;
