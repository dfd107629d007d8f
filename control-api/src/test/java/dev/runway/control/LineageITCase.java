package dev.runway.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.lineage.metaflow.FlowRun;
import dev.runway.testkit.PostgresDatabase;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Events in the shapes that the clients of OpenLineage send, and runs in Metaflow's. */
class LineageITCase {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String LINEAGE = "/v1/lineage";
  private static final String IMPORTS = "/v1/imports/lineage";

  @Order(1)
  @RegisterExtension
  static final PostgresDatabase POSTGRES = new PostgresDatabase();

  @Order(3)
  @RegisterExtension
  static final RunningApi API = new RunningApi(POSTGRES, "127.0.0.1:1", Map.of());

  @Test
  void runEvent_isTakenUpOnce_andSaysNothingNewTheSecondTime() {
    String event =
        run("START", "jobs", "enrich", "[" + topic("clicks") + "]", "[" + topic("rich") + "]");

    JsonNode first = taken(API.post(LINEAGE, event));
    assertThat(first.path("nodes").asInt()).isEqualTo(3);
    assertThat(first.path("edges").asInt()).isEqualTo(2);
    int audited = audited();
    JsonNode second = taken(API.post(LINEAGE, event.replace("START", "COMPLETE")));
    assertThat(second.path("nodes").asInt() + second.path("edges").asInt()).isZero();
    assertThat(audited()).isEqualTo(audited);

    assertThat(below("dataset:kafka://broker:9092/clicks"))
        .containsExactly("pipeline:jobs/enrich", "dataset:kafka://broker:9092/rich");
    JsonNode node = API.get("/v1/graph/nodes?q=kafka://broker:9092/clicks").body().at("/items/0");
    assertThat(node.path("owner").asText()).isEqualTo("team:web");
    assertThat(node.path("source").asText()).isEqualTo("openlineage");
  }

  @Test
  void runThatFailed_saysNothingOfDependencies() {
    JsonNode told =
        taken(
            API.post(LINEAGE, run("FAIL", "jobs", "broken", "[" + topic("unread") + "]", "null")));
    assertThat(told.path("edges").asInt()).isZero();
    assertThat(below("pipeline:jobs/broken")).isEmpty();
  }

  @Test
  void jobEvent_saysAll_soWhatItNoLongerNamesEnds() {
    taken(API.post(LINEAGE, job("static", "[" + topic("j1") + "," + topic("j2") + "]")));

    JsonNode told = taken(API.post(LINEAGE, job("static", "[" + topic("j2") + "]")));

    assertThat(told.path("ended").asInt()).isEqualTo(1);
    assertThat(below("dataset:kafka://broker:9092/j1")).isEmpty();
    assertThat(below("dataset:kafka://broker:9092/j2")).contains("pipeline:jobs/static");
  }

  @Test
  void datasetEvent_makesTheDatasetKnown() {
    taken(
        API.post(
            LINEAGE,
            """
            {"eventTime": "2021-11-03T10:53:52.427343", "dataset": %s,
             "producer": "https://github.com/acme/jobs",
             "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/DatasetEvent"}
            """
                .formatted(topic("alone"))));
    assertThat(API.get("/v1/graph/nodes?q=alone").body().at("/items/0/kind").asText())
        .isEqualTo("DATASET");
  }

  @Test
  void modelsAndFeaturesOfOurs_areNamedAsTheyAre() {
    model("linked", "ranking");
    API.post("/v1/models/linked/versions", "{\"version\": \"42\"}");
    String outputs =
        """
        [{"namespace": "mlflow://registry", "name": "models/linked/versions/42",
          "facets": {"datasetType": {"_producer": "p", "_schemaURL": "s", "datasetType": "MODEL"}}},
         {"namespace": "runway", "name": "feature:linked_score"},
         {"namespace": "mlflow://registry", "name": "models/unknown/versions/1",
          "facets": {"datasetType": {"datasetType": "MODEL"}}}]
        """;

    JsonNode told = taken(API.post(LINEAGE, run("COMPLETE", "jobs", "train", "[]", outputs)));

    assertThat(below("pipeline:jobs/train"))
        .containsExactlyInAnyOrder("version:linked/42", "feature:linked_score", "model:linked");
    assertThat(told.path("left_out").size()).isEqualTo(1);
    assertThat(told.at("/left_out/0/reason").asText()).contains("version:unknown/1", "register");
  }

