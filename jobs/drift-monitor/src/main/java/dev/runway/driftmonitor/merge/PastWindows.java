package dev.runway.driftmonitor.merge;

import dev.runway.drift.tile.TileLayout;
import dev.runway.drift.tile.WideCounts;
import dev.runway.drift.window.DaySummary;
import dev.runway.drift.window.History;
import dev.runway.drift.window.Season;
import dev.runway.drift.window.Widening;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.api.common.state.MapState;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a version's past beyond its windows: counts of each hour for two weeks and a day,
 * and of each day with what its windows showed for a month, of all predictions and of each segment.
 * A hundred features take 2 KB an hour and 5 KB a day, so 900 KB in all.
 *
 * <p>What was counted in other bins than those of the baseline now says nothing, and is not given.
 *
 * <p>Both are written when a window can change no more, so they are the same after any order of
 * arrival.
 */
final class PastWindows {
  /** Longest stretch that is judged at once: six windows of four hours. */
  private static final long WIDEST = Season.DAY;

  /** Of windows without a season. */
  static final History<Exception> NOTHING =
      new History<>() {
        @Override
        public @Nullable WideCounts hour(long startMillis) {
          return null;
        }

        @Override
        public @Nullable DaySummary day(long startMillis) {
          return null;
        }
      };

  private final MapState<Span, WideCounts> hours;
  private final MapState<Span, DaySummary> days;

  /**
   * Days read since {@link #begin}: a late event scores up to six windows, each of which asks 28.
   */
  private final Map<Span, Optional<DaySummary>> read = new HashMap<>();

  private final long latenessMillis;

  PastWindows(
      MapState<Span, WideCounts> hours, MapState<Span, DaySummary> days, long latenessMillis) {
    this.hours = hours;
    this.days = days;
    this.latenessMillis = latenessMillis;
  }

  /** Another key's past is asked from now on. */
  void begin() {
    read.clear();
  }

  private static Span span(String segment, long startMillis, long length) {
    return new Span(segment, startMillis, startMillis + length);
  }

  /** Whether windows of this length have a season: six of them are a day at most. */
  static boolean isKept(Span window) {
    return Widening.MAX_WINDOWS * (window.endMillis() - window.startMillis()) <= WIDEST;
  }

  /** The past of a window's segment, or of {@link dev.runway.model.DriftReading#ALL}. */
  History<Exception> of(Span window, TileLayout baseline) {
    return isKept(window) ? of(window.segment(), baseline) : NOTHING;
  }

  private History<Exception> of(String segment, TileLayout baseline) {
    return new History<>() {
      @Override
      public @Nullable WideCounts hour(long startMillis) throws Exception {
        WideCounts counts = hours.get(span(segment, startMillis, Season.HOUR));
        return counts != null && counts.fits(baseline) ? counts : null;
      }

      @Override
      public @Nullable DaySummary day(long startMillis) throws Exception {
        Span span = span(segment, startMillis, Season.DAY);
        Optional<DaySummary> known = read.get(span);
        if (known == null) {
          known = Optional.ofNullable(days.get(span));
          read.put(span, known);
        }
        DaySummary day = known.orElse(null);
        WideCounts counts = day == null ? null : day.counts();
        return counts != null && counts.fits(baseline) ? day : null;
      }
    };
  }

  /** Adds predictions of an hour that can come no more. */
  void add(String segment, long atMillis, WideCounts counts, TileLayout baseline) throws Exception {
    Span hour = span(segment, Season.hourOf(atMillis), Season.HOUR);
    WideCounts known = hours.get(hour);
    hours.put(hour, known == null || !known.fits(baseline) ? counts : known.plus(counts));
  }

  /** Replaces what is known about a day. */
  void put(String segment, long atMillis, DaySummary day) throws Exception {
    Span span = span(segment, Season.dayOf(atMillis), Season.DAY);
    days.put(span, day);
    read.put(span, Optional.of(day));
  }

  /** When the hour of a time is to be forgotten. */
  long hourForgottenAt(long atMillis) {
    return Season.hourOf(atMillis) + Season.hourKeptMillis(WIDEST, latenessMillis);
  }

  /** When the day of a time is to be forgotten. */
  long dayForgottenAt(long atMillis) {
    return Season.dayOf(atMillis) + Season.dayKeptMillis(WIDEST, latenessMillis);
  }

  /** Forgets what nothing asks for any more. */
  void forgetHours(long nowMillis) throws Exception {
    long kept = nowMillis - Season.hourKeptMillis(WIDEST, latenessMillis);
    forget(hours, kept);
  }

  /** The same of days. */
  void forgetDays(long nowMillis) throws Exception {
    read.clear();
    forget(days, nowMillis - Season.dayKeptMillis(WIDEST, latenessMillis));
  }

  private static <T> void forget(MapState<Span, T> state, long untilMillis) throws Exception {
    List<Span> old = new ArrayList<>();
    for (Span span : state.keys()) {
      if (span.startMillis() <= untilMillis) {
        old.add(span);
      }
    }
    for (Span span : old) {
      state.remove(span);
    }
  }
}
