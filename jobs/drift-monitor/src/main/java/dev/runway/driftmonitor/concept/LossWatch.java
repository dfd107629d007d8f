package dev.runway.driftmonitor.concept;

import dev.runway.drift.detect.Adwin;
import dev.runway.drift.detect.ChangeDetector.State;
import dev.runway.drift.detect.PageHinkley;
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

  private static final int WARM_UP = 30;
  private static final long NEVER = Long.MIN_VALUE;

  /**
   * A change that a detector saw.
   *
   * @param sinceMillis when it began, by the detector's own estimate
   * @param statistic that passed the threshold
   * @param samples losses the detector had seen since its last alarm or, of ADWIN, that it holds
   */
  record Alarm(long sinceMillis, double statistic, long samples) {}

  private final PageHinkley pageHinkley;
  private final Adwin adwin;
  private Timeline times = new Timeline();
  private long seen;

  /** When Page-Hinkley's sum left 0. */
  private long risingSince = NEVER;

  /** First alarm of each since {@link #beginWindow}; not stored, for windows are closed whole. */
  private @Nullable Alarm rise;

  private @Nullable Alarm cut;

  /**
   * @param variance of the losses while nothing changes
   */
  LossWatch(double variance) {
    this(
        new PageHinkley(
            TOLERATED, PageHinkley.lambda(TOLERATED, variance, VALUES_PER_FALSE_ALARM), 1, WARM_UP),
        Adwin.standard());
  }

  private LossWatch(PageHinkley pageHinkley, Adwin adwin) {
    this.pageHinkley = pageHinkley;
    this.adwin = adwin;
  }

  void beginWindow() {
    rise = null;
    cut = null;
  }

  /** Takes the next loss, -1 to 1. */
  void add(double loss, long atMillis) {
    times.note(seen, atMillis);
    seen++;
    addToPageHinkley(loss, atMillis);
    addToAdwin(loss);
  }

  private void addToPageHinkley(double loss, long atMillis) {
    State state = pageHinkley.add(loss);
    if (pageHinkley.sum() == 0) {
      risingSince = NEVER;
    } else if (risingSince == NEVER) {
      risingSince = atMillis;
    }
    if (state == State.DRIFT) {
      if (rise == null) {
        rise = new Alarm(risingSince, pageHinkley.sum(), pageHinkley.count());
      }
      pageHinkley.reset();
      risingSince = NEVER;
    }
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
    if (change >= TOLERATED && cut == null) {
      cut = new Alarm(times.timeOf(seen - adwin.window()), change, adwin.window());
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

  /** Page-Hinkley's sum now. */
  double sum() {
    return pageHinkley.sum();
  }

  /** The level that is a change. */
  double lambda() {
    return pageHinkley.lambda();
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
  }

  static LossWatch read(DataInput in) throws IOException {
    long seen = Varints.readUnsigned(in);
    long risingSince = in.readLong();
    LossWatch watch = new LossWatch(PageHinkley.read(in), Adwin.read(in));
    watch.seen = seen;
    watch.risingSince = risingSince;
    watch.times = Timeline.read(in);
    return watch;
  }
}