  @Test
  void cycle_isLeftOutWithItsPath_andTheRestHolds() {
    JsonNode told =
        taken(
            API.post(
                LINEAGE,
                run(
                    "COMPLETE",
                    "jobs",
                    "merge",
                    "[" + topic("base") + "," + topic("delta") + "]",
                    "[" + topic("base") + "]")));

    assertThat(told.path("edges").asInt()).isEqualTo(2);
    assertThat(told.at("/left_out/0/path").size()).isEqualTo(3);
    assertThat(below("dataset:kafka://broker:9092/delta")).containsExactly("pipeline:jobs/merge");
  }

  @Test
  void whatTouchesAnotherTeam_isLeftOut() {
    model("foreign", "search");
    API.post("/v1/models/foreign/versions", "{\"version\": \"1\"}");
    String token =
        API.post("/v1/tokens", Bodies.token("lineage", "editor", "ranking"))
            .body()
            .path("token")
            .asText();
    String outputs = "[{\"namespace\": \"runway\", \"name\": \"version:foreign/1\"}]";

    JsonNode told =
        taken(
            API.send(
                "POST",
                LINEAGE,
                run("COMPLETE", "jobs", "grab", "[" + topic("g") + "]", outputs),
                "Authorization",
                "Bearer " + token));

    assertThat(told.path("edges").asInt()).isEqualTo(1);
    assertThat(told.at("/left_out/0/reason").asText())
        .isEqualTo("version:foreign/1 belongs to team search");
    assertThat(below("pipeline:jobs/grab")).isEmpty();
  }

  @Test
  void flow_isImported_andTrainsTheVersionsThatNameItsRuns() {
    model("trained", "ranking");
    API.post(
        "/v1/models/trained/versions",
        "{\"version\": \"1\", \"training_run\": \"TrainTrained/17\"}");
    FlowRun run =
        new FlowRun(
            "TrainTrained",
            "17",
            "tester",
            Set.of("runway.reads:dataset:s3://a"),
            Map.of("start", List.of("end"), "end", List.of()),
            Set.of("BuildFeatures"));

    taken(API.post(IMPORTS, run.lineage().json().toString()));

    String flow = "pipeline:metaflow/TrainTrained";
    assertThat(below("dataset:s3://a")).containsExactly(flow, "version:trained/1", "model:trained");
    assertThat(below("pipeline:metaflow/BuildFeatures")).contains(flow, "model:trained");
    assertThat(below(flow + "/start")).contains(flow + "/end", flow);
    API.post(
        "/v1/models/trained/versions",
        "{\"version\": \"2\", \"training_run\": \"TrainTrained/18\"}");
    assertThat(below(flow)).contains("version:trained/1", "version:trained/2");

    FlowRun next =
        new FlowRun(
            "TrainTrained",
            "18",
            "tester",
            Set.of("runway.reads:dataset:s3://b"),
            Map.of("start", List.of("end"), "end", List.of()),
            Set.of());
    JsonNode told = taken(API.post(IMPORTS, next.lineage().json().toString()));
    assertThat(told.path("ended").asInt()).isEqualTo(2);
    assertThat(below("dataset:s3://a")).isEmpty();
    assertThat(below("dataset:s3://b")).contains("model:trained");
    assertThat(taken(API.post(IMPORTS, next.lineage().json().toString())).path("edges").asInt())
        .isZero();
  }

