package dev.runway.control.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runway.control.calls.AddressGuard;
import dev.runway.control.calls.HttpCalls;
import dev.runway.control.scheduler.SchedulerDouble.Fault;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class MaestroTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final Duration TOGETHER = Duration.ofMinutes(1);
  private static final HttpCalls HASTY =
      new HttpCalls(Duration.ofMillis(1_500), Duration.ofSeconds(4), null, new AddressGuard(true));

  private final MaestroDouble server = new MaestroDouble();
  private final Order order = Orders.retrain(1);

  @TempDir Path folder;

  @AfterEach
  void stop() {
    server.close();
  }

  private Maestro maestro(String workflow) {
    return maestro(workflow, (Path) null);
  }

  private Maestro maestro(String workflow, Path headersFile) {
    return maestro(workflow, new HttpCalls(TIMEOUT, TOGETHER, headersFile, new AddressGuard(true)));
  }

  private Maestro maestro(String workflow, HttpCalls calls) {
    return new Maestro(
        calls, new Endpoint(server.address()), new Targets(workflow, null), "active");
  }

  @Test
  void order_isTakenOnceHoweverOftenItIsHandedIn() throws Exception {
    Maestro maestro = maestro("train-{model_id}");

    assertThat(Orders.submit(maestro, order)).isEqualTo(new Submission.Accepted("1"));
    assertThat(Orders.submit(maestro, order)).isEqualTo(new Submission.Duplicate("1"));
    assertThat(Orders.submit(maestro, Orders.retrain(2))).isEqualTo(new Submission.Accepted("2"));

    assertThat(server.starts())
        .containsExactly(order.id().toString(), Orders.retrain(2).id().toString());
    SchedulerDouble.Seen first = server.requests().get(0);
    assertThat(first.path())
        .isEqualTo("/api/v3/workflows/train-homepage-ranker/versions/active/actions/start");
    JsonNode body = SchedulerDouble.JSON.readTree(first.body());
    assertThat(body.path("run_params").path("tier").toString())
        .isEqualTo("{\"type\":\"LONG\",\"value\":1}");
    assertThat(body.path("run_params").path("features").path("type").asText())
        .isEqualTo("STRING_ARRAY");
    assertThat(body.path("run_params").path("more").path("value").asText())
        .isEqualTo("{\"psi\":0.31}");
    assertThat(body.path("run_params").has("decision_id")).isFalse();
  }

  @Test
  void duplicate_isFoundAmongManyAndAfterSomebodyRanItAgain() {
    Maestro maestro = maestro("train");
    for (int i = 1; i <= 45; i++) {
      Orders.submit(maestro, Orders.retrain(i));
    }
    server.runAgain(order.id().toString());

    assertThat(Orders.submit(maestro, order)).isEqualTo(new Submission.Duplicate("1"));
    assertThat(maestro.look(order, null)).isEqualTo(new Progress.Waiting());
    assertThat(maestro.look(Orders.retrain(99), null)).isInstanceOf(Progress.Missing.class);
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"HANG_UP_BEFORE", "FAIL_BEFORE"})
  void unclearAnswer_thenTheSameAgain_startsIt(Fault fault) {
    server.go(fault);

    assertThat(Orders.submit(maestro("train"), order)).isInstanceOf(Submission.Unclear.class);
    assertThat(server.starts()).isEmpty();
    assertThat(Orders.submit(maestro("train"), order)).isEqualTo(new Submission.Accepted("1"));
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {
        "HANG_AFTER",
        "HANG_UP_AFTER",
        "FAIL_AFTER",
        "BUSY_AFTER",
        "NONSENSE_AFTER",
        "ENDLESS_AFTER"
      })
  void unclearAnswerOfWhatWasStarted_thenTheSameAgain_startsNothing(Fault fault) {
    server.go(fault);

    assertThat(Orders.submit(maestro("train"), order)).isInstanceOf(Submission.Unclear.class);
    assertThat(Orders.submit(maestro("train"), order)).isEqualTo(new Submission.Duplicate("1"));
    assertThat(server.starts()).hasSize(1);
  }

  @Test
  void schedulerThatIsBusyOrAway_hasCertainlyNotStartedIt() {
    server.go(Fault.BUSY, Fault.CLOSED_DOOR, Fault.REDIRECT);

    assertThat(Orders.submit(maestro("train"), order))
        .isEqualTo(new Submission.Busy("HTTP 429: {}", Duration.ofSeconds(2), true));
    assertThat(Orders.submit(maestro("train"), order)).isInstanceOf(Submission.Busy.class);
    assertThat(Orders.submit(maestro("train"), order)).isInstanceOf(Submission.Busy.class);
    server.close();
    assertThat(Orders.submit(maestro("train"), order)).isInstanceOf(Submission.Busy.class);
    assertThat(maestro("train").look(order, "1")).isInstanceOf(Progress.Unreachable.class);
    assertThat(maestro("train").cancel(order, "1")).isEqualTo(Cancellation.UNREACHABLE);
    assertThat(server.starts()).isEmpty();
  }

  @Test
  void requestsAboutOneOrder_haveOneEndTogether() {
    Orders.submit(maestro("train"), order);
    server.othersRun("train", 400);
    server.slow(Duration.ofMillis(600));
    Maestro hasty = maestro("train", HASTY);
    long began = System.nanoTime();

    assertThat(Orders.submit(hasty, order)).isInstanceOf(Submission.Unclear.class);
    assertThat(Duration.ofNanos(System.nanoTime() - began))
        .isGreaterThanOrEqualTo(Duration.ofMillis(2_500));
    assertThat(hasty.look(order, null)).isInstanceOf(Progress.Unreachable.class);
    assertThat(hasty.cancel(order, null)).isEqualTo(Cancellation.UNREACHABLE);
    assertThat(maestro("train").look(order, "1")).isEqualTo(new Progress.Waiting());
  }

  /** That nobody finds it among the newest does not say that it is not there. */
  @Test
  void runBehindMoreThanAreLookedAt_wasTaken_andIsNotSaidToBeMissing() {
    Maestro maestro = maestro("train");
    Orders.submit(maestro, order);
    server.othersRun("train", 501);

    assertThat(Orders.submit(maestro, order)).isEqualTo(new Submission.Duplicate(null));
    assertThat(maestro.look(order, null)).isEqualTo(new Progress.Untold());
    assertThat(maestro.cancel(order, null)).isEqualTo(Cancellation.IMPOSSIBLE);
    assertThat(maestro.look(order, "1")).isEqualTo(new Progress.Waiting());
  }

  @Test
  void requestWhoseTimeIsOver_isNotSent() {
    Maestro late =
        new Maestro(
            new HttpCalls(TIMEOUT, Duration.ZERO, null, new AddressGuard(true)),
            new Endpoint(server.address()),
            new Targets("train", null),
            "active");

    assertThat(Orders.submit(late, order))
        .isEqualTo(new Submission.Busy("no time is left", Duration.ZERO, true));
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void duplicateWhoseRunCannotBeAskedFor_wasTakenAllTheSame() {
    Maestro maestro = maestro("train");
    Orders.submit(maestro, order);
    server.goAfterNextAnswer();

    assertThat(Orders.submit(maestro, order)).isInstanceOf(Submission.Unclear.class);
  }

  @Test
  void proxyThatKnowsNoSuchPlace_saysNothingOfTheRun() {
    Orders.submit(maestro("train"), order);
    server.standIn(404);

    assertThat(maestro("train").look(order, "1")).isInstanceOf(Progress.Unreachable.class);
    assertThat(maestro("train").cancel(order, "1")).isEqualTo(Cancellation.UNREACHABLE);
    assertThat(Orders.submit(maestro("train"), Orders.retrain(2)))
        .isEqualTo(new Submission.Busy("HTTP 404: <html>nobody", Duration.ZERO, true));
  }

  @Test
  void whatMaestroDoesNotWant_isRefused() {
    assertThat(Orders.submit(maestro("absent"), order))
        .isEqualTo(new Submission.Refused("HTTP 404: Cannot find workflow [absent]"));
    server.firstOnly();
    assertThat(Orders.submit(maestro("train"), order)).isInstanceOf(Submission.Refused.class);
    assertThat(Orders.submit(maestro("train"), Orders.of(3, Order.Action.ROLLBACK)))
        .isEqualTo(new Submission.Refused("nothing is configured for ROLLBACK"));
  }

  @ParameterizedTest
  @CsvSource({
    "CREATED, Waiting",
    "IN_PROGRESS, Running",
    "PAUSED, Running",
    "SUCCEEDED, Succeeded",
    "FAILED, Failed",
    "STOPPED, Cancelled",
    "TIMED_OUT, TimedOut",
    "SOMETHING_NEW, Unreachable"
  })
  void everyStatus_hasItsMeaning(String status, String meaning) {
    Maestro maestro = maestro("train");
    Orders.submit(maestro, order);
    server.set(order.id().toString(), status);

    assertThat(maestro.look(order, "1").getClass().getSimpleName()).isEqualTo(meaning);
  }

  @Test
  void cancelledRun_isStoppedAndOneThatEndedStaysAsItIs() {
    Maestro maestro = maestro("train");
    Orders.submit(maestro, order);
    Orders.submit(maestro, Orders.retrain(2));
    server.set(Orders.retrain(2).id().toString(), "SUCCEEDED");

    assertThat(maestro.cancel(order, null)).isEqualTo(Cancellation.ASKED);
    assertThat(maestro.cancel(Orders.retrain(2), "2")).isEqualTo(Cancellation.ASKED);
    assertThat(maestro.cancel(Orders.retrain(3), null)).isEqualTo(Cancellation.UNKNOWN_THERE);

    assertThat(maestro.look(order, "1")).isInstanceOf(Progress.Cancelled.class);
    assertThat(maestro.look(Orders.retrain(2), "2")).isInstanceOf(Progress.Succeeded.class);
  }

  @Test
  void headersOfTheFile_goWithEveryRequest_andOnesThatCannotBeSentAreNotShown() throws Exception {
    Path headers = Files.writeString(folder.resolve("h"), "user=runway\nX-Key=canary-secret\n");
    Orders.submit(maestro("train", headers), order);
    assertThat(server.requests().get(0).header("user")).isEqualTo("runway");
    assertThat(server.requests().get(0).header("X-Key")).isEqualTo("canary-secret");

    Files.writeString(headers, "X-Key=canary\\u0000secret\n");
    Submission bad = Orders.submit(maestro("train", headers), order);
    assertThat(bad).isInstanceOf(Submission.Busy.class);
    assertThat(bad.toString()).doesNotContain("canary");
    assertThat(Orders.submit(maestro("train", folder.resolve("none")), order))
        .isInstanceOf(Submission.Busy.class);
  }

  @Test
  void nameOfAModel_leadsNowhereElse() {
    Order odd = new Order(order.id(), Order.Action.RETRAIN, "../../admin?x=1#y");
    Orders.submit(maestro("{model_id}"), odd);

    assertThat(server.requests().get(0).path())
        .startsWith("/api/v3/workflows/..%2F..%2Fadmin%3Fx%3D1%23y/versions/active/");
    assertThat(new Endpoint(server.address()).at("a", "..", "b").getRawPath())
        .isEqualTo("/a/%2E%2E/b");
  }
}
