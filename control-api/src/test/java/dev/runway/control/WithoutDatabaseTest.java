package dev.runway.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.control.http.Operation;
import dev.runway.control.http.OperationCalls;
import dev.runway.control.http.OperationCalls.Sample;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every operation while neither database nor Kafka is there: none fails, and none pretends. */
class WithoutDatabaseTest {
  @RegisterExtension
  static final RunningApi API =
      new RunningApi(
          null,
          "127.0.0.1:1",
          Map.of(
              "RUNWAY_POSTGRES_CONNECT_TIMEOUT",
              "PT0.25S",
              "RUNWAY_METAFLOW_URL",
              "http://127.0.0.1:1"));

  /** What is answered without looking anything up; what Metaflow tells waits for its service. */
  private static final Set<Operation> GOES_ON =
      Set.of(
          Operation.CONTRACT,
          Operation.DOCS,
          Operation.LIVENESS,
          Operation.METRICS,
          Operation.ME,
          Operation.NOTIFY_METAFLOW);

  @Test
  void everyOperation_goesOnOrRefusesClearly() throws Exception {
    Map<Operation, Future<RunningApi.Reply>> replies = new EnumMap<>(Operation.class);
    ExecutorService askers = Executors.newFixedThreadPool(8);
    try {
      for (Operation operation : Operation.values()) {
        replies.put(operation, askers.submit(() -> ask(operation)));
      }
      SoftAssertions all = new SoftAssertions();
      for (Map.Entry<Operation, Future<RunningApi.Reply>> each : replies.entrySet()) {
        RunningApi.Reply reply = each.getValue().get();
        all.assertThatCode(() -> requireClear(each.getKey(), reply)).doesNotThrowAnyException();
      }
      all.assertAll();
    } finally {
      askers.shutdownNow();
    }
  }

  private static RunningApi.Reply ask(Operation operation) {
    Sample sample = OperationCalls.sample(operation, "ours");
    boolean ofNode = operation == Operation.GET_NODE || operation == Operation.GET_IMPACT;
    return API.send(
        sample.method(),
        sample.path() + (ofNode ? "?node=feature:age" : ""),
        sample.body(),
        Sweep.with(operation, "X-Request-Id", "away"));
  }

  private static void requireClear(Operation operation, RunningApi.Reply reply) {
    String shown = operation.id() + " " + reply.http().body();
    if (GOES_ON.contains(operation)) {
      assertThat(reply.status()).as(shown).isBetween(200, 299);
    } else if (operation == Operation.READINESS) {
      assertThat(reply.status()).as(shown).isEqualTo(503);
      assertThat(reply.body().path("database").asText()).as(shown).isEqualTo("down");
      assertThat(reply.body().path("kafka").asText()).as(shown).isEqualTo("down");
    } else {
      assertThat(reply.status()).as(shown).isEqualTo(503);
      assertThat(reply.header("Content-Type")).as(shown).isEqualTo("application/problem+json");
      assertThat(reply.header("Retry-After")).as(shown).isNotNull();
      assertThat(reply.body().path("request_id").asText()).as(shown).isEqualTo("away");
    }
  }
}
