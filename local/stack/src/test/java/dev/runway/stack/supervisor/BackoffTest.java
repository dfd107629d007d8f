package dev.runway.stack.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackoffTest {

  private static final Duration SHORT = Duration.ofMillis(10);

  private final Backoff backoff =
      new Backoff(Duration.ofMillis(100), Duration.ofMillis(350), Duration.ofSeconds(60));

  @Test
  void after_deathsInARow_doublesUpToTheLimit() {
    assertThat(backoff.after(SHORT)).hasMillis(100);
    assertThat(backoff.after(SHORT)).hasMillis(200);
    assertThat(backoff.after(SHORT)).hasMillis(350);
    assertThat(backoff.after(SHORT)).hasMillis(350);
  }

  @Test
  void after_longGoodRun_startsAnew() {
    backoff.after(SHORT);
    backoff.after(SHORT);

    assertThat(backoff.after(Duration.ofSeconds(60))).hasMillis(100);
  }
}
