package dev.runway.demo.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Turns feature rows into vectors as learned from the training rows: numbers standardised to mean 0
 * and variance 1 with missing ones at the mean, categories one column each when frequent enough.
 */
final class Encoding {
  /** Rarer categories share the reference level: their own weight would be noise. */
  static final int LEAST_ROWS = 20;

  private final List<Column> columns;

  private Encoding(List<Column> columns) {
    this.columns = columns;
  }

  private sealed interface Column permits Scaled, Indicator {
    double of(Map<String, Object> row);

    /** In one line, fields apart by tabs. */
    String line();

    static Column of(String line) {
      String[] fields = line.split("\t", -1);
      if (fields.length == 4 && fields[0].equals("scaled")) {
        return new Scaled(fields[1], Double.parseDouble(fields[2]), Double.parseDouble(fields[3]));
      }
      if (fields.length == 3 && fields[0].equals("is")) {
        return new Indicator(fields[1], fields[2]);
      }
      throw new IllegalArgumentException("no column of a model: " + line);
    }
  }

  private record Scaled(String name, double mean, double deviation) implements Column {
    @Override
    public double of(Map<String, Object> row) {
      double value = row.get(name) instanceof Double number ? number : Double.NaN;
      return Double.isNaN(value) ? 0 : (value - mean) / deviation;
    }

    @Override
    public String line() {
      return "scaled\t" + name + "\t" + mean + "\t" + deviation;
    }
  }

  private record Indicator(String name, String category) implements Column {
    @Override
    public double of(Map<String, Object> row) {
      return category.equals(row.get(name)) ? 1 : 0;
    }

    @Override
    public String line() {
      return "is\t" + name + "\t" + category;
    }
  }

  /** Learns the columns; all rows have the features of the first. */
  static Encoding learn(List<FeatureRow> rows) {
    List<Column> columns = new ArrayList<>();
    rows.get(0)
        .values()
        .forEach(
            (name, first) -> {
              if (first instanceof Double) {
                addScaled(columns, name, rows);
              } else {
                addIndicators(columns, name, rows);
              }
            });
    return new Encoding(columns);
  }

  /** From what {@link #lines} has given. */
  static Encoding of(List<String> lines) {
    return new Encoding(lines.stream().map(Column::of).toList());
  }

  /** One line for each column. */
  List<String> lines() {
    return columns.stream().map(Column::line).toList();
  }

  int width() {
    return columns.size();
  }

  double[] vector(FeatureRow row) {
    double[] vector = new double[columns.size()];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = columns.get(i).of(row.values());
    }
    return vector;
  }

  private static void addScaled(List<Column> columns, String name, List<FeatureRow> rows) {
    double[] known =
        rows.stream()
            .mapToDouble(row -> (Double) row.values().get(name))
            .filter(value -> !Double.isNaN(value))
            .toArray();
    double mean = 0;
    for (double value : known) {
      mean += value / known.length;
    }
    double variance = 0;
    for (double value : known) {
      variance += (value - mean) * (value - mean) / known.length;
    }
    if (variance > 0) {
      columns.add(new Scaled(name, mean, Math.sqrt(variance)));
    }
  }

  private static void addIndicators(List<Column> columns, String name, List<FeatureRow> rows) {
    Map<String, Integer> counts = new TreeMap<>();
    for (FeatureRow row : rows) {
      counts.merge((String) row.values().get(name), 1, Integer::sum);
    }
    counts.forEach(
        (category, count) -> {
          if (count >= LEAST_ROWS && count < rows.size()) {
            columns.add(new Indicator(name, category));
          }
        });
  }
}
