-- What the vectors of embedding spaces are over time, on which of their versions predictions rest, and
-- the spaces themselves, which the control API keeps.

CREATE TABLE embedding_traffic (
    space_id           text             NOT NULL,
    embedding_version  text             NOT NULL,
    window_start_at    timestamptz      NOT NULL,
    window_end_at      timestamptz      NOT NULL,
    document_revision  bigint           NOT NULL CHECK (document_revision >= 0),
    dimensions         integer          NOT NULL CHECK (dimensions >= 0),
    vectors            bigint           NOT NULL CHECK (vectors >= 0),
    gone               bigint           NOT NULL CHECK (gone >= 0),
    events             bigint           NOT NULL CHECK (events >= 0),
    reference_start_at timestamptz,
    reference_end_at   timestamptz,
    reference_vectors  bigint           CHECK (reference_vectors >= 0),
    mean_shift         double precision CHECK (mean_shift >= 0 AND mean_shift < 'Infinity'),
    covariance_change  double precision CHECK (covariance_change >= 0 AND covariance_change < 'Infinity'),
    norm_ratio         double precision CHECK (norm_ratio >= 0 AND norm_ratio < 'Infinity'),
    unusable_rise      double precision CHECK (unusable_rise BETWEEN -1 AND 1),
    freshness_p50_seconds double precision CHECK (freshness_p50_seconds >= 0),
    freshness_p95_seconds double precision CHECK (freshness_p95_seconds >= 0),
    breached           text             NOT NULL CHECK (breached IS JSON ARRAY),
    measured           text             NOT NULL CHECK (measured IS JSON OBJECT),
    computed_at        timestamptz      NOT NULL,
    PRIMARY KEY (space_id, embedding_version, window_start_at),
    CONSTRAINT embedding_traffic_windows_have_length CHECK (window_start_at < window_end_at),
    CONSTRAINT embedding_traffic_reference_is_whole
        CHECK ((reference_start_at IS NULL) = (reference_vectors IS NULL)
           AND (reference_start_at IS NULL) = (reference_end_at IS NULL))
);

CREATE INDEX embedding_traffic_by_age ON embedding_traffic (computed_at);

COMMENT ON TABLE embedding_traffic IS
    'What the vectors of a version of an embedding space were in a window, beside those that the version began with: one row per window, of the reading with the most vectors; dropped 90 days after it was computed.';
COMMENT ON COLUMN embedding_traffic.space_id IS 'Space, as in its embeddings.';
COMMENT ON COLUMN embedding_traffic.embedding_version IS 'Version of its encoder.';
COMMENT ON COLUMN embedding_traffic.window_start_at IS 'First time of storing that is part of the window, included.';
COMMENT ON COLUMN embedding_traffic.window_end_at IS 'End of the window, excluded.';
COMMENT ON COLUMN embedding_traffic.document_revision IS 'Revision of the space''s document, whose thresholds it was held against.';
COMMENT ON COLUMN embedding_traffic.dimensions IS 'Dimensions of the vectors; 0 where there were none.';
COMMENT ON COLUMN embedding_traffic.vectors IS 'Vectors that were looked at, of the space''s sample of items.';
COMMENT ON COLUMN embedding_traffic.gone IS 'How often an item left the version.';
COMMENT ON COLUMN embedding_traffic.events IS 'Both: the reading with more of them replaces one with fewer.';
COMMENT ON COLUMN embedding_traffic.reference_start_at IS 'Start of the windows it was compared with; null while the version is too young to have them.';
COMMENT ON COLUMN embedding_traffic.reference_end_at IS 'End of them; null without.';
COMMENT ON COLUMN embedding_traffic.reference_vectors IS 'Vectors in them; null without.';
COMMENT ON COLUMN embedding_traffic.mean_shift IS 'How far the mean moved, in what vectors were apart from it; null without a reference or with too few vectors.';
COMMENT ON COLUMN embedding_traffic.covariance_change IS 'Change of the covariance as a share of what it was; null without a reference or with too few vectors.';
COMMENT ON COLUMN embedding_traffic.norm_ratio IS 'Mean length over what it was; null without a reference or with too few vectors.';
COMMENT ON COLUMN embedding_traffic.unusable_rise IS 'How much more of the vectors are NaN, infinite or zero than were; null without a reference or with too few vectors.';
COMMENT ON COLUMN embedding_traffic.freshness_p50_seconds IS 'Seconds from what caused a vector until it was stored, in half of the cases; null without vectors.';
COMMENT ON COLUMN embedding_traffic.freshness_p95_seconds IS 'The same in 95 % of them; null without vectors.';
COMMENT ON COLUMN embedding_traffic.breached IS 'Metrics that are beyond their threshold for sure, as a JSON array.';
COMMENT ON COLUMN embedding_traffic.measured IS 'All there is, as a JSON object: by metric its value, error, interval and what it rests on.';
COMMENT ON COLUMN embedding_traffic.computed_at IS 'When the row was computed: the time Kafka gave its event, so that a replay writes the same.';

