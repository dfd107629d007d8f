package dev.runway.groundtruth.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.runway.groundtruth.join.PlainJoin;
import dev.runway.groundtruth.join.SomeModel;
import dev.runway.model.Maturity;
import dev.runway.model.PerformanceReading;
import dev.runway.model.Prediction;
import dev.runway.model.Task;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The coverage a window is said to end with, against simulated traffic whose end is known. */
class ExpectedCoverageTest {
  /** A whole minute, where a window begins. */
  private static final long T = 1_750_000_020_000L;

  private static final long MINUTE = 60_000;

  private final Map<WindowKey, WindowCounts> windows = new HashMap<>();

  private void add(PlainJoin join) {
    join.contributions.forEach(
        change ->
            windows
                .computeIfAbsent(
                    WindowKey.of(change.prediction()), key -> WindowCounts.empty(Task.BINARY))
                .add(change));
    join.contributions.clear();
  }

  private static WindowKey window(long startMillis) {
    return new WindowKey(Task.BINARY, startMillis, startMillis + MINUTE, "*", "*");
  }

  private PerformanceReading.Coverage coverage(long startMillis, Maturity maturity, long now) {
    VersionDelays delays = new VersionDelays();
    windows.forEach((window, counts) -> delays.add(window, counts, now));
    WindowKey window = window(startMillis);
    return PerformanceReport.of(
            new ModelVersion("m", "v1"),
            window,
            windows.get(window),
            maturity,
            delays.distribution(),
            now)
        .coverage();
  }

  private static Prediction weighing(double weight, String id, long at) {
    return new Prediction(
        id, "m", "v1", at, 0.8, null, Double.NaN, null, null, null, null, null, Double.NaN, weight);
  }

  /** Ten predictions a second, nine of ten labelled after 8 s on average; some weigh more. */
  @ParameterizedTest
  @ValueSource(longs = {70_000, 90_000, 119_000, 125_000, 150_000, 185_000})
  void expected_isWhatTheWindowEndsWith(long afterMillis) {
    SomeModel model = SomeModel.explicit();
    PlainJoin join = new PlainJoin(10_000, 0);
    Random random = new Random(afterMillis);
    Map<Long, Runnable> events = new TreeMap<>();
    for (int i = 0; i < 1_200; i++) {
      String id = "p" + i;
      long at = T + i * 100L;
      double weight = 1 + 3 * random.nextInt(2);
      events.put(10 * at, () -> join.predicted(model.admit(weighing(weight, id, at))));
      long delay = (long) (-8_000 * Math.log(random.nextDouble()));
      if (random.nextDouble() < 0.9 && delay < SomeModel.HORIZON) {
        events.putIfAbsent(
            10 * (at + delay) + 1 + random.nextInt(9),
            () -> join.observed(model.label(id, at + delay, "true", 1)));
      }
    }
    long now = T + afterMillis;
    events.forEach(
        (at, event) -> {
          if (at <= 10 * now) {
            event.run();
          }
        });
    join.reaches(now);
    add(join);
    Double expected = coverage(T + MINUTE, Maturity.PROVISIONAL, now).expectedCoverage();
    events.forEach(
        (at, event) -> {
          if (at > 10 * now) {
            event.run();
          }
        });
    join.reaches(Long.MAX_VALUE);
    add(join);
    PerformanceReading.Coverage end = coverage(T + MINUTE, Maturity.FINAL, Long.MAX_VALUE);

    assertThat(end.coverage()).isBetween(0.85, 0.95);
    assertThat(end.expectedCoverage()).isEqualTo(end.coverage());
    // Before the window is over the rest of it is not known yet, only what it was so far.
    assertThat(expected).isCloseTo(end.coverage(), within(afterMillis < 120_000 ? 0.04 : 0.02));
  }

  @Test
  void burstThatStaysSilent_isNotExpectedToBeLabelled() {
    SomeModel model = SomeModel.explicit();
    PlainJoin join = new PlainJoin(10_000, 0);
    for (int i = 0; i < 100; i++) {
      join.predicted(model.prediction("p" + i, T + i * 50L));
    }
    for (int i = 0; i < 10; i++) {
      join.observed(model.label("p" + i, T + i * 50L + 1_000, "true", 1));
    }
    join.reaches(T + 29_000);
    add(join);

    assertThat(coverage(T, Maturity.PROVISIONAL, T + 29_000).expectedCoverage())
        .isCloseTo(0.1, within(0.03));
  }

  @Test
  void silenceThatIsALabel_isExpectedToLabelAll_evenBeforeTheFirst() {
    SomeModel model = SomeModel.implicitNegative();
    PlainJoin join = new PlainJoin(10_000, 0);
    for (int i = 0; i < 20; i++) {
      join.predicted(model.prediction("p" + i, T + i * 1_000L));
    }
    add(join);
    assertThat(coverage(T, Maturity.PROVISIONAL, T + 1_000).expectedCoverage()).isEqualTo(1);

    join.observed(model.label("p1", T + 5_000, "true", 1));
    join.reaches(T + 35_000);
    add(join);
    PerformanceReading.Coverage some = coverage(T, Maturity.PROVISIONAL, T + 35_000);
    assertThat(some.coverageSoFar()).isBetween(0.5, 0.9);
    assertThat(some.expectedCoverage()).isEqualTo(1);
    assertThat(windows.get(window(T)).joinedBySilence()).isPositive();
  }

  @Test
  void finalWithoutALabel_getsNone_andNothingIsKnownBeforeTheFirst() {
    SomeModel model = SomeModel.explicit();
    PlainJoin join = new PlainJoin(10_000, 0);
    join.predicted(model.prediction("old", T));
    add(join);
    assertThat(coverage(T, Maturity.PROVISIONAL, T).expectedCoverage()).isNull();

    for (int i = 0; i < 8; i++) {
      join.predicted(model.prediction("p" + i, T + 30_000));
      join.observed(model.label("p" + i, T + 31_000, "true", 1));
    }
    join.predicted(model.prediction("young", T + 59_000));
    join.reaches(T + 59_000 + SomeModel.HORIZON - 1);
    add(join);
    PerformanceReading.Coverage coverage =
        coverage(T, Maturity.PROVISIONAL, T + 59_000 + SomeModel.HORIZON - 1);

    assertThat(coverage.unlabelled()).isEqualTo(1);
    assertThat(coverage.waiting()).isEqualTo(1);
    assertThat(coverage.expectedCoverage()).isCloseTo(0.8, within(1e-9));
  }
}
