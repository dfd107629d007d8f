package dev.runway.embedding.compare;

import static dev.runway.embedding.TestingSpaces.space;
import static dev.runway.embedding.compare.CompareHarness.vector;
import static dev.runway.embedding.compare.CompareHarness.vectors;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.runway.embedding.SomeVectors;
import dev.runway.embedding.TestingSpaces;
import dev.runway.model.EmbeddingSpace;
import dev.runway.model.EmbeddingSpace.Pair;
import dev.runway.model.EmbeddingSpace.Usage;
import dev.runway.model.EmbeddingSpace.Version;
import dev.runway.model.EmbeddingStability;
import dev.runway.model.EmbeddingStability.Compatibility;
import dev.runway.model.EmbeddingStability.Verdict;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What is told of versions: right where there is enough to go by, and nothing where there is not.
 */
class CompareVersionsFunctionTest {
  private static final int ITEMS = 1_500;
  private static final double NOISE = 0.05;
  private static final float[][] V1 = SomeVectors.clustered(ITEMS, 1);
  private static final float[][] AGAIN = SomeVectors.noisy(V1, NOISE, 2);
  private static final float[][] AS_GOOD = SomeVectors.noisy(V1, NOISE, 3);

  private final TestingSpaces spaces = new TestingSpaces().write(space());

  @Test
  void anotherTraining_isStableForAll() throws Exception {
    EmbeddingStability stability = judged(AS_GOOD);

    assertThat(stability)
        .returns(Compatibility.STABLE, EmbeddingStability::compatibility)
        .returns((long) ITEMS, EmbeddingStability::pairs)
        .returns(1_000, EmbeddingStability::sampleSize)
        .returns(CompareHarness.START, EmbeddingStability::asOfMillis)
        .returns(false, EmbeddingStability::baseline);
    assertThat(stability.floor().measured()).isTrue();
    assertThat(stability.value("knn_overlap")).isCloseTo(stability.floor().overlap(), within(0.05));
    assertThat(stability.verdicts())
        .extracting(Verdict::usage, Verdict::compatibility, Verdict::reason)
        .containsExactly(
            tuple(Usage.COORDINATES, Compatibility.STABLE, "AS_BASELINE"),
            tuple(Usage.SIMILARITY, Compatibility.STABLE, "AS_BASELINE"),
            tuple(Usage.PREDICTION, Compatibility.STABLE, "AS_BASELINE"),
            tuple(Usage.DATA_ONLY, Compatibility.STABLE, "NOT_USED"));
  }

  @Test
  void freshness_isThatOfTheNewerVersionsItems() throws Exception {
    spaces.write(TestingSpaces.withoutBaseline(space()));
    try (CompareHarness harness = new CompareHarness(spaces)) {
      harness.takes(vectors("v1", V1)).takes(vectors("v2", AS_GOOD));
      // One in ten is stored half a minute later.
      for (int i = 0; i < ITEMS; i += 10) {
        harness.takes(vector("v2", i, AS_GOOD[i], CompareHarness.START + 1, 30_000));
      }
      EmbeddingStability stability = harness.judges();

      assertThat(stability.value("freshness_p50_seconds")).isEqualTo(5.0);
      assertThat(stability.value("freshness_p95_seconds")).isEqualTo(30.0);
    }
  }

  @Test
  void rotation_isOneForCoordinates_andNothingForSimilarity() throws Exception {
    spaces.write(space(Usage.COORDINATES, Usage.SIMILARITY));
    EmbeddingStability forCoordinates = judged(SomeVectors.rotated(AS_GOOD));
    assertThat(forCoordinates.compatibility()).isEqualTo(Compatibility.ROTATED);
    assertThat(verdict(forCoordinates, Usage.COORDINATES))
        .isEqualTo(
            new Verdict(
                Usage.COORDINATES,
                Compatibility.ROTATED,
                "ROTATION",
                List.of("user-of-COORDINATES")));

    spaces.write(space(Usage.SIMILARITY));
    assertThat(judged(SomeVectors.rotated(AS_GOOD)).compatibility())
        .isEqualTo(Compatibility.STABLE);
  }

