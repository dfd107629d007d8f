package dev.runway.demo.play;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PaceTest {
  private long now = 1_000;

  @Test
  void events_areDueEvenlyFromTheStart() {
    Pace pace = new Pace(4, () -> now);

    assertThat(pace.untilDueNanos(0)).isZero();
    assertThat(pace.untilDueNanos(4)).isEqualTo(1_000_000_000);
  }

  @Test
  void afterADelay_eventsAreOverdueUntilCaughtUp() {
    Pace pace = new Pace(4, () -> now);
    now += 3_000_000_000L;

    assertThat(pace.untilDueNanos(11)).isNegative();
    assertThat(pace.untilDueNanos(13)).isPositive();
  }

  @Test
  void noPace_isAlwaysDue() {
    Pace pace = new Pace(0, () -> now);

    assertThat(pace.untilDueNanos(1_000_000)).isZero();
  }
}
