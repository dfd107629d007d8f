package dev.runway.tables;

import dev.runway.model.EmbeddingMixture;
import dev.runway.model.EmbeddingSpace.Usage;
import dev.runway.model.EmbeddingStability;
import dev.runway.model.EmbeddingStability.Compatibility;
import dev.runway.model.EmbeddingStability.Metric;
import dev.runway.model.EmbeddingStability.Rotation;
import dev.runway.model.EmbeddingStability.Verdict;
import dev.runway.model.EmbeddingTraffic;
import java.util.List;

/** Results about embeddings of the tests. */
final class Stabilities {
  private Stabilities() {}

  static EmbeddingTraffic traffic(long vectors, double shift) {
    return new EmbeddingTraffic(
        "titles",
        "v5",
        983_404_800_000L, // 2001-03-01T00:00:00Z
        983_405_400_000L,
        3,
        64,
        vectors,
        2,
        new EmbeddingTraffic.Reference(983_401_200_000L, 983_401_800_000L, 10_000),
        List.of(
            new Metric("mean_shift", shift, null, null, null, vectors, null),
            new Metric("norm_ratio", null, null, null, null, vectors, "UNDEFINED")),
        List.of("mean_shift"));
  }

  static EmbeddingMixture mixture(long predictions, EmbeddingMixture.Mixing mixing) {
    return new EmbeddingMixture(
        "late-arrival",
        "v1",
        "titles",
        983_404_800_000L,
        983_405_400_000L,
        predictions,
        mixing,
        0.25,
        new EmbeddingMixture.Share(1, 0.125, 0.0625, 0.25),
        List.of(
            new EmbeddingMixture.VersionShare("v5", new EmbeddingMixture.Share(7, 0.875, 0.5, 1))));
  }

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
