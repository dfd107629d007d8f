package dev.runway.driftmonitor.concept;

import dev.runway.drift.performance.LabelledScores;
import dev.runway.drift.performance.RateByScore;
import dev.runway.drift.performance.ScoreBins;
import dev.runway.drift.performance.Varints;
import dev.runway.driftmonitor.concept.WindowTruths.Timed;
import dev.runway.model.DriftReading;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;

/**
 * The scores of one model version, or of a segment of it: windows of truths go in, each complete
 * and in the order of time; readings come out. A function of what went in.
 *
 * <p>The first windows with enough labels are the reference: what scores meant when the version was
 * new. It is frozen, for a reference that moved along would take a slow change for none. Later
 * windows are compared with it, and their losses, in the order of the predictions, go through the
 * change detectors.
 *
 * <p>Mutable and not thread safe.
 */
final class VersionWatch {
  private static final int VERSION = 1;

  /** Windows that are judged together at most. */
  static final int MAX_WINDOWS = 6;

  /** A week of the shortest windows; a version with so few labels is calibrated by less. */
  private static final int MAX_RECENT = 7 * 24 * 6;

  /** Variance of a loss that is nearly certain: no level follows from 0. */
  private static final double LEAST_VARIANCE = 1e-4;

  private static final long NONE = Long.MIN_VALUE;

  /** A window that is complete. */
  private record Past(Window window, LabelledScores scores, long truths) {}

  /**
   * What follows from a window.
   *
   * @param readings none while the reference is not complete
   */
  record Closed(List<DriftReading> readings, MaturedWindow matured) {}

  private final LabelledScores reference = new LabelledScores();
  private long referenceFromMillis = NONE;
  private long referenceToMillis = NONE;

  /** Null while the reference is not complete. */
  private @Nullable LossWatch losses;

  private final Deque<Past> recent = new ArrayDeque<>();
  private long truths;
  private long closedUntilMillis = NONE;

  // These follow from the reference, so they are made anew where they are needed and not stored.
  private @Nullable RateByScore expected;

  /**
   * Whether a window goes on behind all that were closed: detectors can take that alone. It may
   * have begun before, when it is longer than they were.
   */
  boolean isNext(Window window) {
    return window.endMillis() > closedUntilMillis;
  }

  /** Minutes that detectors can take: behind the windows that were closed. */
  NavigableMap<Long, TruthLedger> openMinutes(NavigableMap<Long, TruthLedger> minutes) {
    return minutes.tailMap(closedUntilMillis, true);
  }

  /** Lets a window pass that has no scores. */
  void pass(Window window) {
    closedUntilMillis = window.endMillis();
  }

  /**
   * Takes the next window.
   *
   * @param scored its truths in the order of time, all of {@link #openMinutes open} minutes
   * @param knownAtMillis event time at which the window is complete
   */
  Closed close(
      WatchedGroup group,
      Window window,
      List<Timed> scored,
      long knownAtMillis,
      ConceptSettings settings) {
    if (!isNext(window)) {
      throw new IllegalArgumentException(window + " after " + closedUntilMillis);
    }
    LabelledScores scores = new LabelledScores();
    WindowLosses loss = new WindowLosses();
    LossWatch watch = losses;
    if (watch != null) {
      watch.beginWindow();
    }
    for (Timed timed : scored) {
      TruthLedger.Entry truth = timed.truth();
      scores.add(truth.scoreBin(), truth.decision(), truth.outcome(), 1);
      if (watch != null) {
        double error = truth.decision() == truth.outcome() ? 0 : 1;
        double excess = error - expectedError(truth);
        loss.add(error, excess);
        watch.add(excess, timed.atMillis());
      }
    }
    long labels = scores.count();
    truths += labels;
    closedUntilMillis = window.endMillis();
    remember(new Past(window, scores, labels), settings);
    List<DriftReading> readings = new ArrayList<>();
    if (watch == null) {
      extendReference(window, scores, settings);
    } else {
      readings.add(concept(group, window));
      readings.add(WatchReadings.changes(group, window, watch, loss, WatchReadings.errors(loss)));
    }
    MaturedWindow matured =
        new MaturedWindow(
            group.version(), window, knownAtMillis, truths, labels, scores.right(), calibration());
    return new Closed(readings, matured);
  }

  /** The rate of errors that the reference has at a score and decision. */
  private double expectedError(TruthLedger.Entry truth) {
    RateByScore rates = expected;
    if (rates == null) {
      rates = RateByScore.of(reference);
      expected = rates;
    }
    double rate = rates.rate(truth.scoreBin());
    return truth.decision() ? 1 - rate : rate;
  }

