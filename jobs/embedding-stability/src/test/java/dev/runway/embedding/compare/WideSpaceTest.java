package dev.runway.embedding.compare;

import static dev.runway.embedding.compare.CompareHarness.vectors;
import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.embedding.SomeVectors;
import dev.runway.embedding.TestingSpaces;
import dev.runway.model.EmbeddingSpace;
import dev.runway.model.EmbeddingSpaceCodec;
import dev.runway.model.EmbeddingStability;
import dev.runway.model.EmbeddingStability.Compatibility;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Vectors as wide as they are in life, by a document that says nothing of its sample. */
class WideSpaceTest {
  private static final int DIMENSIONS = 512;

  @TempDir Path folder;

  /** What is fitted to directions takes 40 pairs for each of them. */
  @Test
  void usualSample_isEnoughForAVerdictAndARotation() throws Exception {
    EmbeddingSpace space = EmbeddingSpaceCodec.read(document().getBytes(StandardCharsets.UTF_8));
    float[][] v1 = normal(space.sampleSize());
    int common = space.sampleSize() * 19 / 20;
    try (CompareHarness harness = new CompareHarness(new TestingSpaces().write(space), folder)) {
      harness.takes(vectors("v1", v1)).takes(vectors("v2", SomeVectors.rotated(v1), 0, common));
      EmbeddingStability stability = harness.judges();

      assertThat(stability.compatibility()).isEqualTo(Compatibility.ROTATED);
      assertThat(stability.rotation()).isNotNull();
      assertThat(stability.pairs()).isEqualTo(common).isGreaterThan(40L * DIMENSIONS);
    }
  }

  private static String document() {
    String version = "{\"version\":\"v%d\",\"dimensions\":" + DIMENSIONS + "}";
    return "{\"space_id\":\""
        + TestingSpaces.SPACE
        + "\",\"versions\":["
        + version.formatted(1)
        + ","
        + version.formatted(2)
        + "],\"pairs\":[{\"before\":\"v1\",\"after\":\"v2\"}],"
        + "\"consumers\":[{\"model_id\":\"m\",\"usage\":\"COORDINATES\"}]}";
  }

  private static float[][] normal(int items) {
    Random random = new Random(5);
    float[][] vectors = new float[items][DIMENSIONS];
    for (float[] vector : vectors) {
      for (int j = 0; j < DIMENSIONS; j++) {
        vector[j] = (float) random.nextGaussian();
      }
    }
    return vectors;
  }
}
