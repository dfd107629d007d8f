package dev.runway.driftmonitor.estimate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.drift.performance.ScoreTallies;
import dev.runway.driftmonitor.concept.SomeTruths;
import dev.runway.model.DriftReading;
import dev.runway.model.DriftReading.Signal;
import dev.runway.model.DriftReading.Status;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EstimatePerformanceFunctionTest {
  private static final long START = SomeTruths.START;
  private static final long WINDOW = SomeTruths.WINDOW;
  private static final int WINDOWS = 60;
  private static final int FLIP = 40;

  /** From the end of a window to its truths. */
  private static final long WAIT = SomeTruths.HORIZON.toMillis() + 600_000;

  /** The first window that has a calibration: the eighth after window 0, whose labels wait. */
  private static final int FIRST = 8;

  /** What stays: the history, and labels that a window may still ask for. */
  private static final int STAYING = 2;

  private static EstimateStory story(long seed, boolean flips) {
    return new EstimateStory(seed, WINDOWS, WAIT, flips ? FLIP : EstimateStory.NO_FLIP);
  }

  private static Signal signal(EstimateHarness harness, int window, String metric) {
    return harness.readings().get(START + window * WINDOW).features().get(0).signals().stream()
        .filter(signal -> signal.metric().equals(metric))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void estimate_coversTheAccuracyThatLabelsShowLater_andIsTrusted() throws Exception {
    int covered = 0;
    int estimated = 0;
    for (int seed = 0; seed < 40; seed++) {
      EstimateStory story = story(seed, false);
      try (EstimateHarness harness = new EstimateHarness()) {
        story.play(harness);

        assertThat(harness.readings()).hasSize(WINDOWS - FIRST);
        for (int window = FIRST; window < WINDOWS; window++) {
          Signal accuracy = signal(harness, window, "estimated_accuracy");
          double measured = story.accuracy(window);
          covered += accuracy.low() <= measured && measured <= accuracy.high() ? 1 : 0;
          estimated++;
        }
        assertThat(signal(harness, WINDOWS - 1, "trust").value()).isGreaterThanOrEqualTo(0.75);
        assertThat(signal(harness, WINDOWS - 1, "trust").samples()).isEqualTo(20);
        assertThat(signal(harness, FIRST, "trust").value()).isNull();
      }
    }

    assertThat((double) covered / estimated).isBetween(0.93, 0.965);
  }

  @Test
  void reading_isOfTheWholeWindow_andDecidesNothing() throws Exception {
    try (EstimateHarness harness = new EstimateHarness()) {
      story(3, false).play(harness);

      assertThat(harness.readings().get(START + 20 * WINDOW))
          .returns("performance-estimate", DriftReading::profileId)
          .returns(Status.EVALUATED, DriftReading::status)
          .returns(1_500L, DriftReading::predictions)
          // Predictions of the window, and labels up to the newest that were known when it began.
          .returns(1_500L + 13 * 1_500L, DriftReading::revision)
          .returns(0, DriftReading::flagged)
          .returns(true, DriftReading::provisional);
      assertThat(signal(harness, 20, "calibration_labels").value()).isEqualTo(9_000.0);
    }
  }

  /** Blind to the flip until its labels come, and the trust says so then. */
  @Test
  void trust_fallsWhenTheConceptFlips_andComesBackWithNewCalibration() throws Exception {
    EstimateStory story = story(5, true);
    try (EstimateHarness harness = new EstimateHarness()) {
      story.play(harness);

      Signal blind = signal(harness, FLIP + 2, "estimated_accuracy");
      assertThat(blind.low()).isGreaterThan(story.accuracy(FLIP + 2) + 0.2);
      double before = signal(harness, FLIP + 2, "trust").value();
      assertThat(before).isGreaterThanOrEqualTo(0.8);
      assertThat(signal(harness, FLIP + 15, "trust").value()).isLessThan(before - 0.2);
      Signal informed = signal(harness, FLIP + 15, "estimated_accuracy");
      assertThat(story.accuracy(FLIP + 15))
          .isBetween(informed.low() - 0.01, informed.high() + 0.01);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void anyOrderOfArrival_andRestarts_endInTheSameReadings(long seed) throws Exception {
    EstimateStory story = story(seed, true);
    try (EstimateHarness inOrder = new EstimateHarness();
        EstimateHarness anyOrder = new EstimateHarness()) {
      story.play(inOrder);
      playInAnyOrder(story, new Random(-seed), anyOrder);

      assertThat(anyOrder.readings()).isEqualTo(inOrder.readings());
      assertThat(anyOrder.timers()).isZero();
      assertThat(anyOrder.entries()).isEqualTo(STAYING);
      assertThat(inOrder.entries()).isEqualTo(STAYING);
    }
  }

  @Test
  void labelsBeforeAnyEventTime_areNotForgotten() throws Exception {
    EstimateStory story = story(9, true);
    try (EstimateHarness inOrder = new EstimateHarness();
        EstimateHarness atOnce = new EstimateHarness()) {
      story.play(inOrder);
      story.playAtOnce(atOnce);

      assertThat(atOnce.readings()).isEqualTo(inOrder.readings());
      assertThat(atOnce.entries()).isEqualTo(STAYING);
    }
  }

  /** Predictions late and early, labels early or late by as much: each within the lateness. */
  private static void playInAnyOrder(EstimateStory story, Random random, EstimateHarness harness)
      throws Exception {
    List<ScoreDelta> deltas = new ArrayList<>(story.deltas);
    Collections.shuffle(deltas, random);
    int window = 0;
    long step = EstimateHarness.LATENESS.toMillis() / 2;
    for (long now = START; now < story.end(); now += step) {
      List<ScoreDelta> later = new ArrayList<>();
      for (ScoreDelta delta : deltas) {
        boolean isDue = delta.minuteMillis() < now + step;
        boolean mayWait = delta.minuteMillis() > now - step;
        if (isDue && !(mayWait && random.nextBoolean())) {
          harness.counted(EstimateStory.copy(delta));
        } else {
          later.add(delta);
        }
      }
      deltas = later;
      // Labels are in order, and sometimes far behind or ahead of the predictions.
      long labelsUpTo = now + random.nextInt((int) (3 * step)) - step;
      for (;
          window < WINDOWS && story.matured.get(window).knownAtMillis() <= labelsUpTo;
          window++) {
        harness.matured(story.matured.get(window));
      }
      if (random.nextInt(4) == 0) {
        harness.restart();
      }
      harness.reaches(now - 1);
    }
    assertThat(deltas).isEmpty();
    assertThat(window).isEqualTo(WINDOWS);
    harness.reaches(story.end());
  }

  @Test
  void fewPredictions_areInsufficient() throws Exception {
    EstimateStory story = story(7, false);
    try (EstimateHarness harness = new EstimateHarness()) {
      harness.matured(story.matured.get(0));
      ScoreTallies few = new ScoreTallies();
      for (int i = 0; i < 99; i++) {
        few.add(0.3, false);
      }
      long start = START + 50 * WINDOW;
      harness.counted(new ScoreDelta(SomeTruths.KEY, start, few));
      harness.reaches(start + WINDOW);

      assertThat(harness.readings().get(start))
          .returns(Status.INSUFFICIENT_DATA, DriftReading::status)
          .returns(List.of(), DriftReading::features);
    }
  }
}
