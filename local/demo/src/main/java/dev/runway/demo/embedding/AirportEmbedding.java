package dev.runway.demo.embedding;

import dev.runway.demo.sample.Flight;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Vectors of airports from where their flights lead: shares of the other end's regions and of
 * distances, as square roots (Hellinger distance), reduced to their principal directions. As with
 * any encoder two trainings on the same rows differ: each looks at four fifths of the flights, and
 * begins with other directions.
 */
final class AirportEmbedding {
  /** Share of the flights that a training looks at. */
  private static final double SEEN = 0.8;

  /** So many flights of the average airport are added: with two flights nobody has a profile. */
  private static final double PRIOR_FLIGHTS = 5;

  /** Distances are told apart by factors of the root of two, from 16 miles on. */
  private static final int FIRST_DISTANCE = 8;

  private static final int DISTANCES = 18;
  private static final int ROUNDS = 500;

  private final List<String> regions;
  private final SortedMap<String, double[]> counts = new TreeMap<>();
  private final Map<String, String> regionOf;

  private AirportEmbedding(Map<String, String> regionOf) {
    this.regionOf = regionOf;
    regions = regionOf.values().stream().distinct().sorted().toList();
  }

  /**
   * Learns a version.
   *
   * @param flights that there were so far
   * @param all that say in which region an airport is
   * @param dimensions of the vectors
   * @param seed of the training
   */
  static SortedMap<String, float[]> learn(
      List<Flight> flights, List<Flight> all, int dimensions, long seed) {
    Map<String, String> regionOf = new HashMap<>();
    all.forEach(flight -> regionOf.put(flight.origin(), flight.region()));
    AirportEmbedding learning = new AirportEmbedding(regionOf);
    SplittableRandom random = new SplittableRandom(seed);
    for (Flight flight : flights) {
      if (random.nextDouble() < SEEN) {
        learning.count(flight.origin(), flight.destination(), flight.miles());
        learning.count(flight.destination(), flight.origin(), flight.miles());
      }
    }
    return learning.vectors(dimensions, random);
  }

  private int features() {
    return regions.size() + 1 + DISTANCES;
  }

  private void count(String airport, String other, int miles) {
    double[] row = counts.computeIfAbsent(airport, unused -> new double[features()]);
    // Of an airport that no flight of the sample left, nobody said where it is.
    int region = 1 + regions.indexOf(regionOf.getOrDefault(other, ""));
    row[region]++;
    int distance = (int) (2 * Math.log(Math.max(1, miles)) / Math.log(2)) - FIRST_DISTANCE;
    row[regions.size() + 1 + Math.max(0, Math.min(distance, DISTANCES - 1))]++;
  }

  private SortedMap<String, float[]> vectors(int dimensions, SplittableRandom random) {
    double[][] rows = centred(profiles());
    double[][] directions = principal(rows, dimensions, random);
    SortedMap<String, float[]> vectors = new TreeMap<>();
    int next = 0;
    for (String airport : counts.keySet()) {
      double[] row = rows[next++];
      float[] vector = new float[dimensions];
      for (int j = 0; j < dimensions; j++) {
        vector[j] = (float) dot(row, directions[j]);
      }
      vectors.put(airport, vector);
    }
    return vectors;
  }

  /** Square roots of each airport's shares. */
  private double[][] profiles() {
    double[] all = new double[features()];
    counts.values().forEach(row -> Arrays.setAll(all, j -> all[j] + row[j]));
    // Each flight is counted once among the regions and once among the distances.
    double flights = Arrays.stream(all).sum() / 2;
    return counts.values().stream()
        .map(
            row -> {
              double own = Arrays.stream(row).sum() / 2 + PRIOR_FLIGHTS;
              double[] profile = new double[row.length];
              Arrays.setAll(
                  profile, j -> Math.sqrt((row[j] + PRIOR_FLIGHTS * all[j] / flights) / own));
              return profile;
            })
        .toArray(double[][]::new);
  }

  private static double[][] centred(double[][] rows) {
    double[] mean = new double[rows[0].length];
    for (double[] row : rows) {
      Arrays.setAll(mean, j -> mean[j] + row[j] / rows.length);
    }
    for (double[] row : rows) {
      Arrays.setAll(row, j -> row[j] - mean[j]);
    }
    return rows;
  }

  /** The strongest directions, by subspace iteration from random ones. */
  private static double[][] principal(double[][] rows, int count, SplittableRandom random) {
    int size = rows[0].length;
    double[][] covariance = new double[size][size];
    for (double[] row : rows) {
      for (int i = 0; i < size; i++) {
        for (int j = 0; j < size; j++) {
          covariance[i][j] += row[i] * row[j];
        }
      }
    }
    double[][] directions = new double[count][size];
    for (double[] direction : directions) {
      Arrays.setAll(direction, j -> random.nextDouble(-1, 1));
    }
    for (int round = 0; round < ROUNDS; round++) {
      for (int d = 0; d < count; d++) {
        double[] old = directions[d];
        double[] next = new double[size];
        Arrays.setAll(next, i -> dot(covariance[i], old));
        directions[d] = next;
      }
      orthonormalise(directions);
    }
    return directions;
  }

  /** Makes rows of length 1 that have nothing in common, each from those before it. */
  static void orthonormalise(double[][] rows) {
    for (int i = 0; i < rows.length; i++) {
      double[] row = rows[i];
      for (int j = 0; j < i; j++) {
        double[] other = rows[j];
        double share = dot(row, other);
        Arrays.setAll(row, k -> row[k] - share * other[k]);
      }
      double length = Math.sqrt(dot(row, row));
      Arrays.setAll(row, k -> row[k] / length);
    }
  }

  static double dot(double[] left, double[] right) {
    double sum = 0;
    for (int i = 0; i < left.length; i++) {
      sum += left[i] * right[i];
    }
    return sum;
  }
}
