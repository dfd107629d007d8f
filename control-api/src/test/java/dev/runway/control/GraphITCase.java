package dev.runway.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runway.testkit.PostgresDatabase;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class GraphITCase {
  private static final String EDGES = "/v1/graph/edges";

  @Order(1)
  @RegisterExtension
  static final PostgresDatabase POSTGRES = new PostgresDatabase();

  @Order(3)
  @RegisterExtension
  static final RunningApi API = new RunningApi(POSTGRES, "127.0.0.1:1", Map.of());

  @Test
  void dependency_isDeclaredFoundAndEnded() {
    RunningApi.Reply made = API.post(EDGES, edge("data_source:clicks", "feature:age", "DATA_ONLY"));
    assertThat(made.status()).as(made.http().body()).isEqualTo(201);
    assertThat(API.post(EDGES, edge("data_source:clicks", "feature:age", "DATA_ONLY")).status())
        .isEqualTo(409);
    assertThat(nodes("/v1/graph/nodes?kind=DATA_SOURCE&q=LICK"))
        .containsExactly("data_source:clicks");
    assertThat(items(EDGES + "?upstream=data_source:clicks")).hasSize(1);
    assertThat(reached("feature:age", "upstream")).containsExactly("data_source:clicks");

    assertThat(API.send("DELETE", made.header("Location"), null).status()).isEqualTo(204);

    assertThat(API.send("DELETE", made.header("Location"), null).status()).isEqualTo(404);
    assertThat(reached("feature:age", "upstream")).isEmpty();
    assertThat(items(EDGES + "?upstream=data_source:clicks")).isEmpty();
    JsonNode past = items(EDGES + "?downstream=feature:age&ended=true").get(0);
    assertThat(past.path("valid_to").asText()).isNotEmpty();
    assertThat(API.post(EDGES, edge("data_source:clicks", "feature:age", "DATA_ONLY")).status())
        .isEqualTo(201);
  }

  @Test
  void dependency_mayHaveHeldBefore_andMayNotHoldLater() {
    String body = edge("data_source:old", "feature:old", "DATA_ONLY");
    String since = body.replaceFirst("\\{", "{\"valid_from\": \"2026-01-01T00:00:00Z\",");
    RunningApi.Reply made = API.post(EDGES, since);
    assertThat(made.body().path("valid_from").asText()).isEqualTo("2026-01-01T00:00:00Z");

    String ahead = body.replaceFirst("\\{", "{\"valid_from\": \"2999-01-01T00:00:00Z\",");
    RunningApi.Reply refused = API.post(EDGES, ahead);
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.body().at("/errors/0/pointer").asText()).isEqualTo("/valid_from");
  }

  @Test
  void pagesOfNodesAndEdges_leaveNothingOut() {
    for (int i = 0; i < 7; i++) {
      API.post(EDGES, edge("dataset:paged/" + i, "pipeline:paged", "DATA_ONLY"));
    }
    assertThat(paged("/v1/graph/nodes?q=paged/&limit=3", "node_id")).hasSize(7);
    assertThat(paged(EDGES + "?downstream=pipeline:paged&limit=3", "edge_id")).hasSize(7);
    assertThat(API.get(EDGES + "?cursor=AAAA").status()).isEqualTo(400);
  }

  @Test
  void registry_isInTheGraphWithoutBeingDeclared() {
    model("base", "ranking");
    model("parent", "ranking");
    String version = "{\"version\": \"1\", \"features\": [\"f one\", \"f2\"]}";
    API.post("/v1/models/base/versions", version);
    RunningApi.Reply serves =
        API.post(
            "/v1/models/base/deployments", "{\"version\": \"1\", \"environment\": \"production\"}");
    RunningApi.Reply used =
        API.post(
            "/v1/models/base/consumers",
            "{\"kind\": \"MODEL\", \"name\": \"parent\", \"usage\": \"COORDINATES\"}");
    API.post(
        "/v1/models/base/consumers",
        "{\"kind\": \"APPLICATION\", \"name\": \"web\", \"usage\": \"PREDICTION\"}");
    String deployment = "deployment:" + serves.body().path("deployment_id").asText();

    assertThat(reached("feature:f one", "downstream"))
        .containsExactly("version:base/1", "model:base", deployment, "model:parent");
    assertThat(reached("model:base", "upstream"))
        .containsExactlyInAnyOrder("version:base/1", "feature:f one", "feature:f2");
    JsonNode impact = API.get("/v1/models/parent/impact").body();
    JsonNode base = impact.at("/upstream/nodes/0");
    assertThat(base.path("node_id").asText()).isEqualTo("model:base");
    assertThat(base.path("uses").toString()).isEqualTo("[\"COORDINATES\"]");
    assertThat(base.path("team").asText()).isEqualTo("ranking");
    assertThat(base.path("tier").asInt()).isEqualTo(1);
    assertThat(base.path("live_deployments").asInt()).isEqualTo(1);
    assertThat(base.path("applications").toString()).isEqualTo("[\"web\"]");
    assertThat(impact.at("/upstream/kinds/FEATURE").asInt()).isEqualTo(2);
    assertThat(impact.at("/upstream/tiers/1").asInt()).isEqualTo(1);

    JsonNode fromRegistry = items(EDGES + "?upstream=model:base&kind=COORDINATES").get(0);
    String id = fromRegistry.path("edge_id").asText();
    assertThat(API.send("DELETE", EDGES + "/" + id, null).status()).isEqualTo(409);
    API.send("DELETE", used.header("Location"), null);
    API.put(serves.header("Location"), "{\"share\": 0, \"ended\": true}", "If-Match", "\"1\"");
    assertThat(reached("model:base", "downstream")).isEmpty();
  }

  @Test
  void versionThatNoLongerServes_leavesTheGraph_andMayComeBack() {
    model("aging", "ranking");
    API.post("/v1/models/aging/versions", "{\"version\": \"1\", \"features\": [\"aged\"]}");
    String state = "/v1/models/aging/versions/1/state";

    API.put(state, "{\"state\": \"SUPERSEDED\"}", "If-Match", "\"1\"");
    assertThat(reached("feature:aged", "downstream")).isEmpty();
    API.put(state, "{\"state\": \"LIVE\"}", "If-Match", "\"2\"");
    assertThat(reached("feature:aged", "downstream"))
        .containsExactly("version:aging/1", "model:aging");

    String retired =
        Bodies.replacement("ranking", "x").replaceFirst("\\{", "{\"state\": \"RETIRED\",");
    API.put("/v1/models/aging", retired, "If-Match", "*");
    assertThat(reached("feature:aged", "downstream")).isEmpty();
    API.put("/v1/models/aging", retired.replace("RETIRED", "ACTIVE"), "If-Match", "*");
    assertThat(reached("feature:aged", "downstream"))
        .containsExactly("version:aging/1", "model:aging");
  }

  @Test
  void consumerThatIsNotRegisteredYet_isTheModelOnceItIs() {
    model("early", "ranking");
    API.post(
        "/v1/models/early/consumers",
        "{\"kind\": \"MODEL\", \"name\": \"late\", \"usage\": \"PREDICTION\"}");
    assertThat(API.get("/v1/graph/impact?node=model:late").body().at("/node/team").isMissingNode())
        .isTrue();

    model("late", "search");

    JsonNode late = API.get("/v1/models/early/impact").body().at("/downstream/nodes/0");
    assertThat(late.path("node_id").asText()).isEqualTo("model:late");
    assertThat(late.path("team").asText()).isEqualTo("search");
  }

  @Test
  void cycle_isRefusedWithItsPath_whoeverWouldCloseIt() {
    model("one", "ranking");
    model("two", "ranking");
    API.post(
        "/v1/models/one/consumers",
        "{\"kind\": \"MODEL\", \"name\": \"two\", \"usage\": \"PREDICTION\"}");
    API.post(EDGES, edge("model:two", "feature:score", "PREDICTION"));

    assertCycle(
        API.post(EDGES, edge("feature:score", "model:one", "DATA_ONLY")),
        "feature:score",
        "model:one",
        "model:two",
        "feature:score");
    assertCycle(
        API.post(
            "/v1/models/two/consumers",
            "{\"kind\": \"MODEL\", \"name\": \"one\", \"usage\": \"SIMILARITY\"}"),
        "model:two",
        "model:one",
        "model:two");
    assertCycle(
        API.post("/v1/models/one/versions", "{\"version\": \"1\", \"features\": [\"score\"]}"),
        "feature:score",
        "version:one/1",
        "model:one",
        "model:two",
        "feature:score");
    assertCycle(
        API.post(EDGES, edge("model:one", "model:one", "DATA_ONLY")), "model:one", "model:one");
    assertThat(API.get("/v1/models/one/versions/1").status()).isEqualTo(404);
    assertThat(API.get("/v1/models/two/consumers").body().path("items").isEmpty()).isTrue();
  }

  @Test
  void declarationsThatCloseACycleTogether_neverBothHold() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      for (int i = 0; i < 25; i++) {
        List<Callable<Integer>> calls = new ArrayList<>();
        List<String> ring = List.of("feature:a" + i, "feature:b" + i, "feature:c" + i);
        for (int at = 0; at < ring.size(); at++) {
          String body = edge(ring.get(at), ring.get((at + 1) % ring.size()), "DATA_ONLY");
          calls.add(() -> API.post(EDGES, body).status());
        }
        List<Integer> statuses = new ArrayList<>();
        for (Future<Integer> call : threads.invokeAll(calls)) {
          statuses.add(call.get());
        }
        assertThat(statuses).containsExactlyInAnyOrder(201, 201, 409);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void dependency_isDeclaredByTheTeamOfWhatDepends() {
    model("mine", "ranking");
    model("yours", "search");
    String[] ranking = {"Authorization", "Bearer " + token("ranking")};
    API.put("/v1/graph/nodes", "{\"node_id\": \"feature:ours\", \"team\": \"search\"}");

    assertThat(post(edge("model:yours", "model:mine", "PREDICTION"), ranking)).isEqualTo(201);
    assertThat(post(edge("model:mine", "model:yours", "SIMILARITY"), ranking)).isEqualTo(403);
    assertThat(post(edge("feature:ours", "model:mine", "DATA_ONLY"), ranking)).isEqualTo(201);
    assertThat(post(edge("dataset:x", "feature:ours", "DATA_ONLY"), ranking)).isEqualTo(403);
    // Nobody's things: who owns the other end says so, else anybody.
    assertThat(post(edge("model:yours", "feature:free", "PREDICTION"), ranking)).isEqualTo(403);
    assertThat(post(edge("model:mine", "feature:free", "PREDICTION"), ranking)).isEqualTo(201);
    assertThat(post(edge("dataset:free", "feature:free", "DATA_ONLY"), ranking)).isEqualTo(201);
    String consumer = "{\"kind\": \"MODEL\", \"name\": \"yours\", \"usage\": \"DATA_ONLY\"}";
    assertThat(API.send("POST", "/v1/models/mine/consumers", consumer, ranking).status())
        .isEqualTo(403);
    String theirs = items(EDGES + "?upstream=model:mine").get(0).path("edge_id").asText();
    String[] search = {"Authorization", "Bearer " + token("search")};
    assertThat(API.send("DELETE", EDGES + "/" + theirs, null, search).status()).isEqualTo(403);

    String taken = "{\"node_id\": \"feature:ours\", \"team\": \"ranking\"}";
    assertThat(API.send("PUT", "/v1/graph/nodes", taken, ranking).status()).isEqualTo(403);
    assertThat(API.send("PUT", "/v1/graph/nodes", taken.replace("ours", "free"), ranking).status())
        .isEqualTo(200);
    assertThat(
            API.send("PUT", "/v1/graph/nodes", taken.replace("feature:ours", "model:mine"), ranking)
                .status())
        .isEqualTo(422);
    assertThat(nodes("/v1/graph/nodes?team=ranking&kind=FEATURE")).containsExactly("feature:free");
  }

  @Test
  void nodesOwner_isChangedByWhoeverSawItLast() {
    String body = "{\"node_id\": \"feature:seen/twice\", \"team\": \"looked-at\"}";
    String path = "/v1/graph/node?node=feature:seen/twice";
    assertThat(API.get(path).status()).isEqualTo(404);
    String first = API.put("/v1/graph/nodes", body).header("ETag");

    assertThat(API.put("/v1/graph/nodes", body).status()).isEqualTo(428);
    assertThat(API.get(path).header("ETag")).isEqualTo(first);
    String ada = body.replace("{", "{\"owner\": \"ada\", ");
    RunningApi.Reply changed = API.put("/v1/graph/nodes", ada, "If-Match", first);
    assertThat(changed.status()).isEqualTo(200);
    assertThat(API.put("/v1/graph/nodes", body, "If-Match", first).status()).isEqualTo(412);
    assertThat(API.get(path).header("ETag")).isEqualTo(changed.header("ETag"));
    assertThat(API.get(path).body().path("owner").asText()).isEqualTo("ada");
  }

  @Test
  void versionThatComesBack_closesNoCycle() {
    model("back", "ranking");
    API.post("/v1/models/back/versions", "{\"version\": \"1\"}");
    String state = "/v1/models/back/versions/1/state";
    API.put(state, "{\"state\": \"SUPERSEDED\"}", "If-Match", "\"1\"");
    assertThat(API.post(EDGES, edge("model:back", "feature:of-back", "PREDICTION")).status())
        .isEqualTo(201);
    assertThat(API.post(EDGES, edge("feature:of-back", "version:back/1", "DATA_ONLY")).status())
        .isEqualTo(201);

    assertCycle(
        API.put(state, "{\"state\": \"LIVE\"}", "If-Match", "\"2\""),
        "version:back/1",
        "model:back",
        "feature:of-back",
        "version:back/1");
  }

  @Test
  void consumerWithALineBreak_isRefused_andThePlanStays() {
    model("plain", "ranking");
    String body = "{\"kind\": \"%s\", \"name\": \"%s\", \"usage\": \"PREDICTION\"}";
    for (String kind : List.of("MODEL", "APPLICATION")) {
      RunningApi.Reply refused =
          API.post("/v1/models/plain/consumers", body.formatted(kind, "b\\n"));
      assertThat(refused.status()).as(refused.http().body()).isEqualTo(422);
    }
    assertThat(API.get("/v1/models/plain/retrain-plan").status()).isEqualTo(200);
  }

  @Test
  void limitedToken_learnsNothingOfOtherModels() {
    model("seen", "ranking");
    model("hidden", "ranking");
    model("secret", "fraud");
    String limited =
        Bodies.token("limited", "editor", "ranking")
            .replaceFirst("\\{", "{\"models\": [\"seen\"],");
    String[] who = {
      "Authorization", "Bearer " + API.post("/v1/tokens", limited).body().path("token").asText()
    };
    String body = "{\"kind\": \"MODEL\", \"name\": \"%s\", \"usage\": \"PREDICTION\"}";
    for (String name : List.of("hidden", "secret", "never-was")) {
      RunningApi.Reply refused =
          API.send("POST", "/v1/models/seen/consumers", body.formatted(name), who);
      assertThat(refused.status()).as(refused.http().body()).isEqualTo(403);
      assertThat(refused.http().body()).doesNotContain("fraud");
    }
    assertThat(reached("model:seen", "downstream")).isEmpty();

    API.post(EDGES, edge("model:seen", "model:hidden", "PREDICTION"));
    API.post(EDGES, edge("model:hidden", "feature:round", "PREDICTION"));
    RunningApi.Reply cycle =
        API.send(
            "POST",
            "/v1/models/seen/versions",
            "{\"version\": \"1\", \"features\": [\"round\"]}",
            who);
    assertThat(cycle.body().path("type").asText()).isEqualTo("urn:runway:problem:cycle");
    assertThat(cycle.http().body()).doesNotContain("hidden");
  }

  @Test
  void plan_putsModelsIntoWaves_withWhatIsKnownOfTheirCost() throws Exception {
    for (String name : List.of("w-root", "w-a", "w-b", "w-data")) {
      model(name, "ranking");
    }
    API.post(EDGES, edge("model:w-root", "model:w-a", "COORDINATES"));
    API.post(EDGES, edge("model:w-root", "model:w-b", "SIMILARITY"));
    API.post(EDGES, edge("model:w-a", "model:w-b", "PREDICTION"));
    API.post(EDGES, edge("model:w-root", "model:w-data", "DATA_ONLY"));
    API.post(
        "/v1/models/w-a/versions",
        "{\"version\": \"1\", \"metrics\": {\"training_cost\": 9, \"training_seconds\": 60}}");
    API.post(
        "/v1/models/w-a/versions", "{\"version\": \"2\", \"metrics\": {\"training_cost\": 12.5}}");

    // A version may say any number of itself, and says it for ever.
    API.post(
        "/v1/models/w-a/versions",
        "{\"version\": \"3\", \"metrics\": {\"training_cost\": 1e300, \"training_seconds\": -1}}");
    API.post(
        "/v1/models/w-a/versions",
        "{\"version\": \"4\", \"metrics\": {\"training_cost\": -5, \"training_seconds\": 1e300}}");

    JsonNode plan = API.get("/v1/models/w-root/retrain-plan").body();

    assertThat(plan.path("models").asInt()).isEqualTo(3);
    assertThat(plan.path("complete").asBoolean()).isTrue();
    assertThat(plan.at("/waves/0/models/0/model_id").asText()).isEqualTo("w-root");
    assertThat(plan.at("/waves/1/models/0/model_id").asText()).isEqualTo("w-a");
    assertThat(plan.at("/waves/1/models/0/cost").asDouble()).isEqualTo(12.5);
    assertThat(plan.at("/waves/2/models/0/model_id").asText()).isEqualTo("w-b");
    assertThat(plan.at("/waves/2/models/0/uses").toString())
        .isEqualTo("[\"SIMILARITY\",\"PREDICTION\"]");
    assertThat(plan.path("cost").asDouble()).isEqualTo(12.5);
    assertThat(plan.path("models_without_cost").asInt()).isEqualTo(2);
    assertThat(plan.path("seconds").asDouble()).isEqualTo(60);

    retrained("w-a", "SUCCEEDED", 17.25);
    retrained("w-a", "FAILED", 3);
    JsonNode settled = API.get("/v1/models/w-root/retrain-plan").body();
    assertThat(settled.at("/waves/1/models/0/cost").asDouble()).isEqualTo(17.25);
  }

  /** What the ledger has of a command that has ended. */
  private static void retrained(String model, String end, double cost) throws SQLException {
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        """
        SET session_replication_role = replica;
        INSERT INTO runway.retrain_commands (
            command_id, model_id, model_version, action, reason_class, episode, attempt, tier,
            severity, severity_class, priority, mode, wave, generation, evidence_hash, command,
            asked_by, issued_at, received_at, rank_at, state, state_revision, state_at, ended_at,
            new_version, estimated_cost, actual_cost, message)
        VALUES (gen_random_uuid(), '%1$s', '1', 'RETRAIN', 'DRIFT', '%2$s', 1, 2,
                0.5, 'HIGH', 0, 'AUTO', 0, 0, repeat('0', 64), '',
                'ada', now(), now(), now(), '%2$s', 5, now(), now(),
                '2', 50, %3$s, '');
        SET session_replication_role = origin;
        """
            .formatted(model, end, cost));
  }

  static Stream<Arguments> hostile() {
    return Stream.of(
        Arguments.of("no kind", edge("age", "feature:b", "DATA_ONLY"), 422),
        Arguments.of("other kind", edge("table:age", "feature:b", "DATA_ONLY"), 422),
        Arguments.of("no name", edge("feature:", "feature:b", "DATA_ONLY"), 422),
        Arguments.of("line break", edge("feature:a\\n", "feature:b", "DATA_ONLY"), 422),
        Arguments.of("U+0000", edge("feature:a\\u0000", "feature:b", "DATA_ONLY"), 422),
        Arguments.of("half a character", edge("feature:a\\ud800", "feature:b", "DATA_ONLY"), 422),
        Arguments.of("long", edge("feature:" + "a".repeat(281), "feature:b", "DATA_ONLY"), 422),
        Arguments.of("no such use", edge("feature:a", "feature:b", "PART_OF"), 422),
        Arguments.of("no such model", edge("feature:a", "model:nobody", "DATA_ONLY"), 422),
        Arguments.of("no such version", edge("version:x/1", "feature:b", "DATA_ONLY"), 422),
        Arguments.of("itself", edge("feature:self", "feature:self", "DATA_ONLY"), 409),
        Arguments.of("SQL", edge("feature:'; DROP TABLE graph_edges; --", "model:x", "OWN"), 422));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("hostile")
  void hostileDependency_isRefused(String name, String body, int status) {
    RunningApi.Reply reply = API.post(EDGES, body);
    assertThat(reply.status()).as(reply.http().body()).isEqualTo(status);
    assertThat(items(EDGES + "?downstream=feature:b")).isEmpty();
  }

  @Test
  void strangeNames_areNamesLikeOthers() {
    String name = "feature:'; DROP TABLE graph_edges; -- \u4e16\u754c %2e/../?&";
    assertThat(API.post(EDGES, edge("dataset:plain", name, "DATA_ONLY")).status()).isEqualTo(201);
    assertThat(reached("dataset:plain", "downstream")).containsExactly(name);
    assertThat(reached(name, "upstream")).containsExactly("dataset:plain");
    assertThat(API.get("/v1/graph/impact?node=feature:unknown").status()).isEqualTo(404);
    assertThat(API.get("/v1/graph/impact").status()).isEqualTo(400);
    assertThat(API.get("/v1/graph/impact?node=feature:a&depth=51").status()).isEqualTo(400);
  }

  private static void assertCycle(RunningApi.Reply reply, String... path) {
    assertThat(reply.status()).as(reply.http().body()).isEqualTo(409);
    assertThat(reply.body().path("type").asText()).isEqualTo("urn:runway:problem:cycle");
    List<String> named = new ArrayList<>();
    reply.body().path("path").forEach(node -> named.add(node.asText()));
    assertThat(named).containsExactly(path);
  }

  private static void model(String id, String team) {
    assertThat(API.post("/v1/models", Bodies.model(id, team)).status()).isEqualTo(201);
  }

  private static String token(String team) {
    return API.post("/v1/tokens", Bodies.token("graph-" + team, "editor", team))
        .body()
        .path("token")
        .asText();
  }

  private static int post(String body, String[] who) {
    return API.send("POST", EDGES, body, who).status();
  }

  private static String edge(String upstream, String downstream, String kind) {
    return """
    {"upstream": "%s", "downstream": "%s", "kind": "%s"}
    """
        .formatted(upstream, downstream, kind);
  }

  private static List<JsonNode> items(String path) {
    RunningApi.Reply reply = API.get(path.replace(" ", "%20"));
    assertThat(reply.status()).as(reply.http().body()).isEqualTo(200);
    List<JsonNode> items = new ArrayList<>();
    reply.body().path("items").forEach(items::add);
    return items;
  }

  private static List<String> nodes(String path) {
    return items(path).stream().map(node -> node.path("node_id").asText()).toList();
  }

  private static List<String> paged(String path, String key) {
    List<String> all = new ArrayList<>();
    String cursor = "";
    do {
      JsonNode page = API.get(path + (cursor.isEmpty() ? "" : "&cursor=" + cursor)).body();
      page.path("items").forEach(item -> all.add(item.path(key).asText()));
      cursor = page.path("next_cursor").asText();
    } while (!cursor.isEmpty());
    return all;
  }

  private static List<String> reached(String node, String side) {
    RunningApi.Reply reply =
        API.get("/v1/graph/impact?node=" + URLEncoder.encode(node, StandardCharsets.UTF_8));
    assertThat(reply.status()).as(reply.http().body()).isEqualTo(200);
    List<String> nodes = new ArrayList<>();
    reply.body().path(side).path("nodes").forEach(one -> nodes.add(one.path("node_id").asText()));
    return nodes;
  }
}
