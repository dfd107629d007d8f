package dev.runway.driftmonitor.estimate;

import dev.runway.drift.performance.LabelledScores;
import dev.runway.drift.performance.ScoreBins;
import dev.runway.drift.performance.ScoreTallies;
import dev.runway.driftmonitor.concept.MaturedWindow;
import dev.runway.driftmonitor.concept.SomeTruths;
import dev.runway.driftmonitor.concept.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Predictions and, later, labels of one version, window by window from the start on. */
final class EstimateStory {
  static final int NO_FLIP = Integer.MAX_VALUE;

  private static final long START = SomeTruths.START;
  private static final long WINDOW = SomeTruths.WINDOW;
  private static final int MINUTES = 10;

  final List<ScoreDelta> deltas = new ArrayList<>();
  final List<LabelledScores> windows = new ArrayList<>();
  final List<MaturedWindow> matured = new ArrayList<>();
  private final long waitMillis;

  /**
   * @param size windows
   * @param waitMillis from the end of a window to its labels
   * @param flipsAt window from which on scores mean the opposite
   */
  EstimateStory(long seed, int size, long waitMillis, int flipsAt) {
    this.waitMillis = waitMillis;
    Random random = new Random(seed);
    long truths = 0;
    for (int i = 0; i < size; i++) {
      LabelledScores window = new LabelledScores();
      double skew = 0.5 + random.nextDouble();
      for (int minute = 0; minute < MINUTES; minute++) {
        LabelledScores scores = minute(random, skew, i >= flipsAt);
        window.add(scores);
        deltas.add(
            new ScoreDelta(SomeTruths.KEY, START + i * WINDOW + minute * 60_000L, scores.scores()));
      }
      windows.add(window);
      truths += window.count();
      LabelledScores calibration = new LabelledScores();
      windows.subList(Math.max(0, i - 5), i + 1).forEach(calibration::add);
      Window span = new Window(START + i * WINDOW, START + (i + 1) * WINDOW);
      matured.add(
          new MaturedWindow(
              SomeTruths.KEY,
              span,
              span.endMillis() + waitMillis,
              truths,
              window.count(),
              window.right(),
              calibration));
    }
  }

  private static LabelledScores minute(Random random, double skew, boolean flipped) {
    LabelledScores scores = new LabelledScores();
    for (int i = 0; i < 150; i++) {
      double score = Math.pow(random.nextDouble(), skew);
      boolean outcome = random.nextDouble() < (flipped ? 1 - score : score);
      scores.add(ScoreBins.index(score), score >= 0.5, outcome, 1);
    }
    return scores;
  }

  double accuracy(int window) {
    return (double) windows.get(window).right() / windows.get(window).count();
  }

  /** When all labels are known, and an hour later. */
  long end() {
    return START + windows.size() * WINDOW + waitMillis + 3_600_000;
  }

  /** In the order of event time: labels come when they are known. */
  void play(EstimateHarness harness) throws Exception {
    int window = 0;
    for (int i = 0; i < windows.size(); i++) {
      for (ScoreDelta delta : deltas.subList(MINUTES * i, MINUTES * i + MINUTES)) {
        harness.counted(copy(delta));
      }
      long now = START + (i + 1) * WINDOW;
      for (; matured.get(window).knownAtMillis() <= now; window++) {
        harness.matured(matured.get(window));
      }
      harness.reaches(now);
    }
    for (; window < windows.size(); window++) {
      harness.matured(matured.get(window));
    }
    harness.reaches(end());
  }

  /** As after a start, when all of both topics is read before the first watermark. */
  void playAtOnce(EstimateHarness harness) throws Exception {
    for (MaturedWindow window : matured) {
      harness.matured(window);
    }
    for (ScoreDelta delta : deltas) {
      harness.counted(copy(delta));
    }
    harness.reaches(end());
  }

  static ScoreDelta copy(ScoreDelta delta) {
    ScoreTallies tallies = new ScoreTallies();
    tallies.add(delta.tallies());
    return new ScoreDelta(delta.key(), delta.minuteMillis(), tallies);
  }
}
