package dev.runway.stack.batch;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Final windows of the days that the batch job did not give, of all versions.
 *
 * @param notCovered those the archive is not complete of
 * @param tooLong those longer than the job was told to expect
 * @param until event time through which the archive has to come for all of those that it has not
 *     come to; null when there is none
 */
record LeftOut(long notCovered, long tooLong, @Nullable Instant until) {

  /** From the job's accumulators. */
  static LeftOut of(Map<String, Long> counters) {
    return new LeftOut(
        counters.getOrDefault("windows-not-covered", 0L),
        counters.getOrDefault("windows-too-long", 0L),
        until(counters.getOrDefault("left-until", Long.MIN_VALUE)));
  }

  /** The least number is a maximum of nothing. */
  private static @Nullable Instant until(long millis) {
    return millis == Long.MIN_VALUE ? null : Instant.ofEpochMilli(millis);
  }

  /** In words; none when nothing was left out. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    if (notCovered > 0) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%,d windows are left out: the archive is not complete of them, because it began later"
                  + " or their labels are still due",
              notCovered));
    }
    if (until != null) {
      lines.add(
          "what the archive has not come to will be due when it is complete through " + until);
    }
    if (tooLong > 0) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%,d windows are left out: they are longer than any that models declare now",
              tooLong));
    }
    return lines;
  }
}
