package dev.runway.demo.result;

import dev.runway.drift.performance.Metric;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Numbers as a person reads them; {@value #UNDEFINED} where there is none. */
final class Cells {
  static final String UNDEFINED = "-";

  private Cells() {}

  static String count(long n) {
    return String.format(Locale.ROOT, "%,d", n);
  }

  static String percent(@Nullable Double share) {
    return share == null ? UNDEFINED : String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  static String number(@Nullable Double value) {
    return value == null ? UNDEFINED : String.format(Locale.ROOT, "%.3f", value);
  }

  static String value(@Nullable Metric metric) {
    return metric == null ? UNDEFINED : number(metric.value());
  }

  /** Value with its 95 % interval. */
  static String interval(@Nullable Metric metric) {
    if (metric == null || metric.value() == null) {
      return UNDEFINED;
    }
    return metric.low() == null
        ? number(metric.value())
        : number(metric.value()) + " [" + number(metric.low()) + ", " + number(metric.high()) + "]";
  }

  static String duration(@Nullable Double millis) {
    if (millis == null) {
      return UNDEFINED;
    }
    double seconds = millis / 1000;
    if (seconds < 120) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    if (seconds < 2 * 3600) {
      return String.format(Locale.ROOT, "%.1f min", seconds / 60);
    }
    return seconds < 48 * 3600
        ? String.format(Locale.ROOT, "%.1f h", seconds / 3600)
        : String.format(Locale.ROOT, "%.1f d", seconds / 86_400);
  }
}
