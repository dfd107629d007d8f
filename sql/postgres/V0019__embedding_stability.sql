-- Whether versions of embedding spaces can take the place of those before them.

CREATE TABLE embedding_stability (
    space_id               text             NOT NULL,
    version_before         text             NOT NULL,
    version_after          text             NOT NULL,
    document_revision      bigint           NOT NULL CHECK (document_revision >= 0),
    as_of                  timestamptz      NOT NULL,
    baseline               boolean          NOT NULL,
    compatibility          text             NOT NULL
        CHECK (compatibility IN ('STABLE', 'MINOR', 'ROTATED', 'UNDECIDED', 'BREAKING')),
    items_before           bigint           NOT NULL CHECK (items_before >= 0),
    items_after            bigint           NOT NULL CHECK (items_after >= 0),
    pairs                  bigint           NOT NULL CHECK (pairs >= 0),
    unusable_pairs         bigint           NOT NULL CHECK (unusable_pairs >= 0),
    dimensions_before      integer          NOT NULL CHECK (dimensions_before > 0),
    dimensions_after       integer          NOT NULL CHECK (dimensions_after > 0),
    sample_size            integer          NOT NULL CHECK (sample_size >= 0),
    neighbours             integer          NOT NULL CHECK (neighbours >= 0),
    knn_overlap            double precision CHECK (knn_overlap BETWEEN 0 AND 1),
    cka_debiased           double precision CHECK (cka_debiased BETWEEN -1 AND 1),
    eigenspace_instability double precision CHECK (eigenspace_instability BETWEEN 0 AND 1),
    raw_cosine             double precision CHECK (raw_cosine BETWEEN -1 AND 1),
    aligned_cosine         double precision CHECK (aligned_cosine BETWEEN -1 AND 1),
    norm_ratio             double precision CHECK (norm_ratio >= 0 AND norm_ratio < 'Infinity'),
    measured               text             NOT NULL CHECK (measured IS JSON OBJECT),
    rotation_uri           text,
    rotation_sha256        text             CHECK (rotation_sha256 ~ '^[0-9a-f]{64}$'),
    computed_at            timestamptz      NOT NULL,
    PRIMARY KEY (space_id, version_before, version_after),
    CONSTRAINT embedding_stability_rotation_has_a_checksum
        CHECK ((rotation_uri IS NULL) = (rotation_sha256 IS NULL))
);

CREATE INDEX embedding_stability_by_age ON embedding_stability (computed_at);

COMMENT ON TABLE embedding_stability IS
    'Whether versions of embedding spaces can take the place of those before them: one row per pair of versions, the newest; dropped 90 days after it was computed.';
COMMENT ON COLUMN embedding_stability.space_id IS 'Space, as in its embeddings.';
COMMENT ON COLUMN embedding_stability.version_before IS 'Version that is to be replaced.';
COMMENT ON COLUMN embedding_stability.version_after IS 'Version that is to replace it.';
COMMENT ON COLUMN embedding_stability.document_revision IS 'Revision of the space''s document that it was judged by.';
COMMENT ON COLUMN embedding_stability.as_of IS 'Minute in which the newest vector that was known had been stored.';
COMMENT ON COLUMN embedding_stability.baseline IS 'Whether the pair is the space''s baseline pair: two trainings without any intended change.';
COMMENT ON COLUMN embedding_stability.compatibility IS 'Worst verdict that a consumer depends on: STABLE (as another training), MINOR (more than noise), ROTATED (the same up to a rotation), UNDECIDED (not known yet) or BREAKING.';
COMMENT ON COLUMN embedding_stability.items_before IS 'Items that are kept of the older version.';
COMMENT ON COLUMN embedding_stability.items_after IS 'Items that are kept of the newer version.';
COMMENT ON COLUMN embedding_stability.pairs IS 'Items with usable vectors in both.';
COMMENT ON COLUMN embedding_stability.unusable_pairs IS 'Items with a vector that is zero, or has NaN or infinite numbers.';
COMMENT ON COLUMN embedding_stability.dimensions_before IS 'Dimensions of the older vectors.';
COMMENT ON COLUMN embedding_stability.dimensions_after IS 'Dimensions of the newer vectors.';
COMMENT ON COLUMN embedding_stability.sample_size IS 'Items among which neighbours were looked for.';
COMMENT ON COLUMN embedding_stability.neighbours IS 'How many neighbours of each.';
COMMENT ON COLUMN embedding_stability.knn_overlap IS 'Share of nearest neighbours that both versions have; null with too few pairs.';
COMMENT ON COLUMN embedding_stability.cka_debiased IS 'Linear CKA without the bias of few pairs; null with too few pairs, or where all vectors are the same.';
COMMENT ON COLUMN embedding_stability.eigenspace_instability IS 'Change of the strong directions, 0 for none; null with too few pairs for its dimensions.';
COMMENT ON COLUMN embedding_stability.raw_cosine IS 'Mean cosine of an item''s two vectors as they are; null with fewer than two pairs.';
COMMENT ON COLUMN embedding_stability.aligned_cosine IS 'The same after the rotation that brings them closest; null with too few pairs for its dimensions.';
COMMENT ON COLUMN embedding_stability.norm_ratio IS 'Mean length of the newer vectors over that of the older ones; null with fewer than two pairs.';
COMMENT ON COLUMN embedding_stability.measured IS 'All there is, as a JSON object: metrics by name, each with its error and what it rests on; verdicts by way of using, each with its reason and models; the floor it was judged by, absent while there is none.';
COMMENT ON COLUMN embedding_stability.rotation_uri IS 'File with the matrix that older row vectors are multiplied by from the right; null where none was written.';
COMMENT ON COLUMN embedding_stability.rotation_sha256 IS 'SHA-256 of its bytes; null without a file.';
COMMENT ON COLUMN embedding_stability.computed_at IS 'When the row was computed: the time Kafka gave its event, so that a replay writes the same.';

