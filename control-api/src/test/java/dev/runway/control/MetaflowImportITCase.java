package dev.runway.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.runway.control.metaflow.MetaflowDouble;
import dev.runway.lineage.metaflow.FlowRun;
import dev.runway.testkit.PostgresDatabase;
import dev.runway.testkit.Waits;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class MetaflowImportITCase {
  private static final Duration LIMIT = Waits.LONG;
  private static final MetaflowDouble METAFLOW = new MetaflowDouble();
  private static final String EVENTS = "/v1/imports/metaflow";

  @Order(1)
  @RegisterExtension
  static final PostgresDatabase POSTGRES = new PostgresDatabase();

  /** Looks at all flows at its start, and then not within this test. */
  @Order(3)
  @RegisterExtension
  static final RunningApi API =
      new RunningApi(
          POSTGRES,
          "127.0.0.1:1",
          Map.of(
              "RUNWAY_METAFLOW_URL", METAFLOW.address() + "/", "RUNWAY_METAFLOW_INTERVAL", "PT1H"));

  @AfterAll
  static void stop() {
    METAFLOW.close();
  }

  @Test
  void event_onlyNamesTheFlow_andTheServiceIsReadAgain() {
    METAFLOW.run("Read", "17", 100, true, "runway.reads:dataset:s3://old");
    METAFLOW.run("Read", "\"argo-read-x\"", 200, true, "runway.reads:dataset:s3://new");
    METAFLOW.run("Read", "19", 300, false, "runway.reads:dataset:s3://unfinished");

    assertThat(API.post(EVENTS, "{\"flow\": \"Read\"}").status()).isEqualTo(202);

    awaitBelow("dataset:s3://new", "pipeline:metaflow/Read");
    assertThat(API.get("/v1/graph/nodes?q=s3://").body().path("items").size()).isEqualTo(1);
    assertThat(below("pipeline:metaflow/Read/start"))
        .as("one began when the other had ended")
        .containsExactlyInAnyOrder("pipeline:metaflow/Read", "pipeline:metaflow/Read/end");
    assertThat(API.get("/v1/audit?object=metaflow:Read/argo-read-x").body().path("items").size())
        .isEqualTo(1);
    assertThat(API.get("/v1/audit?subject=service:metaflow").body().at("/items/0/action").asText())
        .isEqualTo("lineage.import");
  }

  /** Times alone do not say what starts a flow, and of two orders a folder's is the better one. */
  @Test
  void orderThatAFolderHasTold_staysAsLongAsTheTimesOfTheRunAgree() {
    told("Agreed", Map.of("start", List.of("middle", "end"), "middle", List.of("end")));
    told("Turned", Map.of("end", List.of("start")));
    for (String flow : List.of("Agreed", "Turned")) {
      METAFLOW.run(flow, "2", 100, true, "runway.writes:feature:of-" + flow);
      API.post(EVENTS, "{\"flow\": \"" + flow + "\"}");
      awaitBelow("pipeline:metaflow/" + flow, "feature:of-" + flow);
      assertThat(below("pipeline:metaflow/Build" + flow)).contains("pipeline:metaflow/" + flow);
    }

    assertThat(below("pipeline:metaflow/Agreed/start"))
        .contains("pipeline:metaflow/Agreed/middle", "pipeline:metaflow/Agreed/end");
    assertThat(below("pipeline:metaflow/Turned/end"))
        .doesNotContain("pipeline:metaflow/Turned/start");
    assertThat(below("pipeline:metaflow/Turned/start")).contains("pipeline:metaflow/Turned/end");
  }

  private static void told(String flow, Map<String, List<String>> order) {
    FlowRun run = new FlowRun(flow, "1", "tester", Set.of(), order, Set.of("Build" + flow));
    assertThat(API.post("/v1/imports/lineage", run.lineage().json().toString()).status())
        .isEqualTo(200);
  }

  @Test
  void serviceThatIsAway_isAskedAgainUntilItIsBack() {
    METAFLOW.run("Away", "1", 1, true, "runway.writes:feature:late");
    METAFLOW.broken(true);
    int before = METAFLOW.asked().size();
    assertThat(API.post(EVENTS, "{\"flow\": \"Away\"}").status()).isEqualTo(202);
    await().atMost(LIMIT).until(() -> METAFLOW.asked().size() >= before + 2);
    assertThat(API.get("/v1/graph/nodes?q=late").body().path("items").isEmpty()).isTrue();

    METAFLOW.broken(false);

    awaitBelow("pipeline:metaflow/Away", "feature:late");
  }

  @Test
  void flowThatIsNotThere_holdsUpNoOther() {
    METAFLOW.run("Other", "1", 1, true, "runway.writes:feature:other");
    API.post(EVENTS, "{\"flow\": \"Missing\"}");
    API.post(EVENTS, "{\"flow\": \"Other\"}");
    awaitBelow("pipeline:metaflow/Other", "feature:other");
  }

  @Test
  void allFlows_areLookedAtWithoutEvents() {
    METAFLOW.run("Quiet", "1", 1, true, "runway.writes:feature:quiet");
    RunningApi second =
        new RunningApi(
            POSTGRES,
            "127.0.0.1:1",
            Map.of("RUNWAY_METAFLOW_URL", METAFLOW.address(), "RUNWAY_METAFLOW_INTERVAL", "PT1S"));
    second.start();
    try {
      awaitBelow("pipeline:metaflow/Quiet", "feature:quiet");
      METAFLOW.run("Quiet", "2", 2, true, "runway.writes:feature:quiet2");
      awaitBelow("pipeline:metaflow/Quiet", "feature:quiet2");
    } finally {
      second.stop();
    }
  }

  @Test
  void withoutAService_eventsAreRefused() {
    RunningApi none = new RunningApi(POSTGRES, "127.0.0.1:1", Map.of());
    none.start();
    try {
      assertThat(none.post(EVENTS, "{\"flow\": \"Read\"}").status()).isEqualTo(409);
      assertThat(none.post(EVENTS, "{\"flow\": \"../Read\"}").status()).isEqualTo(422);
    } finally {
      none.stop();
    }
  }

  private static void awaitBelow(String node, String expected) {
    await().atMost(LIMIT).untilAsserted(() -> assertThat(below(node)).containsExactly(expected));
  }

  private static List<String> below(String node) {
    return API.get("/v1/graph/impact?node=" + node)
        .body()
        .at("/downstream/nodes")
        .findValuesAsText("node_id");
  }
}
