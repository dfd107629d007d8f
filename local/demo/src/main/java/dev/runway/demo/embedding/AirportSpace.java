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
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Versions of the airports' embedding: each month it is trained anew on all flights so far, once
 * with another seed, and three times something goes wrong, or only looks so.
 */
public final class AirportSpace {
  public static final String ID = "demo-airports";

  private static final String LIVE = "2001-02";
  private static final String AGAIN = LIVE + "-again";
  private static final int DIMENSIONS = 5;
  private static final int LEAST_PAIRS = 200;

  /**
   * A version that is to take the place of another.
   *
   * @param what it is, for people
   * @param right verdicts that are right, for ways of using of which that is known
   */
  public record Candidate(Pair pair, String what, Map<Usage, Set<Compatibility>> right) {
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
    space.versions.put("2001-01", until(all, LocalDate.of(2001, 2, 1), 1));
    SortedMap<String, float[]> live = until(all, LocalDate.of(2001, 3, 1), 2);
    space.versions.put(LIVE, live);
    space.versions.put(AGAIN, until(all, LocalDate.of(2001, 3, 1), 3));
    space.versions.put("2001-03", until(all, LocalDate.of(2001, 4, 1), 4));
    space.versions.put(LIVE + "-swapped", swapped(live));
    space.versions.put(LIVE + "-rotated", rotated(live, 5));
    space.versions.put(LIVE + "-truncated", truncated(live));
    space.describe();
    return space;
  }

  private static SortedMap<String, float[]> until(List<Flight> all, LocalDate end, long seed) {
    long endMillis = end.atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
    List<Flight> flights =
        all.stream().filter(flight -> flight.departedAtMillis() < endMillis).toList();
    return AirportEmbedding.learn(flights, all, DIMENSIONS, seed);
  }

  private void describe() {
    Set<Compatibility> passes = EnumSet.of(Compatibility.STABLE, Compatibility.MINOR);
    Set<Compatibility> breaks = EnumSet.of(Compatibility.BREAKING);
    Set<Compatibility> rotated = EnumSet.of(Compatibility.ROTATED);
    Set<Compatibility> stable = EnumSet.of(Compatibility.STABLE);
    add("2001-01", LIVE, "a month more, after a single one", Map.of());
    add(LIVE, "2001-03", "a month more", Map.of(Usage.SIMILARITY, passes));
    add(
        LIVE,
        LIVE + "-swapped",
        "each airport has another one's vector",
        Map.of(Usage.COORDINATES, breaks, Usage.SIMILARITY, breaks, Usage.PREDICTION, breaks));
    add(
        LIVE,
        LIVE + "-rotated",
        "the same vectors, rotated",
        Map.of(Usage.COORDINATES, rotated, Usage.SIMILARITY, stable, Usage.PREDICTION, stable));
    add(LIVE, LIVE + "-truncated", "the last dimension cut off", Map.of(Usage.COORDINATES, breaks));
  }

  private void add(String before, String after, String what, Map<Usage, Set<Compatibility>> right) {
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
