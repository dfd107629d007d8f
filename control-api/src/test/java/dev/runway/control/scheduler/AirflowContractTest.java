package dev.runway.control.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.control.calls.AddressGuard;
import dev.runway.control.calls.HttpCalls;
import dev.runway.control.recording.Recording;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is said to Airflow and what it answers, as a real one did; {@code
 * src/test/resources/recordings/README.md} tells how that was recorded.
 */
class AirflowContractTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private final Order order = Orders.retrain(1);
  private final String runId = "runway__" + order.id();

  @TempDir Path folder;

  private Airflow airflow(Recording recording, String dag) throws IOException {
    return airflow(recording, dag, "runway", "for-recordings");
  }

  private Airflow airflow(Recording recording, String dag, String user, String password)
      throws IOException {
    Path file = Files.writeString(folder.resolve(user), password);
    Endpoint endpoint = new Endpoint(recording.address());
    return new Airflow(
        new HttpCalls(TIMEOUT, TIMEOUT.multipliedBy(2), null, new AddressGuard(true)),
        endpoint,
        new Targets(dag, null),
        new AirflowToken(endpoint, user, file));
  }

  @Test
  void order_isTakenOnce_andFollowedUntilItHasSucceeded() throws Exception {
    try (Recording recording = new Recording("airflow", "taken-once")) {
      Airflow airflow = airflow(recording, "runway_train");

      assertThat(Orders.submit(airflow, order)).isEqualTo(new Submission.Accepted(runId));
      assertThat(Orders.submit(airflow, order)).isEqualTo(new Submission.Duplicate(runId));

      recording.await(() -> airflow.look(order, runId) instanceof Progress.Running);
      recording.await(() -> airflow.look(order, runId) instanceof Progress.Succeeded);
      assertThat(airflow.cancel(order, runId)).isEqualTo(Cancellation.ASKED);
      assertThat(airflow.look(order, runId)).isInstanceOf(Progress.Succeeded.class);
    }
  }

  @Test
  void runOfAPausedDag_waits_andOneThatIsCancelledHasFailed() throws Exception {
    try (Recording recording = new Recording("airflow", "cancelled")) {
      Airflow airflow = airflow(recording, "runway_paused");
      Orders.submit(airflow, order);

      assertThat(airflow.look(order, runId)).isEqualTo(new Progress.Waiting());
      assertThat(airflow.cancel(order, null)).isEqualTo(Cancellation.ASKED);
      assertThat(airflow.look(order, runId)).isInstanceOf(Progress.Failed.class);
    }
  }

  @Test
  void runWhoseTaskFails_hasFailed() throws Exception {
    try (Recording recording = new Recording("airflow", "failed")) {
      Airflow airflow = airflow(recording, "runway_fails");
      Orders.submit(airflow, order);

      recording.await(() -> airflow.look(order, runId) instanceof Progress.Failed);
    }
  }

  @Test
  void whatAirflowDoesNotWant_isRefused_andWhatItDoesNotKnowIsMissing() throws Exception {
    try (Recording recording = new Recording("airflow", "refused")) {
      assertThat(Orders.submit(airflow(recording, "runway_absent"), order))
          .isInstanceOf(Submission.Refused.class);
      // Its DAG declares a parameter that no command has.
      assertThat(Orders.submit(airflow(recording, "runway_strict"), order))
          .isInstanceOf(Submission.Refused.class);

      Airflow airflow = airflow(recording, "runway_train");
      assertThat(airflow.look(Orders.retrain(9), null)).isInstanceOf(Progress.Missing.class);
      assertThat(airflow.cancel(Orders.retrain(9), null)).isEqualTo(Cancellation.UNKNOWN_THERE);
    }
  }

  @Test
  void doorThatIsShut_startsNothing() throws Exception {
    try (Recording recording = new Recording("airflow", "shut-door")) {
      assertThat(Orders.submit(airflow(recording, "runway_train", "runway", "wrong"), order))
          .isEqualTo(new Submission.Busy("no token: HTTP 401", Duration.ZERO, true));

      Airflow viewer = airflow(recording, "runway_train", "viewer", "for-recordings");
      assertThat(Orders.submit(viewer, Orders.retrain(2))).isInstanceOf(Submission.Busy.class);
      assertThat(viewer.look(Orders.retrain(2), null)).isInstanceOf(Progress.Missing.class);
    }
  }

  @Test
  void tokenThatHoldsNoMore_isFetchedAnew() throws Exception {
    try (Recording recording = new Recording("airflow", "old-token")) {
      Airflow airflow = airflow(recording, "runway_paused");
      assertThat(airflow.look(Orders.retrain(3), null)).isInstanceOf(Progress.Missing.class);
      recording.pause(Duration.ofSeconds(25).toMillis()); // A token of that server holds for 20.

      assertThat(airflow.look(Orders.retrain(3), null)).isInstanceOf(Progress.Missing.class);
    }
  }
}
