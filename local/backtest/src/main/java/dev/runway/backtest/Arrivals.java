package dev.runway.backtest;

import dev.runway.model.DriftReading;
import dev.runway.model.PerformanceReading;
import dev.runway.retraintrigger.state.Dossier;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Stored readings of a model in the order in which they come: of drift at the end of the window, of
 * labels once they are due. Each has its last revision, for no older one is stored. Read day by
 * day.
 */
final class Arrivals {
  private static final long DAY = Duration.ofDays(1).toMillis();

  private final Connection connection;
  private final Known known;
  private final long fromMillis;
  private final long toMillis;
  private final PriorityQueue<Arrival> coming =
      new PriorityQueue<>(Comparator.comparingLong(Arrival::atMillis));
  private long readToMillis;
  private long read;

  /** A reading that comes: one of both is null. */
  record Arrival(
      long atMillis, @Nullable DriftReading drift, @Nullable PerformanceReading performance) {

    void into(Dossier dossier, long tickMillis) {
      if (drift != null) {
        dossier.take(drift, tickMillis);
      } else if (performance != null) {
        dossier.take(performance, tickMillis);
      }
    }
  }

  Arrivals(Connection connection, Known known, long fromMillis, long toMillis) {
    this.connection = connection;
    this.known = known;
    this.fromMillis = fromMillis;
    this.toMillis = toMillis;
    // Labels that are due later are of windows from before.
    this.readToMillis = fromMillis - known.facts().horizonMillis();
  }

  /** Those that come until a tick. */
  List<Arrival> until(long tickMillis) throws SQLException {
    while (readToMillis < Math.min(tickMillis, toMillis)) {
      readDay();
    }
    List<Arrival> now = new ArrayList<>();
    for (Arrival next = coming.peek(); next != null; next = coming.peek()) {
      if (next.atMillis() > tickMillis) {
        break;
      }
      now.add(coming.remove());
    }
    return now;
  }

  private void readDay() throws SQLException {
    long end = Math.min(readToMillis + DAY, toMillis);
    for (DriftReading drift : StoredDrift.read(connection, known.modelId(), readToMillis, end)) {
      add(new Arrival(drift.windowEndMillis(), drift, null), drift.windowEndMillis());
    }
    for (PerformanceReading labels :
        StoredPerformance.read(connection, known.modelId(), readToMillis, end)) {
      long due = labels.windowEndMillis() + known.facts().horizonMillis();
      add(new Arrival(due, null, labels), labels.windowEndMillis());
    }
    readToMillis = end;
  }

  private void add(Arrival arrival, long windowEndMillis) {
    coming.add(arrival);
    read += windowEndMillis > fromMillis ? 1 : 0;
  }

  /** How many have been read whose windows ended within the time. */
  long read() {
    return read;
  }
}
