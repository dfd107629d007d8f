package dev.runway.embedding.compare;

import static dev.runway.embedding.TestingSpaces.space;
import static dev.runway.embedding.compare.CompareHarness.START;
import static dev.runway.embedding.compare.CompareHarness.newest;
import static dev.runway.embedding.compare.CompareHarness.vector;
import static dev.runway.embedding.compare.CompareHarness.vectors;
import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.embedding.SomeVectors;
import dev.runway.embedding.TestingSpaces;
import dev.runway.embedding.state.SampledVector;
import dev.runway.model.DeadLetter;
import dev.runway.model.EmbeddingSpace.Usage;
import dev.runway.model.EmbeddingStability;
import dev.runway.model.EmbeddingStability.Compatibility;
import dev.runway.model.EmbeddingStabilityCodec;
import dev.runway.model.Reason;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The same vectors give the same verdict, however they come. */
class ArrivalOrderTest {
  private static final int ITEMS = 3_000;
  private static final int SAMPLE = 1_200;
  private static final float[][] V1 = SomeVectors.clustered(ITEMS, 1);
  private static final float[][] AGAIN = SomeVectors.noisy(V1, 0.05, 2);
  private static final float[][] V2 = SomeVectors.rotated(SomeVectors.noisy(V1, 0.05, 3));

  /** A small sample, so that many items are let go on the way. */
  private final TestingSpaces spaces =
      new TestingSpaces().write(space(1, 0.75, SAMPLE, Usage.COORDINATES));

  /** Three versions with repeats, updates, stragglers and contradictions. */
  private static List<SampledVector> all() {
    List<SampledVector> all = new ArrayList<>();
    all.addAll(vectors("v1", V1));
    all.addAll(vectors("again", AGAIN));
    all.addAll(vectors("v2", V2));
    all.addAll(vectors("v1", V1, 100, 400));
    for (int i = 0; i + 1 < ITEMS; i += 7) {
      all.add(vector("v2", i, V1[i], START - 60_000));
      all.add(vector("again", i, V1[i], START + 120_000));
      all.add(vector("v1", i, AGAIN[i], START));
      all.add(vector("v2", i + 1, V2[i + 1], START, 60_000));
    }
    return all;
  }

  @Test
  void anyOrder_givesTheSameBytes() throws Exception {
    List<String> expected = finals(all(), List.of());
    assertThat(expected).hasSize(2);
    for (int seed = 0; seed < 3; seed++) {
      List<SampledVector> shuffled = all();
      Collections.shuffle(shuffled, new Random(seed));

      assertThat(finals(shuffled, List.of(700, 4_000))).isEqualTo(expected);
    }
  }

  @Test
  void killInTheMiddleOfARollout_changesNothing() throws Exception {
    List<SampledVector> rollout = all();
    try (CompareHarness undisturbed = new CompareHarness(spaces);
        CompareHarness killed = new CompareHarness(spaces)) {
      for (int from = 0; from < rollout.size(); from += 2_000) {
        List<SampledVector> part = rollout.subList(from, Math.min(from + 2_000, rollout.size()));
        undisturbed.takes(part).looks();
        killed.takes(part.subList(0, part.size() / 2));
        killed.restart();
        killed.takes(part.subList(part.size() / 2, part.size())).looks();
        killed.restart();
      }
      assertThat(killed.told()).isEqualTo(undisturbed.told());
      assertThat(newest(killed.told(), "v2").compatibility()).isEqualTo(Compatibility.ROTATED);
      assertThat(killed.looks()).as("told already").isEmpty();
    }
  }

  /** What was told last of each pair, as it is written. */
  private List<String> finals(List<SampledVector> vectors, List<Integer> looksAt) throws Exception {
    try (CompareHarness harness = new CompareHarness(spaces)) {
      for (int i = 0; i < vectors.size(); i++) {
        harness.takes(vectors.get(i));
        if (looksAt.contains(i)) {
          harness.looks();
        }
      }
      harness.looks();
      List<String> finals = new ArrayList<>();
      for (String after : List.of("again", "v2")) {
        EmbeddingStability newest = newest(harness.told(), after);
        finals.add(new String(EmbeddingStabilityCodec.write(newest), StandardCharsets.UTF_8));
      }
      return finals;
    }
  }

  @Test
  void sample_isThatOfTheLowestHashes_theSameItemsInEveryVersion() throws Exception {
    try (CompareHarness harness = new CompareHarness(spaces)) {
      EmbeddingStability stability = harness.takes(all()).judges();

      assertThat(stability)
          .returns((long) SAMPLE, EmbeddingStability::itemsBefore)
          .returns((long) SAMPLE, EmbeddingStability::itemsAfter)
          .returns((long) SAMPLE, EmbeddingStability::pairs);
    }
  }

  @Test
  void repeats_updatesAndStragglers_countOnce() throws Exception {
    try (CompareHarness once = new CompareHarness(spaces);
        CompareHarness often = new CompareHarness(spaces)) {
      once.takes(vectors("v1", V1)).takes(vectors("v2", V2));
      once.takes(vector("v2", 5, V1[5], START + 1_000));
      often.takes(vectors("v1", V1)).takes(vector("v2", 5, V1[5], START + 1_000));
      often.takes(vectors("v2", V2)).takes(vectors("v2", V2)).takes(vectors("v1", V1));

      assertThat(often.judges()).isEqualTo(once.judges());
      assertThat(often.dead()).isEmpty();
    }
  }

  @Test
  void contradiction_isADeadLetter_andTheLowerVectorCountsWhicheverCameFirst() throws Exception {
    SampledVector low = vector("v2", 5, new float[] {1, 0, 0, 0, 0, 0, 0, 0});
    SampledVector high = vector("v2", 5, new float[] {1, 0, 0, 0, 0, 0, 0, 1});
    assertThat(contradicted(low, high)).isEqualTo(contradicted(high, low));
    try (CompareHarness harness = new CompareHarness(spaces)) {
      assertThat(harness.takes(low, high, low).dead())
          .singleElement()
          .returns(Reason.CONFLICT, DeadLetter::reason)
          .returns("vector", DeadLetter::field)
          .returns("runway.embeddings", DeadLetter::topic)
          .returns(1, DeadLetter::partition)
          .returns(5L, DeadLetter::offset);
    }
  }

  private List<String> contradicted(SampledVector first, SampledVector second) throws Exception {
    try (CompareHarness harness = new CompareHarness(spaces)) {
      return harness.takes(first, second).dead().stream()
          .map(letter -> new String(letter.bytes(), StandardCharsets.UTF_8))
          .toList();
    }
  }
}
