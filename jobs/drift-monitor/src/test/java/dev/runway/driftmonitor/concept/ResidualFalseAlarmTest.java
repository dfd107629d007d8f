package dev.runway.driftmonitor.concept;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.model.DriftReading;
import dev.runway.model.OptionalDetector;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * How often the watch of predicted numbers is wrong where nothing changes, and what it finds; the
 * figures stand in docs/concept-drift.md.
 */
class ResidualFalseAlarmTest {
  private static final int VERSIONS = 50;
  private static final int WINDOWS = 50;
  private static final int LABELS = 1_200;

  /** Versions whose traffic moves and stays. */
  private static final int MOVES = 100;

  private static final List<OptionalDetector> KSWIN = List.of(OptionalDetector.KSWIN);

  private record Alarms(int windows, int concept, int pageHinkley, int adwin, int kswin) {
    static Alarms of(List<DriftReading> readings) {
      return new Alarms(
          readings.size() / 2,
          flagged(readings, "conditional_kl_normalised"),
          flagged(readings, "page_hinkley"),
          flagged(readings, "adwin"),
          flagged(readings, "kswin"));
    }

    private static int flagged(List<DriftReading> readings, String metric) {
      return (int)
          readings.stream()
              .flatMap(reading -> reading.features().stream())
              .flatMap(feature -> feature.signals().stream())
              .filter(signal -> signal.metric().equals(metric) && signal.flagged())
              .count();
    }
  }

  static Stream<Arguments> worlds() {
    return Stream.of(
        Arguments.of("even", SomeNumbers.EVEN),
        Arguments.of("spreading", SomeNumbers.SPREADING),
        Arguments.of("biased", SomeNumbers.BIASED),
        Arguments.of("counts", SomeNumbers.COUNTS),
        Arguments.of("whole", SomeNumbers.WHOLE));
  }

  /**
   * 50 versions of 50 windows of 1,200 labels in each world, each version with traffic of its own
   * that moves from window to window.
   */
  @ParameterizedTest(name = "{0}")
  @MethodSource("worlds")
  void unchangedConcept_isAlarmedInFewWindows(String name, SomeNumbers.World world) {
    List<DriftReading> readings = new ArrayList<>();
    for (int version = 0; version < VERSIONS; version++) {
      Random random = new Random(version);
      ResidualWatch watch = new ResidualWatch();
      for (int i = 0; i < WINDOWS; i++) {
        double skew = 0.7 + random.nextDouble();
        readings.addAll(close(watch, random, i, skew, world));
      }
    }
    Alarms alarms = Alarms.of(readings);

    assertThat(alarms.windows()).isGreaterThan(2_300);
    assertThat((double) alarms.concept() / alarms.windows()).as("%s", alarms).isLessThan(0.002);
    assertThat((double) alarms.pageHinkley() / alarms.windows()).as("%s", alarms).isLessThan(0.002);
    assertThat((double) alarms.adwin() / alarms.windows()).as("%s", alarms).isLessThan(0.002);
    assertThat(alarms.kswin()).as("%s", alarms).isZero();
  }

  /** Residuals move by half of their standard deviation, and are larger by an eighth for that. */
  @Test
  void residualsThatMove_areConceptDrift() {
    Alarms alarms = change(SomeNumbers.changed(SomeNumbers.EVEN, 0.5, 1));

    assertThat(alarms.concept()).as("%s", alarms).isEqualTo(2 * VERSIONS);
  }

  /** As many more bins as there are whole numbers lie between these and are never filled. */
  @Test
  void wholeNumbersThatMove_areConceptDriftToo() {
    Alarms alarms = change(SomeNumbers.WHOLE, SomeNumbers.WHOLE_AND_HIGHER);

    // Their outer residuals are few, and what chance makes of few is not taken for drift.
    assertThat(alarms.concept()).as("%s", alarms).isGreaterThanOrEqualTo(2 * VERSIONS - 2);
  }

  /** Residuals become half as large again: all three say so, within two windows. */
  @Test
  void residualsThatGrow_areFoundByAll() {
    Alarms alarms = change(SomeNumbers.changed(SomeNumbers.EVEN, 0, 1.5));

    assertThat(alarms.concept()).as("%s", alarms).isEqualTo(2 * VERSIONS);
    assertThat(alarms.pageHinkley()).as("%s", alarms).isGreaterThanOrEqualTo(VERSIONS);
    assertThat(alarms.adwin()).as("%s", alarms).isGreaterThanOrEqualTo(VERSIONS);
    assertThat(alarms.kswin()).as("%s", alarms).isGreaterThan(VERSIONS * 9 / 10);
  }

  /**
   * Of a model whose residuals grow with the prediction, all predictions are the highest ones for
   * ten windows, then the lowest, then as they were: other residuals, by the same law.
   */
  @Test
  void trafficThatMovesAndStays_isNotAlarmed() {
    List<DriftReading> readings = new ArrayList<>();
    for (int version = 0; version < MOVES; version++) {
      Random random = new Random(version);
      ResidualWatch watch = new ResidualWatch();
      for (int i = 0; i < 26; i++) {
        double skew = i < 6 || i >= 22 ? 1 : i < 14 ? 0.1 : 6;
        readings.addAll(close(watch, random, i, skew, SomeNumbers.SPREADING));
      }
    }
    Alarms alarms = Alarms.of(readings);

    assertThat(alarms.windows()).isEqualTo(MOVES * 24);
    assertThat(alarms.kswin()).as("%s", alarms).isZero();
  }

  /** A single outlier among labels that are as they were. */
  @Test
  void outlier_isNoChange() {
    Alarms alarms =
        change(
            (value, random) ->
                random.nextInt(1_000) == 0 ? 1e9 : SomeNumbers.EVEN.residual(value, random));

    assertThat(alarms).isEqualTo(new Alarms(2 * VERSIONS, 0, 0, 0, 0));
  }

  private static List<DriftReading> close(
      ResidualWatch watch, Random random, int number, double skew, SomeNumbers.World world) {
    long start = SomeTruths.START + number * SomeTruths.WINDOW;
    return SomeNumbers.close(
        watch, number, SomeNumbers.window(random, start, LABELS, skew, world), KSWIN);
  }

  /** Six windows as they were, then two of another world. */
  private static Alarms change(SomeNumbers.World later) {
    return change(SomeNumbers.EVEN, later);
  }

  private static Alarms change(SomeNumbers.World before, SomeNumbers.World later) {
    List<DriftReading> after = new ArrayList<>();
    for (int version = 0; version < VERSIONS; version++) {
      Random random = new Random(version);
      ResidualWatch watch = new ResidualWatch();
      for (int i = 0; i < 8; i++) {
        SomeNumbers.World world = i < 6 ? before : later;
        List<DriftReading> readings = close(watch, random, i, 1, world);
        if (i >= 6) {
          after.addAll(readings);
        }
      }
    }
    return Alarms.of(after);
  }
}
