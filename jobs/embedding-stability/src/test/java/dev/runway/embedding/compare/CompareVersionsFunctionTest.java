package dev.runway.embedding.compare;

import static dev.runway.embedding.TestingSpaces.space;
import static dev.runway.embedding.compare.CompareHarness.vector;
import static dev.runway.embedding.compare.CompareHarness.vectors;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.runway.drift.embedding.StabilityMeasures;
import dev.runway.drift.embedding.StabilityOptions;
import dev.runway.embedding.SomeVectors;
import dev.runway.embedding.TestingSpaces;
import dev.runway.embedding.state.SampledVector;
import dev.runway.model.DeadLetter;
import dev.runway.model.EmbeddingSpace;
import dev.runway.model.EmbeddingSpace.Pair;
import dev.runway.model.EmbeddingSpace.Usage;
import dev.runway.model.EmbeddingSpace.Version;
import dev.runway.model.EmbeddingStability;
import dev.runway.model.EmbeddingStability.Compatibility;
import dev.runway.model.EmbeddingStability.Metric;
import dev.runway.model.EmbeddingStability.Verdict;
import dev.runway.model.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What is told of versions: right where there is enough to go by, and nothing where there is not.
 */
class CompareVersionsFunctionTest {
  private static final int ITEMS = 1_500;

  /** With these not surely more than five of a hundred are missing. */
  private static final int COVERING = 1409;

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
      // Six of a hundred are stored half a minute later: surely some, and not surely five.
      for (int i = 0; i < ITEMS * 6 / 100; i++) {
        harness.takes(vector("v2", i, AS_GOOD[i], CompareHarness.START + 1, 30_000));
      }
      EmbeddingStability stability = harness.judges();

