package dev.runway.control.web;

import static dev.runway.testkit.PostgresDatabase.SUPERUSER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.control.RunningApi;
import dev.runway.control.database.Database;
import dev.runway.control.ledger.Ledger;
import dev.runway.control.ledger.LedgerRules;
import dev.runway.model.RetrainCommand;
import dev.runway.model.RetrainCommand.Action;
import dev.runway.model.RetrainCommand.Mode;
import dev.runway.model.RetrainCommand.ReasonClass;
import dev.runway.model.RetrainCommand.SeverityClass;
import dev.runway.testkit.PostgresDatabase;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;

/**
 * A small fleet with a week behind it, as the jobs would have left it: one model drifts until it is
 * stale, others stand on it, some are retrained, some wait.
 */
final class Story {
  /** The model whose retrain waits for a person. */
  static final String STALE = "homepage-ranker";

  /** The one that runs until it is let go. */
  static final String RUNNING = "fraud-score";

  private final PostgresDatabase postgres;
  private final RunningApi api;

  Story(PostgresDatabase postgres, RunningApi api) {
    this.postgres = postgres;
    this.api = api;
  }

  /** Writes all of it. */
  void tell() throws Exception {
    model(STALE, 1, "ranking", "ada", "Orders the home page", "user_age_days", "device");
    model("search-embedding", 1, "search", "bob", "Vectors of titles and queries", "query");
    model("related-titles", 2, "search", "bob", "Titles beside a title", "query");
    model(RUNNING, 2, "payments", "grace", "Whether a payment is a fraud", "amount");
    model("delivery-eta", 2, "logistics", "lin", "Minutes until a parcel is there", "distance");
    model("delivery-price", 3, "logistics", "lin", "What a delivery costs", "distance");
    model("churn", 3, "growth", "ada", "Who will leave", "tenure_days");
    model("mail-timing", 4, "growth", "ada", "When to write", "timezone");
    model("thumbnails", 3, "media", "kim", "Which picture a title shows", "device");
    model("night-batch", 4, "media", "kim", "Registered, and not used yet");
    uses("search-embedding", STALE, "COORDINATES");
    uses("search-embedding", "related-titles", "SIMILARITY");
    uses(STALE, "thumbnails", "PREDICTION");
    uses("delivery-eta", "delivery-price", "PREDICTION");
    edge("data_source:clicks", "feature:user_age_days");
    edge("data_source:clicks", "feature:query");
    edge("pipeline:profiles.daily", "feature:tenure_days");
    week();
    embeddings();
    for (String[] one :
        new String[][] {
          {"search-embedding", "HEALTHY", "0.11"}, {"related-titles", "HEALTHY", "0.18"},
          {RUNNING, "RETRAINING", "0.74"}, {"delivery-eta", "AT_RISK", "0.44"},
          {"delivery-price", "HEALTHY", "0.09"}, {"churn", "SUSPENDED", "0.31"},
          {"mail-timing", "NO_DATA", "NULL"}, {"thumbnails", "HEALTHY", "0.21"}
        }) {
      judged(one[0], one[1], one[2]);
    }
    alert(
        STALE,
        "MODEL_STALE",
        "CRITICAL",
        "homepage-ranker 2.1.0 is stale, score 0.92: user_age_days, device",
        3);
    over(STALE, "DATA_SUSPECT", "ERROR", "homepage-ranker 2.1.0: device looks broken", 30);
    unwatched("churn");
    alert("churn", "MODEL_SUSPENDED", "WARNING", "churn 1.4.0 is suspended: input lag", 5);
    commands();
  }

  private void model(
      String id, int tier, String team, String owner, String what, String... features) {
    made(
        api.post(
            "/v1/models",
            """
            {"model_id": "%s", "owner": "%s", "team": "%s", "tier": %d, "description": "%s",
             "tags": ["%s"], "judging": {"task": "BINARY", "horizon": "P7D"}}
            """
                .formatted(id, owner, team, tier, what, team)));
    if (features.length == 0) {
      return;
    }
    made(
        api.post(
            "/v1/models/" + id + "/versions",
            "{\"version\": \"%s\", \"features\": [\"%s\"], \"metrics\": {\"training_seconds\": 5400}}"
                .formatted(version(id), String.join("\", \"", features))));
    made(
        api.put(
            "/v1/models/%s/versions/%s/state".formatted(id, version(id)),
            "{\"state\": \"LIVE\"}",
            "If-Match",
            "*"));
    made(
        api.post(
            "/v1/models/" + id + "/deployments",
            "{\"version\": \"%s\", \"environment\": \"production\", \"role\": \"PRIMARY\"}"
                .formatted(version(id))));
  }

