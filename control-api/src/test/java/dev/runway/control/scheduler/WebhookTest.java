package dev.runway.control.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runway.control.calls.AddressGuard;
import dev.runway.control.calls.HttpCalls;
import dev.runway.control.scheduler.SchedulerDouble.Fault;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookTest {
  private final WebhookDouble server = new WebhookDouble("k3y");
  private final Order order = Orders.retrain(1);

  @TempDir Path folder;

  @AfterEach
  void stop() {
    server.close();
  }

  private Webhook webhook(String secret, boolean privateToo) throws IOException {
    Path file = Files.writeString(folder.resolve("secret"), secret + "\n");
    return new Webhook(
        new HttpCalls(
            Duration.ofSeconds(10), Duration.ofMinutes(1), null, new AddressGuard(privateToo)),
        new Endpoint(URI.create(server.address() + "/hook")),
        new Targets("runway.retrain", "runway.rollback"),
        file);
  }

  @Test
  void event_isSignedAndHasTheShapeThatFlowsListenTo() throws Exception {
    assertThat(Orders.submit(webhook("k3y", true), order))
        .isEqualTo(new Submission.Accepted(order.id().toString()));

    assertThat(server.starts()).containsExactly(order.id().toString());
    JsonNode body = SchedulerDouble.JSON.readTree(server.requests().get(0).body());
    assertThat(body.path("name").asText()).isEqualTo("runway.retrain");
    JsonNode payload = body.path("payload");
    assertThat(payload.path("name").asText()).isEqualTo("runway.retrain");
    assertThat(payload.path("id").asText()).isEqualTo(order.id().toString());
    assertThat(payload.path("timestamp").isIntegralNumber()).isTrue();
    assertThat(payload.path("utc_date").asText()).matches("20[0-9]{6}");
    assertThat(payload.path("generated-by-metaflow").asBoolean()).isTrue();
    assertThat(payload.path("severity").asText()).isEqualTo("0.7");
    assertThat(payload.path("severity").isTextual()).isTrue();
    assertThat(payload.path("features").asText()).isEqualTo("[\"age\",\"country\"]");
  }

  @Test
  void wrongOrEmptySecret_letsTheOrderWait() throws Exception {
    assertThat(Orders.submit(webhook("other", true), order)).isInstanceOf(Submission.Busy.class);
    assertThat(Orders.submit(webhook("", true), order)).isInstanceOf(Submission.Busy.class);
    assertThat(server.starts()).isEmpty();
  }

  @Test
  void whoIsPausedForTooLong_sendsNothing() throws Exception {
    long over = System.nanoTime() - 1;

    assertThat(Orders.submit(webhook("k3y", true), order, over))
        .isEqualTo(new Submission.Busy("no time is left", Duration.ZERO, true));
    assertThat(server.requests()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {
        "HANG_UP_BEFORE",
        "FAIL_BEFORE",
        "HANG_AFTER",
        "HANG_UP_AFTER",
        "FAIL_AFTER",
        "BUSY_AFTER",
        "ENDLESS_AFTER"
      })
  void whetherItWasTaken_isSaidToBeUnclear(Fault fault) throws Exception {
    server.go(fault);

    assertThat(Orders.submit(webhook("k3y", true), order)).isInstanceOf(Submission.Unclear.class);
    assertThat(webhook("k3y", true).startsOnce()).isFalse();
    assertThat(server.requests()).hasSize(1);
  }

  /** A wrong address takes nothing; one that has taken events may have taken this one too. */
  @ParameterizedTest
  @ValueSource(ints = {404, 405, 410})
  void addressThatIsNotThere_letsTheOrderWait_untilItWasThereOnce(int status) throws Exception {
    Webhook webhook = webhook("k3y", true);
    server.answerWith(status);
    assertThat(Orders.submit(webhook, order)).isInstanceOf(Submission.Busy.class);

    server.answerWith(200);
    assertThat(Orders.submit(webhook, order)).isInstanceOf(Submission.Accepted.class);
    server.answerWith(status);

    assertThat(Orders.submit(webhook, order)).isInstanceOf(Submission.Unclear.class);
  }

  @Test
  void webhook_tellsNothingAndStopsNothing() throws Exception {
    assertThat(webhook("k3y", true).look(order, "x")).isEqualTo(new Progress.Untold());
    assertThat(webhook("k3y", true).cancel(order, "x")).isEqualTo(Cancellation.IMPOSSIBLE);
  }

  @Test
  void privateAddress_isNotAsked() throws Exception {
    Submission submission = Orders.submit(webhook("k3y", false), order);

    assertThat(submission).isInstanceOf(Submission.Busy.class);
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void redirect_isNotFollowed_andSaysNothingOfTheEvent() throws Exception {
    server.go(Fault.REDIRECT);

    assertThat(Orders.submit(webhook("k3y", true), order)).isInstanceOf(Submission.Unclear.class);
    assertThat(server.requests()).hasSize(1);
  }
}
