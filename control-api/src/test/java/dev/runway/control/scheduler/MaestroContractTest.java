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
 * What is said to Maestro and what it answers, as a real one did; {@code
 * src/test/resources/recordings/README.md} tells how that was recorded.
 */
class MaestroContractTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private final Order order = Orders.retrain(1);

  @TempDir Path folder;

  private Maestro maestro(Recording recording, String workflow) throws IOException {
    Path headers = Files.writeString(folder.resolve("headers"), "user=runway\n");
    return new Maestro(
        new HttpCalls(TIMEOUT, TIMEOUT.multipliedBy(2), headers, new AddressGuard(true)),
        new Endpoint(recording.address()),
        new Targets(workflow, null),
        "active");
  }

  @Test
  void order_isTakenOnce_andFollowedUntilItHasSucceeded() throws Exception {
    try (Recording recording = new Recording("maestro", "taken-once")) {
      Maestro maestro = maestro(recording, "runway-train");

      assertThat(Orders.submit(maestro, order)).isEqualTo(new Submission.Accepted("1"));
      assertThat(Orders.submit(maestro, order)).isEqualTo(new Submission.Duplicate("1"));

      recording.await(() -> maestro.look(order, "1") instanceof Progress.Running);
      recording.await(() -> maestro.look(order, "1") instanceof Progress.Succeeded);
      assertThat(maestro.look(order, null)).isInstanceOf(Progress.Succeeded.class);
      assertThat(maestro.cancel(order, "1")).isEqualTo(Cancellation.ASKED);
      assertThat(maestro.look(order, "1")).isInstanceOf(Progress.Succeeded.class);
    }
  }

  @Test
  void cancelledRun_isStopped() throws Exception {
    try (Recording recording = new Recording("maestro", "cancelled")) {
      Maestro maestro = maestro(recording, "runway-long");
      Orders.submit(maestro, order);
      recording.await(() -> maestro.look(order, "1") instanceof Progress.Running);

      assertThat(maestro.cancel(order, null)).isEqualTo(Cancellation.ASKED);
      recording.await(() -> maestro.look(order, "1") instanceof Progress.Cancelled);
    }
  }

  @Test
  void whatMaestroDoesNotWant_isRefused_andWhatItDoesNotKnowIsMissing() throws Exception {
    try (Recording recording = new Recording("maestro", "refused")) {
      assertThat(Orders.submit(maestro(recording, "runway-absent"), order))
          .isInstanceOf(Submission.Refused.class);
      // Its parameter `tier` is a constant.
      assertThat(Orders.submit(maestro(recording, "runway-strict"), order))
          .isInstanceOf(Submission.Refused.class);

      Maestro first = maestro(recording, "runway-first-only");
      assertThat(Orders.submit(first, order)).isEqualTo(new Submission.Accepted("1"));
      assertThat(Orders.submit(first, Orders.retrain(2))).isInstanceOf(Submission.Refused.class);

      assertThat(first.look(order, "77")).isInstanceOf(Progress.Missing.class);
      assertThat(first.look(Orders.retrain(9), null)).isInstanceOf(Progress.Missing.class);
      assertThat(first.cancel(order, "77")).isEqualTo(Cancellation.UNKNOWN_THERE);
    }
  }
}
