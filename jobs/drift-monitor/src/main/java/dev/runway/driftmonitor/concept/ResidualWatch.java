package dev.runway.driftmonitor.concept;

import dev.runway.drift.concept.ConceptDrift;
import dev.runway.drift.concept.ResidualBins;
import dev.runway.drift.concept.ResidualCounts;
import dev.runway.drift.concept.ResidualLoss;
import dev.runway.drift.concept.ResidualRanks;
import dev.runway.drift.performance.Varints;
import dev.runway.model.DriftReading;
import dev.runway.model.OptionalDetector;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
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
  /** Did not know what traffic the losses came from, and the errors of what they were expected. */
  private static final int WITHOUT_TRAFFIC = 1;

  /** Had no detectors but those that are always there. */
  private static final int WITHOUT_CHOICE = 2;

  private static final int VERSION = 3;

  /**
   * Labels of one window that become part of a reference at most, unless more are asked for: a
   * window may have millions, in each of a hundred segments.
   */
  private static final int MAX_OF_A_WINDOW = 10_000;

  /** Against nonsense: more memory than there is. */
  private static final int MAX_LABELS = 50_000_000;

  /** Variance of a loss that is nearly certain: no level follows from 0. */
  private static final double LEAST_VARIANCE = 1e-4;

  private static final long NONE = Long.MIN_VALUE;

  /** A window that is complete. */
  private record Past(Window window, ResidualCounts counts) {}

  /** A reference, and the detectors that always go by it. */
  private record Reference(
      ResidualBins bins, ResidualLoss loss, ResidualRanks ranks, LossWatch losses) {}

  /** One prediction of a reference that is not complete. */
  private record Early(double value, double residual) {}

  private final List<Early> early = new ArrayList<>();
  private long referenceFromMillis = NONE;
  private long referenceToMillis = NONE;

  /** Null while there are too few labels. */
  private @Nullable Reference reference;

  /** Where the document asks for it; begins behind the reference. */
  private @Nullable RankWatch ranked;

  /** Windows behind the reference that may be judged together. */
  private final Deque<Past> recent = new ArrayDeque<>();

  // The window that is being taken. Not stored, for windows are taken whole.
  private WindowLosses losses = new WindowLosses();
  private @Nullable ResidualCounts counts;
  private final List<TruthLedger.Entry> gathered = new ArrayList<>();

  private long mostGathered;

  /** Last bits of a hash of which one says that its label is not gathered. */
  private long leftOut;

  /** As {@link VersionWatch#isOverAt}. */
  boolean isOverAt(long millis) {
    Past last = recent.peekLast();
    return VersionWatch.isOver(
        last == null ? referenceToMillis : last.window().endMillis(), millis);
  }

  /**
   * Begins the next window; its truths follow, in the order of time.
   *
   * @param chosen detectors that the document asks for
   */
  void begin(ConceptSettings settings, Collection<OptionalDetector> chosen) {
    Reference known = reference;
    losses = new WindowLosses();
    gathered.clear();
    mostGathered = Math.max(MAX_OF_A_WINDOW, 2 * settings.referenceTruths());
    leftOut = 0;
    if (known != null) {
      counts = known.bins().none();
      known.losses().beginWindow();
      beginRanked(chosen.contains(OptionalDetector.KSWIN));
    }
  }

  private void beginRanked(boolean chosen) {
    if (!chosen) {
      ranked = null;
    } else if (ranked == null) {
      ranked = new RankWatch();
    } else {
      ranked.beginWindow();
    }
  }

  /** Takes a truth of the window: a predicted number. */
  void add(long atMillis, TruthLedger.Entry truth) {
    Reference known = reference;
    ResidualCounts now = counts;
    if (known == null || now == null) {
      gather(truth);
      return;
    }
    double value = truth.value();
    double residual = truth.residual();
    known.bins().count(value, residual, now);
    double excess = known.loss().of(residual) - known.loss().expected(value);
    losses.add(Math.abs(residual), excess);
    known.losses().add(excess, atMillis, value, 1);
    RankWatch watch = ranked;
    int bin = watch == null ? -1 : known.ranks().bin(value);
    if (watch != null && bin >= 0) {
      double rank = known.ranks().rank(bin, residual, truth.idHash());
      watch.add(known.ranks(), bin, rank, atMillis);
    }
  }

  /** Of a window with more labels than are held, those stay whose hashes end with zeros. */
  private void gather(TruthLedger.Entry truth) {
    if ((truth.idHash() & leftOut) != 0) {
      return;
    }
    gathered.add(truth);
    if (gathered.size() > mostGathered) {
      leftOut = leftOut << 1 | 1;
      gathered.removeIf(each -> (each.idHash() & leftOut) != 0);
    }
  }

  /** Labels of the window that wait to become part of a reference. */
  int held() {
    return gathered.size();
  }

  /**
   * Ends the window.
   *
   * @return none while the reference is not complete
   */
  List<DriftReading> close(WatchedGroup group, Window window, ConceptSettings settings) {
    Reference known = reference;
    ResidualCounts now = counts;
    if (known == null || now == null) {
      extendReference(window, settings);
      return List.of();
    }
    recent.addLast(new Past(window, now));
    while (recent.size() > VersionWatch.MAX_WINDOWS) {
      recent.removeFirst();
    }
    return List.of(
        concept(group, window, known.bins()),
        WatchReadings.changes(
            group,
            window,
            known.losses(),
            losses,
            WatchReadings.residuals(losses, known.loss().scale()),
            chosen()));
  }

  private WatchReadings.Chosen chosen() {
    RankWatch watch = ranked;
    return watch == null
        ? new WatchReadings.Chosen(List.of(), false)
        : new WatchReadings.Chosen(watch.signals(), watch.changed());
  }

  private void extendReference(Window window, ConceptSettings settings) {
    if (referenceFromMillis == NONE) {
      referenceFromMillis = window.startMillis();
    }
    for (TruthLedger.Entry truth : gathered) {
      early.add(new Early(truth.value(), truth.residual()));
    }
    gathered.clear();
    referenceToMillis = window.endMillis();
    if (early.size() < settings.referenceTruths()) {
      return;
    }
    double[] values = early.stream().mapToDouble(Early::value).toArray();
    double[] residuals = early.stream().mapToDouble(Early::residual).toArray();
    ResidualLoss loss = ResidualLoss.of(values, residuals);
    ResidualBins bins = ResidualBins.of(values, residuals);
    reference =
        new Reference(
            bins,
            loss,
            ResidualRanks.of(bins),
            new LossWatch(Math.max(LEAST_VARIANCE, loss.variance()), loss.means()));
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
      if (!isEnough(judged)) {
        judged.add(past.counts());
        fromMillis = past.window().startMillis();
      }
    }
    ResidualCounts then = bins.reference();
    ConceptResult result =
        isEnough(judged)
            ? ConceptResult.of(then.cells(), judged.cells(), then.outcomes(), judged.outcomes())
            : null;
    return WatchReadings.concept(
        group,
        WatchReadings.CONCEPT + "." + referenceFromMillis + "-" + referenceToMillis,
        new WatchReadings.Judged(window, fromMillis, revision, judged.labels(), result));
  }

  private static boolean isEnough(ResidualCounts judged) {
    return ConceptDrift.enoughResiduals(judged.cells().total());
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
    RankWatch watch = ranked;
    out.writeBoolean(watch != null);
    if (watch != null) {
      watch.write(out);
    }
    Varints.writeUnsigned(out, recent.size());
    for (Past past : recent) {
      out.writeLong(past.window().startMillis());
      out.writeLong(past.window().endMillis());
      past.counts().write(out);
    }
  }

  static ResidualWatch read(DataInput in) throws IOException {
    int version = in.readUnsignedByte();
    if (version < WITHOUT_TRAFFIC || version > VERSION) {
      throw new IOException("residual watch of version " + version + ", known is up to " + VERSION);
    }
    boolean withTraffic = version != WITHOUT_TRAFFIC;
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
    ResidualBins bins = ResidualBins.read(in);
    ResidualLoss loss =
        withTraffic
            ? ResidualLoss.read(in)
            : ResidualLoss.readWithoutErrors(in, bins.reference().labels());
    ResidualRanks ranks = ResidualRanks.of(bins);
    LossWatch losses = LossWatch.read(in, loss.means(), withTraffic);
    watch.reference = new Reference(bins, loss, ranks, losses);
    if (version > WITHOUT_CHOICE && in.readBoolean()) {
      watch.ranked = RankWatch.read(in, ranks.bins());
    }
    int recent = Varints.readIndex(in, VersionWatch.MAX_WINDOWS, "recent windows");
    for (int i = 0; i < recent; i++) {
      Window window = new Window(in.readLong(), in.readLong());
      watch.recent.addLast(new Past(window, ResidualCounts.read(in)));
    }
    return watch;
  }
}
