package dev.runway.embedding.compare;

import static dev.runway.embedding.TestingSpaces.space;
import static dev.runway.embedding.compare.CompareHarness.START;
import static dev.runway.embedding.compare.CompareHarness.gone;
import static dev.runway.embedding.compare.CompareHarness.vector;
import static dev.runway.embedding.compare.CompareHarness.vectors;
import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.embedding.SomeVectors;
import dev.runway.embedding.TestingSpaces;
import dev.runway.embedding.state.SampledVector;
import dev.runway.model.DeadLetter;
import dev.runway.model.EmbeddingCodec;
import dev.runway.model.EmbeddingSpace;
import dev.runway.model.EmbeddingSpace.Usage;
import dev.runway.model.EmbeddingStability;
import dev.runway.model.EmbeddingStability.Compatibility;
import dev.runway.model.EmbeddingStability.Verdict;
import dev.runway.model.MalformedEvent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Items that leave a version: their last vectors must not speak for it any more. */
class LeavingItemsTest {
  private static final int ITEMS = 1_500;
  private static final int LEAVING = 200;
  private static final float[][] V1 = SomeVectors.clustered(ITEMS, 1);
  private static final float[][] V2 = SomeVectors.noisy(V1, 0.001, 3);
  private static final long LATER = START + 120_000;

  private final TestingSpaces spaces =
      new TestingSpaces().write(TestingSpaces.withoutBaseline(space()));

  private static List<SampledVector> leaving(String version) {
    List<SampledVector> all = new ArrayList<>();
    for (int i = 0; i < LEAVING; i++) {
      all.add(gone(version, i, LATER));
    }
    return all;
  }

  @Test
  void newVersionThatLosesItems_doesNotPassAnyMore() throws Exception {
    try (CompareHarness harness = new CompareHarness(spaces)) {
      harness.takes(vectors("v1", V1)).takes(vectors("v2", V2));
      assertThat(harness.judges().compatibility()).isEqualTo(Compatibility.STABLE);

      EmbeddingStability less = harness.takes(leaving("v2")).judges();
      assertThat(CompareVersionsFunctionTest.verdict(less, Usage.SIMILARITY))
          .returns(Compatibility.UNDECIDED, Verdict::compatibility)
          .returns("COVERAGE", Verdict::reason);
      assertThat(less)
          .returns((long) ITEMS - LEAVING, EmbeddingStability::pairs)
          .as("rows of the table are put in order by what is known, which does not fall")
          .returns((long) ITEMS, EmbeddingStability::itemsAfter);
    }
  }

  /** Whoever leaves the catalogue leaves both. */
  @Test
  void itemsThatLeaveBothVersions_areNoLoss() throws Exception {
    try (CompareHarness harness = new CompareHarness(spaces)) {
      harness.takes(vectors("v1", V1)).takes(vectors("v2", V2));
      harness.takes(leaving("v2")).takes(leaving("v1"));

      assertThat(harness.judges())
          .returns(Compatibility.STABLE, EmbeddingStability::compatibility)
          .returns((long) ITEMS - LEAVING, EmbeddingStability::pairs);
      harness.takes(vector("v1", 0, V1[0], LATER + 1), vector("v2", 0, V2[0], LATER + 1));
      assertThat(harness.judges().pairs()).as("it comes back").isEqualTo(ITEMS - LEAVING + 1);
    }
  }

  /** Of a full sample they keep their place, or what it holds would depend on when they left. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void whatIsTold_doesNotDependOnWhenTheyLeave(long seed) throws Exception {
    EmbeddingSpace full = TestingSpaces.withoutBaseline(space(1, 1, 1_000));
    List<SampledVector> all = new ArrayList<>();
    all.addAll(vectors("v1", V1));
    all.addAll(vectors("v2", V2));
    all.addAll(leaving("v1"));
    all.addAll(leaving("v2").subList(0, LEAVING / 2));
    EmbeddingStability told = judged(full, all);
    assertThat(told.pairs()).isLessThan(1_000);

    Collections.shuffle(all, new Random(seed));
    assertThat(judged(full, all)).isEqualTo(told);
  }

  private static EmbeddingStability judged(EmbeddingSpace space, List<SampledVector> all)
      throws Exception {
    try (CompareHarness harness = new CompareHarness(new TestingSpaces().write(space))) {
      for (int i = 0; i < all.size(); i++) {
        harness.takes(all.get(i));
        if (i == all.size() / 2) {
          harness.looks();
          harness.restart();
        }
      }
      return harness.judges();
    }
  }

  @Test
  void itemThatLeavesAndIsStoredAtOneTime_isAContradiction() throws Exception {
    try (CompareHarness harness = new CompareHarness(spaces)) {
      harness.takes(vectors("v1", V1)).takes(vectors("v2", V2)).takes(gone("v2", 7, START));

      assertThat(harness.judges().pairs()).isEqualTo(ITEMS - 1);
      assertThat(harness.dead()).hasSize(1).allSatisfy(LeavingItemsTest::isAnEmbedding);
      harness.takes(vector("v2", 7, V2[7], START));
      assertThat(harness.dead()).hasSize(2).allSatisfy(LeavingItemsTest::isAnEmbedding);
    }
  }

  private static void isAnEmbedding(DeadLetter letter) throws MalformedEvent {
    assertThat(EmbeddingCodec.read(letter.bytes()).itemId()).isEqualTo("item-7");
  }

  /** It may come before the first vector of its version. */
  @Test
  void itemsAlone_areNoPairs() throws Exception {
    try (CompareHarness harness = new CompareHarness(spaces)) {
      harness.takes(leaving("v2")).takes(vectors("v1", V1));
      assertThat(harness.judges())
          .returns(0L, EmbeddingStability::pairs)
          .returns(Compatibility.UNDECIDED, EmbeddingStability::compatibility);
      assertThat(harness.dead()).isEmpty();
    }
  }
}
