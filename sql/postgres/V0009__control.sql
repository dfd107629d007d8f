-- The registry, its outbox and its audit log: what the control API keeps.
--
-- PostgreSQL is the truth here. A change, the message that tells the jobs about it and its audit entry
-- are written in one transaction. Nothing is deleted: what ended has an end. The API's own role cannot
-- delete, cannot change the audit log, and cannot change what a version, a baseline or a policy says.

CREATE TABLE models (
    model_id    text        PRIMARY KEY CHECK (model_id ~ '^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$'),
    revision    bigint      NOT NULL CHECK (revision > 0),
    state       text        NOT NULL CHECK (state IN ('ACTIVE', 'DEPRECATED', 'RETIRED')),
    owner       text        NOT NULL CHECK (length(owner) BETWEEN 1 AND 128),
    team        text        NOT NULL CHECK (team ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    tier        smallint    NOT NULL CHECK (tier BETWEEN 1 AND 4),
    description text,
    tags        text[]      NOT NULL,
    framework   text,
    cadence     text,
    strict_versions boolean NOT NULL,
    judging     jsonb       NOT NULL,
    message     bytea,
    created_at  timestamptz NOT NULL DEFAULT now(),
    changed_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT models_retired_have_no_message CHECK ((state = 'RETIRED') = (message IS NULL))
);

CREATE INDEX models_by_team ON models (team, model_id);
CREATE INDEX models_by_owner ON models (owner, model_id);
CREATE INDEX models_by_tag ON models USING gin (tags);

COMMENT ON TABLE models IS 'Models: who owns them and how they are judged.';
COMMENT ON COLUMN models.model_id IS 'Model, as in its predictions.';
COMMENT ON COLUMN models.revision IS 'Rises with every change; the entity tag, and the revision of its document on the models topic.';
COMMENT ON COLUMN models.state IS 'ACTIVE; DEPRECATED: no new consumers; RETIRED: its document is withdrawn from the jobs.';
COMMENT ON COLUMN models.owner IS 'Who answers for it.';
COMMENT ON COLUMN models.team IS 'Team whose members may change it.';
COMMENT ON COLUMN models.tier IS '1 (revenue-critical) to 4 (experimental).';
COMMENT ON COLUMN models.description IS 'What it is for; null when nobody said.';
COMMENT ON COLUMN models.tags IS 'Words to find it by.';
COMMENT ON COLUMN models.framework IS 'What it was made with, such as xgboost; null when nobody said.';
COMMENT ON COLUMN models.cadence IS 'How often it is meant to be retrained, as an ISO 8601 duration; null when it has no rhythm.';
COMMENT ON COLUMN models.strict_versions IS 'True when only registered versions may predict: predictions of others are dead letters.';
COMMENT ON COLUMN models.judging IS 'Task, label policy, horizon, windows, segments: fields of the model document of the jobs.';
COMMENT ON COLUMN models.message IS 'The model document as it went to the models topic; null once retired.';
COMMENT ON COLUMN models.created_at IS 'When it was registered.';
COMMENT ON COLUMN models.changed_at IS 'When this revision was made.';

CREATE TABLE model_versions (
    model_id        text        NOT NULL REFERENCES models,
    version         text        NOT NULL CHECK (version ~ '^[A-Za-z0-9][A-Za-z0-9._:+-]{0,127}$'),
    revision        bigint      NOT NULL CHECK (revision > 0),
    state           text        NOT NULL CHECK (state IN ('REGISTERED', 'LIVE', 'SUPERSEDED',
                                                          'ROLLED_BACK', 'DEPRECATED', 'RETIRED')),
    artefact_uri    text,
    artefact_sha256 text        CHECK (artefact_sha256 ~ '^[0-9a-f]{64}$'),
    training_run    text,
    data_start_at   timestamptz,
    data_end_at     timestamptz,
    metrics         jsonb       NOT NULL,
    hyperparameters jsonb       NOT NULL,
    features        text[]      NOT NULL,
    description     text,
    created_at      timestamptz NOT NULL DEFAULT now(),
    created_by      text        NOT NULL,
    changed_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (model_id, version),
    CONSTRAINT model_versions_data_has_length CHECK (data_start_at < data_end_at)
);

CREATE INDEX model_versions_by_feature ON model_versions USING gin (features);
CREATE INDEX model_versions_by_time ON model_versions (model_id, created_at);

COMMENT ON TABLE model_versions IS 'Versions of models: what they are made of never changes, their state does.';
COMMENT ON COLUMN model_versions.model_id IS 'Model, as in its predictions.';
COMMENT ON COLUMN model_versions.version IS 'Version, as in its predictions; semantic or any other name.';
COMMENT ON COLUMN model_versions.revision IS 'Rises with every change of the state; the entity tag.';
COMMENT ON COLUMN model_versions.state IS 'REGISTERED, LIVE, SUPERSEDED by another one, ROLLED_BACK, DEPRECATED or RETIRED.';
COMMENT ON COLUMN model_versions.artefact_uri IS 'Where the trained model lies; null when nobody said.';
COMMENT ON COLUMN model_versions.artefact_sha256 IS 'Checksum of the artefact; null when nobody said.';
COMMENT ON COLUMN model_versions.training_run IS 'Run that trained it, as its scheduler names it; null when nobody said.';
COMMENT ON COLUMN model_versions.data_start_at IS 'Earliest time of the training data, included; null when nobody said.';
COMMENT ON COLUMN model_versions.data_end_at IS 'End of the training data, excluded: the age of the version counts from here; null when nobody said.';
COMMENT ON COLUMN model_versions.metrics IS 'Numbers of the training by name.';
COMMENT ON COLUMN model_versions.hyperparameters IS 'Settings of the training by name.';
COMMENT ON COLUMN model_versions.features IS 'Features it reads.';
COMMENT ON COLUMN model_versions.description IS 'What is new in it; null when nobody said.';
COMMENT ON COLUMN model_versions.created_at IS 'When it was registered.';
COMMENT ON COLUMN model_versions.created_by IS 'Who registered it.';
COMMENT ON COLUMN model_versions.changed_at IS 'When this revision was made.';

CREATE TABLE baselines (
    model_id      text        NOT NULL,
    model_version text        NOT NULL,
    profile_id    text        NOT NULL CHECK (length(profile_id) BETWEEN 1 AND 128),
    made_at       timestamptz NOT NULL,
    data_start_at timestamptz NOT NULL,
    data_end_at   timestamptz NOT NULL,
    provisional   boolean     NOT NULL,
    record_key    bytea       NOT NULL UNIQUE,
    message       bytea       NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT now(),
    created_by    text        NOT NULL,
    PRIMARY KEY (model_id, model_version, profile_id),
    FOREIGN KEY (model_id, model_version) REFERENCES model_versions (model_id, version),
    CONSTRAINT baselines_data_has_length CHECK (data_start_at < data_end_at)
);

COMMENT ON TABLE baselines IS 'Reference profiles of versions; the newest of a version decides, and none ever changes.';
COMMENT ON COLUMN baselines.model_id IS 'Model, as in its predictions.';
COMMENT ON COLUMN baselines.model_version IS 'Version it is the reference of.';
COMMENT ON COLUMN baselines.profile_id IS 'Names the profile in every reading that was compared with it.';
COMMENT ON COLUMN baselines.made_at IS 'When the profile was made: it takes over from earlier ones for predictions from then on.';
COMMENT ON COLUMN baselines.data_start_at IS 'Earliest time of its data, included.';
COMMENT ON COLUMN baselines.data_end_at IS 'End of its data, excluded.';
COMMENT ON COLUMN baselines.provisional IS 'True when it was made from live traffic: cannot trigger a retrain alone.';
COMMENT ON COLUMN baselines.record_key IS 'Key of its record on the baselines topic.';
COMMENT ON COLUMN baselines.message IS 'The baseline as it went to the topic.';
COMMENT ON COLUMN baselines.created_at IS 'When it was registered.';
COMMENT ON COLUMN baselines.created_by IS 'Who registered it.';

CREATE TABLE deployments (
    deployment_id uuid             PRIMARY KEY DEFAULT gen_random_uuid(),
    model_id      text             NOT NULL,
    version       text             NOT NULL,
    environment   text             NOT NULL CHECK (length(environment) BETWEEN 1 AND 128),
    role          text             NOT NULL CHECK (role IN ('PRIMARY', 'CANARY', 'SHADOW')),
    share         double precision NOT NULL CHECK (share BETWEEN 0 AND 1),
    endpoint      text,
    revision      bigint           NOT NULL CHECK (revision > 0),
    started_at    timestamptz      NOT NULL DEFAULT now(),
    ended_at      timestamptz,
    created_by    text             NOT NULL,
    changed_at    timestamptz      NOT NULL DEFAULT now(),
    FOREIGN KEY (model_id, version) REFERENCES model_versions,
    CONSTRAINT deployments_have_length CHECK (started_at <= ended_at)
);

CREATE UNIQUE INDEX deployments_one_primary ON deployments (model_id, environment)
    WHERE role = 'PRIMARY' AND ended_at IS NULL;
CREATE INDEX deployments_by_version ON deployments (model_id, version);

COMMENT ON TABLE deployments IS 'Where versions serve; one primary per model and environment at a time.';
COMMENT ON COLUMN deployments.deployment_id IS 'Names the deployment.';
COMMENT ON COLUMN deployments.model_id IS 'Model, as in its predictions.';
COMMENT ON COLUMN deployments.version IS 'Version that serves.';
COMMENT ON COLUMN deployments.environment IS 'Where it serves, such as production or eu-west.';
COMMENT ON COLUMN deployments.role IS 'PRIMARY decides, CANARY has a share of the traffic on trial, SHADOW is only compared.';
COMMENT ON COLUMN deployments.share IS 'Share of the traffic, 0 to 1.';
COMMENT ON COLUMN deployments.endpoint IS 'Address it serves at; null when nobody said.';
COMMENT ON COLUMN deployments.revision IS 'Rises with every change; the entity tag.';
COMMENT ON COLUMN deployments.started_at IS 'When it began to serve.';
COMMENT ON COLUMN deployments.ended_at IS 'When it stopped; null while it serves.';
COMMENT ON COLUMN deployments.created_by IS 'Who registered it.';
COMMENT ON COLUMN deployments.changed_at IS 'When this revision was made.';

CREATE TABLE consumers (
    consumer_id uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
    model_id    text        NOT NULL REFERENCES models,
    kind        text        NOT NULL CHECK (kind IN ('APPLICATION', 'MODEL')),
    name        text        NOT NULL CHECK (length(name) BETWEEN 1 AND 128),
    usage       text        NOT NULL CHECK (usage IN ('COORDINATES', 'SIMILARITY', 'PREDICTION',
                                                      'DATA_ONLY')),
    contact     text,
    started_at  timestamptz NOT NULL DEFAULT now(),
    ended_at    timestamptz,
    created_by  text        NOT NULL,
    CONSTRAINT consumers_are_not_the_model CHECK (kind <> 'MODEL' OR name <> model_id)
);

CREATE UNIQUE INDEX consumers_once ON consumers (model_id, kind, name, usage) WHERE ended_at IS NULL;
CREATE INDEX consumers_by_name ON consumers (kind, name);

COMMENT ON TABLE consumers IS 'Who uses what a model says.';
COMMENT ON COLUMN consumers.consumer_id IS 'Names the use.';
COMMENT ON COLUMN consumers.model_id IS 'Model that is used.';
COMMENT ON COLUMN consumers.kind IS 'APPLICATION or MODEL.';
COMMENT ON COLUMN consumers.name IS 'Name of the application or cluster, or id of the model that uses it.';
COMMENT ON COLUMN consumers.usage IS 'COORDINATES of an embedding, SIMILARITY of embeddings, the PREDICTION, or the data behind it alone (DATA_ONLY).';
COMMENT ON COLUMN consumers.contact IS 'Whom to tell before a change; null when nobody said.';
COMMENT ON COLUMN consumers.started_at IS 'When the use began.';
COMMENT ON COLUMN consumers.ended_at IS 'When it ended; null while it lasts.';
COMMENT ON COLUMN consumers.created_by IS 'Who registered it.';

CREATE TABLE policies (
    policy     text        PRIMARY KEY CHECK (policy ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    team       text        NOT NULL CHECK (team ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    version    integer     NOT NULL CHECK (version > 0),
    enabled    boolean     NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now()
);

COMMENT ON TABLE policies IS 'Policies and which of their versions is in force.';
COMMENT ON COLUMN policies.policy IS 'Names the policy.';
COMMENT ON COLUMN policies.team IS 'Team whose members may write a new version.';
COMMENT ON COLUMN policies.version IS 'Version in force, the newest; the entity tag.';
COMMENT ON COLUMN policies.enabled IS 'False when the newest version says that it decides nothing.';
COMMENT ON COLUMN policies.changed_at IS 'When the version in force was written.';

CREATE TABLE policy_versions (
    policy     text        NOT NULL REFERENCES policies,
    version    integer     NOT NULL CHECK (version > 0),
    models     text[]      NOT NULL,
    document   jsonb       NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    created_by text        NOT NULL,
    PRIMARY KEY (policy, version)
);

CREATE INDEX policy_versions_by_model ON policy_versions USING gin (models);

COMMENT ON TABLE policy_versions IS 'What policies say and said: a version never changes.';
COMMENT ON COLUMN policy_versions.policy IS 'Names the policy.';
COMMENT ON COLUMN policy_versions.version IS '1, 2, 3 ...';
COMMENT ON COLUMN policy_versions.models IS 'Models it decides about.';
COMMENT ON COLUMN policy_versions.document IS 'The policy; its conditions were compiled before it was stored.';
COMMENT ON COLUMN policy_versions.created_at IS 'When it was written.';
COMMENT ON COLUMN policy_versions.created_by IS 'Who wrote it.';

CREATE TABLE controls (
    record_key bytea       PRIMARY KEY,
    model_id   text        REFERENCES models,
    kind       text        NOT NULL CHECK (kind IN ('JUDGEMENT', 'MUTE', 'KILL_SWITCH')),
    action     text        NOT NULL CHECK (action IN ('APPROVE', 'REJECT', 'MUTE', 'UNMUTE',
                                                      'KILL_SWITCH_ON', 'KILL_SWITCH_OFF')),
    revision   bigint      NOT NULL CHECK (revision > 0),
    reason     text,
    said_by    text        NOT NULL,
    said_at    timestamptz NOT NULL,
    expires_at timestamptz,
    message    bytea       NOT NULL,
    CONSTRAINT controls_of_the_fleet CHECK (model_id IS NOT NULL OR kind = 'KILL_SWITCH')
);

CREATE INDEX controls_by_model ON controls (model_id, kind);

COMMENT ON TABLE controls IS 'What people told Runway to do or not to do: the newest of each kind about a model, or about the fleet. What was said before is in the audit log.';
COMMENT ON COLUMN controls.record_key IS 'Key of its record on the controls topic.';
COMMENT ON COLUMN controls.model_id IS 'Model it is about; null for the fleet.';
COMMENT ON COLUMN controls.kind IS 'JUDGEMENT of one episode, MUTE or KILL_SWITCH.';
COMMENT ON COLUMN controls.action IS 'What was said.';
COMMENT ON COLUMN controls.revision IS 'Rises with every control under the same key.';
COMMENT ON COLUMN controls.reason IS 'Why; null when nobody said.';
COMMENT ON COLUMN controls.said_by IS 'Who said it.';
COMMENT ON COLUMN controls.said_at IS 'When.';
COMMENT ON COLUMN controls.expires_at IS 'When it stops to hold; null when it does not.';
COMMENT ON COLUMN controls.message IS 'The control as it went to the topic.';

-- The dependency graph: what depends on what, and since when.

CREATE TABLE graph_nodes (
    node_id    text        PRIMARY KEY CHECK (length(node_id) BETWEEN 1 AND 300),
    kind       text        NOT NULL CHECK (kind IN ('MODEL', 'VERSION', 'FEATURE', 'DATA_SOURCE',
                                                    'PIPELINE', 'DEPLOYMENT', 'DATASET',
                                                    'EXPERIMENT')),
    name       text        NOT NULL CHECK (length(name) BETWEEN 1 AND 256),
    owner      text,
    team       text,
    source     text        NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

COMMENT ON TABLE graph_nodes IS 'Things that depend on each other.';
COMMENT ON COLUMN graph_nodes.node_id IS 'The kind in lower case, a colon and the name, such as model:homepage-ranker.';
COMMENT ON COLUMN graph_nodes.kind IS 'MODEL, VERSION, FEATURE, DATA_SOURCE, PIPELINE, DEPLOYMENT, DATASET or EXPERIMENT.';
COMMENT ON COLUMN graph_nodes.name IS 'Its name; of a model its id.';
COMMENT ON COLUMN graph_nodes.owner IS 'Who answers for it; null when unknown, or when it is a model, whose owner the registry has.';
COMMENT ON COLUMN graph_nodes.team IS 'Team whose members may change it; null when it is a model, whose team the registry has.';
COMMENT ON COLUMN graph_nodes.source IS 'Where it is known from: api, metaflow or openlineage.';
COMMENT ON COLUMN graph_nodes.created_at IS 'When it became known.';

CREATE TABLE graph_edges (
    edge_id    uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
    upstream   text        NOT NULL REFERENCES graph_nodes,
    downstream text        NOT NULL REFERENCES graph_nodes,
    kind       text        NOT NULL CHECK (kind IN ('COORDINATES', 'SIMILARITY', 'PREDICTION',
                                                    'DATA_ONLY')),
    source     text        NOT NULL,
    valid_from timestamptz NOT NULL DEFAULT now(),
    valid_to   timestamptz,
    created_by text        NOT NULL,
    CONSTRAINT graph_edges_are_no_loops CHECK (upstream <> downstream),
    CONSTRAINT graph_edges_have_length CHECK (valid_from <= valid_to)
);

-- The walks go through what holds now; both directions find their next step in an index alone.
CREATE UNIQUE INDEX graph_edges_down ON graph_edges (upstream, downstream, kind) WHERE valid_to IS NULL;
CREATE INDEX graph_edges_up ON graph_edges (downstream, upstream, kind) WHERE valid_to IS NULL;

COMMENT ON TABLE graph_edges IS 'Dependencies; those that hold form no cycle.';
COMMENT ON COLUMN graph_edges.edge_id IS 'Names the dependency.';
COMMENT ON COLUMN graph_edges.upstream IS 'What is used.';
COMMENT ON COLUMN graph_edges.downstream IS 'What uses it.';
COMMENT ON COLUMN graph_edges.kind IS 'COORDINATES of an embedding, SIMILARITY of embeddings, PREDICTION as a feature, or DATA_ONLY.';
COMMENT ON COLUMN graph_edges.source IS 'Where it is known from: api, metaflow or openlineage.';
COMMENT ON COLUMN graph_edges.valid_from IS 'Since when it holds.';
COMMENT ON COLUMN graph_edges.valid_to IS 'When it ended; null while it holds.';
COMMENT ON COLUMN graph_edges.created_by IS 'Who declared it.';

-- Messages on their way to Kafka.

CREATE TABLE outbox (
    seq          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    topic        text        NOT NULL CHECK (topic IN ('MODELS', 'BASELINES', 'CONTROLS',
                                                       'RETRAIN_STATUS')),
    record_key   bytea       NOT NULL,
    message      bytea,
    request_id   text        NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    sent_at      timestamptz
);

CREATE INDEX outbox_waiting ON outbox (seq) WHERE sent_at IS NULL;
CREATE INDEX outbox_by_age ON outbox (sent_at) WHERE sent_at IS NOT NULL;

COMMENT ON TABLE outbox IS 'Messages to Kafka, written with the change they tell; dropped 7 days after they were sent.';
COMMENT ON COLUMN outbox.seq IS 'Order of sending. Messages of one key are written under the lock of what they tell about, so theirs is the order of the changes.';
COMMENT ON COLUMN outbox.topic IS 'Name of the topic in the catalogue.';
COMMENT ON COLUMN outbox.record_key IS 'Key of the record.';
COMMENT ON COLUMN outbox.message IS 'Value of the record; null for a tombstone.';
COMMENT ON COLUMN outbox.request_id IS 'Request that made the change; a header of the record.';
COMMENT ON COLUMN outbox.created_at IS 'When the change was made.';
COMMENT ON COLUMN outbox.sent_at IS 'When Kafka had it; null while it waits.';

-- As many bytes as its transaction may take: baselines have up to 960 kB.
CREATE FUNCTION drop_sent_messages() RETURNS bigint
    LANGUAGE sql SECURITY DEFINER
    BEGIN ATOMIC
        WITH dropped AS (
            DELETE FROM outbox
            WHERE seq = ANY (ARRAY(
                SELECT seq FROM outbox
                WHERE sent_at < now() - interval '7 days'
                ORDER BY sent_at
                LIMIT 2000))
            RETURNING 1)
        SELECT count(*) FROM dropped;
    END;

COMMENT ON FUNCTION drop_sent_messages() IS
    'Drops messages that were sent more than 7 days ago, at most 2,000 at once; gives their number.';

-- Answers to requests that may come again.

CREATE TABLE idempotency_keys (
    subject      text        NOT NULL,
    key          text        NOT NULL CHECK (length(key) BETWEEN 1 AND 128),
    request_hash bytea       NOT NULL,
    status       smallint,
    location     text,
    etag         text,
    answer       bytea,
    created_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (subject, key)
);

CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

COMMENT ON TABLE idempotency_keys IS 'Answers to requests that carried an Idempotency-Key; dropped after 2 days.';
COMMENT ON COLUMN idempotency_keys.subject IS 'Whose request it was: others have keys of their own.';
COMMENT ON COLUMN idempotency_keys.key IS 'The key as it was sent.';
COMMENT ON COLUMN idempotency_keys.request_hash IS 'SHA-256 of method, path and body: another request under the same key is refused.';
COMMENT ON COLUMN idempotency_keys.status IS 'Status of the answer; null inside the transaction that makes it.';
COMMENT ON COLUMN idempotency_keys.location IS 'Its Location header; null without one.';
COMMENT ON COLUMN idempotency_keys.etag IS 'Its ETag header; null without one.';
COMMENT ON COLUMN idempotency_keys.answer IS 'Its body; null without one.';
COMMENT ON COLUMN idempotency_keys.created_at IS 'When it was answered.';

CREATE FUNCTION drop_old_idempotency_keys() RETURNS bigint
    LANGUAGE sql SECURITY DEFINER
    BEGIN ATOMIC
        WITH dropped AS (
            DELETE FROM idempotency_keys
            WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM idempotency_keys
                WHERE created_at < now() - interval '2 days'
                ORDER BY created_at
                LIMIT 20000))
            RETURNING 1)
        SELECT count(*) FROM dropped;
    END;

COMMENT ON FUNCTION drop_old_idempotency_keys() IS
    'Drops answers older than 2 days, at most 20,000 at once; gives their number.';

-- Machines that may ask.

CREATE TABLE api_tokens (
    token_id   uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
    name       text        NOT NULL CHECK (name ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    token_hash bytea       NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    roles      text[]      NOT NULL CHECK (roles <@ ARRAY['viewer', 'editor', 'approver', 'admin']),
    teams      text[]      NOT NULL,
    models     text[],
    created_at timestamptz NOT NULL DEFAULT now(),
    created_by text        NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz
);

CREATE UNIQUE INDEX api_tokens_name ON api_tokens (name) WHERE revoked_at IS NULL;

COMMENT ON TABLE api_tokens IS 'Tokens of machines. The token itself is shown once and kept nowhere.';
COMMENT ON COLUMN api_tokens.token_id IS 'Names the token.';
COMMENT ON COLUMN api_tokens.name IS 'Machine it is for; the audit log names it as token:name.';
COMMENT ON COLUMN api_tokens.token_hash IS 'SHA-256 of the token, which has 256 random bits: nothing to guess, so nothing to slow down.';
COMMENT ON COLUMN api_tokens.roles IS 'viewer, editor, approver, admin.';
COMMENT ON COLUMN api_tokens.teams IS 'Teams whose models it may change.';
COMMENT ON COLUMN api_tokens.models IS 'Models it may see and change; null for all.';
COMMENT ON COLUMN api_tokens.created_at IS 'When it was made.';
COMMENT ON COLUMN api_tokens.created_by IS 'Who made it.';
COMMENT ON COLUMN api_tokens.expires_at IS 'When it stops to hold.';
COMMENT ON COLUMN api_tokens.revoked_at IS 'When it was taken back; null while it was not.';

-- The audit log: a chain of hashes. An entry is one text; what is asked for by column is computed from
-- it, so that no column can say anything else than what was hashed.

CREATE TABLE audit_log (
    seq        bigint  PRIMARY KEY,
    entry      text    NOT NULL,
    prev_hash  bytea   NOT NULL CHECK (length(prev_hash) = 32),
    hash       bytea   NOT NULL CHECK (length(hash) = 32),
    at_millis  bigint  NOT NULL GENERATED ALWAYS AS ((entry::jsonb ->> 'at_millis')::bigint) STORED,
    subject    text    NOT NULL GENERATED ALWAYS AS (entry::jsonb ->> 'subject') STORED,
    action     text    NOT NULL GENERATED ALWAYS AS (entry::jsonb ->> 'action') STORED,
    object     text    NOT NULL GENERATED ALWAYS AS (entry::jsonb ->> 'object') STORED,
    request_id text    NOT NULL GENERATED ALWAYS AS (entry::jsonb ->> 'request_id') STORED
);

CREATE INDEX audit_log_by_object ON audit_log (object, seq);
CREATE INDEX audit_log_by_subject ON audit_log (subject, seq);
CREATE INDEX audit_log_by_time ON audit_log (at_millis);

COMMENT ON TABLE audit_log IS 'Every change and decision, each entry bound to the one before it. Nobody has a right to change it.';
COMMENT ON COLUMN audit_log.seq IS '1, 2, 3 ... without gaps.';
COMMENT ON COLUMN audit_log.entry IS 'What happened, as one JSON text.';
COMMENT ON COLUMN audit_log.prev_hash IS 'Hash of the entry before; zeros before the first.';
COMMENT ON COLUMN audit_log.hash IS 'SHA-256 of prev_hash followed by the UTF-8 bytes of entry.';
COMMENT ON COLUMN audit_log.at_millis IS 'When, by the clock of the database, in epoch milliseconds.';
COMMENT ON COLUMN audit_log.subject IS 'Who.';
COMMENT ON COLUMN audit_log.action IS 'What was done, such as model.update.';
COMMENT ON COLUMN audit_log.object IS 'To what, such as model:homepage-ranker.';
COMMENT ON COLUMN audit_log.request_id IS 'Request that did it.';

CREATE TABLE audit_head (
    only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    seq      bigint  NOT NULL,
    hash     bytea   NOT NULL CHECK (length(hash) = 32)
);

COMMENT ON TABLE audit_head IS 'The end of the audit log: one row, whose lock puts the entries in order.';
COMMENT ON COLUMN audit_head.only_one IS 'True.';
COMMENT ON COLUMN audit_head.seq IS 'Number of the last entry; 0 before the first.';
COMMENT ON COLUMN audit_head.hash IS 'Its hash; zeros before the first.';

INSERT INTO audit_head (seq, hash) VALUES (0, decode(repeat('00', 32), 'hex'));

CREATE FUNCTION audit_append(who text, what text, whereto text, request text, detail jsonb)
    RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
AS $$
DECLARE
    head  audit_head%ROWTYPE;
    entry text;
    link  bytea;
BEGIN
    -- The lock is held until the transaction ends, so entries are numbered in the order of commits.
    SELECT * INTO STRICT head FROM audit_head FOR UPDATE;
    entry := jsonb_build_object(
        'seq', head.seq + 1,
        'at_millis', floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint,
        'subject', who,
        'action', what,
        'object', whereto,
        'request_id', request,
        'detail', detail)::text;
    link := sha256(head.hash || convert_to(entry, 'UTF8'));
    INSERT INTO audit_log (seq, entry, prev_hash, hash)
        VALUES (head.seq + 1, entry, head.hash, link);
    UPDATE audit_head SET seq = head.seq + 1, hash = link;
    RETURN head.seq + 1;
END
$$;

COMMENT ON FUNCTION audit_append(text, text, text, text, jsonb) IS
    'Adds an entry to the audit log within the caller''s transaction; gives its number.';

CREATE FUNCTION refuse_change() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    RAISE EXCEPTION '% of %: its rows never change', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END
$$;

COMMENT ON FUNCTION refuse_change() IS 'Ends a statement that would change what never changes.';

CREATE TRIGGER audit_log_never_changes BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER policy_versions_never_change BEFORE UPDATE OR DELETE OR TRUNCATE ON policy_versions
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER baselines_never_change BEFORE UPDATE OR DELETE OR TRUNCATE ON baselines
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Runs as its owner, so what it names must not be found in a caller's schema.
DO $$
BEGIN
    EXECUTE format(
        'ALTER FUNCTION audit_append(text, text, text, text, jsonb) SET search_path = %I, pg_temp',
        current_schema());
END
$$;

-- What everybody may read.

CREATE VIEW v_models AS
SELECT model_id, state, owner, team, tier, description, tags, framework, cadence, created_at,
       changed_at
FROM models;

COMMENT ON VIEW v_models IS 'Models and who owns them.';

CREATE VIEW v_model_versions AS
SELECT model_id, version, state, training_run, data_start_at, data_end_at, features, created_at,
       changed_at
FROM model_versions;

COMMENT ON VIEW v_model_versions IS 'Versions of models.';

CREATE VIEW v_unused_models AS
SELECT m.model_id, m.state, m.owner, m.team, m.tier, m.created_at, p.last_window_end_at
FROM models AS m
LEFT JOIN LATERAL (
    SELECT max(c.window_end_at) AS last_window_end_at
    FROM label_coverage AS c
    WHERE c.model_id = m.model_id) AS p ON true
WHERE m.state <> 'RETIRED'
    AND NOT EXISTS (SELECT FROM deployments AS d
                    WHERE d.model_id = m.model_id AND d.ended_at IS NULL)
    AND NOT EXISTS (SELECT FROM consumers AS c
                    WHERE c.model_id = m.model_id AND c.ended_at IS NULL)
    AND NOT EXISTS (SELECT FROM label_coverage AS c
                    WHERE c.model_id = m.model_id AND c.received > 0
                        AND c.window_end_at > now() - interval '30 days');

COMMENT ON VIEW v_unused_models IS
    'Models that nobody declares to use: no deployment, no consumer, and no prediction in the last 30 days.';
COMMENT ON COLUMN v_unused_models.last_window_end_at IS 'End of the last window in which it predicted; null when it never did.';

CREATE VIEW v_alerted_models AS
SELECT m.model_id, m.state, m.owner, m.team, m.tier, d.model_version, d.segment, d.window_end_at,
       d.evaluated, d.flagged, d.severity, d.provisional
FROM models AS m
JOIN LATERAL (
    SELECT l.model_version, l.segment, l.window_end_at, l.evaluated, l.flagged, l.severity,
           l.provisional
    FROM v_drift AS l
    WHERE l.model_id = m.model_id AND l.status = 'EVALUATED'
        AND l.window_end_at > now() - interval '7 days'
    ORDER BY l.window_end_at DESC, l.severity DESC NULLS LAST
    LIMIT 1) AS d ON d.flagged > 0
WHERE m.state <> 'RETIRED';

COMMENT ON VIEW v_alerted_models IS
    'Models whose newest window of drift, of the last 7 days, has features that drifted.';
COMMENT ON COLUMN v_alerted_models.model_version IS 'Version that made the predictions.';
COMMENT ON COLUMN v_alerted_models.segment IS 'Declared segment; * for all predictions.';
COMMENT ON COLUMN v_alerted_models.window_end_at IS 'End of the window of prediction times, excluded.';
COMMENT ON COLUMN v_alerted_models.evaluated IS 'How many features could be judged.';
COMMENT ON COLUMN v_alerted_models.flagged IS 'How many of them have materially drifted.';
COMMENT ON COLUMN v_alerted_models.severity IS 'Severity of the whole, 0 to 1; null when nothing could be judged.';
COMMENT ON COLUMN v_alerted_models.provisional IS 'True when the baseline was made from live traffic.';

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
            AND t.relname = CASE v.relname WHEN 'v_model_versions' THEN 'model_versions'
                                           ELSE 'models' END
        JOIN pg_attribute vc ON vc.attrelid = v.oid AND vc.attnum > 0
        JOIN pg_attribute tc ON tc.attrelid = t.oid AND tc.attname = vc.attname
        WHERE v.relkind = 'v' AND v.relnamespace = current_schema()::regnamespace
            AND v.relname IN ('v_models', 'v_model_versions', 'v_unused_models', 'v_alerted_models')
            AND col_description(v.oid, vc.attnum) IS NULL
    LOOP
        EXECUTE format('COMMENT ON COLUMN %I.%I IS %L', line.view_name, line.column_name, line.words);
    END LOOP;
END
$$;

REVOKE ALL ON FUNCTION audit_append(text, text, text, text, jsonb), refuse_change(),
    drop_sent_messages(), drop_old_idempotency_keys() FROM PUBLIC;

GRANT SELECT, INSERT ON models, model_versions, baselines, deployments, consumers, policies,
    policy_versions, controls, graph_nodes, graph_edges, outbox, idempotency_keys, api_tokens
    TO runway_api;
GRANT UPDATE (revision, state, owner, team, tier, description, tags, framework, cadence,
              strict_versions, judging, message, changed_at) ON models TO runway_api;
GRANT UPDATE (revision, state, changed_at) ON model_versions TO runway_api;
GRANT UPDATE (share, endpoint, revision, ended_at, changed_at) ON deployments TO runway_api;
GRANT UPDATE (ended_at) ON consumers TO runway_api;
GRANT UPDATE (version, enabled, team, changed_at) ON policies TO runway_api;
GRANT UPDATE (action, revision, reason, said_by, said_at, expires_at, message) ON controls TO runway_api;
GRANT UPDATE (name, owner, team) ON graph_nodes TO runway_api;
GRANT UPDATE (valid_to) ON graph_edges TO runway_api;
GRANT UPDATE (sent_at) ON outbox TO runway_api;
GRANT UPDATE (status, location, etag, answer) ON idempotency_keys TO runway_api;
GRANT UPDATE (revoked_at) ON api_tokens TO runway_api;
GRANT SELECT ON audit_log, audit_head TO runway_api;
GRANT EXECUTE ON FUNCTION audit_append(text, text, text, text, jsonb), drop_sent_messages(),
    drop_old_idempotency_keys() TO runway_api;
GRANT SELECT ON v_performance, v_performance_latest, v_label_coverage, v_label_coverage_latest,
    v_label_delay, v_label_delay_latest, v_drift, v_drift_latest, v_drifting_features,
    v_concept_drift, v_change_alarms, v_performance_estimates, v_dead_letter_counts, v_models,
    v_model_versions, v_unused_models, v_alerted_models
    TO runway_api;
GRANT SELECT ON v_models, v_model_versions, v_unused_models, v_alerted_models TO runway_reader;
