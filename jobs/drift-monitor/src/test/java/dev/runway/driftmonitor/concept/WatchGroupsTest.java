package dev.runway.driftmonitor.concept;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.model.DriftReading;
import dev.runway.model.DriftReading.Signal;
import dev.runway.model.OptionalDetector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Segments, and predicted numbers, in the function. */
class WatchGroupsTest {
  private static final int WINDOWS = 8;
  private static final int CHANGE = 6;
  private static final long END = SomeTruths.START + WINDOWS * SomeTruths.WINDOW;
  private static final long WAIT =
      SomeTruths.HORIZON.plus(SomeTruths.SETTINGS.lateness()).toMillis();

  private static final List<OptionalDetector> DETECTORS = List.of(OptionalDetector.values());

  private static long start(int window) {
    return SomeTruths.START + window * SomeTruths.WINDOW;
  }

  private static List<DriftReading> play(List<Truth> truths, boolean restarts) throws Exception {
    return play(truths, restarts, List.of());
  }

  private static List<DriftReading> play(
      List<Truth> truths, boolean restarts, List<OptionalDetector> detectors) throws Exception {
    try (WatchHarness harness = new WatchHarness()) {
      harness.models.become(SomeTruths.model(1, SomeTruths.HORIZON, detectors));
      harness.hears(truths);
      for (int window = 0; window < WINDOWS; window++) {
        harness.reaches(start(window + 1) + WAIT);
        if (restarts) {
          harness.restart();
        }
      }
      harness.reaches(END + WAIT);
      return harness.readings();
    }
  }

  private static Set<String> flagged(List<DriftReading> readings, String profile) {
    Set<String> flagged = new TreeSet<>();
    for (DriftReading reading : readings) {
      if (reading.profileId().startsWith(profile) && reading.flagged() > 0) {
        long window = (reading.windowStartMillis() - SomeTruths.START) / SomeTruths.WINDOW;
        flagged.add(reading.segment() + ' ' + window);
      }
    }
    return flagged;
  }

  /** Scores of "eu" flip; those of "us" go on, and have as many labels. */
  private static List<Truth> scores() {
    Random random = new Random(11);
    List<Truth> truths = new ArrayList<>();
    for (int window = 0; window < WINDOWS; window++) {
      for (String segment : List.of("eu", "us")) {
        boolean flips = window >= CHANGE && segment.equals("eu");
        SomeTruths.World world = flips ? SomeTruths.FLIPPED : SomeTruths.CALIBRATED;
        for (Truth truth : SomeTruths.window(random, start(window), 1_200, 1, world)) {
          truths.add(truth.with(segment, Double.NaN, Double.NaN));
        }
      }
    }
    return truths;
  }

  @Test
  void segmentWhoseScoresFlip_isFlagged_andItsNeighbourIsNot() throws Exception {
    List<DriftReading> readings = play(scores(), false);

    assertThat(flagged(readings, "concept.")).containsExactly("* 6", "* 7", "eu 6", "eu 7");
    assertThat(flagged(readings, "change-detectors")).contains("* 6", "eu 6");
    assertThat(flagged(readings, "change-detectors")).noneMatch(place -> place.startsWith("us"));
    // Of all, the first window's labels are enough for a reference; of a segment, the second's.
    assertThat(readings).hasSize(2 * (WINDOWS - 1) + 2 * 2 * (WINDOWS - 2));
  }

  private static List<Truth> numbers() {
    Random random = new Random(12);
    List<Truth> truths = new ArrayList<>();
    for (int window = 0; window < WINDOWS; window++) {
      SomeNumbers.World world =
          window < CHANGE ? SomeNumbers.EVEN : SomeNumbers.changed(SomeNumbers.EVEN, 0, 2);
      truths.addAll(SomeNumbers.window(random, start(window), 1_200, 1, world));
    }
    return truths;
  }

  @Test
  void residualsThatGrow_areFlaggedInTheirWindow_andNothingIsEstimated() throws Exception {
    try (WatchHarness harness = new WatchHarness()) {
      harness.hears(numbers());
      harness.reaches(END + WAIT);

      assertThat(flagged(harness.readings(), "concept."))
          .containsExactly("* 6", "* 7", "eu 6", "eu 7");
      assertThat(flagged(harness.readings(), "change-detectors")).contains("* 6", "eu 6");
      assertThat(harness.readings()).hasSize(2 * 2 * (WINDOWS - 2));
      assertThat(harness.matured()).isEmpty();
    }
  }

  @Test
  void anyOrderOfArrival_andRestarts_endInTheSameReadings() throws Exception {
    for (List<Truth> story : List.of(scores(), numbers())) {
      List<Truth> shuffled = new ArrayList<>(story);
      Collections.shuffle(shuffled, new Random(13));
      shuffled.addAll(story.subList(0, 500));

      assertThat(play(shuffled, true, DETECTORS)).isEqualTo(play(story, false, DETECTORS));
    }
  }