CREATE TABLE embedding_mixtures (
    model_id           text             NOT NULL,
    model_version      text             NOT NULL,
    space_id           text             NOT NULL,
    window_start_at    timestamptz      NOT NULL,
    window_end_at      timestamptz      NOT NULL,
    predictions        bigint           NOT NULL CHECK (predictions > 0),
    mixing             text             NOT NULL CHECK (mixing IN ('NONE', 'ACROSS', 'WITHIN')),
    threshold          double precision NOT NULL CHECK (threshold BETWEEN 0 AND 1),
    within_predictions bigint           NOT NULL CHECK (within_predictions >= 0),
    within_share       double precision NOT NULL CHECK (within_share BETWEEN 0 AND 1),
    within_low         double precision NOT NULL CHECK (within_low BETWEEN 0 AND 1),
    within_high        double precision NOT NULL CHECK (within_high BETWEEN 0 AND 1),
    versions           text             NOT NULL CHECK (versions IS JSON OBJECT),
    computed_at        timestamptz      NOT NULL,
    PRIMARY KEY (model_id, model_version, space_id, window_start_at),
    CONSTRAINT embedding_mixtures_windows_have_length CHECK (window_start_at < window_end_at)
);

CREATE INDEX embedding_mixtures_by_age ON embedding_mixtures (computed_at);

COMMENT ON TABLE embedding_mixtures IS
    'On which versions of an embedding space the predictions of a model version in a window rest, as they declare: one row per window, of the reading with the most predictions; dropped 90 days after it was computed.';
COMMENT ON COLUMN embedding_mixtures.model_id IS 'Model, as in its predictions.';
COMMENT ON COLUMN embedding_mixtures.model_version IS 'Version that predicted.';
COMMENT ON COLUMN embedding_mixtures.space_id IS 'Space, as its predictions declare it.';
COMMENT ON COLUMN embedding_mixtures.window_start_at IS 'First prediction time of the window, included.';
COMMENT ON COLUMN embedding_mixtures.window_end_at IS 'End of the window, excluded.';
COMMENT ON COLUMN embedding_mixtures.predictions IS 'Predictions that declare a version of the space.';
COMMENT ON COLUMN embedding_mixtures.mixing IS 'NONE: all but a share below the threshold rest on one version; ACROSS: some predictions rest on one version and some on another; WITHIN: single predictions rest on two.';
COMMENT ON COLUMN embedding_mixtures.threshold IS 'Share above which versions are mixed.';
COMMENT ON COLUMN embedding_mixtures.within_predictions IS 'Predictions that rest on two versions or more themselves.';
COMMENT ON COLUMN embedding_mixtures.within_share IS 'Their share, by weights.';
COMMENT ON COLUMN embedding_mixtures.within_low IS 'Lower end of its 95 % interval.';
COMMENT ON COLUMN embedding_mixtures.within_high IS 'Upper end.';
COMMENT ON COLUMN embedding_mixtures.versions IS 'By version, as a JSON object: predictions that rest on it, their share and its interval.';
COMMENT ON COLUMN embedding_mixtures.computed_at IS 'When the row was computed: the time Kafka gave its event, so that a replay writes the same.';

CREATE FUNCTION drop_old_embedding_traffic() RETURNS bigint
    LANGUAGE sql SECURITY DEFINER
    BEGIN ATOMIC
        WITH dropped AS (
            DELETE FROM embedding_traffic
            WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM embedding_traffic
                WHERE computed_at < now() - interval '90 days'
                ORDER BY computed_at
                LIMIT 20000))
            RETURNING 1)
        SELECT count(*) FROM dropped;
    END;

COMMENT ON FUNCTION drop_old_embedding_traffic() IS
    'Drops rows of embedding_traffic that were computed more than 90 days ago, at most 20,000 at once; gives their number.';

CREATE FUNCTION drop_old_embedding_mixtures() RETURNS bigint
    LANGUAGE sql SECURITY DEFINER
    BEGIN ATOMIC
        WITH dropped AS (
            DELETE FROM embedding_mixtures
            WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM embedding_mixtures
                WHERE computed_at < now() - interval '90 days'
                ORDER BY computed_at
                LIMIT 20000))
            RETURNING 1)
        SELECT count(*) FROM dropped;
    END;

COMMENT ON FUNCTION drop_old_embedding_mixtures() IS
    'Drops rows of embedding_mixtures that were computed more than 90 days ago, at most 20,000 at once; gives their number.';

CREATE VIEW v_embedding_traffic AS
SELECT space_id, embedding_version, window_start_at, window_end_at, document_revision, dimensions,
       vectors, gone, reference_start_at, reference_end_at, reference_vectors, mean_shift,
       covariance_change, norm_ratio, unusable_rise, freshness_p50_seconds, freshness_p95_seconds,
       breached::jsonb AS breached, measured::jsonb AS metrics, computed_at