  private static String version(String model) {
    return model.equals(STALE) ? "2.1.0" : "1.4.0";
  }

  private void uses(String used, String user, String how) {
    made(
        api.post(
            "/v1/models/" + used + "/consumers",
            "{\"kind\": \"MODEL\", \"name\": \"%s\", \"usage\": \"%s\"}".formatted(user, how)));
  }

  /**
   * A space whose newest version is the same up to a rotation, and whose trainings are far apart.
   */
  private void embeddings() throws Exception {
    made(
        api.post(
            "/v1/spaces",
            """
            {"space_id": "search-embedding", "team": "search", "document": {
              "versions": [{"version": "v5", "dimensions": 64}, {"version": "v5-again", "dimensions": 64},
                           {"version": "v6", "dimensions": 64}],
              "pairs": [{"before": "v5", "after": "v6"}], "baseline": {"before": "v5", "after": "v5-again"},
              "consumers": [{"model_id": "homepage-ranker", "usage": "COORDINATES"},
                            {"model_id": "related-titles", "usage": "SIMILARITY"}], "sample_size": 20000}}
            """));
    postgres.execute(
        SUPERUSER,
        """
        INSERT INTO runway.embedding_stability (space_id, version_before, version_after, document_revision,
            as_of, baseline, compatibility, items_before, items_after, pairs, unusable_pairs,
            dimensions_before, dimensions_after, sample_size, neighbours, knn_overlap, cka_debiased,
            eigenspace_instability, raw_cosine, aligned_cosine, norm_ratio, measured, rotation_uri,
            rotation_sha256, computed_at)
        SELECT 'search-embedding', 'v5', p.after, 1, date_trunc('minute', now()) - p.ago, p.after <> 'v6', p.worst,
            20000, 19600, 19600, 3, 64, 64, 1000, 10, p.overlap, 0.972, 0.08, p.raw, p.aligned, 1.02,
            jsonb_build_object(
                'metrics', jsonb_build_object(
                    'knn_overlap', jsonb_build_object('value', p.overlap, 'se', 0.005, 'low', p.overlap - 0.01, 'high', p.overlap + 0.01, 'n', 1000),
                    'eigenspace_instability', jsonb_build_object('value', 0.08, 'low', 0.07, 'high', 0.09, 'n', 19600),
                    'cka_debiased', jsonb_build_object('value', 0.972, 'low', 0.968, 'high', 0.976, 'n', 19600),
                    'raw_cosine', jsonb_build_object('value', p.raw, 'low', p.raw - 0.004, 'high', p.raw + 0.004, 'n', 19600),
                    'aligned_cosine', jsonb_build_object('value', p.aligned, 'low', p.aligned - 0.002, 'high', p.aligned + 0.002, 'n', 19600),
                    'norm_ratio', jsonb_build_object('value', 1.02, 'low', 1.01, 'high', 1.03, 'n', 19600),
                    'knn_lost', jsonb_build_object('value', p.lost, 'low', p.lost - 0.004, 'high', p.lost + 0.005, 'n', 1000),
                    'aligned_items_moved', jsonb_build_object('n', 19600, 'gap', 'UNDEFINED'),
                    'coverage', jsonb_build_object('value', 0.98, 'low', 0.978, 'high', 0.982, 'n', 20000)),
                'verdicts', jsonb_build_object(
                    'COORDINATES', jsonb_build_object('compatibility', p.worst, 'reason', p.reason, 'models', jsonb_build_array('homepage-ranker')),
                    'SIMILARITY', jsonb_build_object('compatibility', p.alike, 'reason', p.why, 'models', jsonb_build_array('related-titles')),
                    'PREDICTION', jsonb_build_object('compatibility', 'STABLE', 'reason', 'AS_BASELINE', 'models', '[]'::jsonb),
                    'DATA_ONLY', jsonb_build_object('compatibility', 'STABLE', 'reason', 'NOT_USED', 'models', '[]'::jsonb)),
                'floor', jsonb_build_object('measured', true, 'sample_size', 1000, 'neighbours', 10, 'overlap', 0.71,
                    'cka', 0.97, 'aligned_cosine', 0.93, 'instability', 0.08, 'neighbours_lost', 0.02,
                    'cosines_lost', 0.001, 'norms_changed', 0.01, 'items_moved', 0.03, 'dimensions_moved', 0.01))::text,
            CASE WHEN p.after = 'v6' THEN 'file:///rotations/v6.npy' END,
            CASE WHEN p.after = 'v6' THEN repeat('3f', 32) END, now() - interval '3 minutes'
        FROM (VALUES ('v5-again', 'BREAKING', 'COORDINATES', 'STABLE', 'AS_BASELINE', interval '2 days', 0.71, 0.21, 0.93, 0.012),
                     ('v6', 'ROTATED', 'ROTATION', 'MINOR', 'SOME_ITEMS', interval '4 minutes', 0.66, 0.18, 0.957, 0.041))
            AS p (after, worst, reason, alike, why, ago, overlap, raw, aligned, lost)
        """,
        """
        INSERT INTO runway.embedding_traffic (space_id, embedding_version, window_start_at, window_end_at,
            document_revision, dimensions, vectors, gone, events, reference_start_at, reference_end_at,
            reference_vectors, mean_shift, covariance_change, norm_ratio, unusable_rise, freshness_p50_seconds,
            freshness_p95_seconds, breached, measured, computed_at)
        SELECT 'search-embedding', v.version, at - interval '10 minutes', at, 1, 64, 1200 + i, 2, 1202, at - interval '9 days',
               at - interval '8 days', 10000, 0.06 + 0.02 * sin(i / 5.0), 0.1, 1, 0, 4, p95,
               CASE WHEN p95 > 66 THEN '["freshness_p95_seconds"]' ELSE '[]' END,
               jsonb_build_object(
                   'mean_shift', jsonb_build_object('value', 0.06 + 0.02 * sin(i / 5.0), 'low', 0.04 + 0.02 * sin(i / 5.0), 'high', 0.08 + 0.02 * sin(i / 5.0)),
                   'freshness_p50_seconds', jsonb_build_object('value', 4, 'low', 3.6, 'high', 4.5),
                   'freshness_p95_seconds', jsonb_build_object('value', p95, 'low', p95 - 6, 'high', p95 + 7))::text, now()
        FROM (VALUES ('v5', 1), ('v6', 2)) AS v (version, much), generate_series(0, 95) AS i,
             LATERAL (SELECT date_trunc('hour', now()) - i * interval '10 minutes',
                             v.much * (19 + 4 * sin(i / 7.0) + 1.6 * greatest(0, 12 - i))) AS t (at, p95)
        """,
        """
        INSERT INTO runway.embedding_mixtures (model_id, model_version, space_id, window_start_at, window_end_at,
            predictions, mixing, threshold, within_predictions, within_share, within_low, within_high, versions,
            computed_at)
        SELECT m.model, m.version, 'search-embedding', date_trunc('hour', now()) - interval '10 minutes',
               date_trunc('hour', now()), 4200, m.mixing, 0.01, 0, m.share, m.share * 0.9, m.share * 1.1,
               m.versions, now()
        FROM (VALUES ('homepage-ranker', '2.1.0', 'WITHIN', 0.12, '{"v5": {"share": 1}, "v6": {"share": 0.12}}'),
                     ('related-titles', '1.4.0', 'NONE', 0, '{"v5": {"share": 1}}')) AS m (model, version, mixing, share, versions)
        """);
  }