  @Test
  void shuffledIds_breakAllButTheDataBehind() throws Exception {
    EmbeddingStability stability = judged(SomeVectors.swapped(V1));

    assertThat(stability.compatibility()).isEqualTo(Compatibility.BREAKING);
    assertThat(stability.verdicts())
        .extracting(Verdict::compatibility)
        .containsExactly(
            Compatibility.BREAKING,
            Compatibility.BREAKING,
            Compatibility.BREAKING,
            Compatibility.STABLE);
    spaces.write(space(Usage.DATA_ONLY));
    assertThat(judged(SomeVectors.swapped(V1)).compatibility()).isEqualTo(Compatibility.STABLE);
  }

  @Test
  void moreThanNoise_isMinor_andMuchMoreBreaks() throws Exception {
    assertThat(judged(SomeVectors.noisy(V1, 0.1, 4)).compatibility())
        .isEqualTo(Compatibility.MINOR);
    assertThat(judged(SomeVectors.noisy(V1, 0.6, 4)).compatibility())
        .isEqualTo(Compatibility.BREAKING);
  }

  @Test
  void baselinePair_isToldAsSuch_andAsItsOwnFloor() throws Exception {
    try (CompareHarness harness = new CompareHarness(spaces)) {
      EmbeddingStability baseline =
          CompareHarness.newest(
              harness.takes(vectors("v1", V1)).takes(vectors("again", AGAIN)).looks(), "again");

      assertThat(baseline)
          .returns(true, EmbeddingStability::baseline)
          .returns(Compatibility.STABLE, EmbeddingStability::compatibility);
      assertThat(baseline.floor().overlap()).isEqualTo(baseline.value("knn_overlap"));
    }
  }

  @Test
  void withoutBaselinePair_noNoiseIsAccepted() throws Exception {
    spaces.write(TestingSpaces.withoutBaseline(space()));
    EmbeddingStability stability = judged(SomeVectors.noisy(V1, 0.1, 3));

    assertThat(stability.floor().measured()).isFalse();
    // Of a pair that were as noisy it would be stable.
    assertThat(stability.compatibility()).isEqualTo(Compatibility.MINOR);
    assertThat(judged(V1).compatibility()).isEqualTo(Compatibility.STABLE);
  }

  @Test
  void fewPairs_areUndecided_untilThereAreEnough() throws Exception {
    try (CompareHarness harness = new CompareHarness(spaces)) {
      harness.takes(vectors("v1", V1)).takes(vectors("again", AGAIN));
      harness.takes(vectors("v2", AS_GOOD, 0, 999));
      assertThat(verdict(harness.judges(), Usage.COORDINATES))
          .returns(Compatibility.UNDECIDED, Verdict::compatibility)
          .returns("TOO_FEW_PAIRS", Verdict::reason);

      harness.takes(vectors("v2", AS_GOOD, 999, 1_000));
      assertThat(harness.judges())
          .returns(1_000L, EmbeddingStability::pairs)
          .returns(Compatibility.STABLE, EmbeddingStability::compatibility);

      harness.takes(vectors("v2", AS_GOOD, 1_000, ITEMS));
      assertThat(harness.judges().pairs()).isEqualTo(ITEMS);
      assertThat(harness.looks()).as("nothing new").isEmpty();
    }
  }

  @Test
  void oneVersionOnly_isUndecided() throws Exception {
    try (CompareHarness harness = new CompareHarness(spaces)) {
      assertThat(harness.takes(vectors("v1", V1)).judges())
          .returns(Compatibility.UNDECIDED, EmbeddingStability::compatibility)
          .returns((long) ITEMS, EmbeddingStability::itemsBefore)
          .returns(0L, EmbeddingStability::itemsAfter)
          .returns(0L, EmbeddingStability::pairs);
    }
  }

