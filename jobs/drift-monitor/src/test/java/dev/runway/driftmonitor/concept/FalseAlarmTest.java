package dev.runway.driftmonitor.concept;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.model.DriftReading;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * How often the watch is wrong where nothing changes; the figures stand in docs/concept-drift.md.
 */
class FalseAlarmTest {
  private static final int VERSIONS = 100;
  private static final int WINDOWS = 100;
  private static final int LABELS = 1_200;

  private record Alarms(int windows, int concept, int pageHinkley, int adwin) {}

  /**
   * 100 versions of 100 windows of 1,200 labels, each version with traffic of its own that moves
   * from window to window.
   */
  @Test
  void unchangedConcept_isAlarmedInFewWindows() {
    Alarms alarms = play(SomeTruths.CALIBRATED);

    assertThat(alarms.windows()).isGreaterThan(9_000);
    assertThat((double) alarms.concept() / alarms.windows()).as("%s", alarms).isLessThan(0.002);
    assertThat((double) alarms.pageHinkley() / alarms.windows()).as("%s", alarms).isLessThan(0.002);
    assertThat((double) alarms.adwin() / alarms.windows()).as("%s", alarms).isLessThan(0.002);
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

  private static Alarms play(SomeTruths.World world) {
    List<DriftReading> readings = new ArrayList<>();
    for (int version = 0; version < VERSIONS; version++) {
      Random random = new Random(version);
      VersionWatch watch = new VersionWatch();
      for (int i = 0; i < WINDOWS; i++) {
        readings.addAll(close(watch, random, i, 0.7 + random.nextDouble(), world));
      }
    }
    return new Alarms(
        readings.size() / 2,
        flagged(readings, "conditional_kl_normalised"),
        flagged(readings, "page_hinkley"),
        flagged(readings, "adwin"));
  }

  private static List<DriftReading> close(
      VersionWatch watch, Random random, int number, double skew, SomeTruths.World world) {
    long start = SomeTruths.START + number * SomeTruths.WINDOW;
    NavigableMap<Long, TruthLedger> minutes = new TreeMap<>();
    for (Truth truth : SomeTruths.window(random, start, LABELS, skew, world)) {
      long minute = SomeTruths.minuteOf(truth);
      minutes.computeIfAbsent(minute, m -> new TruthLedger()).add(truth, minute);
    }
    Window window = new Window(start, start + SomeTruths.WINDOW);
    return watch
        .close(
            SomeTruths.ALL,
            window,
            WindowTruths.of(minutes).scored().get(DriftReading.ALL),
            start,
            SomeTruths.SETTINGS)
        .readings();
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
