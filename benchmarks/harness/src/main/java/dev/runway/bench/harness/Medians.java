package dev.runway.bench.harness;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** One row out of several rounds, and how it compares with ours. */
public final class Medians {
  /** Rounds that differ by more say little: the machine was busy. */
  static final double WIDE = 1.25;

  private Medians() {}

  /** Says which case of ours does the same work; null for one that is like no other. */
  public interface Against<C> {
    @Nullable C of(C measured);
  }

  /**
   * The rows of a case, in the order in which the cases are given, each compared with ours.
   *
   * @param rounds what each round of a case has found
   */
  public static <C> List<Row> of(Map<C, List<Row>> rounds, Against<C> against) {
    Map<C, List<Row>> medians = new LinkedHashMap<>();
    rounds.forEach((measured, found) -> medians.put(measured, medians(found)));
    List<Row> rows = new ArrayList<>();
    medians.forEach(
        (measured, found) -> {
          C comparable = against.of(measured);
          Row ours = comparable == null ? null : first(medians.get(comparable));
          found.forEach(row -> rows.add(compared(row, ours)));
        });
    return rows;
  }

  private static @Nullable Row first(@Nullable List<Row> rows) {
    return rows == null || rows.isEmpty() ? null : rows.get(0);
  }

  private static Row compared(Row row, @Nullable Row ours) {
    return ours == null ? row : row.withRatio(row.cpuNanosPerEvent() / ours.cpuNanosPerEvent());
  }

  /** A case may give several rows; those of one name belong together. */
  private static List<Row> medians(List<Row> found) {
    Map<String, List<Row>> byName = new LinkedHashMap<>();
    found.forEach(row -> byName.computeIfAbsent(row.name(), name -> new ArrayList<>()).add(row));
    return byName.values().stream().map(Medians::median).toList();
  }

  private static Row median(List<Row> rounds) {
    Row first = rounds.get(0);
    Map<String, Double> more = new TreeMap<>();
    for (String figure : first.more().keySet()) {
      more.put(figure, median(rounds, each -> each.more().getOrDefault(figure, Double.NaN)));
    }
    Double state =
        first.stateBytesPerOpen() == null
            ? null
            : (Double) median(rounds, each -> each.stateBytesPerOpen());
    return new Row(
        first.name(),
        first.kind(),
        first.open(),
        first.events(),
        median(rounds, Row::cpuNanosPerEvent),
        median(rounds, Row::wallNanosPerEvent),
        median(rounds, Row::allocBytesPerEvent),
        spread(rounds),
        rounds.size(),
        state,
        null,
        more);
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
