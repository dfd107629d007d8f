package dev.runway.embedding.compare;

import static dev.runway.embedding.TestingSpaces.SPACE;
import static dev.runway.embedding.TestingSpaces.space;
import static dev.runway.embedding.TestingSpaces.version;
import static dev.runway.embedding.compare.CompareHarness.vectors;
import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.drift.embedding.ItemHash;
import dev.runway.embedding.SomeVectors;
import dev.runway.embedding.TestingSpaces;
import dev.runway.embedding.state.SampledVector;
import dev.runway.model.EmbeddingSpace;
import dev.runway.model.EmbeddingSpace.Pair;
import dev.runway.model.EmbeddingSpace.Usage;
import dev.runway.model.EmbeddingSpace.Version;
import dev.runway.model.EmbeddingStability;
import dev.runway.model.EmbeddingStability.Compatibility;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A document that changes takes effect without another vector, and ends what it does not name. */
class SpaceDocumentChangesTest {
  private static final int ITEMS = 1_200;
  private static final float[][] V1 = SomeVectors.clustered(ITEMS, 1);
  private static final float[][] AGAIN = SomeVectors.noisy(V1, 0.05, 2);
  private static final float[][] V2 = SomeVectors.rotated(SomeVectors.noisy(V1, 0.05, 3));

  private final TestingSpaces spaces = new TestingSpaces().write(space(Usage.SIMILARITY));

  private CompareHarness played() throws Exception {
    CompareHarness harness = new CompareHarness(spaces);
    return harness.takes(vectors("v1", V1)).takes(vectors("again", AGAIN)).takes(vectors("v2", V2));
  }

  @Test
  void anotherConsumer_isJudgedAtTheNextLook() throws Exception {
    try (CompareHarness harness = played()) {
      assertThat(harness.judges().compatibility()).isEqualTo(Compatibility.STABLE);

      spaces.write(space(2, 1, 20_000, Usage.SIMILARITY, Usage.COORDINATES));

      assertThat(harness.judges())
          .returns(Compatibility.ROTATED, EmbeddingStability::compatibility)
          .returns(2L, EmbeddingStability::documentRevision);
    }
  }

  @Test
  void pairThatIsAskedForLater_isComparedFromWhatIsKept() throws Exception {
    spaces.write(
        TestingSpaces.of(
            space(Usage.SIMILARITY),
            List.of(version("v1"), version("again"), version("v2")),
            List.of(),
            new Pair("v1", "again")));
    try (CompareHarness harness = played()) {
      assertThat(harness.looks())
          .extracting(EmbeddingStability::versionAfter)
          .containsExactly("again");

      spaces.write(space(3, 1, 20_000, Usage.SIMILARITY));

      assertThat(harness.judges().compatibility()).isEqualTo(Compatibility.STABLE);
    }
  }

  @Test
  void smallerSampleAndRate_takeEffectOnWhatIsKept() throws Exception {
    try (CompareHarness harness = played()) {
      harness.looks();
      spaces.write(space(2, 1, 1_000, Usage.SIMILARITY));
      assertThat(harness.judges().pairs()).isEqualTo(1_000);

      spaces.write(space(3, 0.5, 20_000, Usage.SIMILARITY));
      assertThat(harness.judges().pairs()).isBetween(520L, 680L);
    }
  }

  /** The obvious thing to do when there are too few: it must not end in UNDECIDED for ever. */
  @Test
  void largerSampleAndRate_compareWhatBothVersionsKnow_untilAllIsSentAgain() throws Exception {
    float[][] v1 = SomeVectors.clustered(2_600, 1);
    float[][] again = SomeVectors.noisy(v1, 0.05, 2);
    float[][] v2 = SomeVectors.rotated(SomeVectors.noisy(v1, 0.05, 3));
    spaces.write(space(1, 0.5, 20_000, Usage.SIMILARITY));
    try (CompareHarness harness = new CompareHarness(spaces)) {
      harness.takes(below(0.5, vectors("v1", v1))).takes(below(0.5, vectors("again", again)));
      harness.looks();
      spaces.write(space(2, 1, 20_000, Usage.SIMILARITY));
      harness.looks();
      harness.takes(vectors("v2", v2));
      EmbeddingStability raised = harness.judges();
      assertThat(raised.compatibility()).isEqualTo(Compatibility.STABLE);
      assertThat(raised.pairs()).isEqualTo(below(0.5, vectors("v1", v1)).size());
      assertThat(raised.itemsAfter()).isEqualTo(2_600);

      harness.takes(vectors("v1", v1)).takes(vectors("again", again));
      assertThat(harness.judges())
          .returns(Compatibility.STABLE, EmbeddingStability::compatibility)
          .returns(2_600L, EmbeddingStability::pairs);
    }

    spaces.write(space(1, 1, 1_000, Usage.SIMILARITY));
    try (CompareHarness harness = new CompareHarness(spaces)) {
      harness.takes(vectors("v1", v1)).takes(vectors("again", again));
      harness.looks();
      spaces.write(space(2, 1, 20_000, Usage.SIMILARITY));
      harness.looks();
      EmbeddingStability raised = harness.takes(vectors("v2", v2)).judges();
      assertThat(raised.compatibility()).isEqualTo(Compatibility.STABLE);
      assertThat(raised.pairs()).isBetween(1_000L, 2_000L);
    }
  }

