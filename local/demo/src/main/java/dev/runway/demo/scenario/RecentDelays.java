package dev.runway.demo.scenario;

import dev.runway.demo.sample.Flight;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * A feed of arrival delays: their mean over the flights that landed within a span before a time, in
 * the whole country and by airport of arrival. NaN where none landed.
 */
final class RecentDelays {
  private final long spanMillis;
  private final Deque<Landed> recent = new ArrayDeque<>();
  private final Map<String, Sum> byAirport = new HashMap<>();
  private final Sum all = new Sum();

  private record Landed(long atMillis, String airport, int minutes) {}

  /** Whole minutes, so that what is taken away leaves nothing behind. */
  private static final class Sum {
    private long minutes;
    private int flights;

    void add(long more, int by) {
      minutes += by * more;
      flights += by;
    }

    double mean() {
      return flights == 0 ? Double.NaN : (double) minutes / flights;
    }
  }

  RecentDelays(long spanMillis) {
    this.spanMillis = spanMillis;
  }

  /** Takes note of a flight that has landed; in order of landing. */
  void landed(long atMillis, Flight flight) {
    Landed landed = new Landed(atMillis, flight.destination(), flight.delayMinutes());
    recent.add(landed);
    count(landed, 1);
  }

  /** Mean delay in minutes of all, as known at a time; times never go back. */
  double mean(long nowMillis) {
    forget(nowMillis);
    return all.mean();
  }

  /** Mean delay in minutes of arrivals at one airport, as known at a time; times never go back. */
  double mean(long nowMillis, String airport) {
    forget(nowMillis);
    Sum sum = byAirport.get(airport);
    return sum == null ? Double.NaN : sum.mean();
  }

  private void forget(long nowMillis) {
    while (!recent.isEmpty() && recent.element().atMillis() < nowMillis - spanMillis) {
      count(recent.remove(), -1);
    }
  }

  private void count(Landed landed, int by) {
    all.add(landed.minutes(), by);
    byAirport.computeIfAbsent(landed.airport(), airport -> new Sum()).add(landed.minutes(), by);
  }
}
