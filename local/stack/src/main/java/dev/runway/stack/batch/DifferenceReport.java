package dev.runway.stack.batch;

import dev.runway.demo.result.TextTable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A {@link Comparison} in words. */
final class DifferenceReport {
  private static final int MOST_ROWS = 60;
  private static final int MINUTE = 16;

  private DifferenceReport() {}

  /**
   * Its lines.
   *
   * @param days what the batch was of
   * @param schema where the tables are
   * @param all whether segments and variants are shown too, and however many rows
   */
  static List<String> lines(Comparison comparison, BatchDays days, String schema, boolean all) {
    List<String> lines = new ArrayList<>();
    if (comparison.masterRows() == 0) {
      lines.add(
          "the master view has nothing of " + days + ": no window of these days could be given");
      return lines;
    }
    if (comparison.differences().isEmpty()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "all %,d compared rows agree: stream and batch say the same of %s",
              comparison.comparedRows(),
              days));
    } else {
      differences(comparison, days, schema, all, lines);
    }
    if (comparison.openRows() > 0) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%,d rows of the master view are not compared: the stream has not closed them yet",
              comparison.openRows()));
    }
    return lines;
  }

  private static void differences(
      Comparison comparison, BatchDays days, String schema, boolean all, List<String> lines) {
    List<Difference> found = comparison.differences();
    List<Difference> whole = found.stream().filter(Difference::ofWholeWindow).toList();
    // What differs in a segment differs in the whole, unless two of them make up for each other.
    List<Difference> chosen = all || whole.isEmpty() ? found : whole;
    List<Difference> shown = all ? chosen : chosen.stream().limit(MOST_ROWS).toList();
    lines.add(
        String.format(
            Locale.ROOT,
            "stream and batch differ in %,d windows of %s (%,d rows compared):",
            found.stream().map(DifferenceReport::window).distinct().count(),
            days,
            comparison.comparedRows()));
    lines.add("");
    TextTable table = new TextTable();
    table.row(
        List.of(
            "model",
            "version",
            "segment",
            "variant",
            "window",
            "quantity",
            "speed",
            "master",
            "difference"));
    shown.forEach(difference -> table.row(row(difference)));
    lines.addAll(table.lines());
    lines.add("");
    if (shown.size() < found.size()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "and %,d rows more, of segments and variants too: --all, or %s.v_master_differences",
              found.size() - shown.size(),
              schema));
    }
  }

  private static List<Object> window(Difference difference) {
    return List.of(difference.model(), difference.version(), difference.start(), difference.end());
  }

  private static List<String> row(Difference difference) {
    return List.of(
        difference.model(),
        difference.version(),
        difference.segment(),
        difference.variant(),
        minute(difference.start()) + " to " + minute(difference.end()),
        difference.quantity(),
        number(difference.speed(), ""),
        number(difference.master(), ""),
        number(difference.amount(), "+"));
  }

  private static String minute(Instant time) {
    return time.toString().substring(0, MINUTE).replace('T', ' ');
  }

  private static String number(@Nullable Double value, String sign) {
    if (value == null) {
      return "-";
    }
    boolean whole = value == Math.rint(value) && Math.abs(value) < 1e15;
    return whole
        ? String.format(Locale.ROOT, "%" + sign + ".0f", value)
        : String.format(Locale.ROOT, "%" + sign + ".6g", value);
  }
}
