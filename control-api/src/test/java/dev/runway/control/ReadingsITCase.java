package dev.runway.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runway.testkit.PostgresDatabase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the API tells of the tables that the jobs fill. */
class ReadingsITCase {
  private static final String HOUR = "date_trunc('hour', now())";

  @Order(1)
  @RegisterExtension
  static final PostgresDatabase POSTGRES = new PostgresDatabase();

  @Order(3)
  @RegisterExtension
  static final RunningApi API = new RunningApi(POSTGRES, "127.0.0.1:1", Map.of());

  @BeforeAll
  static void fill() throws Exception {
    for (String model : List.of("ranker", "quiet", "old", "many", "alarmed")) {
      assertThat(API.post("/v1/models", Bodies.model(model, "ranking")).status()).isEqualTo(201);
    }
    drift("ranker", "1", "p", HOUR, 1, 0.7);
    drift("ranker", "1", "p", HOUR + " - interval '1 hour'", 0, 0.1);
    drift("ranker", "2", "p", HOUR + " - interval '2 hours'", 1, 0.6);
    drift("ranker", "0", "p", HOUR + " - interval '30 days'", 1, 0.9);
    feature("ranker", "1", HOUR, "age", 0.31);
    feature("ranker", "2", HOUR + " - interval '1 hour'", "stale", 0.9);
    performance("ranker", "auc", HOUR, "PROVISIONAL", "0.70");
    performance("ranker", "auc", HOUR + " - interval '1 hour'", "PROVISIONAL", "0.71");
    performance("ranker", "auc", HOUR + " - interval '7 days'", "FINAL", "0.81");
    performance("ranker", "auc", HOUR + " - interval '8 days'", "FINAL", "0.82");
    performance("ranker", "f1", HOUR, "PROVISIONAL", "NULL");
    coverage("ranker", HOUR);
    // Three windows of an hour in a row, and one that was calm before them.
    for (int i = 0; i < 4; i++) {
      String at = HOUR + " - interval '" + (10 + i) + " hours'";
      drift("alarmed", "1", "p", at, i < 3 ? 1 : 0, 0.8);
      if (i < 3) {
        feature("alarmed", "1", at, "age", 0.4);
      }
    }
    assertThat(API.post("/v1/models/ranker/versions", "{\"version\": \"1\"}").status())
        .isEqualTo(201);
    String baseline = Bodies.baseline("ranker", "1", "p", Instant.now());
    assertThat(API.post("/v1/models/ranker/versions/1/baselines", baseline).status())
        .isEqualTo(201);
    compared("titles.2", "ROTATED", "ranker");
    compared("titles", "STABLE", "ranker");
    compared("other", "BREAKING", "quiet");
    // The newest, and worse: for another model alone, and two days too old.
    compared("shared", "BREAKING", "quiet");
    compared("stopped", "BREAKING", "ranker");
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        """
        UPDATE runway.embedding_stability
        SET measured = '{"metrics": {}, "verdicts": {
            "COORDINATES": {"compatibility": "BREAKING", "reason": "ROTATION", "models": ["quiet"]},
            "SIMILARITY": {"compatibility": "MINOR", "reason": "NOISE", "models": ["ranker"]}}}'
        WHERE space_id = 'shared'
        """,
        "UPDATE runway.embedding_stability SET computed_at = now() - interval '3 days'"
            + " WHERE space_id = 'stopped'");
    judged("ranker", 1, "AT_RISK", "1 hour", "NONE");
    judged("ranker", 2, "STALE", "10 minutes", "RETRAIN");
    drift("old", "1", "p", "timestamptz '2010-01-02T00:00:00Z'", 1, 0.8);
    performance("old", "auc", "timestamptz '2010-01-01T00:00:00Z'", "FINAL", "0.6");
    for (int i = 0; i < 7; i++) {
      performance("many", "auc", HOUR + " - interval '" + i + " hours'", "PROVISIONAL", "0.5");
      performance("many", "f1", HOUR + " - interval '" + i + " hours'", "PROVISIONAL", "0.4");
    }
  }

  /** Everything that is known of a space, and of all of them. */
  @Test
  void embeddings_tellPairsFreshnessMixturesAndABaselinePairThatIsNone() throws Exception {
    String document =
        """
        {"versions": [{"version": "v5", "dimensions": 64}, {"version": "v6", "dimensions": 64},
                      {"version": "v5b", "dimensions": 64}],
         "pairs": [{"before": "v5", "after": "v6"}], "baseline": {"before": "v5", "after": "v5b"},
         "sample_size": 4000, "thresholds": {"freshness_seconds": 30}}
        """;
    assertThat(
            API.post(
                    "/v1/spaces",
                    "{\"space_id\": \"looked\", \"team\": \"ranking\", \"document\": %s}"
                        .formatted(document))
                .status())
        .isEqualTo(201);
    compared("looked", "ROTATED", "quiet");
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        """
        INSERT INTO runway.embedding_stability (space_id, version_before, version_after,
            document_revision, as_of, baseline, compatibility, items_before, items_after, pairs,
            unusable_pairs, dimensions_before, dimensions_after, sample_size, neighbours, measured,
            computed_at)
        SELECT 'looked', 'v5', p.after, 1, now(), p.after = 'v5b', p.verdict, 900, 900, 900, 0, 64, 64,
            500, 10, '{"metrics": {}, "verdicts": {"COORDINATES": {"compatibility": "' || p.verdict
              || '", "reason": "' || p.reason || '", "models": ["quiet"]}}}', now()
        FROM (VALUES ('v5b', 'BREAKING', 'COORDINATES'), ('v7', 'UNDECIDED', 'NOT_COMPARED'),
                     ('v8', 'MINOR', 'NEIGHBOURS')) AS p (after, verdict, reason)
        """,
        """
        INSERT INTO runway.embedding_traffic (space_id, embedding_version, window_start_at,
            window_end_at, document_revision, dimensions, vectors, gone, events, mean_shift,
            freshness_p50_seconds, freshness_p95_seconds, breached, measured, computed_at)
        SELECT 'looked', v.version, at - interval '10 minutes', at, 1, 64, 1000 + i, 2, 1000, NULL, 4, 40 + i,
               '["freshness_p95_seconds"]',
               '{"freshness_p95_seconds": {"value": 40, "low": 38.5, "high": 44, "n": 1000}}', now()
        FROM (VALUES ('v5'), ('v6')) AS v (version), generate_series(0, 4) AS i,
             LATERAL (SELECT date_trunc('hour', now()) - i * interval '10 minutes') AS t (at)
        """,
        """
        INSERT INTO runway.embedding_mixtures (model_id, model_version, space_id, window_start_at,
            window_end_at, predictions, mixing, threshold, within_predictions, within_share,
            within_low, within_high, versions, computed_at)
        SELECT m.model, '1', 'looked', at - interval '10 minutes', at, 1000, m.mixing, 0.01, 100, 0.1, 0.08,
               0.12, '{"v5": {"share": 0.9}, "v6": {"share": 0.2}}', now()
        FROM (VALUES ('even', 'NONE', 0), ('mixed', 'WITHIN', 0), ('mixed', 'NONE', 1)) AS m (model, mixing, ago),
             LATERAL (SELECT date_trunc('hour', now()) - m.ago * interval '10 minutes') AS t (at)
        """);

    JsonNode space = API.get("/v1/views/embeddings?space=looked").body().at("/items/0");
    assertThat(space.path("team").asText()).isEqualTo("ranking");
    assertThat(space.path("pairs").toString()).isEqualTo("{\"PASSED\":1,\"ROTATED\":1}");
    assertThat(space.at("/unfit_baseline/version_after").asText()).isEqualTo("v5b");
    assertThat(space.at("/unfit_baseline/usages").toString()).isEqualTo("[\"COORDINATES\"]");
    assertThat(space.at("/thresholds/freshness_seconds").asDouble()).isEqualTo(30);
    assertThat(space.at("/thresholds/mean_shift").asDouble()).isEqualTo(0.25);
    assertThat(column(space.path("versions"), "embedding_version")).containsExactly("v5", "v6");
    assertThat(space.at("/versions/0/vectors").asInt()).as("of the newest window").isEqualTo(1000);
    assertThat(space.at("/versions/0/freshness_p95").toString())
        .isEqualTo("{\"value\":40.0,\"low\":38.5,\"high\":44}");
    assertThat(space.at("/versions/0/freshness_p50").toString()).isEqualTo("{\"value\":4.0}");
    assertThat(column(space.path("mixtures"), "model_id")).containsExactly("mixed", "even");
    assertThat(space.at("/mixtures/0/mixing").asText()).isEqualTo("WITHIN");
    assertThat(column(API.get("/v1/views/embeddings").body().path("items"), "space_id"))
        .as("also those that are not registered")
        .contains("looked", "titles", "stopped");

    JsonNode pairs = API.get("/v1/spaces/looked/stability").body().path("items");
    assertThat(column(pairs, "version_after")).containsExactly("v5b", "v6", "v7", "v8");
    assertThat(pairs.get(1).path("baseline_warning").asText())
        .contains("v5 and v5b, does not pass itself for COORDINATES");
    JsonNode gate = API.get("/v1/spaces/looked/stability/v5/v6").body();
    assertThat(gate.path("baseline_warning")).isEqualTo(pairs.get(1).path("baseline_warning"));
    assertThat(API.get("/v1/spaces/titles/stability/v5/v6").body().has("baseline_warning"))
        .isFalse();

    assertThat(API.get("/v1/spaces/nothing/stability").status()).isEqualTo(404);
    assertThat(API.get("/v1/spaces/nothing/traffic").status()).isEqualTo(404);

    List<String> windows = new ArrayList<>();
    String next = "/v1/spaces/looked/traffic?limit=3";
    while (next != null) {
      JsonNode page = API.get(next).body();
      page.path("items")
          .forEach(
              window ->
                  windows.add(
                      window.path("window_end_at").asText()
                          + " "
                          + window.path("embedding_version").asText()));
      String cursor = page.path("next_cursor").asText(null);
      next = cursor == null ? null : "/v1/spaces/looked/traffic?limit=3&cursor=" + cursor;
    }
    assertThat(windows).hasSize(10).doesNotHaveDuplicates();
    assertThat(windows.stream().sorted(Comparator.reverseOrder()).toList()).isEqualTo(windows);
    assertThat(API.get("/v1/spaces/looked/traffic?version=v6").body().path("items")).hasSize(5);
    assertThat(API.get("/v1/spaces/looked/traffic?cursor=bm9uZSBvZiBvdXJz").status())
        .isEqualTo(400);
  }

  @Test
  void health_isThatOfTheNewestWindowsOfEachVersion() {
    JsonNode health = API.get("/v1/models/ranker/health").body();

    assertThat(column(health.path("drift"), "model_version")).containsExactly("1", "2");
    assertThat(health.at("/drift/0/flagged").asInt()).isEqualTo(1);
    assertThat(column(health.path("drifting_features"), "feature")).containsExactly("age");
    assertThat(health.at("/drifting_features/0/value").asDouble()).isEqualTo(0.31);
    assertThat(health.at("/drifting_features/0/threshold").asDouble()).isEqualTo(0.2);
    assertThat(health.path("data_until").asText()).isNotEmpty();
    assertThat(health.at("/coverage/0/waiting").asInt()).isEqualTo(80);
  }

  @Test
  void health_givesPerformanceOfWhatIsNewAndOfWhatIsFinal() {
    JsonNode performance = API.get("/v1/models/ranker/health").body().path("performance");

    assertThat(column(performance, "value")).containsExactly("0.81", "0.7");
    assertThat(column(performance, "provisional")).containsExactly("false", "true");
  }

  @Test
  void health_tellsAlarmsOfDrift_ofWindowsInARow() {
    JsonNode alarms = API.get("/v1/models/alarmed/health").body().path("drift_alarms");

    assertThat(column(alarms, "feature")).containsExactly("age");
    assertThat(alarms.at("/0/windows").asInt()).isEqualTo(3);
    assertThat(alarms.at("/0/window_seconds").asInt()).isEqualTo(3600);
    assertThat(alarms.at("/0/severity").asDouble()).isEqualTo(0.7);
    assertThat(API.get("/v1/models/ranker/health").body().path("drift_alarms").isEmpty()).isTrue();
  }

  @Test
  void health_tellsHowStaleAVersionIs_andWhatWasDecided_withTheReason() {
    JsonNode health = API.get("/v1/models/ranker/health").body();

    assertThat(column(health.path("staleness"), "state")).containsExactly("STALE");
    assertThat(health.at("/staleness/0/parts/DATA_DRIFT/severity").asDouble()).isEqualTo(0.8);
    assertThat(health.at("/staleness/0/features/0").asText()).isEqualTo("age");
    String evidence = health.at("/staleness/0/evidence/DATA_DRIFT").asText();
    assertThat(column(API.get(evidence).body().path("items"), "model_version"))
        .isNotEmpty()
        .containsOnly("1");
    String trained = health.at("/staleness/0/evidence/AGE").asText();
    assertThat(column(items(trained), "data_end_at")).containsExactly("2026-11-01T00:00:00Z");
    String spaces = health.at("/staleness/0/evidence/EMBEDDING").asText();
    assertThat(API.get(spaces).body().path("space_id").asText()).isEqualTo("titles.2");
    assertThat(health.at("/staleness/0/evidence").size()).isEqualTo(3);
    String narrow =
        API.post(
                "/v1/tokens",
                Bodies.token("narrow", "viewer", "ranking")
                    .replaceFirst("\\{", "{\"models\": [\"ranker\"],"))
            .body()
            .path("token")
            .asText();
    JsonNode seen = API.get("/v1/models/ranker/health", "Authorization", "Bearer " + narrow).body();
    assertThat(seen.at("/staleness/0/evidence").properties())
        .as("every link leads its reader somewhere")
        .hasSize(2)
        .allSatisfy(
            link ->
                assertThat(
                        API.get(link.getValue().asText(), "Authorization", "Bearer " + narrow)
                            .status())
                    .isEqualTo(200));
    assertThat(column(health.path("decisions"), "verdict")).containsExactly("RETRAIN");
    assertThat(health.at("/decisions/0/explanation").asText()).isEqualTo("age has drifted");
    assertThat(health.at("/decisions/0/hold").asText()).isEqualTo("COOL_DOWN");
  }

  @Test
  void healthOfAModelWithoutData_isEmpty() {
    RunningApi.Reply reply = API.get("/v1/models/quiet/health");

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.body().path("drift").isEmpty()).isTrue();
    assertThat(reply.body().has("data_until")).isFalse();
    assertThat(API.get("/v1/models/nobody/health").status()).isEqualTo(404);
  }

  @Test
  void healthOfOldEvents_isThatOfTheirTime() {
    JsonNode health = API.get("/v1/models/old/health").body();

    assertThat(health.path("data_until").asText()).isEqualTo("2010-01-02T00:00:00Z");
    assertThat(column(health.path("performance"), "value")).containsExactly("0.6");
    assertThat(
            items("/v1/models/old/drift?from=2010-01-01T00:00:00Z&to=2010-01-03T00:00:00Z").size())
        .isEqualTo(1);
  }

  @Test
  void history_hasEveryWindowOnce_theNewestFirst() {
    List<String> seen = new ArrayList<>();
    String address = "/v1/models/many/performance?limit=3";
    int pages = 0;
    while (address != null) {
      RunningApi.Reply page = API.get(address);
      assertThat(page.status()).as(page.http().body()).isEqualTo(200);
      page.body()
          .path("items")
          .forEach(
              row ->
                  seen.add(row.path("window_end_at").asText() + " " + row.path("metric").asText()));
      String link = page.header("Link");
      address =
          link == null
              ? null
              : "/v1/models/many/performance" + link.substring(1, link.indexOf('>'));
      pages++;
    }
    assertThat(seen).hasSize(14).doesNotHaveDuplicates();
    assertThat(seen.stream().map(row -> row.substring(0, 20)).toList())
        .isSortedAccordingTo((a, b) -> b.compareTo(a));
    assertThat(pages).isEqualTo(5);
  }

  @Test
  void history_hasEveryJudgementAndDecision_alsoThoseThatDoNothing() {
    JsonNode judged = items("/v1/models/ranker/staleness");
    assertThat(column(judged, "state")).containsExactly("STALE", "AT_RISK");
    assertThat(column(judged, "revision")).containsExactly("2", "1");
    assertThat(judged.at("/0/features/0").asText()).isEqualTo("age");
    assertThat(column(items("/v1/models/ranker/staleness?state=AT_RISK&version=1"), "state"))
        .containsExactly("AT_RISK");
    JsonNode decided = items("/v1/models/ranker/decisions");
    assertThat(column(decided, "verdict")).containsExactly("RETRAIN", "NONE");
    assertThat(decided.at("/0/hold").asText()).isEqualTo("COOL_DOWN");
    assertThat(column(items("/v1/models/ranker/decisions?verdict=NONE"), "verdict"))
        .containsExactly("NONE");
    assertThat(items("/v1/models/ranker/decisions?version=2")).isEmpty();
    assertThat(items("/v1/models/quiet/staleness")).isEmpty();

    for (String what : List.of("staleness", "decisions")) {
      String address = "/v1/models/ranker/" + what + "?limit=1";
      JsonNode first = API.get(address).body();
      JsonNode second = API.get(address + "&cursor=" + first.path("next_cursor").asText()).body();
      assertThat(second.path("items")).hasSize(1).isNotEqualTo(first.path("items"));
      assertThat(second.has("next_cursor")).isFalse();
    }
    assertThat(API.get("/v1/models/ranker/decisions?verdict=MAYBE").status()).isEqualTo(400);
  }

  @Test
  void history_isAskedForByWhatIsNamed() {
    assertThat(items("/v1/models/many/performance?metric=f1&limit=200").size()).isEqualTo(7);
    assertThat(items("/v1/models/many/performance?metric=f1&version=none").size()).isZero();
    assertThat(items("/v1/models/many/performance?segment=mobile").size()).isZero();
    assertThat(items("/v1/models/ranker/coverage").size()).isEqualTo(1);
    assertThat(items("/v1/models/ranker/drift?profile=p&version=1").size()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "from=yesterday",
        "from=2026-11-26T12:00:00Z&to=2026-11-26T12:00:00Z",
        "from=2020-01-01T00:00:00Z",
        "from=2026-02-30T00:00:00Z",
        "cursor=AAAA",
        "cursor=WzFd",
        "cursor=WyJ4IiwieCIsIngiLCJ4IiwieCIsdHJ1ZV0",
        "cursor=WyIyMDI2LTExLTI2VDEyOjAwOjAwWiIsIlx1MDAwMCIsImEiLCIyMDI2LTExLTI2VDEyOjAwOjAwWiIsImEiLHRydWVd",
        "segment=%00",
        "metric=",
        "limit=201"
      })
  void hostileQuery_isRefused(String query) {
    RunningApi.Reply reply = API.get("/v1/models/many/performance?" + query);

    assertThat(reply.status()).as(reply.http().body()).isEqualTo(400);
  }

  /** Two weeks of windows of ten minutes: 120,000 rows of drift. */
  @Test
  void health_ofAModelWithMuchData_isThatOfItsNewestWindow() throws Exception {
    API.post("/v1/models", Bodies.model("busy", "ranking"));
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        """
        INSERT INTO runway.drift_readings (model_id, model_version, segment, profile_id,
            window_end_at, feature, metric, kind, value, samples, severity, flagged, status,
            window_start_at, evaluated_from_at, provisional, revision, computed_at)
        SELECT 'busy', '1', '*', 'p', at, CASE f WHEN 0 THEN '*' ELSE 'f' || f END, m,
            CASE f WHEN 0 THEN 'MODEL' ELSE 'NUMERIC' END, 1, 500, 0.1, f = 1, 'EVALUATED',
            at - interval '10 minutes', at - interval '10 minutes', false, 1, now()
        FROM generate_series(now() - interval '14 days', now(), interval '10 minutes') AS at,
            generate_series(0, 14) AS f,
            unnest(ARRAY['severity', 'features', 'evaluated', 'flagged']) AS m
        """,
        "ANALYZE runway.drift_readings");
    JsonNode health = API.get("/v1/models/busy/health").body();

    assertThat(health.path("drift").size()).isEqualTo(1);
    assertThat(health.path("drifting_features").size()).isBetween(1, 4);
  }

  private static JsonNode items(String address) {
    RunningApi.Reply reply = API.get(address);
    assertThat(reply.status()).as(reply.http().body()).isEqualTo(200);
    return reply.body().path("items");
  }

  private static List<String> column(JsonNode rows, String name) {
    List<String> values = new ArrayList<>();
    rows.forEach(row -> values.add(row.path(name).asText()));
    return values;
  }

  private static void drift(
      String model, String version, String profile, String at, int flagged, double severity)
      throws Exception {
    for (String metric : List.of("severity", "features", "evaluated", "flagged")) {
      reading(
          model,
          version,
          profile,
          at,
          "*",
          metric,
          "MODEL",
          metric.equals("flagged") ? flagged : 10,
          severity,
          flagged > 0);
    }
  }

  private static void feature(String model, String version, String at, String feature, double psi)
      throws Exception {
    reading(model, version, "p", at, feature, "severity", "NUMERIC", 0.7, 0.7, true);
    reading(model, version, "p", at, feature, "psi", "NUMERIC", psi, 0.7, true);
  }

  private static void reading(
      String model,
      String version,
      String profile,
      String at,
      String feature,
      String metric,
      String kind,
      double value,
      double severity,
      boolean flagged)
      throws Exception {
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        """
        INSERT INTO runway.drift_readings (model_id, model_version, segment, profile_id,
            window_end_at, feature, metric, kind, value, threshold, samples, severity, flagged,
            status, window_start_at, evaluated_from_at, provisional, revision, computed_at)
        VALUES ('%s', '%s', '*', '%s', %s, '%s', '%s', '%s', %s, 0.2, 500, %s, %s, 'EVALUATED',
            %s - interval '1 hour', %s - interval '1 hour', false, 1, now())
        """
            .formatted(
                model, version, profile, at, feature, metric, kind, value, severity, flagged, at,
                at));
  }

  /** A state and the decision that came with it; both stay as they were before. */
  private static void judged(String model, int revision, String state, String ago, String verdict)
      throws Exception {
    String signals =
        """
        {"parts": {"AGE": {"severity": 0.6, "value": 1.2, "window_end": %1$d},
                   "DATA_DRIFT": {"severity": 0.8, "metric": "psi", "window_end": %1$d},
                   "EMBEDDING": {"severity": 0.5, "metric": "knn_overlap", "window_end": %1$d}},
         "missing": [], "features": ["age"]}\
        """
            .formatted(System.currentTimeMillis());
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        """
        INSERT INTO runway.staleness (model_id, model_version, revision, state, previous_state,
            since_at, score, coverage, signals, window_end_at, tier, judged_at, computed_at)
        VALUES ('%1$s', '1', %2$d, '%3$s', '%3$s', now(), 0.7, 0.65, '%6$s', now(), 1,
            now() - interval '%4$s', now())
        """
            .formatted(model, revision, state, ago, verdict, signals),
        """
        INSERT INTO runway.retrain_decisions (decision_id, model_id, model_version, window_end_at,
            verdict, mode, hold, state_before, state_after, coverage, signals, inputs, explanation,
            evidence_hash, tier, decided_at, computed_at)
        VALUES (gen_random_uuid()::text, '%1$s', '1', now(), '%5$s', 'AUTO',
            CASE '%5$s' WHEN 'RETRAIN' THEN 'COOL_DOWN' END, '%3$s', '%3$s', 0.65, '%6$s', '{}',
            'age has drifted', repeat('0', 64), 1, now() - interval '%4$s', now())
        """
            .formatted(model, revision, state, ago, verdict, signals));
  }

  /** Two versions of a space that one model uses. */
  private static void compared(String space, String compatibility, String model) throws Exception {
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        """
        INSERT INTO runway.embedding_stability (space_id, version_before, version_after,
            document_revision, as_of, baseline, compatibility, items_before, items_after, pairs,
            unusable_pairs, dimensions_before, dimensions_after, sample_size, neighbours, measured,
            computed_at)
        VALUES ('%1$s', 'v5', 'v6', 1, now() - interval '1 hour', false, '%2$s', 900, 900, 900, 0,
            64, 64, 500, 10,
            '{"metrics": {}, "verdicts": {"COORDINATES": {"compatibility": "%2$s",
              "reason": "ROTATION", "models": ["%3$s"]}}}', now())
        """
            .formatted(space, compatibility, model));
  }

  private static void performance(
      String model, String metric, String at, String maturity, String value) throws Exception {
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        """
        INSERT INTO runway.performance (model_id, model_version, task, segment, variant,
            window_start_at, window_end_at, metric, value, samples, effective_samples, maturity,
            estimated, revision, computed_at)
        VALUES ('%s', '1', 'BINARY', '*', '*', %s - interval '1 hour', %s, '%s', %s, 100, 100, '%s',
            false, 1, now())
        """
            .formatted(model, at, at, metric, value, maturity));
  }

  private static void coverage(String model, String at) throws Exception {
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        """
        INSERT INTO runway.label_coverage (model_id, model_version, task, segment, variant,
            window_start_at, window_end_at, received, predictions, joined, waiting, unlabelled,
            duplicates, conflicts, matured, matched_matured, coverage_so_far, maturity, revision,
            computed_at)
        VALUES ('%s', '1', 'BINARY', '*', '*', %s - interval '1 hour', %s, 100, 100, 20, 80, 0, 0, 0,
            0, 0, 0.2, 'PROVISIONAL', 1, now())
        """
            .formatted(model, at, at));
  }
}