  /** By no floor at all even noise would break, and by none asked for anything would do. */
  @Test
  void baselinePairThatIsNotThereYet_decidesNothing() throws Exception {
    try (CompareHarness harness = new CompareHarness(spaces)) {
      harness.takes(vectors("v1", V1)).takes(vectors("v2", SomeVectors.swapped(V1)));
      EmbeddingStability waiting = harness.judges();
      assertThat(waiting.floor()).isNull();
      assertThat(verdict(waiting, Usage.SIMILARITY))
          .returns(Compatibility.UNDECIDED, Verdict::compatibility)
          .returns("NO_FLOOR", Verdict::reason);

      harness.takes(vectors("again", AGAIN));
      assertThat(harness.judges().compatibility()).isEqualTo(Compatibility.BREAKING);
    }
  }

  /** A baseline pair that has nothing in common would excuse everything. */
  @Test
  void baselinePairOfShuffledIds_isNoFloor() throws Exception {
    try (CompareHarness harness = new CompareHarness(spaces)) {
      harness.takes(vectors("v1", V1)).takes(vectors("again", SomeVectors.swapped(V1)));
      harness.takes(vectors("v2", SomeVectors.swapped(SomeVectors.swapped(V1))));

      EmbeddingStability stability = harness.judges();
      assertThat(stability.floor()).isNull();
      assertThat(stability.compatibility()).isEqualTo(Compatibility.UNDECIDED);
    }
  }

  @Test
  void vectorsThatBecameUnusable_break_whateverTheOthersAre() throws Exception {
    float[][] broken = copy(AS_GOOD);
    for (int i = 0; i < ITEMS; i += 20) {
      broken[i][3] = Float.NaN;
    }
    EmbeddingStability stability = judged(broken);
    assertThat(stability.unusablePairs()).isEqualTo(75);
    assertThat(stability.pairs()).isEqualTo(ITEMS - 75);
    assertThat(verdict(stability, Usage.SIMILARITY))
        .returns(Compatibility.BREAKING, Verdict::compatibility)
        .returns("UNUSABLE_VECTORS", Verdict::reason);

    float[][] zeros = copy(AS_GOOD);
    for (int i = 0; i < ITEMS; i += 20) {
      Arrays.fill(zeros[i], 0);
    }
    assertThat(judged(zeros).compatibility()).isEqualTo(Compatibility.BREAKING);
    assertThat(judged(zeros).value("zero_after")).isCloseTo(0.05, within(1e-9));
  }

  @Test
  void otherDimensions_breakCoordinates_andNotSimilarity() throws Exception {
    EmbeddingSpace wider =
        TestingSpaces.of(
            space(),
            List.of(
                TestingSpaces.version("v1"),
                TestingSpaces.version("again"),
                new Version("v2", SomeVectors.DIMENSIONS + 2)),
            List.of(new Pair("v1", "v2")),
            new Pair("v1", "again"));
    spaces.write(wider);
    float[][] filled = new float[ITEMS][];
    for (int i = 0; i < ITEMS; i++) {
      filled[i] = Arrays.copyOf(AS_GOOD[i], SomeVectors.DIMENSIONS + 2);
    }

    EmbeddingStability stability = judged(filled);

    assertThat(verdict(stability, Usage.COORDINATES).reason()).isEqualTo("DIMENSIONS");
    assertThat(verdict(stability, Usage.SIMILARITY).compatibility())
        .isEqualTo(Compatibility.STABLE);
  }

  private EmbeddingStability judged(float[][] v2) throws Exception {
    try (CompareHarness harness = new CompareHarness(spaces)) {
      return harness
          .takes(vectors("v1", V1))
          .takes(vectors("again", AGAIN))
          .takes(vectors("v2", v2))
          .judges();
    }
  }

  static Verdict verdict(EmbeddingStability stability, Usage usage) {
    return stability.verdicts().stream()
        .filter(verdict -> verdict.usage() == usage)
        .findFirst()
        .orElseThrow();
  }

  private static float[][] copy(float[][] vectors) {
    float[][] copy = vectors.clone();
    for (int i = 0; i < copy.length; i++) {
      copy[i] = vectors[i].clone();
    }
    return copy;
  }

  @Test
  void vectorOfAVersionThatTheDocumentDropped_isNotKept() throws Exception {
    try (CompareHarness harness = new CompareHarness(spaces)) {
      harness.takes(vector("v0", 1, V1[1]), vector("v1", 1, new float[] {1}));
      assertThat(harness.entriesLeft()).isZero();
    }
  }
}
