package dev.runway.driftmonitor.concept;

import dev.runway.drift.concept.ConceptDrift;
import dev.runway.drift.concept.LabelledBins;
import dev.runway.drift.concept.ResidualBins;
import dev.runway.drift.concept.ResidualCounts;
import dev.runway.drift.concept.ResidualLoss;
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
import org.jspecify.annotations.Nullable;

/**
 * The numbers that one version of a regression model predicted, or those of a segment of it: what
 * {@link VersionWatch} is for scores.
 *
 * <p>The first labels are kept as they are until there are enough; then bins are cut by them, and
 * they go.
 *
 * <p>Mutable and not thread safe.
 */
final class ResidualWatch {
  private static final int VERSION = 1;

  /** Against nonsense: more memory than there is. */
  private static final int MAX_LABELS = 50_000_000;

  /** Variance of a loss that is nearly certain: no level follows from 0. */
  private static final double LEAST_VARIANCE = 1e-4;

  private static final long NONE = Long.MIN_VALUE;

  /** A window that is complete. */
  private record Past(Window window, ResidualCounts counts) {}

  /** A reference, and the detectors that go by it. */
  private record Reference(ResidualBins bins, ResidualLoss loss, LossWatch losses) {}

  /** One prediction of a reference that is not complete. */
  private record Early(double value, double residual) {}

  private final List<Early> early = new ArrayList<>();
  private long referenceFromMillis = NONE;
  private long referenceToMillis = NONE;

  /** Null while there are too few labels. */
  private @Nullable Reference reference;

  /** Windows behind the reference that may be judged together. */
  private final Deque<Past> recent = new ArrayDeque<>();

  /**
   * Takes the next window.
   *
   * @param measured its truths, in the order of time
   * @return none while the reference is not complete
   */
  List<DriftReading> close(
      WatchedGroup group, Window window, List<Timed> measured, ConceptSettings settings) {
    Reference known = reference;
    if (known == null) {
      extendReference(window, measured, settings);
      return List.of();
    }
    ResidualCounts counts = known.bins().none();
    WindowLosses losses = new WindowLosses();
    LossWatch watch = known.losses();
    watch.beginWindow();
    for (Timed timed : measured) {
      double value = timed.truth().value();
      double residual = timed.truth().residual();
      known.bins().count(value, residual, counts);
      double excess = known.loss().of(residual) - known.loss().expected(value);
      losses.add(Math.abs(residual), excess);
      watch.add(excess, timed.atMillis());
    }
    recent.addLast(new Past(window, counts));
    while (recent.size() > VersionWatch.MAX_WINDOWS) {
      recent.removeFirst();
    }
    return List.of(
        concept(group, window, known.bins()),
        WatchReadings.changes(
            group, window, watch, losses, WatchReadings.residuals(losses, known.loss().scale())));
  }

  private void extendReference(Window window, List<Timed> measured, ConceptSettings settings) {
    if (referenceFromMillis == NONE) {
      referenceFromMillis = window.startMillis();
    }
    for (Timed timed : measured) {
      early.add(new Early(timed.truth().value(), timed.truth().residual()));
    }
    referenceToMillis = window.endMillis();
    if (early.size() < settings.referenceTruths()) {
      return;
    }
    double[] values = early.stream().mapToDouble(Early::value).toArray();
    double[] residuals = early.stream().mapToDouble(Early::residual).toArray();
    ResidualLoss loss = ResidualLoss.of(values, residuals);
    reference =
        new Reference(
            ResidualBins.of(values, residuals),
            loss,
            new LossWatch(Math.max(LEAST_VARIANCE, loss.variance())));
    early.clear();
  }

  /** The window, with those before it while there is not enough to judge. */
  private DriftReading concept(WatchedGroup group, Window window, ResidualBins bins) {
    ResidualCounts judged = bins.none();
    long fromMillis = window.startMillis();
    long revision = 0;
    long earliest = window.startMillis() - (VersionWatch.MAX_WINDOWS - 1) * window.lengthMillis();
    for (Iterator<Past> newest = recent.descendingIterator(); newest.hasNext(); ) {
      Past past = newest.next();
      if (past.window().startMillis() < earliest) {
        break;
      }
      revision += past.counts().labels();
      if (!isEnough(bins, judged)) {
        judged.add(past.counts());
        fromMillis = past.window().startMillis();
      }
    }
    ResidualCounts then = bins.reference();
    ConceptResult result =
        isEnough(bins, judged)
            ? ConceptResult.of(then.cells(), judged.cells(), then.outcomes(), judged.outcomes())
            : null;
    return WatchReadings.concept(
        group,
        WatchReadings.CONCEPT + "." + referenceFromMillis + "-" + referenceToMillis,
        new WatchReadings.Judged(window, fromMillis, revision, judged.labels(), result));
  }

  private static boolean isEnough(ResidualBins bins, ResidualCounts judged) {
    LabelledBins now = judged.cells();
    return now.total() > 0 && ConceptDrift.of(bins.reference().cells(), now).enoughResiduals();
  }

  void write(DataOutput out) throws IOException {
    out.writeByte(VERSION);
    out.writeLong(referenceFromMillis);
    out.writeLong(referenceToMillis);
    Reference known = reference;
    out.writeBoolean(known != null);
    if (known == null) {
      Varints.writeUnsigned(out, early.size());
      for (Early label : early) {
        out.writeDouble(label.value());
        out.writeDouble(label.residual());
      }
      return;
    }
    known.bins().write(out);
    known.loss().write(out);
    known.losses().write(out);
    Varints.writeUnsigned(out, recent.size());
    for (Past past : recent) {
      out.writeLong(past.window().startMillis());
      out.writeLong(past.window().endMillis());
      past.counts().write(out);
    }
  }

  static ResidualWatch read(DataInput in) throws IOException {
    int version = in.readUnsignedByte();
    if (version != VERSION) {
      throw new IOException("residual watch of version " + version + ", known is " + VERSION);
    }
    ResidualWatch watch = new ResidualWatch();
    watch.referenceFromMillis = in.readLong();
    watch.referenceToMillis = in.readLong();
    if (!in.readBoolean()) {
      int labels = Varints.readIndex(in, MAX_LABELS, "labels of a reference");
      for (int i = 0; i < labels; i++) {
        watch.early.add(new Early(in.readDouble(), in.readDouble()));
      }
      return watch;
    }
    watch.reference =
        new Reference(ResidualBins.read(in), ResidualLoss.read(in), LossWatch.read(in));
    int recent = Varints.readIndex(in, VersionWatch.MAX_WINDOWS, "recent windows");
    for (int i = 0; i < recent; i++) {
      Window window = new Window(in.readLong(), in.readLong());
      watch.recent.addLast(new Past(window, ResidualCounts.read(in)));
    }
    return watch;
  }
}
