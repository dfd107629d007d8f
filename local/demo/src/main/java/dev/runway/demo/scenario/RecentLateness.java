package dev.runway.demo.scenario;

import dev.runway.demo.sample.Flight;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * What was known of lateness before a time: the share of late flights among those that had landed
 * within a span before it, all of them and by origin. Shrunk towards a prior, so that few flights
 * say little.
 */
final class RecentLateness {
  private static final double PRIOR = 0.2;
  private static final double PRIOR_FLIGHTS = 10;

  private final long spanMillis;
  private final Deque<Landed> recent = new ArrayDeque<>();
  private final Map<String, int[]> byOrigin = new HashMap<>();
  private final int[] all = new int[2];

  private record Landed(long atMillis, String origin, boolean late) {}

  RecentLateness(long spanMillis) {
    this.spanMillis = spanMillis;
  }

  /** Takes note of a flight that has landed; in order of landing. */
  void landed(long atMillis, Flight flight, boolean late) {
    recent.add(new Landed(atMillis, flight.origin(), late));
    count(flight.origin(), late, 1);
  }

  /** Share of late flights, as known at a time; times never go back. */
  double share(long nowMillis) {
    forget(nowMillis);
    return shrunk(all);
  }

  /** Share of late flights from one origin, as known at a time; times never go back. */
  double share(long nowMillis, String origin) {
    forget(nowMillis);
    return shrunk(byOrigin.getOrDefault(origin, new int[2]));
  }

  private void forget(long nowMillis) {
    while (!recent.isEmpty() && recent.element().atMillis() < nowMillis - spanMillis) {
      Landed old = recent.remove();
      count(old.origin(), old.late(), -1);
    }
  }

  private void count(String origin, boolean late, int by) {
    int[] ofOrigin = byOrigin.computeIfAbsent(origin, o -> new int[2]);
    ofOrigin[0] += by;
    all[0] += by;
    if (late) {
      ofOrigin[1] += by;
      all[1] += by;
    }
  }

  private static double shrunk(int[] flightsAndLate) {
    return (flightsAndLate[1] + PRIOR * PRIOR_FLIGHTS) / (flightsAndLate[0] + PRIOR_FLIGHTS);
  }
}