  private void extendReference(Window window, LabelledScores scores, ConceptSettings settings) {
    if (referenceFromMillis == NONE) {
      referenceFromMillis = window.startMillis();
    }
    reference.add(scores);
    referenceToMillis = window.endMillis();
    if (isEnough(reference, settings.referenceTruths())) {
      losses = new LossWatch(Math.max(LEAST_VARIANCE, variance(RateByScore.of(reference))));
    }
  }

  private static boolean isEnough(LabelledScores scores, long least) {
    long labels = scores.count();
    long positives = scores.positives();
    return labels >= least
        && Math.min(positives, labels - positives) >= ConceptSettings.LEAST_OF_A_LABEL;
  }

  private double variance(RateByScore rates) {
    double sum = 0;
    for (int bin = 0; bin < ScoreBins.SIZE; bin++) {
      double rate = rates.rate(bin);
      sum += reference.count(bin) * rate * (1 - rate);
    }
    return sum / reference.count();
  }

  private void remember(Past past, ConceptSettings settings) {
    recent.addLast(past);
    long held = 0;
    for (Past each : recent) {
      held += each.truths();
    }
    while (recent.size() > MAX_RECENT
        || (recent.size() > MAX_WINDOWS
            && held - recent.getFirst().truths() >= settings.calibrationTruths())) {
      held -= recent.removeFirst().truths();
    }
  }

  /** What scores have meant lately; null while too few labels say so. */
  private @Nullable LabelledScores calibration() {
    LabelledScores sum = new LabelledScores();
    for (Past past : recent) {
      sum.add(past.scores());
    }
    return isEnough(sum, ConceptSettings.LEAST_OF_A_LABEL * 10) ? sum : null;
  }

  /** The window, with those before it while there is not enough to judge. */
  private DriftReading concept(WatchedGroup group, Window window) {
    ConceptMeasure measure = new ConceptMeasure(reference);
    LabelledScores judged = new LabelledScores();
    long fromMillis = window.startMillis();
    long revision = 0;
    long earliest = window.startMillis() - (MAX_WINDOWS - 1) * window.lengthMillis();
    for (Iterator<Past> newest = recent.descendingIterator(); newest.hasNext(); ) {
      Past past = newest.next();
      long start = past.window().startMillis();
      // By its end: a longer window may have begun within the reference and holds what came after.
      if (start < earliest || past.window().endMillis() <= referenceToMillis) {
        break;
      }
      revision += past.truths();
      if (!measure.isEnough(judged)) {
        judged.add(past.scores());
        fromMillis = start;
      }
    }
    String profileId = WatchReadings.CONCEPT + "." + referenceFromMillis + "-" + referenceToMillis;
    ConceptResult result = measure.isEnough(judged) ? measure.of(judged) : null;
    return WatchReadings.concept(
        group,
        profileId,
        new WatchReadings.Judged(window, fromMillis, revision, judged.count(), result));
  }

  void write(DataOutput out) throws IOException {
    out.writeByte(VERSION);
    reference.write(out);
    out.writeLong(referenceFromMillis);
    out.writeLong(referenceToMillis);
    LossWatch watch = losses;
    out.writeBoolean(watch != null);
    if (watch != null) {
      watch.write(out);
    }
    Varints.writeUnsigned(out, recent.size());
    for (Past past : recent) {
      out.writeLong(past.window().startMillis());
      out.writeLong(past.window().endMillis());
      past.scores().write(out);
    }
    Varints.writeUnsigned(out, truths);
    out.writeLong(closedUntilMillis);
  }

  static VersionWatch read(DataInput in) throws IOException {
    int version = in.readUnsignedByte();
    if (version != VERSION) {
      throw new IOException("version watch of version " + version + ", known is " + VERSION);
    }
    VersionWatch watch = new VersionWatch();
    watch.reference.add(LabelledScores.read(in));
    watch.referenceFromMillis = in.readLong();
    watch.referenceToMillis = in.readLong();
    watch.losses = in.readBoolean() ? LossWatch.read(in) : null;
    int recent = Varints.readIndex(in, MAX_RECENT, "recent windows");
    for (int i = 0; i < recent; i++) {
      Window window = new Window(in.readLong(), in.readLong());
      LabelledScores scores = LabelledScores.read(in);
      watch.recent.addLast(new Past(window, scores, scores.count()));
    }
    watch.truths = Varints.readUnsigned(in);
    watch.closedUntilMillis = in.readLong();
    return watch;
  }
}