  private void edge(String up, String down) {
    made(
        api.post(
            "/v1/graph/edges",
            "{\"upstream\": \"%s\", \"downstream\": \"%s\", \"kind\": \"DATA_ONLY\"}"
                .formatted(up, down)));
  }

  private static void made(RunningApi.Reply reply) {
    assertThat(reply.status()).as(reply.http().body()).isBetween(200, 299);
  }

  /** An hour a row: drift rises in the last two days, and what it costs is seen a day later. */
  private void week() throws Exception {
    String hours =
        """
        WITH hours AS (
            SELECT i, date_trunc('hour', now()) - i * interval '1 hour' AS at,
                   0.16 + 0.05 * sin(i / 3.8) + 0.013 * greatest(0, 48 - i) AS drift,
                   0.05 + 0.02 * sin(i / 5.0) + 0.021 * greatest(0, 24 - i) AS loss
            FROM generate_series(0, 167) AS i)
        """;
    postgres.execute(
        SUPERUSER,
        hours
            + """
            , states AS (
                SELECT *, least(1, drift + loss / 4) AS score,
                       CASE WHEN drift < 0.36 THEN 'HEALTHY' WHEN drift < 0.6 THEN 'AT_RISK'
                            ELSE 'STALE' END AS state
                FROM hours),
            changes AS (
                SELECT *, lag(state, 1, state) OVER (ORDER BY at) AS before FROM states),
            runs AS (
                SELECT *, max(at) FILTER (WHERE state <> before OR i = 167) OVER (ORDER BY at) AS since
                FROM changes)
            INSERT INTO runway.staleness (model_id, model_version, revision, state, previous_state,
                since_at, episode, score, coverage, signals, policy, policy_version, window_end_at,
                tier, team, judged_at, computed_at)
            SELECT 'homepage-ranker', '2.1.0', 168 - i, state, before, since,
                   CASE state WHEN 'STALE' THEN 'homepage-ranker/2.1.0/1' END, score, 0.85,
                   jsonb_build_object(
                       'parts', jsonb_build_object(
                           'DATA_DRIFT', jsonb_build_object('severity', least(1, drift),
                               'metric', 'psi_debiased', 'value', drift * 0.42, 'warn', 0.1, 'critical', 0.25,
                               'window_end', (extract(epoch FROM at) * 1000)::bigint),
                           -- The metric that has suffered most, which is another one for a while.
                           'PERFORMANCE', CASE WHEN i BETWEEN 60 AND 72
                               THEN jsonb_build_object('severity', 0.2, 'metric', 'log_loss',
                                   'value', 0.012, 'warn', 0.03, 'critical', 0.1,
                                   'window_end', (extract(epoch FROM at) * 1000)::bigint)
                               ELSE jsonb_build_object('severity', least(1, loss), 'metric', 'auc',
                                   'value', loss * 0.06 - 0.006, 'warn', 0.01, 'critical', 0.03,
                                   'window_end', (extract(epoch FROM at) * 1000)::bigint) END,
                           'CUSTOM', jsonb_build_object('severity', (drift > 0.6)::int * 0.5,
                               'window_end', (extract(epoch FROM at) * 1000)::bigint),
                           'AGE', jsonb_build_object('severity', 0.32 - i * 0.0006, 'value', 1.32 - i * 0.0006,
                               'warn', 1, 'critical', 2, 'window_end', (extract(epoch FROM at) * 1000)::bigint)),
                       'missing', jsonb_build_array('CONCEPT_DRIFT'),
                       'features', CASE WHEN state = 'HEALTHY' THEN '[]'::jsonb
                                        ELSE jsonb_build_array('user_age_days', 'device') END)::text,
                   'ranker-drift', 3, at, 1, 'ranking', at + interval '4 minutes', at + interval '4 minutes'
            FROM runs ORDER BY at
            """,
        // The version before, which still answers: judged with the same tick, and not the primary.
        """
        INSERT INTO runway.staleness (model_id, model_version, revision, state, previous_state, since_at,
            score, coverage, signals, window_end_at, tier, team, judged_at, computed_at)
        SELECT model_id, '2.0.0', 1, 'HEALTHY', 'WARMING', window_end_at - interval '9 days', 0.2, 0.85,
               '{"parts": {}, "missing": [], "features": []}', window_end_at, tier, team, judged_at, computed_at
        FROM runway.staleness WHERE model_id = 'homepage-ranker' ORDER BY revision DESC LIMIT 1
        """,
        // Metrics of users have readings of their own over the same windows.
        hours
            + """
            INSERT INTO runway.drift_readings (model_id, model_version, segment, profile_id,
                window_end_at, feature, metric, kind, value, samples, severity, flagged, status,
                window_start_at, evaluated_from_at, provisional, revision, computed_at)
            SELECT 'homepage-ranker', '2.1.0', '*', 'custom.p-20261101', at, '*', m.metric, 'MODEL', m.value,
                   4200, 0, false, 'EVALUATED', at - interval '1 hour', at - interval '1 hour', false, 1,
                   at + interval '3 minutes'
            FROM hours, (VALUES ('severity', 0), ('features', 40), ('evaluated', 2), ('flagged', 0))
                AS m (metric, value)
            """,
        hours
            + """
            INSERT INTO runway.drift_readings (model_id, model_version, segment, profile_id,
                window_end_at, feature, metric, kind, value, low, high, threshold, samples, severity,
                flagged, status, window_start_at, evaluated_from_at, provisional, revision, computed_at)
            SELECT 'homepage-ranker', '2.1.0', '*', 'p-20261101', at, f.feature, f.metric, f.kind,
                   CASE f.metric WHEN 'psi' THEN drift * f.much WHEN 'flagged' THEN (drift > 0.5)::int * 2
                        WHEN 'features' THEN 40 WHEN 'evaluated' THEN 38 ELSE drift END,
                   CASE f.metric WHEN 'psi' THEN drift * f.much - 0.03 END,
                   CASE f.metric WHEN 'psi' THEN drift * f.much + 0.03 END,
                   CASE f.metric WHEN 'psi' THEN 0.17 END, 4200, least(1, drift), drift > 0.5, 'EVALUATED',
                   at - interval '1 hour', at - interval '1 hour', false, 1, at + interval '3 minutes'
            FROM hours, (VALUES ('*', 'severity', 'MODEL', 1), ('*', 'features', 'MODEL', 1),
                                ('*', 'evaluated', 'MODEL', 1), ('*', 'flagged', 'MODEL', 1),
                                ('user_age_days', 'severity', 'NUMERIC', 1), ('user_age_days', 'psi', 'NUMERIC', 0.42),
                                ('device', 'severity', 'CATEGORICAL', 1), ('device', 'psi', 'CATEGORICAL', 0.37))
                AS f (feature, metric, kind, much)
            """,
        hours
            + """
            INSERT INTO runway.performance (model_id, model_version, task, segment, variant,
                window_start_at, window_end_at, metric, value, low, high, samples, effective_samples,
                maturity, estimated, revision, computed_at)
            SELECT 'homepage-ranker', '2.1.0', 'BINARY', '*', '*', at - interval '1 hour', at, m.metric,
                   m.base + m.sign * loss * 0.06, m.base + m.sign * loss * 0.06 - 0.012 - 0.0002 * (168 - i),
                   m.base + m.sign * loss * 0.06 + 0.012 + 0.0002 * (168 - i), 4200 - 20 * (168 - i), 3000,
                   CASE WHEN i > 100 THEN 'FINAL' ELSE 'PROVISIONAL' END, false, 1, now()
            FROM hours, (VALUES ('auc', 0.812, -1), ('log_loss', 0.31, 1)) AS m (metric, base, sign)
            """,
        hours
            + """
            , labels AS (
                SELECT *, (4200 * least(0.94, 0.2 + i * 0.0075))::bigint AS joined FROM hours)
            INSERT INTO runway.label_coverage (model_id, model_version, task, segment, variant,
                window_start_at, window_end_at, received, predictions, joined, waiting, unlabelled,
                duplicates, conflicts, matured, matched_matured, coverage, coverage_so_far,
                expected_coverage, maturity, revision, computed_at)
            SELECT 'homepage-ranker', '2.1.0', 'BINARY', '*', '*', at - interval '1 hour', at, 4200, 4200,
                   joined, CASE WHEN i > 100 THEN 0 ELSE 4200 - joined END,
                   CASE WHEN i > 100 THEN 4200 - joined ELSE 0 END, 0, 0,
                   CASE WHEN i > 100 THEN 4200 ELSE 0 END, CASE WHEN i > 100 THEN joined ELSE 0 END,
                   CASE WHEN i > 100 THEN joined / 4200.0 END, joined / 4200.0,
                   0.94, CASE WHEN i > 100 THEN 'FINAL' ELSE 'PROVISIONAL' END, 1, now()
            FROM labels
            """,
        """
        INSERT INTO runway.label_delay (model_id, model_version, task, segment, variant, window_start_at,
            window_end_at, labels, mean_millis, p50_millis, p95_millis, p99_millis, relative_error, censored,
            maturity, revision, computed_at)
        SELECT 'homepage-ranker', '2.1.0', 'BINARY', '*', '*', date_trunc('hour', now()) - interval '1 hour',
               date_trunc('hour', now()), 840, 5.4e6, 2.9e6, 1.9e7, 6.1e7, 0.01, 3360, 'PROVISIONAL', 1, now()
        """,
        decision(
            "00000000-0000-5000-8000-000000000001",
            "NONE",
            "AUTO",
            null,
            "HEALTHY",
            "AT_RISK",
            33,
            "At risk: user_age_days has drifted, psi 0.15 beyond 0.1. Nothing is done before it is"
                + " stale.",
            null,
            0.42),
        decision(
            "00000000-0000-5000-8000-000000000002",
            "INVESTIGATE_DATA",
            "APPROVE",
            "CONDITION",
            "AT_RISK",
            "AT_RISK",
            24,
            "It looks like a fault of the data: device had 40 % missing for an hour. No retrain on"
                + " that.",
            null,
            0.55),
        decision(
            "00000000-0000-5000-8000-000000000003",
            "RETRAIN",
            "APPROVE",
            null,
            "AT_RISK",
            "STALE",
            13,
            "It is stale: user_age_days and device have drifted, and AUC has fallen by 0.02. Tier 1"
                + " takes a person.",
            stale().commandId().toString(),
            0.68));
  }

