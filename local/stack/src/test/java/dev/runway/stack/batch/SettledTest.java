package dev.runway.stack.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.model.LabelPolicy;
import dev.runway.model.ModelDocument;
import dev.runway.model.Reduction;
import dev.runway.model.Task;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;

class SettledTest {
  private static final BatchDays DAYS =
      new BatchDays(LocalDate.parse("2026-03-01"), LocalDate.parse("2026-03-02"));

  @Test
  void windowsThatEndWithTheDay_waitForTheirHorizonAndTheArchive() {
    assertThat(Settled.at(DAYS, model(Duration.ofHours(3), Duration.ofHours(6))))
        .isEqualTo(Instant.parse("2026-03-03T06:10:00Z"));
  }

  @Test
  void windowsThatReachBeyondTheDay_areWaitedForToTheirEnd() {
    // Aligned to the epoch: 2026-03-02 is day 20514, so a window of three days begins there.
    assertThat(Settled.at(DAYS, model(Duration.ofDays(3), Duration.ofDays(7))))
        .isEqualTo(Instant.parse("2026-03-12T00:10:00Z"));
  }

  private static ModelDocument model(Duration window, Duration horizon) {
    return new ModelDocument(
        "m",
        1,
        3,
        null,
        Task.BINARY,
        LabelPolicy.EXPLICIT,
        Reduction.LAST,
        horizon,
        null,
        null,
        1,
        0.5,
        window,
        1,
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }
}
