package dev.runway.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runway.testkit.PostgresDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Kafka is away in all of these: nothing here needs it. */
class RegistryITCase {
  @Order(1)
  @RegisterExtension
  static final PostgresDatabase POSTGRES = new PostgresDatabase();

  @Order(3)
  @RegisterExtension
  static final RunningApi API = new RunningApi(POSTGRES, "127.0.0.1:1", Map.of());

  @Test
  void model_isRegisteredFoundAndChanged() {
    RunningApi.Reply made = API.post("/v1/models", Bodies.model("ranker", "ranking"));
    assertThat(made.status()).isEqualTo(201);
    assertThat(made.header("Location")).isEqualTo("/v1/models/ranker");
    assertThat(made.header("ETag")).isEqualTo("\"1\"");

    RunningApi.Reply changed =
        API.put(
            "/v1/models/ranker",
            Bodies.replacement("ranking", "Orders the page"),
            "If-Match",
            "\"1\"");
    assertThat(changed.status()).isEqualTo(200);
    assertThat(changed.body().path("revision").asLong()).isEqualTo(2);
    assertThat(changed.body().path("tags").size()).isZero();

    assertThat(API.get("/v1/models/ranker").body()).isEqualTo(changed.body());
    assertThat(ids(API.get("/v1/models?q=ORDERS&team=ranking&tier=2&owner=ada")))
        .containsExactly("ranker");
    assertThat(ids(API.get("/v1/models?tag=home&limit=200"))).doesNotContain("ranker");
  }

  @Test
  void change_mustKnowWhatItIsBasedOn() {
    API.post("/v1/models", Bodies.model("based", "ranking"));
    String body = Bodies.replacement("ranking", "x");

    assertThat(API.put("/v1/models/based", body).status()).isEqualTo(428);
    assertThat(API.put("/v1/models/based", body, "If-Match", "\"7\"").status()).isEqualTo(412);
    assertThat(API.put("/v1/models/based", body, "If-Match", "7").status()).isEqualTo(400);
    assertThat(API.put("/v1/models/based", body, "If-Match", "\"1\"").status()).isEqualTo(200);
    assertThat(API.put("/v1/models/based", body, "If-Match", "\"1\"").status()).isEqualTo(412);
    assertThat(API.put("/v1/models/nobody", body, "If-Match", "\"1\"").status()).isEqualTo(404);
  }

  @Test
  void whatTheJobsWouldRefuse_isRefusedWithItsPlace() {
    String bad =
        Bodies.model("bad", "ranking").replace("\"horizon\": \"P7D\"", "\"horizon\": \"P90D\"");

    RunningApi.Reply reply = API.post("/v1/models", bad);

    assertThat(reply.status()).isEqualTo(422);
    assertThat(reply.body().at("/errors/0/pointer").asText()).isEqualTo("/judging/horizon");
    assertThat(API.get("/v1/models/bad").status()).isEqualTo(404);
  }

  @Test
  void changeDetectors_areThoseThatFitTheTask() {
    RunningApi.Reply fits = API.post("/v1/models", withDetectors("watched", "DDM"));
    RunningApi.Reply other = API.post("/v1/models", withDetectors("other", "KSWIN"));

    assertThat(fits.status()).isEqualTo(201);
    assertThat(API.get("/v1/models/watched").body().at("/judging/change_detectors/0").asText())
        .isEqualTo("DDM");
    assertThat(other.status()).isEqualTo(422);
    assertThat(other.body().at("/errors/0/pointer").asText())
        .isEqualTo("/judging/change_detectors");
    assertThat(API.post("/v1/models", withDetectors("none", "CUSUM")).status()).isBetween(400, 422);
  }

  private static String withDetectors(String model, String detector) {
    return Bodies.model(model, "ranking")
        .replace(
            "\"horizon\": \"P7D\"",
            "\"horizon\": \"P7D\", \"change_detectors\": [\"%s\"]".formatted(detector));
  }

