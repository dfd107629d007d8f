package dev.runway.bench.control;

import dev.runway.bench.harness.Database;
import java.sql.SQLException;

/**
 * What the registry and the graph hold, written straight into the tables: models with their
 * versions and hourly readings, and around them features and data sources.
 *
 * <p>The graph has 200 sources, 2,000 features and 500 models, or that times {@code scale}: each
 * feature is read from a source, each model reads three features, and uses one to five models
 * before it. Some are used by many: the square of a uniform number is small more often.
 *
 * @param scale of the graph; models of the registry stay 500, the others are in the graph alone
 * @param hours of readings
 */
record Fill(int scale, int hours, long seed) {
  static final int MODELS = 500;
  static final int VERSIONS_OF_EACH = 20;

  /** The version of each model that is live: the last one. */
  static final String LIVE = "1." + VERSIONS_OF_EACH;

  private static final int SOURCES = 200;
  private static final int FEATURES = 2_000;

  int nodes() {
    return scale * (SOURCES + FEATURES + MODELS);
  }

  /** As in paths: {@code m-0} to {@code m-499}. */
  static String model(int number) {
    return "m-" + number;
  }

  void registry(Database database) throws SQLException {
    models(database, "m-", MODELS);
    database.execute(
        """
        INSERT INTO runway.model_versions (model_id, version, revision, state, metrics,
            hyperparameters, features, created_by)
        SELECT 'm-' || m, '1.' || v, 1, CASE WHEN v = %2$d THEN 'LIVE' ELSE 'SUPERSEDED' END,
               '{"auc": 0.8}', '{"depth": 6}',
               ARRAY['f-' || m * 4, 'f-' || m * 4 + 1, 'f-' || (m * 4 + 2)], 'bench'
        FROM generate_series(0, %1$d) AS m, generate_series(1, %2$d) AS v
        """
            .formatted(MODELS - 1, VERSIONS_OF_EACH),
        """
        INSERT INTO runway.performance (model_id, model_version, segment, variant, task,
            window_start_at, window_end_at, metric, value, low, high, samples, effective_samples,
            maturity, estimated, revision, computed_at)
        SELECT 'm-' || m, '1.%2$d', '*', '*', 'BINARY', h - interval '1 hour', h, metric, 0.7, 0.6,
               0.8, 900, 900, 'FINAL', false, 1, h
        FROM generate_series(0, %1$d) AS m,
             unnest(ARRAY['auc', 'log_loss', 'accuracy']) AS metric,
             generate_series(date_trunc('hour', now()) - interval '%3$d hours',
                             date_trunc('hour', now()), interval '1 hour') AS h
        """
            .formatted(MODELS - 1, VERSIONS_OF_EACH, hours),
        """
        INSERT INTO runway.label_coverage (model_id, model_version, segment, variant, task,
            window_start_at, window_end_at, received, predictions, joined, waiting, unlabelled,
            duplicates, conflicts, matured, matched_matured, coverage, maturity, revision,
            computed_at)
        SELECT 'm-' || m, '1.%2$d', '*', '*', 'BINARY', h - interval '1 hour', h, 1000, 1000, 900, 0,
               100, 0, 0, 1000, 900, 0.9, 'FINAL', 1, h
        FROM generate_series(0, %1$d) AS m,
             generate_series(date_trunc('hour', now()) - interval '%3$d hours',
                             date_trunc('hour', now()), interval '1 hour') AS h
        """
            .formatted(MODELS - 1, VERSIONS_OF_EACH, hours),
        """
        INSERT INTO runway.drift_readings (model_id, model_version, segment, profile_id,
            window_end_at, feature, metric, kind, value, samples, threshold, severity, flagged,
            status, window_start_at, evaluated_from_at, provisional, revision, computed_at)
        SELECT 'm-' || m, '1.%2$d', '*', 'p', h,
               CASE f WHEN 0 THEN '*' ELSE 'f-' || m * 4 + f END, metric,
               CASE f WHEN 0 THEN 'MODEL' ELSE 'NUMERIC' END, 3, 900, 0.2, 0.1, f = 1, 'EVALUATED',
               h - interval '1 hour', h - interval '1 hour', false, 1, h
        FROM generate_series(0, %1$d) AS m, generate_series(0, 3) AS f,
             unnest(CASE f WHEN 0 THEN ARRAY['severity', 'features', 'evaluated', 'flagged']
                           ELSE ARRAY['severity', 'psi'] END) AS metric,
             generate_series(date_trunc('hour', now()) - interval '%3$d hours',
                             date_trunc('hour', now()), interval '1 hour') AS h
        """
            .formatted(MODELS - 1, VERSIONS_OF_EACH, hours));
    judgements(database);
  }