  @Test
  void whole_endsNothingOfAnotherTeam() {
    model("theirs", "search");
    API.post("/v1/models/theirs/versions", "{\"version\": \"1\"}");
    String flow = "pipeline:metaflow/TrainTheirs";
    taken(API.post(IMPORTS, lineage(flow, "[" + edge(flow, "version:theirs/1") + "]")));
    String[] ranking = {"Authorization", "Bearer " + token("whole", "ranking")};

    JsonNode nothing = taken(API.send("POST", IMPORTS, lineage(flow, "[]"), ranking));
    assertThat(nothing.path("ended").asInt()).isZero();
    JsonNode said =
        taken(
            API.send(
                "POST",
                IMPORTS,
                lineage(flow, "[" + edge(flow, "version:theirs/1") + "]"),
                ranking));
    assertThat(said.path("left_out").size()).isEqualTo(1);
    assertThat(said.path("ended").asInt()).isZero();
    assertThat(below(flow)).contains("version:theirs/1");

    String[] search = {"Authorization", "Bearer " + token("whole-search", "search")};
    assertThat(taken(API.send("POST", IMPORTS, lineage(flow, "[]"), search)).path("ended").asInt())
        .isEqualTo(1);
  }

  @Test
  void flowThatStartsAnother_saysNothingOfIt_andDoesNotEndIt() {
    Map<String, List<String>> steps = Map.of("start", List.of("end"), "end", List.of());
    FlowRun train = flow("ATrain", steps, Set.of("ZBuild"));
    FlowRun build = flow("ZBuild", steps, Set.of());
    taken(API.post(IMPORTS, train.lineage().json().toString()));
    taken(API.post(IMPORTS, build.lineage().json().toString()));
    assertThat(below("pipeline:metaflow/ZBuild")).contains("pipeline:metaflow/ATrain");

    // As the service tells it, which does not see what follows what.
    FlowRun served = flow("ATrain", Map.of("start", List.of(), "end", List.of()), Set.of());
    int audited = audited();
    for (FlowRun again : List.of(train, build, served)) {
      taken(API.post(IMPORTS, again.lineage().json().toString()));
    }
    assertThat(audited()).isEqualTo(audited);
    assertThat(below("pipeline:metaflow/ATrain/start")).contains("pipeline:metaflow/ATrain/end");

    FlowRun alone = flow("ATrain", steps, Set.of());
    taken(API.post(IMPORTS, alone.lineage().json().toString()));
    assertThat(below("pipeline:metaflow/ZBuild")).isEmpty();
  }

  @Test
  void whatWouldCloseACycle_isLeftOutOfManyAtOnce_onEitherSide() {
    String names =
        IntStream.range(0, 12).mapToObj(i -> topic("up" + i)).collect(Collectors.joining(","));
    taken(API.post(LINEAGE, run("START", "jobs", "round", "[" + names + "]", "[]")));
    taken(API.post(LINEAGE, run("START", "jobs", "after", "[]", "[" + topic("down") + "]")));
    String both = "[" + names + "," + topic("fine") + "]";

    JsonNode told = taken(API.post(LINEAGE, run("START", "jobs", "round", "[]", both)));

    assertThat(told.path("edges").asInt()).isEqualTo(1);
    assertThat(told.path("left_out")).hasSize(12);
    assertThat(told.at("/left_out/0/path"))
        .extracting(JsonNode::asText)
        .containsExactly(
            "pipeline:jobs/round", "dataset:kafka://broker:9092/up0", "pipeline:jobs/round");
    assertThat(told.at("/left_out/11").has("path")).as("only the first ones").isFalse();
    JsonNode own =
        taken(API.post(LINEAGE, run("START", "jobs", "after", "[" + topic("down") + "]", "[]")));
    assertThat(own.path("left_out")).hasSize(1);
  }