  @Test
  void sameKey_givesTheSameAnswerOnceOnly() {
    String body = Bodies.model("once", "ranking");
    RunningApi.Reply first = API.post("/v1/models", body, "Idempotency-Key", "k-1");
    RunningApi.Reply second = API.post("/v1/models", body, "Idempotency-Key", "k-1");

    assertThat(first.status()).isEqualTo(201);
    assertThat(second.status()).isEqualTo(201);
    assertThat(second.http().body()).isEqualTo(first.http().body());
    assertThat(second.header("Location")).isEqualTo(first.header("Location"));
    assertThat(second.header("ETag")).isEqualTo(first.header("ETag"));
    assertThat(second.header("Idempotency-Replayed")).isEqualTo("true");
    assertThat(API.post("/v1/models", body).status()).isEqualTo(409);

    RunningApi.Reply other =
        API.post("/v1/models", Bodies.model("twice", "ranking"), "Idempotency-Key", "k-1");
    assertThat(other.status()).isEqualTo(422);
    assertThat(other.body().path("type").asText()).endsWith("idempotency-key-reused");
    assertThat(API.get("/v1/models/twice").status()).isEqualTo(404);
  }

  @Test
  void refusedRequest_leavesItsKeyFree() {
    API.post("/v1/models", Bodies.model("later", "ranking"));
    String path = "/v1/models/later/deployments";
    String body = "{\"version\": \"1\", \"environment\": \"production\"}";
    assertThat(API.post(path, body, "Idempotency-Key", "k-2").status()).isEqualTo(422);
    API.post("/v1/models/later/versions", "{\"version\": \"1\"}");
    assertThat(API.post(path, body, "Idempotency-Key", "k-2").status()).isEqualTo(201);
  }

  @Test
  void parallelRequestsWithOneKey_makeOneThing() throws Exception {
    String body = Bodies.model("parallel", "ranking");
    List<Callable<RunningApi.Reply>> all = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      all.add(() -> API.post("/v1/models", body, "Idempotency-Key", "k-3"));
    }
    ExecutorService threads = Executors.newFixedThreadPool(all.size());
    try {
      for (Future<RunningApi.Reply> one : threads.invokeAll(all)) {
        assertThat(one.get().status()).isEqualTo(201);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(API.get("/v1/audit?object=model:parallel").body().path("items").size()).isEqualTo(1);
  }

  @Test
  void pages_holdEveryItemOnce() {
    for (int i = 0; i < 7; i++) {
      API.post("/v1/models", Bodies.model("page-" + i, "paging"));
    }
    List<String> seen = new ArrayList<>();
    String address = "/v1/models?team=paging&limit=3";
    int pages = 0;
    while (address != null) {
      RunningApi.Reply page = API.get(address);
      seen.addAll(ids(page));
      String link = page.header("Link");
      address = link == null ? null : "/v1/models" + link.substring(1, link.indexOf('>'));
      pages++;
    }
    assertThat(seen)
        .containsExactly("page-0", "page-1", "page-2", "page-3", "page-4", "page-5", "page-6");
    assertThat(pages).isEqualTo(3);
  }

  @Test
  void version_isFoundByItsFeatureAndNeverChanges() {
    API.post("/v1/models", Bodies.model("featured", "ranking"));
    String path = "/v1/models/featured/versions";
    String body =
        "{\"version\": \"2.1.0\", \"features\": [\"age_of_account\"], \"metrics\": {\"auc\": 0.8}}";

    assertThat(API.post(path, body).status()).isEqualTo(201);
    assertThat(API.post(path, body).status()).isEqualTo(409);
    assertThat(ids(API.get("/v1/models?feature=age_of_account"))).containsExactly("featured");

    RunningApi.Reply live =
        API.put(path + "/2.1.0/state", "{\"state\": \"LIVE\"}", "If-Match", "\"1\"");
    assertThat(live.body().path("state").asText()).isEqualTo("LIVE");
    assertThat(
            API.put(path + "/2.1.0/state", "{\"state\": \"GONE\"}", "If-Match", "\"2\"").status())
        .isEqualTo(422);
    assertThat(API.put(path + "/2.1.0", body).status()).isEqualTo(405);
  }

  /** What may follow what, and nothing else: all pairs of states. */
  @Test
  void stateOfAVersion_followsOnlyWhereItMakesSense() throws Exception {
    API.post("/v1/models", Bodies.model("lives", "ranking"));
    API.post("/v1/models/lives/versions", "{\"version\": \"1\"}");
    String path = "/v1/models/lives/versions/1/state";
    Map<String, List<String>> may =
        Map.of(
            "REGISTERED", List.of("LIVE", "SUPERSEDED", "DEPRECATED", "RETIRED"),
            "LIVE", List.of("SUPERSEDED", "ROLLED_BACK", "DEPRECATED", "RETIRED"),
            "SUPERSEDED", List.of("LIVE", "RETIRED"),
            "ROLLED_BACK", List.of("LIVE", "RETIRED"),
            "DEPRECATED", List.of("LIVE", "SUPERSEDED", "ROLLED_BACK", "RETIRED"),
            "RETIRED", List.of());
    for (String from : may.keySet()) {
      for (String to : may.keySet()) {
        put(from);
        RunningApi.Reply reply = API.put(path, "{\"state\": \"" + to + "\"}", "If-Match", "*");
        boolean follows = from.equals(to) || may.get(from).contains(to);
        assertThat(reply.status()).as(from + " " + to).isEqualTo(follows ? 200 : 409);
        if (!follows) {
          assertThat(reply.body().path("detail").asText())
              .contains("is " + from + ", which " + to + " cannot follow");
          assertThatThrownBy(
                  () ->
                      POSTGRES.execute(
                          "runway_api",
                          "UPDATE model_versions SET state = '%s' WHERE model_id = 'lives'"
                              .formatted(to)))
              .hasMessageContaining("cannot follow");
        }
      }
    }
  }

  private static void put(String state) throws Exception {
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        """
        SET session_replication_role = replica;
        UPDATE runway.model_versions SET state = '%s' WHERE model_id = 'lives';
        SET session_replication_role = origin
        """
            .formatted(state));
  }

