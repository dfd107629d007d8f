package dev.runway.driftmonitor.concept;

import dev.runway.drift.detect.Adwin;
import dev.runway.drift.detect.ChangeDetector.State;
import dev.runway.drift.detect.PageHinkley;
import dev.runway.drift.performance.GroupedMeans;
import dev.runway.drift.performance.Varints;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Page-Hinkley for speed and ADWIN to confirm, over losses one by one in the order of their
 * predictions.
 *
 * <p>The loss is what the error of a decision exceeds its expectation by: 1 or 0, less the rate of
 * errors that the reference has at the same score and decision. So its mean is 0 whatever traffic
 * comes, as long as scores mean what they meant. Of the bare error it is not: harder cases raise
 * it, and that is no change of the concept. Of predicted numbers it is the same with {@link
 * dev.runway.drift.concept.ResidualLoss} in the place of the error.
 *
 * <p>What is expected was measured on a reference, so it is wrong by some amount at each score; and
 * traffic that moves and stays moves the mean loss by what it has there. {@link Traffic} knows how
 * much that may be: a change must exceed it by {@link #ERRORS} standard errors. Traffic that stays
 * as it is takes nothing from what is found.
 *
 * <p>A rise below {@link #TOLERATED} is no change that matters, and none is alarmed. Page-Hinkley's
 * level follows from the variance of the losses, so that it passes it by chance once in {@link
 * #VALUES_PER_FALSE_ALARM} losses; by {@link PageHinkley#lambda}, whose approximation makes it
 * rather more.
 */
final class LossWatch {
  /**
   * Rise of the mean loss that is none: in errors per prediction, or in units of the residual that
   * nine in ten stay below, of which it is some 4 % of the mean.
   */
  static final double TOLERATED = 0.02;

  /** At 100,000 labels a day one in 27 years, at a thousand a second one in 12 days. */
  static final double VALUES_PER_FALSE_ALARM = 1e9;

  /**
   * Standard errors of the reference that are no change: when traffic moves, what the reference
   * makes of it is more in one of 700 times.
   */
  static final double ERRORS = 3;

  private static final int WARM_UP = 30;
  private static final long NEVER = Long.MIN_VALUE;

  /**
   * A change that a detector saw.
   *
   * @param sinceMillis when it began, by the detector's own estimate
   * @param statistic that passed the threshold
   * @param samples losses the detector had seen since its last alarm or, of ADWIN, that it holds
   */
  record Alarm(long sinceMillis, double statistic, double threshold, long samples) {}

  private final PageHinkley pageHinkley;
  private final Adwin adwin;
  private Traffic traffic;
  private Timeline times = new Timeline();
  private long seen;

  /** When Page-Hinkley's sum left 0. */
  private long risingSince = NEVER;

  /** Which loss it was. */
  private long risingFrom;

  /** First alarm of each since {@link #beginWindow}; not stored, for windows are closed whole. */
  private @Nullable Alarm rise;

  private @Nullable Alarm cut;

  /** Alarms since then that the reference's errors explain, of Page-Hinkley. */
  private int explainedRises;

  /** Of ADWIN. */
  private int explainedCuts;

  /**
   * @param variance of the losses while nothing changes
   * @param expected of the losses, from the reference
   */
  LossWatch(double variance, GroupedMeans expected) {
    this(
        new Traffic(expected, 0),
        new PageHinkley(
            TOLERATED, PageHinkley.lambda(TOLERATED, variance, VALUES_PER_FALSE_ALARM), 1, WARM_UP),
        Adwin.standard());
  }

  private LossWatch(Traffic traffic, PageHinkley pageHinkley, Adwin adwin) {
    this.traffic = traffic;
    this.pageHinkley = pageHinkley;
    this.adwin = adwin;
  }

  void beginWindow() {
    rise = null;
    cut = null;
    explainedRises = 0;
    explainedCuts = 0;
    traffic.mark();
  }

  /**
   * Takes the next loss.
   *
   * @param loss beyond what was expected, -1 to 1
   * @param place where in the reference's means it was expected
   * @param weight of the mean there in what was expected, 1 or -1
   */
  void add(double loss, long atMillis, double place, double weight) {
    times.note(seen, atMillis);
    seen++;
    traffic.add(place, weight);
    addToPageHinkley(loss, atMillis);
    addToAdwin(loss);
  }

  private void addToPageHinkley(double loss, long atMillis) {
    State state = pageHinkley.add(loss);
    if (pageHinkley.sum() == 0) {
      risingSince = NEVER;
    } else if (risingSince == NEVER) {
      risingSince = atMillis;
      risingFrom = seen - 1;
    }
    if (state == State.DRIFT) {
      if (!isRise()) {
        explainedRises++;
      } else if (rise == null) {
        rise = new Alarm(risingSince, pageHinkley.sum(), pageHinkley.lambda(), pageHinkley.count());
      }
      // Also where the reference explains it: what traffic there is now is what a rise rises from.
      pageHinkley.reset();
      risingSince = NEVER;
    }
  }

  /** Whether losses are higher than before by more than the reference's errors make them. */
  private boolean isRise() {
    double height = pageHinkley.sum() / (seen - risingFrom);
    return height >= ERRORS * traffic.errorOfChange(seen - pageHinkley.count(), risingFrom);
  }

  private void addToAdwin(double loss) {
    double before = adwin.window() == 0 ? 0 : adwin.mean() * adwin.window();
    long held = adwin.window();
    if (adwin.add(loss) != State.DRIFT) {
      return;
    }
    long dropped = held + 1 - adwin.window();
    double old = (before + loss - adwin.mean() * adwin.window()) / dropped;
    double change = adwin.mean() - old;
    if (change >= TOLERATED) {
      long from = seen - adwin.window();
      double threshold = TOLERATED + ERRORS * traffic.errorOfChange(from - dropped, from);
      if (change < threshold) {
        explainedCuts++;
      } else if (cut == null) {
        cut = new Alarm(times.timeOf(from), change, threshold, adwin.window());
      }
    }
  }

  /** Page-Hinkley's first alarm in the window; null for none. */
  @Nullable Alarm rise() {
    return rise;
  }

  /** ADWIN's first cut in the window behind which the loss is higher; null for none. */
  @Nullable Alarm cut() {
    return cut;
  }

  /**
   * Alarms of Page-Hinkley in the window that are none: what the reference may be wrong by explains
   * them, and the detector has begun anew.
   */
  int explainedRises() {
    return explainedRises;
  }

  /** The same of ADWIN. */
  int explainedCuts() {
    return explainedCuts;
  }

  /** Page-Hinkley's sum now. */
  double sum() {
    return pageHinkley.sum();
  }

  /** The level that is a change. */
  double lambda() {
    return pageHinkley.lambda();
  }

  /** All losses so far. */
  long seen() {
    return seen;
  }

  /** Losses Page-Hinkley has seen since its last alarm. */
  long samples() {
    return pageHinkley.count();
  }

  /** Losses that ADWIN holds for alike. */
  long held() {
    return adwin.window();
  }

  void write(DataOutput out) throws IOException {
    Varints.writeUnsigned(out, seen);
    out.writeLong(risingSince);
    pageHinkley.write(out);
    adwin.write(out);
    times.write(out);
    Varints.writeUnsigned(out, risingFrom);
    traffic.write(out);
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @param withTraffic whether it is known; version 1 of what holds this did not
   */
  static LossWatch read(DataInput in, GroupedMeans expected, boolean withTraffic)
      throws IOException {
    long seen = Varints.readUnsigned(in);
    long risingSince = in.readLong();
    LossWatch watch =
        new LossWatch(new Traffic(expected, seen), PageHinkley.read(in), Adwin.read(in));
    watch.seen = seen;
    watch.risingSince = risingSince;
    watch.risingFrom = seen;
    watch.times = Timeline.read(in);
    if (withTraffic) {
      watch.risingFrom = Varints.readUnsigned(in);
      watch.traffic = Traffic.read(in, expected, seen);
    }
    return watch;
  }
}