  /** One walk for all of them: one for each would take minutes, with the graph's lock held. */
  @Test
  void manyInputs_ofWhatHasMuchBelow_takeOneWalk() throws Exception {
    taken(API.post(LINEAGE, run("START", "jobs", "deep", "[]", "[" + topic("top") + "]")));
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        """
        INSERT INTO runway.graph_nodes (node_id, kind, name, source)
        SELECT 'feature:deep' || n, 'FEATURE', 'deep' || n, 'api' FROM generate_series(1, 50000) AS n
        """,
        """
        INSERT INTO runway.graph_edges (upstream, downstream, kind, source, created_by)
        SELECT CASE WHEN n <= 10 THEN 'dataset:kafka://broker:9092/top'
                    ELSE 'feature:deep' || n / 10 END, 'feature:deep' || n, 'DATA_ONLY', 'api', 'test'
        FROM generate_series(1, 50000) AS n
        """,
        "ANALYZE runway.graph_nodes, runway.graph_edges");
    String inputs =
        IntStream.range(0, 500).mapToObj(i -> topic("in" + i)).collect(Collectors.joining(","));
    long began = System.nanoTime();

    JsonNode told =
        taken(API.post(LINEAGE, run("START", "jobs", "deep", "[" + inputs + "]", "[]")));

    assertThat(told.path("edges").asInt()).isEqualTo(500);
    System.out.printf(
        "500 inputs in a graph of 50,000 nodes: %d ms%n",
        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
  }

  @Test
  void jobEventOfOneThatKnowsNothing_endsNothing() {
    taken(API.post(LINEAGE, job("nulls", "[" + topic("n1") + "]")));
    String nothing = job("nulls", "null");

    assertThat(taken(API.post(LINEAGE, nothing)).path("ended").asInt()).isZero();
    assertThat(
            taken(API.post(LINEAGE, nothing.replace("\"outputs\": []", "\"outputs\": null")))
                .path("ended")
                .asInt())
        .isZero();
    assertThat(taken(API.post(LINEAGE, job("nulls", "[]"))).path("ended").asInt()).isEqualTo(1);
  }

  private static FlowRun flow(String name, Map<String, List<String>> steps, Set<String> startedBy) {
    return new FlowRun(name, "1", "", Set.of(), steps, startedBy);
  }

  private static String lineage(String whole, String edges) {
    return """
    {"source": "metaflow", "what": "x", "nodes": [], "edges": %s, "whole": ["%s"]}
    """
        .formatted(edges, whole);
  }

  private static String edge(String upstream, String downstream) {
    return """
    {"upstream": "%s", "downstream": "%s", "kind": "DATA_ONLY"}
    """
        .formatted(upstream, downstream);
  }

  private static String token(String name, String team) {
    return API.post("/v1/tokens", Bodies.token(name, "editor", team)).body().path("token").asText();
  }