      assertThat(metric(stability, "freshness_p50_seconds"))
          .isEqualTo(new Metric("freshness_p50_seconds", 5.0, null, 5.0, 5.0, ITEMS, null));
      assertThat(metric(stability, "freshness_p95_seconds"))
          .isEqualTo(new Metric("freshness_p95_seconds", 30.0, null, 5.0, 30.0, ITEMS, null));
    }
  }

  @Test
  void versionPublishedAnew_isToldSinceWhenItsVectorsAreThere() throws Exception {
    long later = CompareHarness.START + 3_600_000;
    spaces.write(TestingSpaces.withoutBaseline(space()));
    try (CompareHarness harness = new CompareHarness(spaces)) {
      harness.takes(vectors("v1", V1)).takes(vectors("v2", AS_GOOD));
      assertThat(harness.judges().value("stored_at_p05_seconds"))
          .isEqualTo(CompareHarness.START / 1_000.0);
      int half = ITEMS / 2;
      harness.takes(storedAt(later, AS_GOOD, 0, half));
      // The older version goes on as well, which says nothing of the newer one.
      for (int i = 0; i < ITEMS; i++) {
        harness.takes(vector("v1", i, V1[i], later + 60_000));
      }
      assertThat(harness.judges().value("stored_at_p05_seconds"))
          .as("half of them")
          .isEqualTo(CompareHarness.START / 1_000.0);
      // The same vectors again, but for a few that the new training no longer has.
      harness.takes(storedAt(later, AS_GOOD, half, ITEMS - ITEMS / 25));
      assertThat(harness.judges().value("stored_at_p05_seconds")).isEqualTo(later / 1_000.0);
    }
  }

  private static List<SampledVector> storedAt(long at, float[][] vectors, int from, int to) {
    List<SampledVector> all = new ArrayList<>();
    for (int i = from; i < to; i++) {
      all.add(vector("v2", i, vectors[i], at));
    }
    return all;
  }

  private static Metric metric(EmbeddingStability stability, String name) {
    return stability.metrics().stream()
        .filter(each -> each.metric().equals(name))
        .findFirst()
        .orElseThrow();
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

      harness.takes(vectors("v2", AS_GOOD, 999, COVERING - 1));
      assertThat(verdict(harness.judges(), Usage.COORDINATES))
          .as("what the others are nobody knows")
          .returns(Compatibility.UNDECIDED, Verdict::compatibility)
          .returns("COVERAGE", Verdict::reason);

      harness.takes(vectors("v2", AS_GOOD, COVERING - 1, COVERING));
      EmbeddingStability covered = harness.judges();
      assertThat(covered)
          .returns((long) COVERING, EmbeddingStability::pairs)
          .returns(Compatibility.MINOR, EmbeddingStability::compatibility);
      assertThat(verdict(covered, Usage.SIMILARITY).reason()).isEqualTo("COVERAGE");

      harness.takes(vectors("v2", AS_GOOD, COVERING, ITEMS));
      assertThat(harness.judges())
          .returns((long) ITEMS, EmbeddingStability::pairs)
          .returns(Compatibility.STABLE, EmbeddingStability::compatibility);
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
  void vectorOfAVersionThatTheDocumentDropped_isADeadLetter() throws Exception {
    try (CompareHarness harness = new CompareHarness(spaces)) {
      harness.takes(vector("v0", 1, V1[1]), vector("v1", 1, new float[] {1}));
      assertThat(harness.entriesLeft()).isZero();
      assertThat(harness.dead())
          .extracting(DeadLetter::reason, DeadLetter::field, DeadLetter::offset)
          .containsExactly(
              tuple(Reason.UNKNOWN_VERSION, "embedding_version", 1L),
              tuple(Reason.BAD_VALUE, "vector", 1L));
    }
  }

  /** The roll-out starts in the moment in which the document names its version. */
  @Test
  void vectorsRightBehindTheirDocument_areAllKept() throws Exception {
    spaces.write(TestingSpaces.of(space(), List.of(TestingSpaces.version("v1")), List.of(), null));
    try (CompareHarness harness = new CompareHarness(spaces)) {
      harness.takes(vectors("v1", V1));
      spaces.lag().write(TestingSpaces.withoutBaseline(space()));
      harness.takes(vectors("v2", V1));

      assertThat(harness.judges().itemsAfter()).isEqualTo(ITEMS);
      assertThat(harness.dead()).isEmpty();
    }
  }

  /** One id in ten has another item's vector: nine tenths of everything are as before. */
  @Test
  void someIdsSwapped_doNotPass() throws Exception {
    float[][] mixed = AS_GOOD.clone();
    for (int i = 0; i + 10 < ITEMS; i += 20) {
      mixed[i] = AS_GOOD[i + 10];
      mixed[i + 10] = AS_GOOD[i];
    }
    EmbeddingStability stability = judged(mixed);

    assertThat(stability.compatibility()).isEqualTo(Compatibility.BREAKING);
    assertThat(verdict(stability, Usage.SIMILARITY).reason()).isEqualTo("SOME_ITEMS");
    assertThat(stability.value("knn_lost")).isBetween(0.05, 0.15);
  }

  /** A restart would meet the same vectors, and fail again. */
  @Test
  void comparingThatFails_isUndecided_andTheOthersGoOn() throws Exception {
    PairComparer.Measures failing =
        (statistics, items, options) -> {
          if (statistics.sums().pairs() == ITEMS - 1) {
            throw new ArithmeticException("no singular values found");
          }
          return StabilityMeasures.of(statistics, items, options);
        };
    try (CompareHarness harness = new CompareHarness(spaces, null, failing)) {
      harness.takes(vectors("v1", V1)).takes(vectors("again", AGAIN));
      harness.takes(vectors("v2", AS_GOOD, 1, ITEMS));
      EmbeddingStability stability = harness.judges();

      assertThat(verdict(stability, Usage.COORDINATES))
          .returns(Compatibility.UNDECIDED, Verdict::compatibility)
          .returns("FAILED", Verdict::reason);
      assertThat(stability.pairs()).isEqualTo(ITEMS - 1);
      assertThat(harness.looks()).as("not tried for ever").isEmpty();

      harness.takes(vectors("v2", AS_GOOD, 0, 1));
      assertThat(harness.judges().compatibility()).isEqualTo(Compatibility.STABLE);
    }
  }

  /** The end of memory would take the process, and the jobs that share it, with each restart. */
  @Test
  void vectorsTooWideForTheHeap_areUndecided_untilThereIsMore() throws Exception {
    List<Long> compared = new ArrayList<>();
    PairComparer.Measures counting =
        (statistics, items, options) -> {
          compared.add(statistics.sums().pairs());
          return StabilityMeasures.of(statistics, items, options);
        };
    long needed = StabilityMeasures.bytes(8, 8, 1_000, StabilityOptions.standard());
    try (CompareHarness harness = new CompareHarness(spaces, null, counting)) {
      harness.restartWithMemory(needed - 1);
      harness.takes(vectors("v1", V1)).takes(vectors("again", AGAIN)).takes(vectors("v2", AS_GOOD));
      EmbeddingStability stability = harness.judges();

      assertThat(verdict(stability, Usage.SIMILARITY))
          .returns(Compatibility.UNDECIDED, Verdict::compatibility)
          .returns("TOO_WIDE", Verdict::reason);
      assertThat(stability.compatibility()).isEqualTo(Compatibility.UNDECIDED);
      assertThat(stability.pairs()).isEqualTo(ITEMS);
      assertThat(stability.value("knn_overlap")).isNull();
      assertThat(compared).isEmpty();
      assertThat(harness.looks()).as("not told for ever").isEmpty();

      harness.restartWithMemory(needed);
      assertThat(harness.judges().compatibility()).isEqualTo(Compatibility.STABLE);
      assertThat(compared).containsExactly((long) ITEMS, (long) ITEMS);
    }
  }

  @Test
  void timer_comparesOnePair() throws Exception {
    try (CompareHarness harness = new CompareHarness(spaces)) {
      harness.takes(vectors("v1", V1)).takes(vectors("again", AGAIN)).takes(vectors("v2", AS_GOOD));
      for (String version : List.of("again", "v2")) {
        assertThat(harness.looksAfter(Duration.ofMinutes(10)))
            .extracting(EmbeddingStability::versionAfter)
            .containsExactly(version);
      }
      assertThat(harness.looks()).isEmpty();
    }
  }

  /** Or nobody could tell an answer that holds from one that nobody keeps up. */
  @Test
  void whatDidNotChange_isToldAgainEveryDay() throws Exception {
    spaces.write(TestingSpaces.withoutBaseline(space()));
    try (CompareHarness harness = new CompareHarness(spaces)) {
      EmbeddingStability told = harness.takes(vectors("v1", V1)).takes(vectors("v2", V1)).judges();

      assertThat(harness.looksAfter(Duration.ofHours(12))).isEmpty();
      assertThat(harness.looksAfter(Duration.ofHours(13))).containsExactly(told);
    }
  }

  /** Only how far it is known moves. */
  @Test
  void vectorOutsideTheSample_isNotComparedAgain() throws Exception {
    spaces.write(TestingSpaces.withoutBaseline(space(1, 1, 1_000)));
    List<Long> compared = new ArrayList<>();
    PairComparer.Measures counting =
        (statistics, items, options) -> {
          compared.add(items.before());
          return StabilityMeasures.of(statistics, items, options);
        };
    try (CompareHarness harness = new CompareHarness(spaces, null, counting)) {
      EmbeddingStability first = harness.takes(vectors("v1", V1)).takes(vectors("v2", V1)).judges();
      int highest = 0;
      for (int i = 1; i < ITEMS; i++) {
        long hash = vector("v2", i, V1[i]).hash();
        if (Long.compareUnsigned(hash, vector("v2", highest, V1[highest]).hash()) > 0) {
          highest = i;
        }
      }
      long later = CompareHarness.START + 120_000;
      harness.takes(vector("v2", highest, V1[0], later));

      assertThat(harness.judges()).isEqualTo(first.asOf(later));
      assertThat(compared).containsExactly(1_000L);
    }
  }

  @Test
  void otherNeighbours_areLookedForAnew() throws Exception {
    spaces.write(TestingSpaces.withoutBaseline(space()));
    try (CompareHarness harness = new CompareHarness(spaces)) {
      assertThat(harness.takes(vectors("v1", V1)).takes(vectors("v2", V1)).judges().sampleSize())
          .isEqualTo(1_000);
      harness.restartWith(1_200);
      assertThat(harness.judges().sampleSize()).isEqualTo(1_200);
    }
  }
}