CREATE FUNCTION drop_old_embedding_stability() RETURNS bigint
    LANGUAGE sql SECURITY DEFINER
    BEGIN ATOMIC
        WITH dropped AS (
            DELETE FROM embedding_stability
            WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM embedding_stability
                WHERE computed_at < now() - interval '90 days'
                ORDER BY computed_at
                LIMIT 20000))
            RETURNING 1)
        SELECT count(*) FROM dropped;
    END;

COMMENT ON FUNCTION drop_old_embedding_stability() IS
    'Drops rows of embedding_stability that were computed more than 90 days ago, at most 20,000 at once; gives their number.';

CREATE VIEW v_embedding_stability AS
SELECT space_id, version_before, version_after, document_revision, as_of, baseline, compatibility,
       compatibility IN ('STABLE', 'MINOR') AS passed, items_before, items_after, pairs,
       unusable_pairs, dimensions_before, dimensions_after, sample_size, neighbours, knn_overlap,
       cka_debiased, eigenspace_instability, raw_cosine, aligned_cosine, norm_ratio,
       measured::jsonb -> 'metrics' AS metrics, measured::jsonb -> 'verdicts' AS verdicts,
       measured::jsonb -> 'floor' AS floor, rotation_uri, rotation_sha256, computed_at
FROM embedding_stability;

COMMENT ON VIEW v_embedding_stability IS
    'Whether versions of embedding spaces can take the place of those before them.';

-- A view's column means what the column of that name means in its table.
DO $$
DECLARE
    line record;
BEGIN
    FOR line IN
        SELECT vc.attname AS column_name,
               CASE vc.attname
                   WHEN 'passed' THEN 'Whether it may be released without anything being done about its consumers: STABLE or MINOR.'
                   WHEN 'metrics' THEN 'By name: value, se, low, high, n, and gap where there is no value.'
                   WHEN 'verdicts' THEN 'By way of using: compatibility, reason, and the models that use it so.'
                   WHEN 'floor' THEN 'What it was judged by: overlap, cka, aligned_cosine, and whether the baseline pair has it (measured); null while there is none.'
                   ELSE col_description(t.oid, tc.attnum)
               END AS words
        FROM pg_class v
        JOIN pg_class t ON t.relnamespace = v.relnamespace AND t.relkind = 'r'
            AND t.relname = 'embedding_stability'
        JOIN pg_attribute vc ON vc.attrelid = v.oid AND vc.attnum > 0
        LEFT JOIN pg_attribute tc ON tc.attrelid = t.oid AND tc.attname = vc.attname
        WHERE v.relkind = 'v' AND v.relnamespace = current_schema()::regnamespace
            AND v.relname = 'v_embedding_stability'
    LOOP
        EXECUTE format('COMMENT ON COLUMN v_embedding_stability.%I IS %L', line.column_name, line.words);
    END LOOP;
END
$$;

GRANT SELECT, INSERT, UPDATE ON embedding_stability TO runway_writer;
REVOKE ALL ON FUNCTION drop_old_embedding_stability() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION drop_old_embedding_stability() TO runway_writer;
GRANT SELECT ON v_embedding_stability TO runway_reader, runway_api;