  @Test
  void stateThatItIsInAlready_changesNothing() {
    API.post("/v1/models", Bodies.model("same", "ranking"));
    API.post("/v1/models/same/versions", "{\"version\": \"1\"}");
    String path = "/v1/models/same/versions/1/state";
    API.put(path, "{\"state\": \"LIVE\"}", "If-Match", "*");

    RunningApi.Reply again = API.put(path, "{\"state\": \"LIVE\"}", "If-Match", "\"2\"");

    assertThat(again.status()).isEqualTo(200);
    assertThat(again.header("ETag")).isEqualTo("\"2\"");
    assertThat(API.get("/v1/audit?object=version:same/1").body().path("items")).hasSize(2);
  }

  @Test
  void oneVersionIsPrimary_untilItsDeploymentEnds() {
    API.post("/v1/models", Bodies.model("served", "ranking"));
    API.post("/v1/models/served/versions", "{\"version\": \"1\"}");
    String path = "/v1/models/served/deployments";
    String body = "{\"version\": \"1\", \"environment\": \"production\"}";
    assertThat(ids(API.get("/v1/views/unused-models?limit=200"))).contains("served");

    RunningApi.Reply first = API.post(path, body);
    assertThat(first.status()).isEqualTo(201);
    assertThat(API.post(path, body).status()).isEqualTo(409);
    assertThat(API.post(path, body.replace("\"1\"", "\"9\"")).status()).isEqualTo(422);
    assertThat(ids(API.get("/v1/views/unused-models?limit=200"))).doesNotContain("served");

    String one = first.header("Location");
    assertThat(API.put(one, "{\"share\": 0, \"ended\": true}", "If-Match", "\"1\"").status())
        .isEqualTo(200);
    assertThat(API.put(one, "{\"share\": 1}", "If-Match", "\"2\"").status()).isEqualTo(409);
    assertThat(API.post(path, body).status()).isEqualTo(201);
  }

