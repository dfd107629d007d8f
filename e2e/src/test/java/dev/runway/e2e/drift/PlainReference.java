package dev.runway.e2e.drift;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;

/** One feature of a training set, and how other rows compare with it. */
final class PlainReference {
  private static final int BINS = 10;
  private static final int DISCRETE = 20;
  private static final int WORDS = 100;

  private final String name;
  private final boolean number;
  private final double rows;
  private final double[] sorted;
  private final double[] edges;
  private final Map<String, Integer> counts = new HashMap<>();
  private final List<String> words;

  PlainReference(String name, List<PlainRow> training) {
    this.name = name;
    List<Object> values = values(training);
    rows = training.size();
    number = values.get(0) instanceof Double;
    sorted =
        number
            ? values.stream().mapToDouble(value -> (Double) value).sorted().toArray()
            : new double[0];
    edges = number ? edges(sorted) : new double[0];
    if (!number) {
      values.forEach(value -> counts.merge((String) value, 1, Integer::sum));
    }
    words =
        counts.keySet().stream()
            .sorted(
                Comparator.comparing((String word) -> -counts.getOrDefault(word, 0))
                    .thenComparing(Comparator.naturalOrder()))
            .limit(WORDS)
            .toList();
  }

  private List<Object> values(List<PlainRow> from) {
    return from.stream().map(row -> row.values().get(name)).filter(v -> v != null).toList();
  }

  /** One bin per value where there are few; else tenths, and each atom in a bin of its own. */
  private static double[] edges(double[] sorted) {
    TreeSet<Double> edges = new TreeSet<>();
    Map<Double, Integer> counts = new HashMap<>();
    for (double value : sorted) {
      counts.merge(value, 1, Integer::sum);
    }
    boolean discrete = counts.size() <= DISCRETE;
    counts.forEach(
        (value, count) -> {
          if (discrete || count * BINS >= sorted.length) {
            edges.add(value);
            edges.add(Math.nextDown(value));
          }
        });
    for (int j = 1; j < BINS && !discrete; j++) {
      int rank = (int) Math.ceil((double) j * sorted.length / BINS);
      if (sorted[rank - 1] < sorted[sorted.length - 1]) {
        edges.add(sorted[rank - 1]);
      }
    }
    return edges.stream().mapToDouble(edge -> edge).toArray();
  }

  String name() {
    return name;
  }

  /** Training rows with a value. */
  double n() {
    return number ? sorted.length : counts.values().stream().mapToInt(c -> c).sum();
  }

  double missingShare() {
    return (rows - n()) / rows;
  }

  double rows() {
    return rows;
  }

  /** Rows with a value. */
  double n(List<PlainRow> current) {
    return values(current).size();
  }

  /** Reference and current counts over the bins that decide. */
  double[][] contrast(List<PlainRow> current) {
    List<Object> values = values(current);
    if (number) {
      double[] reference = new double[edges.length + 1];
      double[] now = new double[edges.length + 1];
      for (double value : sorted) {
        reference[bin(value)]++;
      }
      for (Object value : values) {
        now[bin((Double) value)]++;
      }
      return new double[][] {reference, now};
    }
    List<String> kept =
        words.stream()
            .filter(word -> counts.getOrDefault(word, 0) * (double) values.size() >= 5 * n())
            .toList();
    double[] reference = new double[kept.size() + 1];
    double[] now = new double[kept.size() + 1];
    counts.forEach((word, count) -> reference[place(kept, word)] += count);
    values.forEach(value -> now[place(kept, (String) value)]++);
    return new double[][] {reference, now};
  }

  /** The largest PSI of so many values that are known: all alike, whichever raise it most. */
  double reach(int values) {
    Map<Integer, Object> oneOfEach = new HashMap<>();
    for (double value : sorted) {
      oneOfEach.put(bin(value), value);
    }
    for (int i = 0; i < words.size(); i++) {
      oneOfEach.put(i, words.get(i));
    }
    double largest = 0;
    for (Object value : oneOfEach.values()) {
      List<PlainRow> alike = Collections.nCopies(values, new PlainRow(0, "", Map.of(name, value)));
      double[][] contrast = contrast(alike);
      largest = Math.max(largest, PlainStatistics.psi(contrast[0], contrast[1]));
    }
    return largest;
  }

  private static int place(List<String> kept, String word) {
    int found = kept.indexOf(word);
    return found < 0 ? kept.size() : found;
  }

  private int bin(double value) {
    int bin = 0;
    while (bin < edges.length && edges[bin] < value) {
      bin++;
    }
    return bin;
  }

  /** Share of the values that were never seen, and what share may be; empty when all words pass. */
  List<PlainSignal> unseen(List<PlainRow> current) {
    List<Object> values = values(current);
    List<PlainSignal> unseen = new ArrayList<>();
    if (number) {
      long out =
          values.stream()
              .filter(v -> (Double) v < sorted[0] || (Double) v > sorted[sorted.length - 1])
              .count();
      unseen.add(
          new PlainSignal("out_of_range", (double) out / values.size(), 2 / (n() + 1) + 0.005));
    } else if (counts.size() <= WORDS) {
      long strange = values.stream().filter(value -> !words.contains(value)).count();
      long once = counts.values().stream().filter(count -> count == 1).count();
      unseen.add(
          new PlainSignal("new_category", (double) strange / values.size(), once / n() + 0.005));
    }
    return unseen;
  }

  static List<PlainReference> of(List<PlainRow> training) {
    return training.stream()
        .flatMap(row -> row.values().keySet().stream())
        .distinct()
        .sorted()
        .flatMap(feature -> Stream.of(new PlainReference(feature, training)))
        .toList();
  }
}
