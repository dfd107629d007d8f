package dev.runway.bench.control;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * When a model was found stale, and what became of it; all in epoch milliseconds.
 *
 * @param readingMillis the reading that has drifted was appended to its topic
 * @param foundMillis the minute by which it was decided that the model is STALE ({@code judged_at},
 *     {@code decided_at}); it is acted upon half a minute to a minute later
 * @param saidMillis that was appended to its topic
 * @param sentMillis so was the command
 * @param grantedMillis the ledger let it go
 * @param acceptedMillis the scheduler had it
 */
record CommandTimes(
    long readingMillis,
    long foundMillis,
    long saidMillis,
    long sentMillis,
    long grantedMillis,
    long acceptedMillis) {

  /** How long it may take from detection to the command, and until that is accepted. */
  static final double GOAL_SECONDS = 300;

  /** Whether it had been granted when the scheduler came back, and was accepted after that. */
  boolean waitedFor(long backMillis) {
    return grantedMillis < backMillis && acceptedMillis >= backMillis;
  }

  /**
   * How long each part of the way took, of all commands of a case.
   *
   * @param awaySeconds how long the scheduler was away in it: nothing is accepted in that time, and
   *     so much later it may be
   */
  static List<Finding> findings(String of, List<CommandTimes> all, double awaySeconds) {
    return List.of(
        finding(of, "reading appended, to STALE said", all, t -> t.saidMillis - t.readingMillis),
        finding(of, "STALE said, to command sent", all, t -> t.sentMillis - t.saidMillis),
        finding(of, "command sent, to granted", all, t -> t.grantedMillis - t.sentMillis),
        finding(of, "granted, to accepted", all, t -> t.acceptedMillis - t.grantedMillis),
        finding(
            of,
            "decided that it is STALE, to command sent",
            all,
            GOAL_SECONDS,
            t -> t.sentMillis - t.foundMillis),
        finding(
            of,
            "decided that it is STALE, to granted",
            all,
            GOAL_SECONDS + awaySeconds,
            t -> t.grantedMillis - t.foundMillis),
        finding(
            of,
            "decided that it is STALE, to accepted by the scheduler",
            all,
            GOAL_SECONDS + awaySeconds,
            t -> t.acceptedMillis - t.foundMillis),
        finding(
            of,
            "reading appended, to accepted by the scheduler",
            all,
            t -> t.acceptedMillis - t.readingMillis));
  }

  private static Finding finding(
      String of, String what, List<CommandTimes> all, ToLongFunction<CommandTimes> millis) {
    return new Finding(of, what, figures(all, millis));
  }

  private static Finding finding(
      String of,
      String what,
      List<CommandTimes> all,
      double goalSeconds,
      ToLongFunction<CommandTimes> millis) {
    return new Finding(
        of, what, figures(all, millis), Map.of("p99_s", goalSeconds, "max_s", goalSeconds));
  }

  private static Map<String, Double> figures(
      List<CommandTimes> all, ToLongFunction<CommandTimes> millis) {
    long[] sorted = all.stream().mapToLong(millis).sorted().toArray();
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("commands", (double) sorted.length);
    figures.put("p50_s", percentile(sorted, 0.50));
    figures.put("p99_s", percentile(sorted, 0.99));
    figures.put("max_s", percentile(sorted, 1));
    return figures;
  }

  /** The least that so large a share of all is not above, in seconds; no number without any. */
  private static double percentile(long[] sortedMillis, double share) {
    return sortedMillis.length == 0
        ? Double.NaN
        : sortedMillis[(int) Math.ceil(share * sortedMillis.length) - 1] / 1e3;
  }

  /**
   * How many were started before one that was to go first.
   *
   * @param due all commands, in the order of the queue
   * @param starts the same, as they were started
   * @throws IllegalStateException if these are not the same ones, each once
   */
  static int outOfOrder(List<String> due, List<String> starts) {
    List<String> missing = new ArrayList<>(due);
    List<String> tooMany = new ArrayList<>(starts);
    due.forEach(tooMany::remove);
    starts.forEach(missing::remove);
    if (!missing.isEmpty() || !tooMany.isEmpty()) {
      throw new IllegalStateException("not started: " + missing + "; and too often: " + tooMany);
    }
    int before = 0;
    int highest = -1;
    for (String id : starts) {
      int place = due.indexOf(id);
      before += place < highest ? 1 : 0;
      highest = Math.max(highest, place);
    }
    return before;
  }
}
