package dev.runway.driftmonitor.concept;

import dev.runway.driftmonitor.merge.Span;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.typeinfo.Types;

/**
 * The truths of a model version whose window is not complete, by the minute of their predictions.
 *
 * <p>State per model version: {@code minute-truths}; and {@code waiting-minutes}, which of them
 * there are, 60 bits for each hour. Every timer asks for that, and the keys of a map with a time to
 * live are only had with its values: all truths of a horizon, 128 minutes of them in the heap at a
 * time.
 */
final class WaitingTruths {
  private static final long HOUR_MILLIS = 60 * Span.MINUTE_MILLIS;

  /** An hour without minutes, which says that those of an older release have been looked for. */
  private static final long NOTED = Long.MIN_VALUE;

  private final MapState<Long, TruthLedger> minutes;

  /** By the start of the hour; bit n is its n-th minute. */
  private final MapState<Long, Long> hours;

  WaitingTruths(RuntimeContext context, StateTtlConfig end) {
    MapStateDescriptor<Long, TruthLedger> minute =
        new MapStateDescriptor<>("minute-truths", Types.LONG, TruthLedgerSerializer.TYPE);
    minute.enableTimeToLive(end);
    minutes = context.getMapState(minute);
    MapStateDescriptor<Long, Long> hour =
        new MapStateDescriptor<>("waiting-minutes", Types.LONG, Types.LONG);
    hour.enableTimeToLive(end);
    hours = context.getMapState(hour);
  }

  /** Adds truths of one minute. */
  void add(long minuteMillis, TruthLedger truths) throws Exception {
    TruthLedger known = minutes.get(minuteMillis);
    if (known == null) {
      set(minuteMillis, true);
      minutes.put(minuteMillis, truths);
    } else {
      known.add(truths);
      minutes.put(minuteMillis, known);
    }
  }

  /**
   * Starts of all minutes that have truths, in their order. Those of an hour are only looked at
   * when they are asked for: of a horizon of 35 days there are 50,400, and a few are due.
   */
  Iterable<Long> starts() throws Exception {
    NavigableMap<Long, Long> sorted = new TreeMap<>();
    for (Map.Entry<Long, Long> hour : hours.entries()) {
      sorted.put(hour.getKey(), hour.getValue());
    }
    return () -> sorted.entrySet().stream().flatMap(WaitingTruths::minutes).iterator();
  }

  private static Stream<Long> minutes(Map.Entry<Long, Long> hour) {
    return Stream.iterate(hour.getValue(), bits -> bits != 0, bits -> bits & (bits - 1))
        .map(bits -> hour.getKey() + Long.numberOfTrailingZeros(bits) * Span.MINUTE_MILLIS);
  }

  /** Takes the truths of a minute out. */
  TruthLedger take(long minuteMillis) throws Exception {
    TruthLedger truths = minutes.get(minuteMillis);
    drop(minuteMillis);
    return truths == null ? new TruthLedger() : truths;
  }

  private void drop(long minuteMillis) throws Exception {
    minutes.remove(minuteMillis);
    set(minuteMillis, false);
  }

  private void set(long minuteMillis, boolean waits) throws Exception {
    long hour = Math.floorDiv(minuteMillis, HOUR_MILLIS) * HOUR_MILLIS;
    long bit = 1L << ((minuteMillis - hour) / Span.MINUTE_MILLIS);
    Long known = hours.get(hour);
    long bits = known == null ? 0 : known;
    long next = waits ? (bits | bit) : (bits & ~bit);
    if (next == 0) {
      hours.remove(hour);
    } else {
      hours.put(hour, next);
    }
  }

  /** Whether an older release kept these truths, which did not note which there are. */
  boolean areNotNoted() throws Exception {
    return hours.isEmpty() && !minutes.isEmpty();
  }

  /**
   * Notes which minutes have truths, looking each of them up: none is held beside another. Those of
   * other times are left to the time to live.
   */
  void note(long fromMillis, long toMillis) throws Exception {
    long first = Math.floorDiv(fromMillis, Span.MINUTE_MILLIS) * Span.MINUTE_MILLIS;
    for (long minute = first; minute <= toMillis; minute += Span.MINUTE_MILLIS) {
      if (minutes.contains(minute)) {
        set(minute, true);
      }
    }
    hours.put(NOTED, 0L);
  }
}