  private static String decision(
      String id,
      String verdict,
      String mode,
      String hold,
      String before,
      String after,
      int hoursAgo,
      String why,
      String command,
      double score) {
    return """
    INSERT INTO runway.retrain_decisions (decision_id, model_id, model_version, window_end_at, verdict,
        mode, hold, state_before, state_after, score, severity_class, coverage, signals, policy,
        policy_version, inputs, explanation, evidence_hash, command_id, tier, team, decided_at, computed_at)
    VALUES ('%s', 'homepage-ranker', '2.1.0', date_trunc('hour', now()) - interval '%d hours', '%s', '%s',
        %s, '%s', '%s', %s, 'HIGH', 0.85, '{"features": ["user_age_days", "device"]}', 'ranker-drift', 3,
        '{}', '%s', repeat('0', 64), %s, 1, 'ranking',
        date_trunc('hour', now()) - interval '%d hours' + interval '4 minutes', now())
    """
        .formatted(
            id,
            hoursAgo,
            verdict,
            mode,
            quoted(hold),
            before,
            after,
            score,
            why,
            quoted(command),
            hoursAgo);
  }

  private static String quoted(String text) {
    return text == null ? "NULL" : "'" + text + "'";
  }

  private void judged(String model, String state, String score) throws Exception {
    postgres.execute(
        SUPERUSER,
        """
        INSERT INTO runway.staleness (model_id, model_version, revision, state, previous_state, since_at,
            suspension, score, coverage, signals, window_end_at, tier, judged_at, computed_at)
        SELECT model_id, '1.4.0', 1, '%2$s', 'HEALTHY', now() - interval '5 hours',
               CASE '%2$s' WHEN 'SUSPENDED' THEN 'INPUT_LAG' END, %3$s, CASE WHEN %3$s IS NULL THEN 0 ELSE 0.9 END,
               CASE WHEN '%2$s' IN ('AT_RISK', 'RETRAINING')
                    THEN '{"parts": {}, "missing": [], "features": ["distance"]}'
                    ELSE '{"parts": {}, "missing": [], "features": []}' END,
               now() - interval '12 minutes', tier, now() - interval '8 minutes', now()
        FROM runway.models WHERE model_id = '%1$s'
        """
            .formatted(model, state, score));
  }

