package dev.runway.driftmonitor.estimate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.drift.performance.ScoreTallies;
import dev.runway.driftmonitor.concept.SomeTruths;
import dev.runway.driftmonitor.concept.Window;
import dev.runway.model.DriftReading;
import dev.runway.model.DriftReading.Signal;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Horizons of a week, versions that live longer, and documents that change meanwhile. */
class EstimateHistoryTest {
  private static final long START = SomeTruths.START;
  private static final long WINDOW = SomeTruths.WINDOW;
  private static final long HOUR = Duration.ofHours(1).toMillis();

  /** From the end of a window to its labels: a horizon of a week. */
  private static final long WEEK = Duration.ofDays(7).plusMinutes(10).toMillis();

  private static EstimateStory weeks(int windows) {
    return new EstimateStory(11, windows, WEEK, EstimateStory.NO_FLIP);
  }

  private static Signal signal(DriftReading reading, String metric) {
    return reading.features().get(0).signals().stream()
        .filter(signal -> signal.metric().equals(metric))
        .findFirst()
        .orElseThrow();
  }

  /**
   * More than a thousand windows wait for the labels they are compared with, and all of them are
   * there before the event time is. The limit is some ten times what it takes.
   */
  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void twoWeeksAtOnce_endInTheSameReadings_withTheirTrust() throws Exception {
    EstimateStory story = weeks(2_100);
    try (EstimateHarness inOrder = new EstimateHarness();
        EstimateHarness atOnce = new EstimateHarness()) {
      story.play(inOrder);
      story.playAtOnce(atOnce);

      assertThat(atOnce.readings()).isEqualTo(inOrder.readings());
      DriftReading last = atOnce.readings().get(START + 2_099 * WINDOW);
      assertThat(signal(last, "trust").samples()).isEqualTo(20);
      assertThat(signal(last, "trust").value()).isGreaterThanOrEqualTo(0.75);
      assertThat(atOnce.timers()).isZero();
    }
  }

  /** Before the first horizon has ended, nobody waits for labels: no window is held for them. */
  @Test
  void predictionsWithoutAnyFinalTruth_areLetGo() throws Exception {
    EstimateStory story = weeks(100);
    try (EstimateHarness harness = new EstimateHarness()) {
      for (int window = 0; window < 100; window++) {
        for (ScoreDelta delta : story.deltas.subList(10 * window, 10 * window + 10)) {
          harness.counted(EstimateStory.copy(delta));
        }
        harness.predictionsReach(START + (window + 1) * WINDOW);
      }
      harness.predictionsReach(START + 100 * WINDOW + EstimateHarness.LATENESS.toMillis());

      assertThat(harness.readings()).isEmpty();
      assertThat(harness.entries()).isZero();
      assertThat(harness.timers()).isZero();
    }
  }

  /** A window whose labels never come. */
  @Test
  void whatWasSaid_endsAfterTwiceTheLongestHorizon() throws Exception {
    EstimateStory story = new EstimateStory(3, 20, HOUR, EstimateStory.NO_FLIP);
    try (EstimateHarness harness = new EstimateHarness()) {
      harness.matured(story.matured.get(0));
      harness.reaches(story.matured.get(0).knownAtMillis());
      for (ScoreDelta delta : story.deltas.subList(150, 160)) {
        harness.counted(EstimateStory.copy(delta));
      }
      harness.reaches(START + 16 * WINDOW + EstimateHarness.LATENESS.toMillis());
      assertThat(harness.readings()).hasSize(1);
      assertThat(harness.timers()).isEqualTo(1);

      harness.reaches(START + 16 * WINDOW + Duration.ofDays(70).toMillis());
      assertThat(harness.timers()).isZero();
      // History and known labels.
      assertThat(harness.entries()).isEqualTo(2);
    }
  }

  /** Minutes under the old tier stay in the window they are in; both lengths end. */
  @Test
  void tierThatChanges_estimatesWindowsOfBothLengths() throws Exception {
    EstimateStory story = new EstimateStory(5, 30, HOUR, EstimateStory.NO_FLIP);
    try (EstimateHarness harness = new EstimateHarness()) {
      harness.matured(story.matured.get(0));
      harness.reaches(story.matured.get(0).knownAtMillis());
      long change = (START / HOUR + 3) * HOUR;
      count(harness, change - WINDOW, 200);
      count(harness, change, 300);
      harness.models.become(SomeTruths.model(3, SomeTruths.HORIZON));
      count(harness, change, 400);
      count(harness, change + HOUR - 60_000, 500);
      harness.reaches(change + 2 * HOUR);

      assertThat(predictions(harness))
          // Of two windows that begin together, the newest reading is that of the longer one.
          .containsOnly(Map.entry(change - WINDOW, 200L), Map.entry(change, 900L));
      assertThat(harness.lengths(change)).containsExactlyInAnyOrder(WINDOW, HOUR);
      assertThat(harness.entries()).isEqualTo(3);
    }
  }

  /** Predictions and labels of a model that is gone end as those of any other. */
  @Test
  void modelWithoutDocument_leavesNothingBehind() throws Exception {
    EstimateStory story = new EstimateStory(6, 30, HOUR, EstimateStory.NO_FLIP);
    try (EstimateHarness harness = new EstimateHarness()) {
      harness.matured(story.matured.get(0));
      harness.reaches(story.matured.get(0).knownAtMillis());
      long gone = (START / HOUR + 3) * HOUR;
      count(harness, gone, 200);
      harness.models.forget();
      count(harness, gone + 60_000, 300);
      harness.reaches(gone + 2 * HOUR);
      harness.reaches(gone + Duration.ofDays(71).toMillis());

      assertThat(harness.lengths(gone)).containsExactlyInAnyOrder(WINDOW, HOUR);
      assertThat(harness.timers()).isZero();
      assertThat(harness.entries()).isEqualTo(2);
    }
  }

  /**
   * A longer horizon came meanwhile, so the next labels are known a day later, not in ten minutes.
   */
  @Test
  void horizonThatChanges_keepsTheCalibrationInBetween() throws Exception {
    EstimateStory before = new EstimateStory(7, 10, HOUR, EstimateStory.NO_FLIP);
    try (EstimateHarness harness = new EstimateHarness()) {
      before.playAtOnce(harness);
      harness.models.become(SomeTruths.model(1, Duration.ofDays(1)));
      long later = before.end() + Duration.ofHours(20).toMillis();
      long start = Window.of(later, WINDOW).startMillis();
      count(harness, start, 200);
      harness.reaches(start + WINDOW);

      assertThat(signal(harness.readings().get(start), "calibration_labels").value())
          .isEqualTo(9_000.0);
    }
  }

  private static void count(EstimateHarness harness, long minute, int predictions)
      throws Exception {
    ScoreTallies tallies = new ScoreTallies();
    for (int i = 0; i < predictions; i++) {
      tallies.add(i / (double) predictions, 2 * i >= predictions);
    }
    harness.counted(new ScoreDelta(SomeTruths.KEY, minute, tallies));
  }

  private static Map<Long, Long> predictions(EstimateHarness harness) {
    Map<Long, Long> predictions = new TreeMap<>();
    harness.readings().forEach((start, reading) -> predictions.put(start, reading.predictions()));
    return predictions;
  }
}
