package dev.runway.demo.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TimeLapseTest {
  private static final long DAY = Duration.ofDays(1).toMillis();
  private static final TimeLapse LAPSE = new TimeLapse(100 * DAY, Duration.ofDays(18), 500 * DAY);

  @Test
  void stepOfTheAct_isSoManyDaysOfTheSample() {
    assertThat(LAPSE.act(100 * DAY)).isEqualTo(500 * DAY);
    assertThat(LAPSE.act(118 * DAY)).isEqualTo(500 * DAY + TimeLapse.STEP.toMillis());
    assertThat(LAPSE.act(82 * DAY)).isEqualTo(500 * DAY - TimeLapse.STEP.toMillis());
  }

  @Test
  void backAgain_isTheSameTime() {
    assertThat(LAPSE.data(LAPSE.act(137 * DAY))).isEqualTo(137 * DAY);
  }

  @Test
  void lengths_areRoundedUpToSeconds() {
    assertThat(LAPSE.length(Duration.ofDays(9))).isEqualTo(Duration.ofMinutes(30));
    assertThat(LAPSE.length(Duration.ofDays(2))).isEqualTo(Duration.ofSeconds(400));
    assertThat(LAPSE.length(Duration.ofSeconds(1))).isEqualTo(Duration.ofSeconds(1));
  }
}
