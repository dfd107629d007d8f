package dev.runway.stack.batch;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Final windows of the days that the batch job did not give, of all versions.
 *
 * @param notCovered those the archive is not complete of
 * @param tooLong those longer than the job was told to expect
 */
record LeftOut(long notCovered, long tooLong) {

  /** From the job's accumulators. */
  static LeftOut of(Map<String, Long> counters) {
    return new LeftOut(
        counters.getOrDefault("windows-not-covered", 0L),
        counters.getOrDefault("windows-too-long", 0L));
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
