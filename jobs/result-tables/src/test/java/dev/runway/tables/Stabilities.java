package dev.runway.tables;

import dev.runway.model.EmbeddingSpace.Usage;
import dev.runway.model.EmbeddingStability;
import dev.runway.model.EmbeddingStability.Compatibility;
import dev.runway.model.EmbeddingStability.Metric;
import dev.runway.model.EmbeddingStability.Rotation;
import dev.runway.model.EmbeddingStability.Verdict;
import java.util.List;

/** Results about embeddings of the tests. */
final class Stabilities {
  private Stabilities() {}

  static EmbeddingStability of(Compatibility compatibility) {
    return new EmbeddingStability(
        "titles",
        "v5",
        "v6",
        3,
        983_404_800_000L, // 2001-03-01T00:00:00Z
        false,
        compatibility,
        5_000,
        4_000,
        3_900,
        2,
        64,
        64,
        1_000,
        10,
        null,
        List.of(
            new Metric("knn_overlap", 0.75, null, null, null, 1_000, null),
            new Metric("aligned_cosine", null, null, null, null, 3_900, "TOO_FEW_PAIRS")),
        List.of(new Verdict(Usage.COORDINATES, compatibility, "ROTATION", List.of("late-arrival"))),
        new Rotation("file:///a.npy", "0".repeat(64)));
  }
}
