package dev.runway.backtest;

import dev.runway.drift.window.Tier;
import dev.runway.retraintrigger.decision.Surroundings;
import dev.runway.retraintrigger.policy.PolicySet;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Models judged anew from stored readings: by a policy that nobody has stored, and as it is now.
 */
final class Backtest {
  private static final long TICK = Duration.ofMinutes(1).toMillis();

  private final Connection connection;
  private final Span span;
  private final PolicyFile candidate;
  private final long trainingMillis;
  private final Findings anew = new Findings();
  private final Findings inForce = new Findings();
  private final List<Incident> incidents = new ArrayList<>();
  private final List<String> undecided = new ArrayList<>();
  private long readings;

  /** From a time, included, to another one. */
  record Span(long fromMillis, long toMillis) {}

  /**
   * What came of it.
   *
   * @param readings that were there
   * @param undecided models about which no decision is stored
   */
  record Result(
      Findings anew,
      Findings inForce,
      List<Incident> incidents,
      List<String> undecided,
      long readings) {}

  Backtest(Connection connection, Span span, PolicyFile candidate, Duration training) {
    this.connection = connection;
    this.span = span;
    this.candidate = candidate;
    this.trainingMillis = training.toMillis();
  }

  /** Judges one model after the other. */
  Result run(List<String> models) throws SQLException {
    for (String model : models) {
      judge(Known.of(connection, model, span.fromMillis(), span.toMillis()));
      incidents.addAll(Incident.read(connection, model, span.fromMillis(), span.toMillis()));
    }
    return new Result(anew, inForce, incidents, undecided, readings);
  }

  private void judge(Known known) throws SQLException {
    if (!known.decided()) {
      undecided.add(known.modelId());
    }
    PolicySet now = PolicyFile.inForce(known.policies());
    List<Replay> replays =
        List.of(replay(known, candidate.among(now), anew), replay(known, now, inForce));
    Arrivals arrivals = new Arrivals(connection, known, span.fromMillis(), span.toMillis());
    NavigableMap<Long, SortedMap<String, KnownThen>> then = new TreeMap<>(known.then());
    long first = Math.floorDiv(span.fromMillis(), TICK) * TICK + TICK;
    // The windows of the last minutes are judged too.
    long last = span.toMillis() + known.settings().latenessMillis() + 5 * TICK;
    for (long tick = first; tick <= last; tick += TICK) {
      Surroundings around = around(known, tick);
      for (Arrivals.Arrival arrival : arrivals.until(tick)) {
        for (Replay replay : replays) {
          replay.take(arrival, tick);
        }
      }
      // The first may be of before the first tick.
      while (!then.isEmpty() && then.firstKey() <= tick) {
        SortedMap<String, KnownThen> told = then.pollFirstEntry().getValue();
        replays.forEach(replay -> told.forEach(replay::take));
      }
      for (Replay replay : replays) {
        replay.tick(around, tick);
      }
    }
    readings += arrivals.read();
  }

  private Replay replay(Known known, PolicySet policies, Findings findings) {
    return new Replay(known.dossier(), policies, known.settings(), trainingMillis, findings);
  }

  /**
   * As it was at the newest decision, unless that is of another window. Episodes of other policies
   * nobody has heard of.
   */
  private static Surroundings around(Known known, long tick) {
    var newest = known.around().floorEntry(tick);
    long window = Tier.of(known.facts().tier()).windowMillis();
    return newest == null || tick - newest.getKey() > window
        ? Surroundings.QUIET
        : newest.getValue().unheard();
  }
}