  private static List<SampledVector> below(double rate, List<SampledVector> vectors) {
    return vectors.stream().filter(each -> ItemHash.position(each.hash()) < rate).toList();
  }

  @Test
  void versionThatIsNotNamedAnyMore_isLetGo() throws Exception {
    try (CompareHarness harness = played()) {
      harness.looks();
      spaces.write(
          TestingSpaces.of(space(Usage.SIMILARITY), List.of(version("v1")), List.of(), null));
      harness.looks();
      // A row for each item, the version's, the next look and its timer.
      assertThat(harness.entriesLeft()).isEqualTo(1 + 1 + 1 + 1);
    }
  }

  @Test
  void versionOfOtherDimensions_startsAnew() throws Exception {
    try (CompareHarness harness = played()) {
      harness.looks();
      spaces.write(
          TestingSpaces.of(
              space(Usage.SIMILARITY),
              List.of(version("v1"), version("again"), new Version("v2", 2)),
              List.of(new Pair("v1", "v2")),
              new Pair("v1", "again")));
      float[][] narrow = new float[ITEMS][];
      for (int i = 0; i < ITEMS; i++) {
        narrow[i] = new float[] {V1[i][0], V1[i][1]};
      }
      harness.takes(vectors("v2", narrow, 0, 1_100));

      assertThat(harness.judges())
          .returns(1_100L, EmbeddingStability::itemsAfter)
          .returns(2, EmbeddingStability::dimensionsAfter);
    }
  }

  @Test
  void spaceThatIsGone_leavesNothing() throws Exception {
    try (CompareHarness harness = played()) {
      harness.looks();
      assertThat(harness.entriesLeft()).isPositive();

      spaces.remove(SPACE);
      List<EmbeddingStability> last = harness.looks();

      assertThat(harness.entriesLeft()).isZero();
      assertThat(last)
          .hasSize(2)
          .allSatisfy(
              stability -> {
                assertThat(stability.compatibility()).isEqualTo(Compatibility.UNDECIDED);
                assertThat(stability.verdicts())
                    .allSatisfy(verdict -> assertThat(verdict.reason()).isEqualTo("NOT_COMPARED"));
              });
    }
  }

  /** After a start there is no document in force, and yet the space has one. */
  @Test
  void spaceWhoseDocumentCannotBeRead_staysAsItIs() throws Exception {
    try (CompareHarness harness = played()) {
      EmbeddingStability before = harness.judges();
      int entries = harness.entriesLeft();

      spaces.spoil(SPACE);
      harness.restart();
      assertThat(harness.looks()).isEmpty();
      assertThat(harness.entriesLeft()).isEqualTo(entries);

      spaces.write(space(2, 1, 20_000, Usage.SIMILARITY, Usage.COORDINATES));
      assertThat(harness.judges())
          .returns(before.pairs(), EmbeddingStability::pairs)
          .returns(2L, EmbeddingStability::documentRevision);
    }
  }

  @Test
  void pairThatIsNotAskedForAnyMore_isNotKnown() throws Exception {
    try (CompareHarness harness = played()) {
      assertThat(harness.judges().compatibility()).isEqualTo(Compatibility.STABLE);
      EmbeddingSpace asked = space(Usage.SIMILARITY);
      spaces.write(TestingSpaces.of(asked, asked.versions(), List.of(), asked.baseline()));

      assertThat(harness.judges())
          .returns(Compatibility.UNDECIDED, EmbeddingStability::compatibility)
          .returns(2L, EmbeddingStability::documentRevision)
          .returns(null, EmbeddingStability::rotation);
    }
  }
}