  /** What was there without them is there with them, and what they say has names of its own. */
  @Test
  void detectorsThatADocumentAsksFor_addTheirSignals_andTakeNothing() throws Exception {
    Map<String, Set<String>> added = new TreeMap<>();
    for (List<Truth> story : List.of(scores(), numbers())) {
      List<DriftReading> plain = play(story, false);
      List<DriftReading> more = play(story, false, DETECTORS);
      for (int i = 0; i < more.size(); i++) {
        for (int f = 0; f < more.get(i).features().size(); f++) {
          List<Signal> signals = new ArrayList<>(more.get(i).features().get(f).signals());
          signals.removeAll(plain.get(i).features().get(f).signals());
          for (Signal signal : signals) {
            added.computeIfAbsent(signal.metric(), metric -> new TreeSet<>()).add(signal.method());
          }
        }
        assertThat(signals(more.get(i))).containsAll(signals(plain.get(i)));
        assertThat(more.get(i).flagged()).isGreaterThanOrEqualTo(plain.get(i).flagged());
      }
    }

    assertThat(added)
        .containsEntry("ddm", Set.of("DDM_FOR_COMPATIBILITY"))
        .containsEntry("eddm", Set.of("EDDM_FOR_COMPATIBILITY"))
        .containsEntry("kswin", Set.of("KSWIN"))
        .containsKeys("ddm_since", "ddm_alarms", "eddm_since", "eddm_alarms", "kswin_since");
  }

  private static List<Signal> signals(DriftReading reading) {
    return reading.features().stream().flatMap(feature -> feature.signals().stream()).toList();
  }

  /** Errors as they were, so both are wrong; whoever judges by features never hears of it. */
  @Test
  void alarmsOfDdmAndEddm_flagTheirSignalsAlone() throws Exception {
    Random random = new Random(14);
    List<Truth> truths = new ArrayList<>();
    for (int window = 0; window < WINDOWS; window++) {
      truths.addAll(SomeTruths.window(random, start(window), 1_200, 1, SomeTruths.CALIBRATED));
    }
    List<DriftReading> readings = play(truths, false, DETECTORS);

    assertThat(flagged(readings, "change-detectors")).isEmpty();
    assertThat(
            readings.stream()
                .flatMap(reading -> signals(reading).stream())
                .filter(Signal::flagged)
                .map(Signal::metric))
        .contains("eddm")
        .isSubsetOf("ddm", "eddm");
  }

  /** Kept as long as the document names them: what it no longer names begins anew. */
  @Test
  void detectorThatADocumentNoLongerAsksFor_isForgotten() throws Exception {
    try (WatchHarness harness = new WatchHarness()) {
      harness.hears(numbers());
      List<Double> samples = new ArrayList<>();
      for (int window = 0; window < CHANGE; window++) {
        List<OptionalDetector> detectors = window == 4 ? List.of() : DETECTORS;
        harness.models.become(SomeTruths.model(1, SomeTruths.HORIZON, detectors));
        int before = harness.readings().size();
        harness.reaches(start(window + 1) + WAIT);
        harness.readings().stream()
            .skip(before)
            .filter(reading -> reading.segment().equals("eu"))
            .flatMap(reading -> signals(reading).stream())
            .filter(signal -> signal.metric().equals("kswin"))
            .forEach(signal -> samples.add((double) signal.samples()));
      }

      // Windows 2, 3 and, after a pause, 5; predictions beyond the reference's are not ranked.
      assertThat(samples).hasSize(3);
      assertThat(samples.get(1)).isBetween(2_200.0, 2_400.0);
      assertThat(samples.get(2)).isBetween(1_100.0, 1_200.0);
    }
  }

  /** In a replay no clock ends a reference: a pause of event time does, of each group. */
  @ParameterizedTest
  @CsvSource({"89, 1", "90, 2"})
  void referenceEnds_withAPauseOfEventTime(int days, int references) throws Exception {
    for (List<Truth> story : List.of(scores(), numbers())) {
      long pause = Duration.ofDays(days).toMillis();
      List<Truth> truths = new ArrayList<>();
      for (Truth truth : story) {
        if (truth.predictedAtMillis() < start(4)) {
          truths.add(truth);
          truths.add(later(truth, pause + 4 * SomeTruths.WINDOW));
        }
      }
      try (WatchHarness harness = new WatchHarness()) {
        harness.hears(truths);
        harness.reaches(END + pause + WAIT);

        Map<String, Set<String>> profiles = new TreeMap<>();
        for (DriftReading reading : harness.readings()) {
          if (reading.profileId().startsWith("concept.")) {
            profiles
                .computeIfAbsent(reading.segment(), segment -> new TreeSet<>())
                .add(reading.profileId());
          }
        }
        assertThat(profiles).containsKeys("*", "eu");
        assertThat(profiles.values()).allMatch(ids -> ids.size() == references);
      }
    }
  }

  private static Truth later(Truth truth, long millis) {
    return new Truth(
        truth.key(),
        truth.idHash() + 1,
        truth.revision(),
        truth.predictedAtMillis() + millis,
        truth.finalAtMillis() + millis,
        truth.judged(),
        truth.score(),
        truth.decision(),
        truth.outcome(),
        truth.segment(),
        truth.value(),
        truth.residual());
  }
}