FROM embedding_traffic;

COMMENT ON VIEW v_embedding_traffic IS
    'What the vectors of versions of embedding spaces were, window by window, beside those the version began with.';

CREATE VIEW v_embedding_mixtures AS
SELECT model_id, model_version, space_id, window_start_at, window_end_at, predictions, mixing,
       threshold, within_predictions, within_share, within_low, within_high,
       versions::jsonb AS versions, computed_at
FROM embedding_mixtures;

COMMENT ON VIEW v_embedding_mixtures IS
    'On which versions of embedding spaces predictions rest, window by window.';

CREATE TABLE embedding_spaces (
    space_id   text        PRIMARY KEY CHECK (space_id ~ '^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$'),
    revision   bigint      NOT NULL CHECK (revision > 0),
    state      text        NOT NULL CHECK (state IN ('ACTIVE', 'ENDED')),
    team       text        NOT NULL CHECK (team ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    document   jsonb       NOT NULL,
    message    bytea,
    created_at timestamptz NOT NULL DEFAULT now(),
    changed_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT embedding_spaces_ended_have_no_message CHECK ((state = 'ENDED') = (message IS NULL))
);

COMMENT ON TABLE embedding_spaces IS 'Embedding spaces: which of their versions are compared, by what, and who uses them.';
COMMENT ON COLUMN embedding_spaces.space_id IS 'Space, as in its embeddings.';
COMMENT ON COLUMN embedding_spaces.revision IS 'Rises with every change; the entity tag, and the revision of its document on the spaces topic.';
COMMENT ON COLUMN embedding_spaces.state IS 'ACTIVE; ENDED: its document is withdrawn from the jobs.';
COMMENT ON COLUMN embedding_spaces.team IS 'Team whose members may change it.';
COMMENT ON COLUMN embedding_spaces.document IS 'Versions, pairs, baseline, consumers, sample, thresholds: fields of the document of the jobs.';
COMMENT ON COLUMN embedding_spaces.message IS 'The document as it went to the spaces topic; null once ended.';
COMMENT ON COLUMN embedding_spaces.created_at IS 'When it was registered.';
COMMENT ON COLUMN embedding_spaces.changed_at IS 'When this revision was made.';

CREATE VIEW v_embedding_spaces AS
SELECT space_id, revision, state, team, document, created_at, changed_at
FROM embedding_spaces;

COMMENT ON VIEW v_embedding_spaces IS 'Embedding spaces that were registered.';

-- A view's column means what the column of that name means in its table.
DO $$
DECLARE
    line record;
BEGIN
    FOR line IN
        SELECT v.relname AS view_name, vc.attname AS column_name,
               CASE
                   WHEN vc.attname = 'metrics' THEN 'By name: value, se, low, high, n, and gap where there is no value.'
                   ELSE col_description(t.oid, tc.attnum)
               END AS words
        FROM pg_class v
        JOIN pg_class t ON t.relnamespace = v.relnamespace AND t.relkind = 'r'
            AND 'v_' || t.relname = v.relname
        JOIN pg_attribute vc ON vc.attrelid = v.oid AND vc.attnum > 0
        LEFT JOIN pg_attribute tc ON tc.attrelid = t.oid AND tc.attname = vc.attname
        WHERE v.relkind = 'v' AND v.relnamespace = current_schema()::regnamespace
            AND v.relname IN ('v_embedding_traffic', 'v_embedding_mixtures', 'v_embedding_spaces')
    LOOP
        EXECUTE format('COMMENT ON COLUMN %I.%I IS %L', line.view_name, line.column_name, line.words);
    END LOOP;
END
$$;

ALTER TABLE outbox DROP CONSTRAINT outbox_topic_check;
ALTER TABLE outbox ADD CONSTRAINT outbox_topic_check
    CHECK (topic IN ('MODELS', 'BASELINES', 'CONTROLS', 'RETRAIN_STATUS', 'DEAD_LETTERS',
                     'POLICIES', 'DEPENDENCIES', 'SPACES'));

GRANT SELECT, INSERT, UPDATE ON embedding_traffic, embedding_mixtures TO runway_writer;
REVOKE ALL ON FUNCTION drop_old_embedding_traffic(), drop_old_embedding_mixtures() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION drop_old_embedding_traffic(), drop_old_embedding_mixtures()
    TO runway_writer;
GRANT SELECT, INSERT ON embedding_spaces TO runway_api;
GRANT UPDATE (revision, state, team, document, message, changed_at) ON embedding_spaces
    TO runway_api;
GRANT SELECT ON v_embedding_traffic, v_embedding_mixtures, v_embedding_spaces
    TO runway_reader, runway_api;
