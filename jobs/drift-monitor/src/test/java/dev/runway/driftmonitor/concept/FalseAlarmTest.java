package dev.runway.driftmonitor.concept;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.drift.performance.ScoreBins;
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
 * How often the watch is wrong where nothing changes; the figures stand in docs/concept-drift.md.
 */
class FalseAlarmTest {
  private static final int VERSIONS = 100;
  private static final int WINDOWS = 100;
  private static final int LABELS = 1_200;

  /** For comparison; what they say is in the readings and decides nothing. */
  private static final List<OptionalDetector> BOTH =
      List.of(OptionalDetector.DDM, OptionalDetector.EDDM);

  /** Versions whose traffic moves and stays. */
  private static final int MOVES = 200;

  private record Alarms(
      int windows, int concept, int pageHinkley, int adwin, int ddm, int eddm, int features) {
    static Alarms of(List<DriftReading> readings) {
      return new Alarms(
          readings.size() / 2,
          flagged(readings, "conditional_kl_normalised"),
          flagged(readings, "page_hinkley"),
          flagged(readings, "adwin"),
          flagged(readings, "ddm"),
          flagged(readings, "eddm"),
          (int) readings.stream().filter(reading -> reading.flagged() > 0).count());
    }
  }

  /** Positives of one in two, one in twenty and one in fifty. */
  static Stream<Arguments> worlds() {
    return Stream.of(
        Arguments.of("50 %", SomeTruths.CALIBRATED),
        Arguments.of("5 %", (SomeTruths.World) score -> 0.1 * score),
        Arguments.of("5 %, steep", (SomeTruths.World) score -> 0.2 * score * score * score),
        Arguments.of("2 %", (SomeTruths.World) score -> 0.04 * score));
  }

  /**
   * 100 versions of 100 windows of 1,200 labels, each version with traffic of its own that moves
   * from window to window. Where positives are rare, windows are judged with those before them.
   */
  @ParameterizedTest(name = "{0}")
  @MethodSource("worlds")
  void unchangedConcept_isAlarmedInFewWindows(String name, SomeTruths.World world) {
    Alarms alarms = play(world);

    assertThat(alarms.windows()).isGreaterThan(9_000);
    assertThat((double) alarms.concept() / alarms.windows()).as("%s", alarms).isLessThan(0.002);
    assertThat((double) alarms.pageHinkley() / alarms.windows()).as("%s", alarms).isLessThan(0.002);
    assertThat((double) alarms.adwin() / alarms.windows()).as("%s", alarms).isLessThan(0.002);
    // As their authors made them they are wrong in one of a hundred windows and in one of twenty,
    // more where errors are rare and the traffic moves; and flag nothing by that.
    assertThat((double) alarms.ddm() / alarms.windows()).as("%s", alarms).isGreaterThan(0.005);
    assertThat((double) alarms.eddm() / alarms.windows()).as("%s", alarms).isGreaterThan(0.03);
    assertThat(alarms.features())
        .as("%s", alarms)
        .isLessThanOrEqualTo(alarms.concept() + alarms.pageHinkley() + alarms.adwin());
  }

  /** Errors of all decisions become 0.1 more likely, in 100 versions: who says so, and when. */
  @Test
  void errorsThatBecomeMoreLikely_areFoundWithinAWindowOrTwo() {
    int concept = 0;
    int pageHinkley = 0;
    int adwin = 0;
    for (int version = 0; version < VERSIONS; version++) {
      Random random = new Random(version);
      VersionWatch watch = new VersionWatch();
      List<DriftReading> after = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        SomeTruths.World world =
            i < 6 ? SomeTruths.CALIBRATED : score -> score >= 0.5 ? score - 0.1 : score + 0.1;
        List<DriftReading> readings = close(watch, random, i, 1, world);
        if (i >= 6) {
          after.addAll(readings);
        }
      }
      concept += flagged(after.subList(0, 2), "conditional_kl_normalised");
      pageHinkley += Math.min(1, flagged(after, "page_hinkley"));
      adwin += Math.min(1, flagged(after, "adwin"));
    }

