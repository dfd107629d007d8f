package dev.runway.bench.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The double that commands are measured with: what it counts is what the figures say. */
class SchedulerTest {
  private final HttpClient client = HttpClient.newHttpClient();

  @Test
  void awayAfterSomeStarts_startsNothingAndSaysNothingOfRuns_untilItIsBack() throws Exception {
    try (Scheduler scheduler = new Scheduler()) {
      scheduler.goAwayAt(2, Duration.ofDays(1));
      assertThat(start(scheduler, "a")).isEqualTo(200);
      assertThat(scheduler.backMillis()).as("it has not been away").isZero();
      assertThat(start(scheduler, "b")).as("the last one before it goes").isEqualTo(200);

      assertThat(start(scheduler, "c")).isEqualTo(503);
      assertThat(start(scheduler, "c")).isEqualTo(503);
      assertThat(look(scheduler)).isEqualTo(503);
      assertThat(scheduler.refused()).isEqualTo(2);
      assertThat(scheduler.starts()).containsExactly("a", "b");
      assertThat(scheduler.backMillis() - scheduler.awayMillis())
          .isEqualTo(Duration.ofDays(1).toMillis());
    }
  }

  @Test
  void awayForNoTime_isBackAtOnce_andStartsAnIdOnce() throws Exception {
    try (Scheduler scheduler = new Scheduler()) {
      scheduler.goAwayAt(1, Duration.ZERO);
      assertThat(start(scheduler, "a")).isEqualTo(200);
      assertThat(start(scheduler, "a")).isEqualTo(200);
      assertThat(start(scheduler, "b")).isEqualTo(200);
      assertThat(look(scheduler)).isEqualTo(200);

      assertThat(scheduler.starts()).containsExactly("a", "b");
      assertThat(scheduler.askedAgain()).isEqualTo(1);
      assertThat(scheduler.refused()).isZero();
    }
  }

  private int start(Scheduler scheduler, String id) throws IOException, InterruptedException {
    return status(
        at(scheduler, "/versions/active/actions/start")
            .POST(HttpRequest.BodyPublishers.ofString("{\"request_id\": \"" + id + "\"}")));
  }

  private int look(Scheduler scheduler) throws IOException, InterruptedException {
    return status(at(scheduler, "/instances/1/runs/latest"));
  }

  private static HttpRequest.Builder at(Scheduler scheduler, String path) {
    return HttpRequest.newBuilder(
        URI.create(scheduler.address() + "/api/v3/workflows/train" + path));
  }

  private int status(HttpRequest.Builder request) throws IOException, InterruptedException {
    return client.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
  }
}