  /** One state and one decision an hour; those of the jobs beside have higher revisions. */
  private void judgements(Database database) throws SQLException {
    database.execute(
        """
        INSERT INTO runway.staleness (model_id, model_version, revision, state, previous_state,
            since_at, score, coverage, signals, window_end_at, tier, judged_at, computed_at)
        SELECT 'm-' || m, '1.%2$d', %3$d - h, 'HEALTHY', 'HEALTHY', now() - interval '90 days', 0.1, 0.9,
               '{}', t, 1 + m %% 4, t, t
        FROM generate_series(0, %1$d) AS m, generate_series(0, %3$d) AS h,
             LATERAL (SELECT date_trunc('hour', now()) - h * interval '1 hour') AS at (t)
        """
            .formatted(MODELS - 1, VERSIONS_OF_EACH, hours),
        """
        INSERT INTO runway.retrain_decisions (decision_id, model_id, model_version, window_end_at,
            verdict, mode, state_before, state_after, coverage, signals, inputs, explanation,
            evidence_hash, tier, decided_at, computed_at)
        SELECT gen_random_uuid()::text, 'm-' || m, '1.%2$d', t, 'NONE', 'AUTO', 'HEALTHY', 'HEALTHY',
               0.9, '{}', '{}', 'nothing is due', repeat('0', 64), 1 + m %% 4, t, t
        FROM generate_series(0, %1$d) AS m, generate_series(0, %3$d) AS h,
             LATERAL (SELECT date_trunc('hour', now()) - h * interval '1 hour') AS at (t)
        """
            .formatted(MODELS - 1, VERSIONS_OF_EACH, hours));
  }

  /** Registers models named with a prefix and a number, tier 1 to 4 in turn. */
  static void models(Database database, String prefix, int count) throws SQLException {
    database.execute(
        """
        INSERT INTO runway.models (model_id, revision, state, owner, team, tier, description, tags,
            strict_versions, judging, message)
        SELECT '%1$s' || n, 1, 'ACTIVE', 'owner-' || n %% 60, 'team-' || n %% 40, 1 + n %% 4,
               'Ranks what people see in place ' || n, ARRAY['tag-' || n %% 25], false,
               '{"task": "BINARY", "horizon": "P7D"}',
               convert_to(format('{"model_id":"%%s","revision":1,"tier":%%s,"task":"BINARY"}',
                                 '%1$s' || n, 1 + n %% 4), 'UTF8')
        FROM generate_series(0, %2$d) AS n
        """
            .formatted(prefix, count - 1));
  }

  void graph(Database database) throws SQLException {
    int sources = scale * SOURCES;
    int features = scale * FEATURES;
    int models = scale * MODELS;
    database.execute(
        "SELECT setseed(%s)".formatted((seed % 1_000) / 1_000.0),
        """
        INSERT INTO runway.graph_nodes (node_id, kind, name, owner, team, source)
        SELECT 'data_source:s-' || n, 'DATA_SOURCE', 's-' || n, 'ada', 'data', 'api'
        FROM generate_series(0, %d) AS n
        """
            .formatted(sources - 1),
        """
        INSERT INTO runway.graph_nodes (node_id, kind, name, owner, team, source)
        SELECT 'feature:f-' || n, 'FEATURE', 'f-' || n, 'ada', 'features', 'api'
        FROM generate_series(0, %d) AS n
        """
            .formatted(features - 1),
        """
        INSERT INTO runway.graph_nodes (node_id, kind, name, source, model_id)
        SELECT 'model:m-' || n, 'MODEL', 'm-' || n, 'registry',
               CASE WHEN n < %d THEN 'm-' || n END
        FROM generate_series(0, %d) AS n
        """
            .formatted(MODELS, models - 1),
        edges(
            "'data_source:s-' || floor(random() * %d)".formatted(sources),
            "'feature:f-' || n",
            "DATA_ONLY",
            "generate_series(0, %d) AS n".formatted(features - 1)),
        edges(
            "'feature:f-' || floor(random() * random() * %d)".formatted(features),
            "'model:m-' || n",
            "DATA_ONLY",
            "generate_series(0, %d) AS n, generate_series(1, 3) AS i".formatted(models - 1)),
        edges(
            "'model:m-' || floor(random() * random() * n)",
            "'model:m-' || n",
            "PREDICTION",
            "generate_series(1, %d) AS n, generate_series(1, 1 + n %% 2 * 4) AS i"
                .formatted(models - 1)),
        "ANALYZE");
  }

  private static String edges(String upstream, String downstream, String kind, String from) {
    return """
    INSERT INTO runway.graph_edges (upstream, downstream, kind, source, created_by)
    SELECT DISTINCT %s, %s, '%s', 'api', 'bench'
    FROM %s
    """
        .formatted(upstream, downstream, kind, from);
  }

  /** What there is once it is filled. */
  static long edges(Database database) throws SQLException {
    return database.number("SELECT count(*) FROM runway.graph_edges WHERE valid_to IS NULL");
  }
}
