package dev.runway.driftmonitor.concept;

import dev.runway.drift.concept.ResidualRanks;
import dev.runway.drift.detect.ChangeDetector.State;
import dev.runway.drift.detect.RisingKswin;
import dev.runway.driftmonitor.concept.LossWatch.Alarm;
import dev.runway.model.DriftReading.Signal;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * KSWIN over the residuals of a version's predictions, or of a segment's, where its document asks
 * for it: the last {@link #RECENT} of them against as many before.
 *
 * <p>Of a residual it sees its rank among the reference's at such predictions ({@link
 * ResidualRanks}): with the residuals themselves, or their losses beyond expectation, all traffic
 * that moves to where residuals are larger or have another law would be a change.
 *
 * <p>Those ranks are wrong by what the reference is, and traffic that moves is far apart by what it
 * is wrong by there. A change must exceed it, beside the level of chance: the distance of the mean
 * errors is a Brownian bridge of variance {@code sum (newer share - older share)^2 / labels of the
 * reference} over the bins of predictions, and passes {@link #SUPREMUM} of its deviations once in
 * {@link #MOVES_PER_FALSE_ALARM} moves. Where traffic stays that is next to nothing.
 *
 * <p>Some 10 KB, within what is kept of the version and as long as the document names it.
 */
final class RankWatch {
  /** As many as find residuals half as large again; finds nothing that comes more slowly. */
  static final int RECENT = 1_000;

  private static final int EVERY = 100;

  /** As many moves of the traffic as pass three standard errors of {@link LossWatch}. */
  private static final double MOVES_PER_FALSE_ALARM = 700;

  /** Chance that a bridge passes t is exp(-2 t^2). */
  private static final double SUPREMUM = Math.sqrt(Math.log(MOVES_PER_FALSE_ALARM) / 2);

  private final RisingKswin kswin;

  /** Bins of the predictions of the values that are compared, each at its number modulo 2r. */
  private final byte[] bins;

  /** Time of each value from which looks begin, likewise. */
  private final long[] times;

  // Since the window began; not stored, for windows are closed whole.
  private @Nullable Alarm first;

  /** Looks at which it was over the level of chance by no more than what the reference explains. */
  private int explained;

  RankWatch() {
    this(new RisingKswin(LossWatch.VALUES_PER_FALSE_ALARM, RECENT, EVERY));
  }

  private RankWatch(RisingKswin kswin) {
    this.kswin = kswin;
    bins = new byte[2 * kswin.recent()];
    times = new long[bins.length / kswin.every()];
  }

  void beginWindow() {
    first = null;
    explained = 0;
  }

  /**
   * Takes the next residual.
   *
   * @param bin of its prediction, below 128
   * @param rank 0 to 1, higher for larger residuals
   */
  void add(ResidualRanks ranks, int bin, double rank, long atMillis) {
    int at = (int) (kswin.count() % bins.length);
    bins[at] = (byte) bin;
    if (at % kswin.every() == 0) {
      times[at / kswin.every()] = atMillis;
    }
    if (kswin.add(rank) != State.DRIFT) {
      return;
    }
    int newer = (int) ((kswin.count() + kswin.recent()) % bins.length);
    double threshold = kswin.threshold() + error(ranks, newer);
    if (kswin.distance() < threshold) {
      // It goes on: a change that is larger than that may be on its way through.
      explained++;
      return;
    }
    if (first == null) {
      first = new Alarm(times[newer / kswin.every()], kswin.distance(), threshold, kswin.count());
    }
    // What comes is compared with what is now.
    kswin.reset();
  }

  /** Largest distance that what the reference is wrong by makes, when all values are there. */
  private double error(ResidualRanks ranks, int newer) {
    int[] more = new int[ranks.bins()];
    for (int i = 0; i < kswin.recent(); i++) {
      more[bins[(newer + i) % bins.length]]++;
      more[bins[(newer + kswin.recent() + i) % bins.length]]--;
    }
    double variance = 0;
    for (int bin = 0; bin < more.length; bin++) {
      double share = (double) more[bin] / kswin.recent();
      variance += share * share / ranks.labels(bin);
    }
    return SUPREMUM * Math.sqrt(variance);
  }

  /** Whether it saw a change in the window. */
  boolean changed() {
    return first != null;
  }

  /** What it says of the window. */
  List<Signal> signals() {
    List<Signal> signals = new ArrayList<>();
    Alarm alarm = first;
    if (alarm == null) {
      signals.add(
          WatchReadings.detector(
              "kswin", "KSWIN", kswin.distance(), kswin.count(), kswin.threshold(), false));
    } else {
      signals.add(
          WatchReadings.detector(
              "kswin", "KSWIN", alarm.statistic(), alarm.samples(), alarm.threshold(), true));
      signals.add(WatchReadings.since("kswin_since", alarm));
    }
    WatchReadings.explained(signals, "kswin_explained", explained, kswin.count());
    return signals;
  }

  void write(DataOutput out) throws IOException {
    kswin.write(out);
    int held = (int) Math.min(kswin.count(), bins.length);
    out.write(bins, 0, held);
    for (int look = 0; look * kswin.every() < held; look++) {
      out.writeLong(times[look]);
    }
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @param binCount bins that the reference has
   */
  static RankWatch read(DataInput in, int binCount) throws IOException {
    RankWatch watch = new RankWatch(RisingKswin.read(in));
    int held = (int) Math.min(watch.kswin.count(), watch.bins.length);
    in.readFully(watch.bins, 0, held);
    for (int i = 0; i < held; i++) {
      if (watch.bins[i] < 0 || watch.bins[i] >= binCount) {
        throw new IOException("bin " + watch.bins[i] + " of " + binCount);
      }
    }
    for (int look = 0; look * watch.kswin.every() < held; look++) {
      watch.times[look] = in.readLong();
    }
    return watch;
  }
}
