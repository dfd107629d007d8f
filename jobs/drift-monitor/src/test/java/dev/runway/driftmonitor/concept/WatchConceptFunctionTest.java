package dev.runway.driftmonitor.concept;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.model.DriftReading;
import dev.runway.model.DriftReading.Feature;
import dev.runway.model.DriftReading.Signal;
import dev.runway.model.DriftReading.Status;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WatchConceptFunctionTest {
  private static final long START = SomeTruths.START;
  private static final long WINDOW = SomeTruths.WINDOW;

  /** From the end of a window to its verdict. */
  private static final long WAIT =
      SomeTruths.HORIZON.plus(SomeTruths.SETTINGS.lateness()).toMillis();

  private static final int WINDOWS = 14;
  private static final int FLIP = 8;

  private static long start(int window) {
    return START + window * WINDOW;
  }

  /** Two windows of reference, then as many as were asked for; at the flip all changes. */
  private static List<Truth> story(long seed, boolean flips, boolean moves) {
    Random random = new Random(seed);
    List<Truth> truths = new ArrayList<>();
    for (int window = 0; window < WINDOWS; window++) {
      boolean later = window >= FLIP;
      truths.addAll(
          SomeTruths.window(
              random,
              start(window),
              1_200,
              (later && moves) ? 0.4 : 1.5,
              (later && flips) ? SomeTruths.FLIPPED : SomeTruths.CALIBRATED));
    }
    return truths;
  }

  private static List<DriftReading> play(List<Truth> truths) throws Exception {
    try (WatchHarness harness = new WatchHarness()) {
      harness.hears(truths);
      harness.reaches(start(WINDOWS) + WAIT);
      return harness.readings();
    }
  }

  private static DriftReading reading(List<DriftReading> readings, int window, String feature) {
    return readings.stream()
        .filter(reading -> reading.windowStartMillis() == start(window))
        .filter(reading -> reading.features().get(0).name().equals(feature))
        .findFirst()
        .orElseThrow();
  }

  private static Signal signal(DriftReading reading, String metric) {
    Feature feature = reading.features().get(0);
    return feature.signals().stream()
        .filter(signal -> signal.metric().equals(metric))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void flippedConcept_isFlaggedInItsWindow_andNotBefore() throws Exception {
    List<DriftReading> readings = play(story(1, true, false));

    assertThat(readings).hasSize(2 * (WINDOWS - 2));
    for (int window = 2; window < FLIP; window++) {
      assertThat(reading(readings, window, "$concept").flagged()).isZero();
      assertThat(reading(readings, window, "$loss").flagged()).isZero();
    }
    DriftReading concept = reading(readings, FLIP, "$concept");
    assertThat(concept)
        .returns(Status.EVALUATED, DriftReading::status)
        .returns(1, DriftReading::flagged)
        .returns(1.0, DriftReading::severity)
        .returns(start(FLIP), DriftReading::evaluatedFromMillis)
        .returns(1_200L, DriftReading::predictions);
    assertThat(concept.profileId()).isEqualTo("concept." + START + "-" + start(2));
    Signal drift = signal(concept, "conditional_kl_normalised");
    assertThat(drift.flagged()).isTrue();
    assertThat(drift.low()).isGreaterThan(drift.threshold());

    DriftReading loss = reading(readings, FLIP, "$loss");
    assertThat(signal(loss, "page_hinkley").flagged()).isTrue();
    assertThat(signal(loss, "adwin").flagged()).isTrue();
    // Within a minute of the flip, and never more than one window before it.
    assertThat(signal(loss, "page_hinkley_since").value())
        .isBetween((double) start(FLIP) - 60_000, (double) start(FLIP) + 60_000);
    assertThat(signal(loss, "adwin_since").value())
        .isBetween((double) start(FLIP) - WINDOW, (double) start(FLIP) + 60_000);
  }

  /** The error rate rises with the harder cases; what scores mean does not change. */
  @Test
  void traffic_thatOnlyMoves_isNotFlagged() throws Exception {
    for (int seed = 0; seed < 10; seed++) {
      List<DriftReading> readings = play(story(seed, false, true));

      assertThat(readings).hasSize(2 * (WINDOWS - 2)).allMatch(r -> r.flagged() == 0);
      double covariate = signal(reading(readings, FLIP, "$concept"), "covariate_kl").value();
      assertThat(covariate).isGreaterThan(0.3);
    }
  }

  /** A tenth of the score is the rate; scores below 0.5 hardly come any more. */
  @Test
  void rareOutcomes_whoseTrafficMoves_showNoConceptDrift() throws Exception {
    SomeTruths.World rare = score -> score / 10;
    double sum = 0;
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      try (WatchHarness harness = new WatchHarness()) {
        harness.hears(SomeTruths.window(random, start(0), 4_000, 1, rare));
        harness.hears(SomeTruths.window(random, start(1), 1_100, 0.1, rare));
        harness.reaches(start(2) + WAIT);
        DriftReading moved = reading(harness.readings(), 1, "$concept");
        sum += signal(moved, "conditional_kl_normalised").value();
      }
    }

    // Critical is 0.05; with the bins that traffic has left it would be so on average.
    assertThat(sum / 20).isLessThan(0.02);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void anyOrderOfArrival_andRestarts_endInTheSameReadings(long seed) throws Exception {
    List<Truth> truths = story(seed, true, true);
    List<DriftReading> expected;
    List<MaturedWindow> expectedMatured;
    try (WatchHarness inOrder = new WatchHarness()) {
      inOrder.hears(truths);
      inOrder.reaches(start(WINDOWS) + WAIT);
      expected = inOrder.readings();
      expectedMatured = inOrder.matured();
    }

    try (WatchHarness anyOrder = new WatchHarness()) {
      playInAnyOrder(truths, new Random(-seed), anyOrder);

      assertThat(anyOrder.readings()).isEqualTo(expected);
      assertThat(anyOrder.matured()).isEqualTo(expectedMatured);
      assertThat(anyOrder.waiting()).isZero();
    }
  }

  /** Truths come when they are final or later within the lateness, some twice, with restarts. */
  private static void playInAnyOrder(List<Truth> truths, Random random, WatchHarness harness)
      throws Exception {
    List<Truth> waiting = new ArrayList<>(truths);
    for (int i = 0; i < 400; i++) {
      waiting.add(truths.get(random.nextInt(truths.size())));
    }
    Collections.shuffle(waiting, random);
    // What is due at a step may come up to the lateness after its time, in any order.
    long step = SomeTruths.SETTINGS.lateness().toMillis();
    for (long now = START + SomeTruths.HORIZON.toMillis();
        now < start(WINDOWS) + WAIT + step;
        now += step) {
      List<Truth> later = new ArrayList<>();
      for (Truth truth : waiting) {
        boolean mayWait = truth.finalAtMillis() > now - step;
        if (truth.finalAtMillis() <= now && !(mayWait && random.nextBoolean())) {
          harness.hears(truth);
        } else {
          later.add(truth);
        }
      }
      waiting = later;
      if (random.nextInt(3) == 0) {
        harness.restart();
      }
      harness.reaches(now - 1);
    }
    harness.reaches(start(WINDOWS) + WAIT);
    assertThat(waiting).isEmpty();
  }

  @Test
  void revisedTruth_countsOnce_withItsHighestRevision() throws Exception {
    List<Truth> truths = story(3, false, false);
    try (WatchHarness harness = new WatchHarness();
        WatchHarness revised = new WatchHarness()) {
      harness.hears(truths);
      harness.reaches(start(WINDOWS) + WAIT);

      for (Truth truth : truths.subList(0, 3_000)) {
        // Said wrong at first.
        revised.hears(
            new Truth(
                truth.key(),
                truth.idHash(),
                truth.revision() - 1,
                truth.predictedAtMillis(),
                truth.finalAtMillis(),
                true,
                truth.score(),
                truth.decision(),
                !truth.outcome()));
      }
      revised.hears(truths);
      revised.reaches(start(WINDOWS) + WAIT);

      assertThat(revised.readings()).isEqualTo(harness.readings());
    }
  }

  /** The join has heard of some retractions since, and has written final records anew. */
  @Test
  void labelsThatAreTakenBack_areNotCounted_whicheverRecordIsFirst() throws Exception {
    List<Truth> truths = story(5, false, false);
    try (WatchHarness without = new WatchHarness();
        WatchHarness withdrawn = new WatchHarness()) {
      without.hears(truths);
      without.reaches(start(WINDOWS) + WAIT);

      Random random = new Random(5);
      List<Truth> all = new ArrayList<>(truths);
      for (int window = 0; window < WINDOWS; window++) {
        for (int i = 0; i < 20; i++) {
          long at = start(window) + random.nextInt((int) WINDOW);
          all.add(SomeTruths.truth(-all.size(), 8, at, random.nextDouble(), true));
          all.add(SomeTruths.truth(1 - all.size(), 12, at, Double.NaN, false));
        }
      }
      Collections.shuffle(all, random);
      withdrawn.hears(all);
      withdrawn.reaches(start(WINDOWS) + WAIT);

      assertThat(withdrawn.readings()).isEqualTo(without.readings());
      assertThat(withdrawn.matured()).isEqualTo(without.matured());
      assertThat(withdrawn.waiting()).isZero();
    }
  }

  @Test
  void fewLabels_areJudgedWithThoseOfEarlierWindows_orNotAtAll() throws Exception {
    Random random = new Random(8);
    try (WatchHarness harness = new WatchHarness()) {
      harness.hears(SomeTruths.window(random, START, 2_500, 1, SomeTruths.CALIBRATED));
      for (int window = 1; window < 8; window++) {
        harness.hears(SomeTruths.window(random, start(window), 250, 1, SomeTruths.CALIBRATED));
      }
      harness.reaches(start(9) + WAIT);

      List<DriftReading> concept =
          harness.readings().stream()
              .filter(reading -> reading.profileId().startsWith("concept."))
              .toList();
      assertThat(concept).hasSize(7);
      assertThat(concept.get(0))
          .returns(Status.NO_DECISION, DriftReading::status)
          .returns(250L, DriftReading::predictions)
          .returns(List.of(), DriftReading::features);
      assertThat(concept.get(6))
          .returns(Status.EVALUATED, DriftReading::status)
          .returns(1_000L, DriftReading::predictions)
          .returns(start(4), DriftReading::evaluatedFromMillis);
    }
  }

  @Test
  void truth_afterItsWindowIsComplete_isLeftOut() throws Exception {
    List<Truth> truths = story(4, false, false);
    try (WatchHarness harness = new WatchHarness()) {
      harness.hears(truths);
      harness.reaches(start(WINDOWS) + WAIT);
      int before = harness.readings().size();
      harness.restart();
      harness.hears(SomeTruths.truth(1, start(5), 0.5, true));
      harness.reaches(start(WINDOWS) + 2 * WAIT);

      assertThat(harness.readings()).hasSize(before);
      assertThat(harness.waiting()).isZero();
    }
  }
}
