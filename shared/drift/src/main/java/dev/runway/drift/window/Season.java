package dev.runway.drift.window;

import dev.runway.drift.distribution.Dispersion;
import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.tile.WideCounts;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Which part of the past a window is seen against.
 *
 * <p>Events may come up to {@link #MAX_LATENESS} late, so a day is complete when the next one has
 * passed: days are used from two days before the window's own on, and hours of a week ago or more.
 */
public final class Season {

  public static final long HOUR = Duration.ofHours(1).toMillis();
  public static final long DAY = Duration.ofDays(1).toMillis();
  public static final long WEEK = Duration.ofDays(7).toMillis();

  /** What the use of days relies on. */
  public static final Duration MAX_LATENESS = Duration.ofDays(1);

  /** Days whose windows say how much counts scatter: four weeks, whatever the day of the week. */
  static final int SCATTER_DAYS = 28;

  /** A season is looked for in this many weeks. */
  static final int WEEKS = 2;

  /** A day of the week without traffic, or two, is part of a week; more are a gap. */
  private static final int LEAST_DAYS = 5;

  /** The last complete day is so many days before that of a window. */
  static final int COMPLETE = 2;

  private Season() {}

  /**
   * How long the counts of an hour are needed after its start, by windows that end within {@code
   * widestMillis} of where they begin and are told anew for {@code latenessMillis}.
   */
  public static long hourKeptMillis(long widestMillis, long latenessMillis) {
    return HOUR + WEEKS * WEEK + widestMillis + latenessMillis;
  }

  /** The same for a day. */
  public static long dayKeptMillis(long widestMillis, long latenessMillis) {
    return (COMPLETE + SCATTER_DAYS) * DAY + widestMillis + latenessMillis;
  }

  /** Start of the hour of a time. */
  public static long hourOf(long atMillis) {
    return Math.floorDiv(atMillis, HOUR) * HOUR;
  }

  /** Start of the day (UTC) of a time. */
  public static long dayOf(long atMillis) {
    return Math.floorDiv(atMillis, DAY) * DAY;
  }

  /** The same hours a while before; null if they had no traffic. */
  static <E extends Exception> @Nullable WideCounts sameHours(
      History<E> history, long fromMillis, long endMillis, long agoMillis) throws E {
    @Nullable WideCounts sum = null;
    for (long hour = hourOf(fromMillis); hour < endMillis; hour += HOUR) {
      sum = WideCounts.sum(sum, history.hour(hour - agoMillis));
    }
    return sum;
  }

  /**
   * Seven complete days together; null if too many had no traffic.
   *
   * @param weeks 1 for the last seven, which hold the same hours of last week, 2 for those before
   */
  static <E extends Exception> @Nullable WideCounts week(
      History<E> history, long fromMillis, int weeks) throws E {
    @Nullable WideCounts sum = null;
    int days = 0;
    long last = dayOf(fromMillis) - COMPLETE * DAY - (weeks - 1) * WEEK;
    for (int i = 0; i < WEEK / DAY; i++) {
      DaySummary day = history.day(last - i * DAY);
      if (day != null && day.counts() != null) {
        sum = WideCounts.sum(sum, day.counts());
        days++;
      }
    }
    return days < LEAST_DAYS ? null : sum;
  }

  /** The last complete day; null without traffic. It holds the same hours of that day. */
  static <E extends Exception> @Nullable WideCounts lastDay(History<E> history, long fromMillis)
      throws E {
    DaySummary day = history.day(dayOf(fromMillis) - COMPLETE * DAY);
    return day == null ? null : day.counts();
  }

  /**
   * The dispersion of each feature: what the version's own windows have shown, and until they have,
   * what the profile says of the training set's.
   */
  static <E extends Exception> Dispersion[] dispersions(
      BaselineProfile profile, History<E> history, long fromMillis) throws E {
    int size = profile.features().size();
    DaySummary shown = DaySummary.empty(size);
    long last = dayOf(fromMillis) - COMPLETE * DAY;
    for (int i = 0; i < SCATTER_DAYS; i++) {
      DaySummary day = history.day(last - i * DAY);
      shown = day == null ? shown : shown.plusScatter(day);
    }
    Dispersion[] dispersions = new Dispersion[size];
    for (int i = 0; i < size; i++) {
      dispersions[i] = shown.dispersion(i, profile.features().get(i).dispersion());
    }
    return dispersions;
  }
}