  private void alert(String model, String rule, String severity, String summary, int hoursAgo)
      throws Exception {
    postgres.execute(
        SUPERUSER,
        """
        INSERT INTO runway.alerts (alert_id, rule, model_id, model_version, team, tier, severity, summary,
            details, revision, opened_at)
        SELECT gen_random_uuid(), '%2$s', model_id, '1', team, tier, '%3$s', '%4$s', '{}', 1,
               now() - interval '%5$d hours'
        FROM runway.models WHERE model_id = '%1$s'
        """
            .formatted(model, rule, severity, summary, hoursAgo));
  }

  /** The same, over an hour later. */
  private void over(String model, String rule, String severity, String summary, int hoursAgo)
      throws Exception {
    alert(model, rule, severity, summary, hoursAgo);
    postgres.execute(
        SUPERUSER,
        """
        UPDATE runway.alerts SET resolved_at = opened_at + interval '1 hour', resolution = 'the next decision is another'
        WHERE model_id = '%s' AND rule = '%s'
        """
            .formatted(model, rule));
  }

  /** As drift-monitor tells of a version without a baseline. */
  private void unwatched(String model) throws Exception {
    postgres.execute(
        SUPERUSER,
        """
        INSERT INTO runway.drift_readings (model_id, model_version, segment, profile_id, window_end_at, feature,
            metric, kind, value, samples, flagged, status, window_start_at, evaluated_from_at, provisional,
            revision, computed_at)
        SELECT '%s', '1.4.0', '*', 'no-baseline', date_trunc('hour', now()), '*', m.metric, 'MODEL', m.value, 320,
               false, 'NO_BASELINE', date_trunc('hour', now()) - interval '1 hour',
               date_trunc('hour', now()) - interval '1 hour', false, 1, now()
        FROM (VALUES ('severity', NULL::double precision), ('features', 0), ('evaluated', 0), ('flagged', 0))
            AS m (metric, value)
        """
            .formatted(model));
  }

