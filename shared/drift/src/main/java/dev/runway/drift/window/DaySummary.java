package dev.runway.drift.window;

import dev.runway.drift.distribution.BinnedShares;
import dev.runway.drift.distribution.Dispersion;
import dev.runway.drift.distribution.Overdispersion;
import dev.runway.drift.performance.Varints;
import dev.runway.drift.tile.WideCounts;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What the windows of one day say together: their predictions, and of each feature how much its
 * counts scatter from window to window. Immutable.
 *
 * <p>Two windows in a row differ by chance and by the season, the same hours of two days by chance
 * and by what the day has brought. The smaller scatter of both is nearest to chance alone.
 */
public final class DaySummary {

  /** Without pairs that are both off. Where there are none, it is still what is written. */
  private static final int WITHOUT_OFF = 1;

  private static final int VERSION = 2;
  private static final int MAX_FEATURES = 1 << 16;

  /**
   * Pairs of either kind that say how much counts scatter where nothing else does. So few may say
   * more than there is, by half of it where there are two bins, and never less than chance: a young
   * version is quieter for a day or two, where it would call users who resemble themselves drift.
   */
  private static final int LEAST_PAIRS = 8;

  private final @Nullable WideCounts counts;
  private final Scatter[] near;
  private final Scatter[] daily;

  private DaySummary(@Nullable WideCounts counts, Scatter[] near, Scatter[] daily) {
    this.counts = counts;
    this.near = near;
    this.daily = daily;
  }

  /** A day without windows. */
  public static DaySummary empty(int features) {
    Scatter[] unknown = new Scatter[features];
    Arrays.fill(unknown, Scatter.UNKNOWN);
    return new DaySummary(null, unknown, unknown);
  }

  /** With the predictions of one more window. */
  public DaySummary plus(WideCounts window) {
    return new DaySummary(WideCounts.sum(counts, window), near, daily);
  }

  /**
   * With one more window beside others; by feature, null where it has none.
   *
   * @param before its shares beside those of the window before it
   * @param dayBefore beside those of the same hours of the day before
   */
  public DaySummary plus(@Nullable BinnedShares[] before, @Nullable BinnedShares[] dayBefore) {
    return plus(before, dayBefore, new boolean[near.length]);
  }

  /**
   * The same.
   *
   * @param off by feature: whether the window differs from the baseline, and those beside it too
   */
  public DaySummary plus(
      @Nullable BinnedShares[] before, @Nullable BinnedShares[] dayBefore, boolean[] off) {
    return new DaySummary(counts, plus(near, before, off), plus(daily, dayBefore, off));
  }

  private static Scatter[] plus(Scatter[] scatter, @Nullable BinnedShares[] pairs, boolean[] off) {
    Scatter[] sum = scatter.clone();
    for (int i = 0; i < sum.length; i++) {
      BinnedShares pair = pairs[i];
      sum[i] = pair == null ? sum[i] : sum[i].plus(pair, off[i]);
    }
    return sum;
  }

  /** With the scatter of another day; its predictions stay. */
  DaySummary plusScatter(DaySummary day) {
    Scatter[] bothNear = near.clone();
    Scatter[] bothDaily = daily.clone();
    for (int i = 0; i < bothNear.length; i++) {
      bothNear[i] = near[i].plus(day.near[i]);
      bothDaily[i] = daily[i].plus(day.daily[i]);
    }
    return new DaySummary(counts, bothNear, bothDaily);
  }

  /** All predictions of the day; null if no window has ended. */
  public @Nullable WideCounts counts() {
    return counts;
  }

  /**
   * What the scatter of the feature says, and what a profile says while there are too few pairs of
   * either kind. Windows in a row alone would take a season for scatter, and days alone a drift
   * that is new.
   *
   * @param calibrated of the profile's training set; it makes way for {@link
   *     Overdispersion#MIN_WINDOWS} pairs, and for fewer where it is not known itself
   */
  public Dispersion dispersion(int feature, Overdispersion calibrated) {
    boolean measured = calibrated.windows() >= Overdispersion.MIN_WINDOWS;
    if (pairs(feature) < (measured ? Overdispersion.MIN_WINDOWS : LEAST_PAIRS)) {
      return Dispersion.of(calibrated.factor());
    }
    Dispersion first = near[feature].dispersion();
    Dispersion second = daily[feature].dispersion();
    return new Dispersion(
        Math.min(first.all(), second.all()), Math.min(first.shift(), second.shift()));
  }

  /** Of the kind that has fewer. */
  private long pairs(int feature) {
    return Math.min(near[feature].pairs(), daily[feature].pairs());
  }

  /** How much counts scatter on average over the bins, as a profile keeps it. */
  public Overdispersion overdispersion(int feature) {
    if (pairs(feature) < Overdispersion.MIN_WINDOWS) {
      return Overdispersion.UNKNOWN;
    }
    Overdispersion first = near[feature].overall();
    Overdispersion second = daily[feature].overall();
    return first.factor() <= second.factor() ? first : second;
  }

  private boolean hasOff() {
    return Arrays.stream(near).anyMatch(Scatter::hasOff)
        || Arrays.stream(daily).anyMatch(Scatter::hasOff);
  }

  /** Writes the oldest version that holds it, which jobs of before can read. */
  public void write(DataOutput out) throws IOException {
    int version = hasOff() ? VERSION : WITHOUT_OFF;
    out.writeByte(version);
    out.writeBoolean(counts != null);
    if (counts != null) {
      counts.write(out);
    }
    Varints.writeUnsigned(out, near.length);
    for (int i = 0; i < near.length; i++) {
      near[i].write(out, version);
      daily[i].write(out, version);
    }
  }

  /**
   * Reads any version.
   *
   * @throws IOException with the reason if the bytes are none
   */
  public static DaySummary read(DataInput in) throws IOException {
    int version = in.readUnsignedByte();
    if (version < WITHOUT_OFF || version > VERSION) {
      throw new IOException("day of version " + version + ", the newest known is " + VERSION);
    }
    @Nullable WideCounts counts = in.readBoolean() ? WideCounts.read(in) : null;
    int size = Varints.readIndex(in, MAX_FEATURES, "number of features");
    Scatter[] near = new Scatter[size];
    Scatter[] daily = new Scatter[size];
    for (int i = 0; i < size; i++) {
      near[i] = Scatter.read(in, version);
      daily[i] = Scatter.read(in, version);
    }
    return new DaySummary(counts, near, daily);
  }
}
