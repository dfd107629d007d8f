package dev.runway.model;

import dev.runway.model.EmbeddingSpace.Consumer;
import dev.runway.model.EmbeddingSpace.Pair;
import dev.runway.model.EmbeddingSpace.Usage;
import dev.runway.model.EmbeddingSpace.Version;
import dev.runway.model.EmbeddingStability.Compatibility;
import dev.runway.model.EmbeddingStability.Floor;
import dev.runway.model.EmbeddingStability.Metric;
import dev.runway.model.EmbeddingStability.Rotation;
import dev.runway.model.EmbeddingStability.Verdict;
import java.util.List;

/** What the golden files of embedding spaces hold. */
final class EmbeddingDocuments {
  private EmbeddingDocuments() {}

  static EmbeddingSpace space() {
    return new EmbeddingSpace(
        "titles",
        3,
        List.of(new Version("v5", 64), new Version("v5-again", 64), new Version("v6", 96)),
        List.of(new Pair("v5", "v6")),
        new Pair("v5", "v5-again"),
        List.of(
            new Consumer("late-arrival", Usage.COORDINATES),
            new Consumer("rows", Usage.SIMILARITY)),
        0.25,
        5_000);
  }

  static EmbeddingSpace minimal() {
    return new EmbeddingSpace(
        "titles", 0, List.of(new Version("v5", 64)), List.of(), null, List.of(), 1, 20_000);
  }

  static EmbeddingSpace small() {
    return new EmbeddingSpace(
        "titles", 0, List.of(new Version("v5", 4)), List.of(), null, List.of(), 1, 20_000, 200);
  }

  static EmbeddingSpace watched() {
    return new EmbeddingSpace(
        "titles",
        0,
        List.of(new Version("v5", 64)),
        List.of(),
        null,
        List.of(),
        1,
        20_000,
        1_000,
        new SpaceThresholds(0.5, 0.75, 0.125, 0.0625, 30, 0.25));
  }

  static List<EmbeddingUse> uses() {
    return List.of(new EmbeddingUse("titles", "v5"), new EmbeddingUse("titles", "v6 (b)"));
  }

  static EmbeddingTraffic traffic() {
    return new EmbeddingTraffic(
        "titles",
        "v5",
        983428200000L,
        983428800000L,
        3,
        64,
        5_000,
        2,
        new EmbeddingTraffic.Reference(983424600000L, 983425200000L, 10_000),
        List.of(
            new Metric("mean_shift", 0.75, 0.0625, 0.625, 0.875, 5_000, null),
            new Metric("covariance_change", null, null, null, null, 5_000, "UNDEFINED")),
        List.of("mean_shift"));
  }

  static EmbeddingMixture mixture() {
    return new EmbeddingMixture(
        "late-arrival",
        "v1",
        "titles",
        983428200000L,
        983428800000L,
        800,
        EmbeddingMixture.Mixing.ACROSS,
        0.0625,
        new EmbeddingMixture.Share(0, 0, 0, 0.0078125),
        List.of(
            new EmbeddingMixture.VersionShare(
                "v5", new EmbeddingMixture.Share(600, 0.75, 0.625, 0.875)),
            new EmbeddingMixture.VersionShare(
                "v6", new EmbeddingMixture.Share(200, 0.25, 0.125, 0.375))));
  }

  static EmbeddingStability stability() {
    return new EmbeddingStability(
        "titles",
        "v5",
        "v6",
        3,
        983428205000L,
        true,
        Compatibility.ROTATED,
        5_000,
        4_000,
        3_900,
        2,
        64,
        64,
        1_000,
        10,
        new Floor(
            true, 1_000, 10, 0.75, 0.9375, 0.96875, 0.25, 0.125, 0.0625, 0.03125, 0.015625, 0.5),
        List.of(
            new Metric("knn_overlap", 0.75, 0.0625, 0.625, 0.875, 1_000, null),
            new Metric("aligned_cosine", null, null, null, null, 3_900, "TOO_FEW_PAIRS")),
        List.of(
            new Verdict(
                Usage.COORDINATES, Compatibility.ROTATED, "ROTATION", List.of("late-arrival")),
            new Verdict(Usage.DATA_ONLY, Compatibility.STABLE, "NOT_USED", List.of())),
        new Rotation("file:///artefacts/titles.npy", "0123456789abcdef".repeat(4)));
  }
}