  /** One ran, one runs, two wait for money, two wait for a person. */
  private void commands() {
    made(
        api.put(
            "/v1/retrain-budgets/" + YearMonth.now(ZoneOffset.UTC),
            "{\"cap\": 220, \"tier1_reserve\": 60}"));
    issued(
        api,
        List.of(
            job("delivery-price", 3, ReasonClass.AGE, SeverityClass.LOW, Mode.AUTO, 38),
            job(RUNNING, 2, ReasonClass.PERFORMANCE, SeverityClass.HIGH, Mode.AUTO, 55),
            job("delivery-eta", 2, ReasonClass.DRIFT, SeverityClass.MEDIUM, Mode.AUTO, 90),
            job("thumbnails", 3, ReasonClass.AGE, SeverityClass.LOW, Mode.AUTO, 70),
            job("churn", 3, ReasonClass.CONCEPT, SeverityClass.MEDIUM, Mode.APPROVE, 25),
            stale()));
  }

  /** Receives commands, as the ledger does from their topic. */
  static void issued(RunningApi api, List<RetrainCommand> commands) {
    try (Database database = new Database(api.options().postgres())) {
      Ledger ledger =
          new Ledger(
              database, Clock.systemUTC(), LedgerRules.of(api.options().retrains()), () -> {});
      for (RetrainCommand command : commands) {
        ledger.receive(command, "topic:runway.retrains");
      }
    }
  }