  @Test
  void deprecatedModel_takesNoNewConsumers() {
    API.post("/v1/models", Bodies.model("old", "ranking"));
    String use = "{\"kind\": \"APPLICATION\", \"name\": \"web\", \"usage\": \"PREDICTION\"}";
    RunningApi.Reply made = API.post("/v1/models/old/consumers", use);
    assertThat(made.status()).isEqualTo(201);
    assertThat(API.post("/v1/models/old/consumers", use).status()).isEqualTo(409);

    String deprecated =
        Bodies.replacement("ranking", "x").replaceFirst("\\{", "{\"state\": \"DEPRECATED\",");
    assertThat(API.put("/v1/models/old", deprecated, "If-Match", "\"1\"").status()).isEqualTo(200);
    assertThat(API.post("/v1/models/old/consumers", use.replace("web", "app")).status())
        .isEqualTo(409);
    assertThat(API.send("DELETE", made.header("Location"), null).status()).isEqualTo(204);
    assertThat(API.send("DELETE", made.header("Location"), null).status()).isEqualTo(404);
  }

  @Test
  void drift_makesAModelAlerted() throws Exception {
    API.post("/v1/models", Bodies.model("drifting", "ranking"));
    assertThat(ids(API.get("/v1/views/alerted-models"))).doesNotContain("drifting");
    for (String metric : List.of("severity", "features", "evaluated", "flagged")) {
      POSTGRES.execute(
          PostgresDatabase.SUPERUSER,
          """
          INSERT INTO runway.drift_readings (model_id, model_version, segment, profile_id,
              window_end_at, feature, metric, kind, value, samples, severity, flagged, status,
              window_start_at, evaluated_from_at, provisional, revision, computed_at)
          VALUES ('drifting', '1', '*', 'p', date_trunc('hour', now()), '*', '%s', 'MODEL', 2, 500,
              0.7, true, 'EVALUATED', date_trunc('hour', now()) - interval '1 hour',
              date_trunc('hour', now()) - interval '1 hour', false, 1, now())
          """
              .formatted(metric));
    }
    RunningApi.Reply alerted = API.get("/v1/views/alerted-models");
    assertThat(ids(alerted)).containsExactly("drifting");
    assertThat(alerted.body().at("/items/0/flagged").asInt()).isEqualTo(2);
    assertThat(alerted.body().at("/items/0/rules")).isEmpty();
  }