  static Stream<Arguments> hostile() {
    String good = run("START", "hostile", "x", "[]", "[]");
    return Stream.of(
        Arguments.of("nothing", "{}", 422),
        Arguments.of("no job", good.replace("\"job\"", "\"jobs\""), 422),
        Arguments.of("job without a name", good.replace("\"name\": \"x\"", "\"nam\": \"x\""), 422),
        Arguments.of("no run id", good.replace("runId", "id"), 422),
        Arguments.of("other event type", good.replace("START", "BEGIN"), 422),
        Arguments.of("inputs that are no list", good.replace("[]", "{}"), 422),
        Arguments.of("input without a name", good.replace("[]", "[{\"namespace\": \"a\"}]"), 422),
        Arguments.of("depth", good.replace("[]", "[".repeat(40) + "]".repeat(40)), 400),
        Arguments.of(
            "job and dataset",
            good.replaceFirst("\\{", "{\"dataset\": {\"namespace\": \"a\", \"name\": \"b\"},"),
            422),
        Arguments.of("U+0000", good.replace("\"x\"", "\"x\\u0000\""), 422),
        Arguments.of("too many", good.replace("[]", "[" + topics(1_001) + "]"), 422));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("hostile")
  void hostileEvent_isRefused(String name, String body, int status) {
    RunningApi.Reply reply = API.post(LINEAGE, body);
    assertThat(reply.status()).as(reply.http().body()).isEqualTo(status);
    assertThat(API.get("/v1/graph/nodes?q=hostile/").body().path("items").isEmpty()).isTrue();
  }

  @Test
  void longAndStrangeNames_becomeNodes() {
    String name = "long".repeat(200) + "\\n\\u007f\\ud83d\\ude00";
    String event = run("START", "strange", name, "[]", "[" + topic("from-strange") + "]");
    taken(API.post(LINEAGE, event));
    taken(API.post(LINEAGE, event.replace("\\n\\u007f", "other")));
    JsonNode nodes = API.get("/v1/graph/nodes?q=strange/long").body().path("items");
    assertThat(nodes.size()).isEqualTo(2);
    assertThat(below(nodes.at("/0/node_id").asText())).hasSize(1);
  }

  private static JsonNode taken(RunningApi.Reply reply) {
    assertThat(reply.status()).as(reply.http().body()).isEqualTo(200);
    return reply.body();
  }

  private static int audited() {
    return API.get("/v1/audit/verify").body().path("entries").asInt();
  }

  private static void model(String id, String team) {
    assertThat(API.post("/v1/models", Bodies.model(id, team)).status()).isEqualTo(201);
  }

  private static List<String> below(String node) {
    RunningApi.Reply reply =
        API.get("/v1/graph/impact?node=" + URLEncoder.encode(node, StandardCharsets.UTF_8));
    assertThat(reply.status()).as(reply.http().body()).isEqualTo(200);
    return reply.body().at("/downstream/nodes").findValuesAsText("node_id");
  }

  private static String run(
      String type, String namespace, String name, String inputs, String outputs) {
    return """
    {"eventType": "%s", "eventTime": "2026-11-20T23:59:00.123Z",
     "producer": "https://github.com/OpenLineage/OpenLineage/tree/1.53.0/integration/flink",
     "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
     "run": {"runId": "69f4acab-b87d-4fc0-b27b-8ea950370ff3",
             "facets": {"parent": {"_producer": "p", "_schemaURL": "s",
                        "run": {"runId": "3f5e83fa-3480-44ff-99c5-ff943904e5e8"},
                        "job": {"namespace": "airflow", "name": "dag.task"}}}},
     "job": {"namespace": "%s", "name": "%s",
             "facets": {"jobType": {"_producer": "p", "_schemaURL": "s",
                        "processingType": "STREAMING", "integration": "FLINK"},
                        "unknownFacet": {"anything": [1, {"deep": null}]}}},
     "inputs": %s, "outputs": %s}
    """
        .formatted(type, namespace, name, inputs, outputs);
  }

  private static String job(String name, String inputs) {
    return """
    {"eventTime": "2026-11-20T23:59:00Z", "producer": "https://github.com/acme/jobs",
     "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/JobEvent",
     "job": {"namespace": "jobs", "name": "%s", "facets": {}}, "inputs": %s, "outputs": []}
    """
        .formatted(name, inputs);
  }

  private static String topic(String name) {
    return """
    {"namespace": "kafka://broker:9092", "name": "%s",
     "facets": {"ownership": {"_producer": "p", "_schemaURL": "s",
                "owners": [{"name": "team:web", "type": "MAINTAINER"}]},
                "schema": {"_producer": "p", "_schemaURL": "s",
                "fields": [{"name": "a", "type": "string"}]}}}
    """
        .formatted(name);
  }

  private static String topics(int count) {
    ArrayNode topics = JSON.createArrayNode();
    for (int i = 0; i < count; i++) {
      ObjectNode topic = topics.addObject();
      topic.put("namespace", "n").put("name", "t" + i);
    }
    String list = topics.toString();
    return list.substring(1, list.length() - 1);
  }
}