  private static RetrainCommand stale() {
    return job(STALE, 1, ReasonClass.DRIFT, SeverityClass.HIGH, Mode.APPROVE, 50);
  }

  /** One of a job, on a model of a tier, because of something. */
  static RetrainCommand job(
      String model, int tier, ReasonClass why, SeverityClass severity, Mode mode, double dollars) {
    String evidence =
        """
        {"explanation":"It is stale: user_age_days and device have drifted, and AUC has fallen by 0.02.",\
        "state":"STALE","episode":"%1$s/1","window_end":1795694400000,"score":0.72,"coverage":0.85,\
        "parts":{"DATA_DRIFT":{"severity":0.78,"metric":"psi_debiased","value":0.33,"warn":0.1,"critical":0.25},\
        "PERFORMANCE":{"severity":0.53,"metric":"auc","value":0.02,"warn":0.01,"critical":0.03},\
        "AGE":{"severity":0.32,"value":1.32,"warn":1,"critical":2}},\
        "missing":["CONCEPT_DRIFT"],"features":["user_age_days","device"]}\
        """
            .formatted(model);
    return new RetrainCommand(
        new RetrainCommand.Cause(model, version(model), Action.RETRAIN, why, model + "/1", 1, null),
        new RetrainCommand.Urgency(tier, 0.72, severity, 0),
        mode,
        0,
        0,
        model.equals(STALE) ? "00000000-0000-5000-8000-000000000003" : "d-1",
        model.equals(STALE) ? "ranker-drift" : null,
        model.equals(STALE) ? 3 : 0,
        evidence.getBytes(StandardCharsets.UTF_8),
        dollars,
        Instant.now().minusSeconds(25 * 60).toEpochMilli(),
        RetrainCommand.NEVER);
  }
}
