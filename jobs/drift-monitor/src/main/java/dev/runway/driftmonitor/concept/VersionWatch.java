package dev.runway.driftmonitor.concept;

import dev.runway.drift.performance.LabelledScores;
import dev.runway.drift.performance.RateByScore;
import dev.runway.drift.performance.ScoreBins;
import dev.runway.drift.performance.Varints;
import dev.runway.model.DriftReading;
import dev.runway.model.OptionalDetector;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
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
  /** Did not know what traffic the losses came from. */
  private static final int WITHOUT_TRAFFIC = 1;

  /** Had no detectors but those that are always there. */
  private static final int WITHOUT_CHOICE = 2;

  private static final int VERSION = 3;

  /** Event time without a label after which a reference says nothing of what comes. */
  static final Duration PAUSE = Duration.ofDays(90);

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

  /** Detectors that the document asks for; they begin behind the reference. */
  private ErrorWatch errors = new ErrorWatch();

  private final Deque<Past> recent = new ArrayDeque<>();
  private long truths;
  private long closedUntilMillis = NONE;

  /** Rates of the reference, from which they follow: not stored. Null as {@link #losses}. */
  private @Nullable RateByScore expected;

  // The window that is being taken. Not stored, for windows are taken whole.
  private LabelledScores scores = new LabelledScores();
  private WindowLosses loss = new WindowLosses();

  /**
   * Whether a window goes on behind all that were closed: detectors can take that alone. It may
   * have begun before, when it is longer than they were.
   */
  boolean isNext(Window window) {
    return window.endMillis() > closedUntilMillis;
  }

  /** Whether detectors can take a minute: it is behind the windows that were closed. */
  boolean isOpen(long minuteMillis) {
    return minuteMillis >= closedUntilMillis;
  }

  /** Whether it has had no label for so long that whoever comes then begins anew. */
  boolean isOverAt(long millis) {
    return isOver(closedUntilMillis, millis);
  }

  /**
   * @param untilMillis end of the last window with a label; {@link Long#MIN_VALUE} for none
   */
  static boolean isOver(long untilMillis, long millis) {
    return untilMillis != NONE && millis - untilMillis >= PAUSE.toMillis();
  }

  /** End of the last window that was closed. */
  long closedUntilMillis() {
    return closedUntilMillis;
  }

  /** Lets a window pass that has no scores. */
  void pass(Window window) {
    closedUntilMillis = window.endMillis();
  }

  /**
   * Begins the next window; its truths follow, in the order of time.
   *
   * @param chosen detectors that the document asks for
   */
  void begin(Collection<OptionalDetector> chosen) {
    scores = new LabelledScores();
    loss = new WindowLosses();
    LossWatch watch = losses;
    if (watch != null) {
      watch.beginWindow();
      errors.beginWindow(chosen);
    }
  }

  /** Takes a truth of the window: a score. */
  void add(long atMillis, TruthLedger.Entry truth) {
    int bin = truth.scoreBin();
    scores.add(bin, truth.decision(), truth.outcome(), 1);
    LossWatch watch = losses;
    RateByScore rates = expected;
    if (watch != null && rates != null) {
      double error = truth.decision() == truth.outcome() ? 0 : 1;
      double rate = rates.rate(bin);
      double excess = error - (truth.decision() ? 1 - rate : rate);
      loss.add(error, excess);
      watch.add(excess, atMillis, RateByScore.middle(bin), truth.decision() ? -1 : 1);
      errors.add(error, atMillis);
    }
  }

  /** Whether the window has had none. */
  boolean isWithoutScores() {
    return scores.count() == 0;
  }

  /**
   * Ends the window.
   *
   * @param knownAtMillis event time at which it is complete
   */
  Closed close(WatchedGroup group, Window window, long knownAtMillis, ConceptSettings settings) {
    if (!isNext(window)) {
      throw new IllegalArgumentException(window + " after " + closedUntilMillis);
    }
    long labels = scores.count();
    truths += labels;
    closedUntilMillis = window.endMillis();
    remember(new Past(window, scores, labels), settings);
    List<DriftReading> readings = new ArrayList<>();
    LossWatch watch = losses;
    if (watch == null) {
      extendReference(window, settings);
    } else {
      readings.add(concept(group, window));
      // Detectors that are mostly wrong flag their own signals and no more.
      WatchReadings.Chosen chosen = new WatchReadings.Chosen(errors.signals(), false);
      readings.add(
          WatchReadings.changes(group, window, watch, loss, WatchReadings.errors(loss), chosen));
    }
    MaturedWindow matured =
        new MaturedWindow(
            group.version(), window, knownAtMillis, truths, labels, scores.right(), calibration());
    return new Closed(readings, matured);
  }

  private void extendReference(Window window, ConceptSettings settings) {
    if (referenceFromMillis == NONE) {
      referenceFromMillis = window.startMillis();
    }
    reference.add(scores);
    referenceToMillis = window.endMillis();
    if (isEnough(reference, settings.referenceTruths())) {
      RateByScore rates = RateByScore.of(reference);
      expected = rates;
      losses = new LossWatch(Math.max(LEAST_VARIANCE, variance(rates)), rates.means());
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
      errors.write(out);
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
    if (version < WITHOUT_TRAFFIC || version > VERSION) {
      throw new IOException("version watch of version " + version + ", known is up to " + VERSION);
    }
    VersionWatch watch = new VersionWatch();
    watch.reference.add(LabelledScores.read(in));
    watch.referenceFromMillis = in.readLong();
    watch.referenceToMillis = in.readLong();
    if (in.readBoolean()) {
      RateByScore rates = RateByScore.of(watch.reference);
      watch.expected = rates;
      watch.losses = LossWatch.read(in, rates.means(), version > WITHOUT_TRAFFIC);
      if (version > WITHOUT_CHOICE) {
        watch.errors = ErrorWatch.read(in);
      }
    }
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
