package dev.runway.bench.dashboards;

import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * How long a query took over a span of time.
 *
 * @param millis of each time it was asked
 * @param rows of each answer
 */
public record Times(String query, Duration span, List<Double> millis, List<Integer> rows) {
  private static final double GOAL = 1_000;

  void add(double took, int answered) {
    millis.add(took);
    rows.add(answered);
  }

  /** The value that a share of them do not exceed. */
  public double quantile(double share) {
    List<Double> sorted = millis.stream().sorted().toList();
    return sorted.get((int) Math.ceil(share * sorted.size()) - 1);
  }

  /** All of them, the slowest first, and how many are slower than the goal. */
  public static String table(List<Times> all, String of) {
    StringBuilder text = new StringBuilder();
    long missed = all.stream().filter(each -> each.quantile(0.95) > GOAL).count();
    text.append(
        String.format(
            Locale.ROOT,
            "%s, JDK %s, %d cores; %s.%n%d of %d queries and spans have a p95 above a second.%n%n",
            LocalDate.now(ZoneOffset.UTC),
            Runtime.version().feature(),
            Runtime.getRuntime().availableProcessors(),
            of,
            missed,
            all.size()));
    text.append(
        "| query | days | rows | p50 ms | p95 ms | max ms |\n|---|---:|---:|---:|---:|---:|\n");
    all.stream()
        .sorted(Comparator.comparingDouble((Times each) -> each.quantile(0.95)).reversed())
        .forEach(
            each ->
                text.append(
                    String.format(
                        Locale.ROOT,
                        "| %s | %d | %d | %.0f | %.0f | %.0f |%n",
                        each.query,
                        each.span.toDays(),
                        each.rows.stream().mapToInt(Integer::intValue).max().orElse(0),
                        each.quantile(0.5),
                        each.quantile(0.95),
                        each.quantile(1))));
    return text.toString();
  }
}
