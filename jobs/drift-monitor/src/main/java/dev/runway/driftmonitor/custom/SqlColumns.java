package dev.runway.driftmonitor.custom;

import dev.runway.drift.custom.FeatureWindow;
import dev.runway.drift.custom.Population;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The columns an expression may name: what is counted of a feature in the window, under {@code
 * reference_} the same of the baseline, and the built-in metrics under their own names.
 */
final class SqlColumns {
  /** Built-in metrics, as in readings; NULL where one could not be computed. */
  static final List<String> METRICS =
      List.of(
          "chi_square",
          "cramers_v",
          "distinct",
          "distinct_ratio",
          "g",
          "hellinger",
          "infinite",
          "js",
          "kl",
          "kl_ref_cur",
          "ks",
          "linf",
          "log_variance_ratio",
          "missing",
          "missing_change",
          "new_category",
          "other",
          "out_of_range",
          "psi",
          "psi_debiased",
          "psi_with_null",
          "smd",
          "tvd",
          "w1_norm",
          "w1_trimmed",
          "wrong_type");

  private static final String REFERENCE = "reference_";

  private static final Map<String, ToDoubleFunction<Population>> COUNTED =
      Map.of(
          "events", Population::events,
          "n", Population::n,
          "missing_rows", Population::missing,
          "wrong_type_rows", Population::mistyped,
          "infinite_rows", Population::infinite,
          "mean", Population::mean,
          "stddev", Population::standardDeviation,
          "min", Population::min,
          "max", Population::max);

  private static final Map<String, Term> ALL = all();

  private SqlColumns() {}

  private static Map<String, Term> all() {
    Map<String, Term> columns = new TreeMap<>();
    COUNTED.forEach(
        (name, count) -> {
          columns.put(name, counted(FeatureWindow::current, count));
          columns.put(REFERENCE + name, counted(FeatureWindow::reference, count));
        });
    columns.put(REFERENCE + "missing", window -> window.reference().missingShare());
    for (String metric : METRICS) {
      // DISTINCT is a word of SQL's own.
      String name = metric.equals("distinct") ? "distinct_words" : metric;
      columns.put(name, window -> window.metric(metric));
    }
    return columns;
  }

  private static Term counted(
      Function<FeatureWindow, Population> side, ToDoubleFunction<Population> count) {
    return window -> Term.finite(count.applyAsDouble(side.apply(window)));
  }

  /** A column; null if there is none of that name. */
  static @Nullable Term named(String name) {
    return ALL.get(name);
  }

  /** All names, in their order. */
  static List<String> names() {
    return List.copyOf(ALL.keySet());
  }
}
