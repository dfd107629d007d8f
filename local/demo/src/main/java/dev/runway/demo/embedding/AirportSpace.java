package dev.runway.demo.embedding;

import dev.runway.demo.sample.Flight;
import dev.runway.model.EmbeddingSpace;
import dev.runway.model.EmbeddingSpace.Pair;
import dev.runway.model.EmbeddingSpace.Usage;
import dev.runway.model.EmbeddingSpace.Version;
import dev.runway.model.EmbeddingStability.Compatibility;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Versions of the airports' embedding: twice a month it is trained anew on all flights so far, once
 * with another seed, and three times something goes wrong, or only looks so.
 */
public final class AirportSpace {
  public static final String ID = "demo-airports";

  /** Versions by the last day whose flights they have seen. */
  private static final List<LocalDate> DAYS =
      List.of(
          LocalDate.of(2001, 1, 15),
          LocalDate.of(2001, 1, 31),
          LocalDate.of(2001, 2, 14),
          LocalDate.of(2001, 2, 28),
          LocalDate.of(2001, 3, 15),
          LocalDate.of(2001, 3, 31));

  private static final String LIVE = "2001-02-28";
  private static final String AGAIN = LIVE + "-again";
  private static final int DIMENSIONS = 5;
  private static final int LEAST_PAIRS = 200;

  /**
   * A version that is to take the place of another.
   *
   * @param what it is, for people
   * @param right the verdict that is right for each way of using the vectors
   */
  public record Candidate(Pair pair, String what, Map<Usage, Compatibility> right) {
    public Candidate {
      right = Map.copyOf(right);
    }
  }

  private final SortedMap<String, SortedMap<String, float[]>> versions = new TreeMap<>();
  private final List<Candidate> candidates = new ArrayList<>();

  private AirportSpace() {}

  /** Learns all versions, in a second or two. */
  public static AirportSpace learn() {
    AirportSpace space = new AirportSpace();
    List<Flight> all = Flight.all();
    for (LocalDate day : DAYS) {
      space.versions.put(day.toString(), until(all, day, day.toEpochDay()));
    }
    SortedMap<String, float[]> live = Objects.requireNonNull(space.versions.get(LIVE));
    space.versions.put(AGAIN, until(all, LocalDate.parse(LIVE), 1));
    space.versions.put(LIVE + "-swapped", swapped(live));
    space.versions.put(LIVE + "-rotated", rotated(live, 5));
    space.versions.put(LIVE + "-truncated", truncated(live));
    space.describe();
    return space;
  }

  private static SortedMap<String, float[]> until(List<Flight> all, LocalDate last, long seed) {
    long endMillis = last.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
    List<Flight> flights =
        all.stream().filter(flight -> flight.departedAtMillis() < endMillis).toList();
    return AirportEmbedding.learn(flights, all, DIMENSIONS, seed);
  }

  /** What is right of each pair was counted by hand, item by item (docs/embedding-stability.md). */
  private void describe() {
    // The first version knows fewer airports than a verdict takes.
    later(1, Compatibility.UNDECIDED, Compatibility.UNDECIDED, Compatibility.UNDECIDED);
    later(2, Compatibility.BREAKING, Compatibility.BREAKING, Compatibility.MINOR);
    later(3, Compatibility.ROTATED, Compatibility.MINOR, Compatibility.STABLE);
    later(4, Compatibility.ROTATED, Compatibility.STABLE, Compatibility.STABLE);
    later(5, Compatibility.ROTATED, Compatibility.STABLE, Compatibility.STABLE);
    add(
        LIVE,
        LIVE + "-swapped",
        "each airport has another one's vector",
        right(Compatibility.BREAKING, Compatibility.BREAKING, Compatibility.BREAKING));
    add(
        LIVE,
        LIVE + "-rotated",
        "the same vectors, rotated",
        right(Compatibility.ROTATED, Compatibility.STABLE, Compatibility.STABLE));
    add(
        LIVE,
        LIVE + "-truncated",
        "the last dimension cut off",
        right(Compatibility.BREAKING, Compatibility.MINOR, Compatibility.MINOR));
  }

  /** The version of a day, and the one of half a month before. */
  private void later(
      int day, Compatibility coordinates, Compatibility similarity, Compatibility prediction) {
    add(
        DAYS.get(day - 1).toString(),
        DAYS.get(day).toString(),
        "half a month more",
        right(coordinates, similarity, prediction));
  }

  private static Map<Usage, Compatibility> right(
      Compatibility coordinates, Compatibility similarity, Compatibility prediction) {
    return Map.of(
        Usage.COORDINATES, coordinates, Usage.SIMILARITY, similarity, Usage.PREDICTION, prediction);
  }

  private void add(String before, String after, String what, Map<Usage, Compatibility> right) {
    candidates.add(new Candidate(new Pair(before, after), what, right));
  }

  private static SortedMap<String, float[]> swapped(SortedMap<String, float[]> vectors) {
    SortedMap<String, float[]> result = new TreeMap<>();
    float[] other = List.copyOf(vectors.values()).get(vectors.size() - 1);
    for (Map.Entry<String, float[]> entry : vectors.entrySet()) {
      result.put(entry.getKey(), other);
      other = entry.getValue();
    }
    return result;
  }

  private static SortedMap<String, float[]> rotated(SortedMap<String, float[]> vectors, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[][] rotation = new double[DIMENSIONS][DIMENSIONS];
    for (double[] row : rotation) {
      for (int j = 0; j < DIMENSIONS; j++) {
        row[j] = random.nextDouble(-1, 1);
      }
    }
    AirportEmbedding.orthonormalise(rotation);
    SortedMap<String, float[]> result = new TreeMap<>();
    vectors.forEach(
        (airport, vector) -> {
          float[] moved = new float[DIMENSIONS];
          for (int j = 0; j < DIMENSIONS; j++) {
            for (int i = 0; i < DIMENSIONS; i++) {
              moved[j] += (float) (rotation[j][i] * vector[i]);
            }
          }
          result.put(airport, moved);
        });
    return result;
  }

  private static SortedMap<String, float[]> truncated(SortedMap<String, float[]> vectors) {
    SortedMap<String, float[]> result = new TreeMap<>();
    vectors.forEach(
        (airport, vector) -> result.put(airport, Arrays.copyOf(vector, DIMENSIONS - 1)));
    return result;
  }

  /** Vectors by version and airport. */
  public SortedMap<String, SortedMap<String, float[]>> versions() {
    return versions;
  }

  public List<Candidate> candidates() {
    return List.copyOf(candidates);
  }

  /** The document of the space. */
  public EmbeddingSpace document(long revision) {
    List<Version> declared = new ArrayList<>();
    versions.forEach((version, vectors) -> declared.add(new Version(version, dimensions(vectors))));
    return new EmbeddingSpace(
        ID,
        revision,
        declared,
        candidates.stream().map(Candidate::pair).toList(),
        new Pair(LIVE, AGAIN),
        List.of(),
        1,
        EmbeddingSpace.USUAL_SAMPLE,
        LEAST_PAIRS);
  }

  private static int dimensions(SortedMap<String, float[]> vectors) {
    return vectors.values().iterator().next().length;
  }

  /** Pairs that are told of, the baseline pair first. */
  List<Pair> pairs() {
    List<Pair> pairs = new ArrayList<>();
    pairs.add(new Pair(LIVE, AGAIN));
    candidates.forEach(candidate -> pairs.add(candidate.pair()));
    return pairs;
  }
}
