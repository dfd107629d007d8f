package dev.runway.drift.performance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabelDelaysTest {

  private static final long HOUR = 3_600_000;
  private static final long MINUTE = 60_000;

  private static DelayCounts hours(long... hours) {
    DelayCounts counts = new DelayCounts();
    for (long hour : hours) {
      counts.add(hour * HOUR, 1);
    }
    return counts;
  }

  private static Ages age(long millis, long horizon) {
    return Ages.of(-millis, -millis, 0, horizon);
  }

  private static KaplanMeier curve(DelayCounts labelled, long... agesInHours) {
    LabelDelays delays = new LabelDelays();
    delays.addLabelled(labelled);
    for (long hours : agesInHours) {
      delays.addWaiting(age(hours * HOUR, 100 * HOUR), 1);
    }
    return delays.distribution();
  }

  /**
   * Worked by hand: labels at 2, 4, 4 and 10 h, no label yet at 3, 4, 7 and 20 h.
   *
   * <p>At 2 h 8 at risk: S = 7/8. At 4 h 6 at risk (3 h is censored), 2 labels: S = 7/8 x 4/6 =
   * 7/12. At 10 h 2 at risk: S = 7/24.
   */
  @Test
  void distribution_ofTheWorkedExample_isTheWorkedCurve() {
    KaplanMeier curve = curve(hours(2, 4, 4, 10), 3, 4, 7, 20);

    assertThat(curve.cdf(HOUR)).isZero();
    assertThat(curve.cdf(2 * HOUR)).isCloseTo(1 / 8.0, offset(1e-12));
    assertThat(curve.cdf(3 * HOUR)).isCloseTo(1 / 8.0, offset(1e-12));
    assertThat(curve.cdf(4 * HOUR)).isCloseTo(5 / 12.0, offset(1e-12));
    assertThat(curve.cdf(9 * HOUR)).isCloseTo(5 / 12.0, offset(1e-12));
    assertThat(curve.cdf(30 * HOUR)).isCloseTo(17 / 24.0, offset(1e-12));
    assertThat(curve.cdf(-1)).isZero();
  }

  /**
   * At 3 h: F = 1/8; by 10 h F = 17/24, so of those without label (17/24 - 3/24) / (21/24) = 2/3.
   */
  @Test
  void stillLabelled_isWhatTheOthersStillGet() {
    KaplanMeier curve = curve(hours(2, 4, 4, 10), 3, 4, 7, 20);

    assertThat(curve.stillLabelled(age(3 * HOUR, 10 * HOUR))).isCloseTo(2 / 3.0, offset(1e-12));
    assertThat(curve.stillLabelled(age(10 * HOUR, 10 * HOUR))).isZero();
    assertThat(curve.stillLabelled(age(40 * HOUR, 10 * HOUR))).isZero();
  }

  @Test
  void distribution_withoutCensoring_isThePlainOne() {
    KaplanMeier curve = curve(hours(1, 2, 3, 4));
    assertThat(curve.cdf(2 * HOUR)).isCloseTo(0.5, offset(1e-12));
    assertThat(curve.cdf(4 * HOUR)).isEqualTo(1);
    assertThat(curve.stillLabelled(age(5 * HOUR, 9 * HOUR))).isZero();
    assertThat(curve.stillLabelled(age(HOUR, 9 * HOUR))).isCloseTo(1, offset(1e-12));
  }

  @Test
  void distribution_withoutLabels_isUnknown() {
    LabelDelays delays = new LabelDelays();
    delays.addWaiting(age(HOUR, HOUR), 5);
    delays.addUnlabelled(HOUR, 5);
    assertThat(delays.distribution()).isNull();
  }

  /** All made at once at the start, ten labelled after a minute: the other ninety get no more. */
  @Test
  void silence_isNoSignOfLabelsToCome() {
    LabelDelays delays = new LabelDelays();
    DelayCounts labelled = new DelayCounts();
    labelled.addMany(MINUTE, 10);
    delays.addLabelled(labelled);
    Ages ages = Ages.of(0, HOUR, 29 * MINUTE, 10 * HOUR);
    delays.addWaiting(ages, 90);

    assertThat(delays.distribution().stillLabelled(ages)).isLessThan(0.02);
  }

  /** Predictions made evenly, nine of ten labelled after an exponential delay of ten minutes. */
  @ParameterizedTest
  @ValueSource(longs = {30, 59, 61, 75, 120})
  void truth_isFoundAgain_atAnyTimeOfAWindow(long minutesIntoSecondWindow) {
    Random random = new Random(minutesIntoSecondWindow);
    long horizon = 100 * MINUTE;
    long now = HOUR + minutesIntoSecondWindow * MINUTE;
    LabelDelays delays = new LabelDelays();
    long[] made = new long[2];
    long[] joined = new long[2];
    for (int window = 0; window < 2; window++) {
      DelayCounts known = new DelayCounts();
      long waiting = 0;
      long unlabelled = 0;
      for (long at = window * HOUR; at < Math.min(now, (window + 1) * HOUR); at += 200) {
        long delay = (long) (-10 * MINUTE * Math.log(random.nextDouble()));
        made[window]++;
        if (random.nextDouble() < 0.9 && delay <= horizon && at + delay <= now) {
          known.add(delay, 1);
          joined[window]++;
        } else if (at + horizon <= now) {
          unlabelled++;
        } else {
          waiting++;
        }
      }
      delays.addLabelled(known);
      delays.addUnlabelled(horizon, unlabelled);
      delays.addWaiting(Ages.of(window * HOUR, (window + 1) * HOUR, now, horizon), waiting);
    }
    KaplanMeier curve = delays.distribution();

    assertThat(curve.cdf(horizon)).isCloseTo(0.9, within(0.01));
    assertThat(curve.cdf(10 * MINUTE)).isCloseTo(0.9 * (1 - 1 / Math.E), within(0.015));
    Ages ages = Ages.of(HOUR, 2 * HOUR, now, horizon);
    double expected = joined[1] + (made[1] - joined[1]) * curve.stillLabelled(ages);
    assertThat(expected / made[1]).isCloseTo(0.9, within(0.015));
  }
}
