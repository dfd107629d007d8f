package dev.runway.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** One row out of several rounds, and how it compares with ours. */
final class Medians {
  private Medians() {}

  static List<Row> of(Map<JoinCase, List<Row>> rounds) {
    Row ours = rounds.containsKey(JoinCase.OURS) ? median(rounds.get(JoinCase.OURS)) : null;
    List<Row> rows = new ArrayList<>();
    rounds.forEach((measured, found) -> rows.add(compared(median(found), measured, ours)));
    return rows;
  }

  private static Row compared(Row row, JoinCase measured, @Nullable Row ours) {
    return ours == null || measured == JoinCase.SAMPLER
        ? row
        : row.withRatio(row.cpuNanosPerEvent() / ours.cpuNanosPerEvent());
  }

  private static Row median(List<Row> rounds) {
    Row first = rounds.get(0);
    Row row =
        new Row(
            first.name(),
            first.kind(),
            first.open(),
            first.events(),
            median(rounds, Row::cpuNanosPerEvent),
            median(rounds, Row::wallNanosPerEvent),
            median(rounds, Row::allocBytesPerEvent),
            spread(rounds),
            null,
            null);
    return first.stateBytesPerOpen() == null
        ? row
        : row.withState(median(rounds, each -> each.stateBytesPerOpen()));
  }

  private static double median(List<Row> rounds, ToDoubleFunction<Row> figure) {
    double[] sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** Greatest over least processor time: how far the rounds agree. */
  static double spread(List<Row> rounds) {
    double[] cpu = rounds.stream().mapToDouble(Row::cpuNanosPerEvent).toArray();
    return Arrays.stream(cpu).max().orElseThrow() / Arrays.stream(cpu).min().orElseThrow();
  }
}