  @Test
  void openAlert_makesAModelAlerted_untilItIsOver() throws Exception {
    API.post("/v1/models", Bodies.model("stale", "ranking"));
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        """
        INSERT INTO runway.alerts (alert_id, rule, model_id, model_version, severity, summary,
            details, revision, opened_at)
        SELECT gen_random_uuid(), rule, 'stale', version, 'CRITICAL', 'it is', '{}', 1, now()
        FROM (VALUES ('MODEL_STALE', '1'), ('MODEL_STALE', '2'), ('DATA_SUSPECT', '1'))
            AS a (rule, version)
        """);
    RunningApi.Reply alerted = API.get("/v1/views/alerted-models");
    assertThat(alerted.body().path("items"))
        .filteredOn(item -> item.path("model_id").asText().equals("stale"))
        .singleElement()
        .satisfies(
            item -> {
              assertThat(item.path("rules").toString())
                  .isEqualTo("[\"DATA_SUSPECT\",\"MODEL_STALE\"]");
              assertThat(item.has("flagged")).isFalse();
            });

    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        "UPDATE runway.alerts SET resolved_at = now(), resolution = 'over'"
            + " WHERE model_id = 'stale'");
    assertThat(ids(API.get("/v1/views/alerted-models"))).doesNotContain("stale");
  }

  @Test
  void policy_isCompiledAndWrittenAnewAsAWhole() {
    API.post("/v1/models", Bodies.model("judged", "ranking"));
    String good = "signal.psi_max > 0.2 && history.psi_max.last(3).all(v, v > 0.2)";
    String path = "/v1/policies";

    for (String[] wrong :
        new String[][] {
          {"signal.psi_max > 'x'", "line 1, column 16"},
          {"signal.psi_max", "line 1, column"},
          {"java.lang.System.exit(0)", "line 1, column 1"},
          {"signal.psi_max >", "line 1, column"},
          {"signal.psi_mx > 0.2", "line 1, column 7: signal has no psi_mx; did you mean psi_max?"}
        }) {
      RunningApi.Reply refused =
          API.post(path, Bodies.policy("drift", "ranking", "judged", wrong[0]));
      assertThat(refused.status()).as(wrong[0]).isEqualTo(422);
      assertThat(refused.body().at("/errors/0/pointer").asText()).isEqualTo("/spec/when");
      assertThat(refused.body().at("/errors/0/detail").asText()).startsWith(wrong[1]);
    }
    assertThat(API.post(path, Bodies.policy("drift", "ranking", "nobody", good)).status())
        .isEqualTo(422);
    assertThat(
            API.post(path + "/check", Bodies.policy("drift", "ranking", "judged", good)).status())
        .isEqualTo(200);
    assertThat(API.get(path + "/drift").status()).isEqualTo(404);

    assertThat(API.post(path, Bodies.policy("drift", "ranking", "judged", good)).status())
        .isEqualTo(201);
    RunningApi.Reply next =
        API.put(
            path + "/drift",
            Bodies.policy("drift", "ranking", "judged", "signal.psi_max > 0.3"),
            "If-Match",
            "\"1\"");
    assertThat(next.body().path("version").asInt()).isEqualTo(2);
    JsonNode versions = API.get(path + "/drift/versions").body().path("items");
    assertThat(versions.size()).isEqualTo(2);
    assertThat(versions.at("/1/document/spec/when").asText()).isEqualTo(good);
    assertThat(API.get(path + "?model=judged").body().path("items").size()).isEqualTo(1);
  }

  /** Those of the documentation, as they stand there. */
  @Test
  void policiesOfTheSamples_areSound() throws IOException {
    API.post("/v1/models", Bodies.model("homepage-ranker", "ranking"));
    try (Stream<Path> files = Files.list(Path.of("../samples/policies"))) {
      for (Path file : files.toList()) {
        RunningApi.Reply reply =
            API.post(
                "/v1/policies/check", Files.readString(file), "Content-Type", "application/yaml");
        assertThat(reply.status()).as("%s: %s", file, reply.body()).isEqualTo(200);
      }
    }
  }

  @Test
  void policyMayBeYaml_withoutItsTraps() {
    API.post("/v1/models", Bodies.model("yaml", "ranking"));
    String yaml =
        """
        apiVersion: runway/v1
        kind: RetrainPolicy
        metadata: {name: from-yaml, team: ranking}
        spec:
          models: [yaml]
          when: "signal.psi_max > 0.2"     # over the current window
          for: {windows: 3}
          action: {retrain: {}}
        """;
    String[] type = {"Content-Type", "application/yaml"};
    assertThat(API.post("/v1/policies", yaml, type).status()).isEqualTo(201);
    assertThat(API.post("/v1/policies", yaml + "kind: RetrainPolicy\n", type).status())
        .isEqualTo(400);
    assertThat(API.post("/v1/policies", "a: &x [1]\nb: *x\n", type).status()).isEqualTo(422);
    assertThat(API.post("/v1/policies", "a: !!java.lang.Object {}\n", type).status())
        .isBetween(400, 422);
    assertThat(API.post("/v1/models", "model_id: x\n", type).status()).isEqualTo(415);
  }

  static List<String> ids(RunningApi.Reply page) {
    assertThat(page.status()).isEqualTo(200);
    List<String> ids = new ArrayList<>();
    page.body().path("items").forEach(item -> ids.add(item.path("model_id").asText()));
    return ids;
  }
}