    String found = "concept %d, Page-Hinkley %d, ADWIN %d".formatted(concept, pageHinkley, adwin);
    assertThat(concept).as(found).isGreaterThan(80);
    assertThat(pageHinkley).as(found).isGreaterThan(80);
    assertThat(adwin).as(found).isGreaterThan(80);
  }

  /**
   * Scores of the middle alone for as long as it takes to see a rise of 0.02, then all of them
   * again. What the reference's 400 labels there say is off by 0.025, and in one of five references
   * by more than the 0.02 that is tolerated.
   */
  @Test
  void trafficThatMovesAndStays_isNotAlarmed() {
    List<DriftReading> readings = moveAndStay(SomeTruths.CALIBRATED);
    Alarms alarms = Alarms.of(readings);

    assertThat(alarms.windows()).isEqualTo(MOVES * 24);
    assertThat(alarms.concept()).as("%s", alarms).isLessThanOrEqualTo(1);
    assertThat(alarms.pageHinkley()).as("%s", alarms).isZero();
    assertThat(alarms.adwin()).as("%s", alarms).isLessThanOrEqualTo(1);
    // What was not alarmed is told all the same.
    assertThat(alarms(readings, "page_hinkley_explained")).isBetween(1.0, MOVES * 2.0);
    assertThat(alarms(readings, "adwin_explained")).isBetween(1.0, MOVES * 4.0);
  }

  /** Traffic that has moved and stays takes nothing from what is found. */
  @Test
  void errorsThatBecomeMoreLikely_areFoundInTrafficThatMovedBefore() {
    Alarms alarms = Alarms.of(moveAndStay(score -> score >= 0.5 ? score - 0.1 : score + 0.1));

    assertThat(alarms.pageHinkley()).as("%s", alarms).isGreaterThan(MOVES * 8 / 10);
    assertThat(alarms.adwin()).as("%s", alarms).isGreaterThan(MOVES * 8 / 10);
  }

  /**
   * @param later what the world does in the last windows of the traffic that moved
   */
  private static List<DriftReading> moveAndStay(SomeTruths.World later) {
    List<DriftReading> readings = new ArrayList<>();
    for (int version = 0; version < MOVES; version++) {
      Random random = new Random(version);
      VersionWatch watch = new VersionWatch();
      for (int i = 0; i < 26; i++) {
        boolean moved = i >= 6 && i < 16;
        SomeTruths.World world = i >= 13 && i < 16 ? later : SomeTruths.CALIBRATED;
        readings.addAll(closeEven(watch, random, i, moved ? 0.2 : 1, world));
      }
    }
    return readings;
  }

  /** A window whose scores lie evenly around the middle. */
  private static List<DriftReading> closeEven(
      VersionWatch watch, Random random, int number, double width, SomeTruths.World world) {
    long start = SomeTruths.START + number * SomeTruths.WINDOW;
    watch.begin(BOTH);
    for (int i = 0; i < LABELS; i++) {
      double score = 0.5 + width * (random.nextDouble() - 0.5);
      int decision = score >= 0.5 ? 1 : 0;
      int outcome = random.nextDouble() < world.rate(score) ? 2 : 0;
      int cell = ScoreBins.index(score) << 2 | decision | outcome;
      watch.add(start + i, new TruthLedger.Entry(i, 0, 1, cell, null, 0, 0));
    }
    Window window = new Window(start, start + SomeTruths.WINDOW);
    return watch.close(SomeTruths.ALL, window, start, SomeTruths.SETTINGS).readings();
  }

  private static Alarms play(SomeTruths.World world) {
    List<DriftReading> readings = new ArrayList<>();
    for (int version = 0; version < VERSIONS; version++) {
      Random random = new Random(version);
      VersionWatch watch = new VersionWatch();
      for (int i = 0; i < WINDOWS; i++) {
        readings.addAll(close(watch, random, i, 0.7 + random.nextDouble(), world));
      }
    }
    return Alarms.of(readings);
  }

  private static List<DriftReading> close(
      VersionWatch watch, Random random, int number, double skew, SomeTruths.World world) {
    long start = SomeTruths.START + number * SomeTruths.WINDOW;
    return SomeTruths.close(
        watch, number, SomeTruths.window(random, start, LABELS, skew, world), BOTH);
  }

  /** Sum of a metric's values. */
  private static double alarms(List<DriftReading> readings, String metric) {
    return readings.stream()
        .flatMap(reading -> reading.features().stream())
        .flatMap(feature -> feature.signals().stream())
        .filter(signal -> signal.metric().equals(metric))
        .mapToDouble(DriftReading.Signal::value)
        .sum();
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
