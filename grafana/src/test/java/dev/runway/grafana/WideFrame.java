package dev.runway.grafana;

import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What Grafana's data source makes of rows with a time, a name and values before anything is drawn
 * (pkg/tsdb/grafana-postgresql-datasource, LongToWide): one row for each time, a column for each
 * value and name, and nothing where a series has no value at a time.
 *
 * @param series values by name, in the order of time; null where another series alone has a value
 */
record WideFrame(Map<String, List<@Nullable Double>> series) {

  static WideFrame of(List<Map<String, Object>> rows) {
    Map<Double, Map<String, Double>> byTime = new TreeMap<>();
    Map<String, List<@Nullable Double>> series = new LinkedHashMap<>();
    for (Map<String, Object> row : rows) {
      row.forEach(
          (column, value) -> {
            if (!column.equals("time") && !column.equals("metric")) {
              String name = row.containsKey("metric") ? column + " " + row.get("metric") : column;
              series.computeIfAbsent(name, each -> new ArrayList<>());
              Map<String, Double> at =
                  byTime.computeIfAbsent(seconds(row.get("time")), each -> new LinkedHashMap<>());
              if (value != null) {
                at.put(name, ((Number) value).doubleValue());
              }
            }
          });
    }
    byTime.values().forEach(at -> series.forEach((name, values) -> values.add(at.get(name))));
    return new WideFrame(series);
  }

  /** Into how many pieces a line falls: nothing in between ends one unless it is spanned. */
  static int pieces(List<@Nullable Double> values, boolean spanned) {
    int pieces = 0;
    boolean within = false;
    for (Double value : values) {
      if (value != null && !within) {
        pieces++;
      }
      within = value != null || (within && spanned);
    }
    return pieces;
  }

  private static double seconds(@Nullable Object time) {
    return time instanceof Timestamp at ? at.getTime() / 1000.0 : ((Number) time).doubleValue();
  }
}
