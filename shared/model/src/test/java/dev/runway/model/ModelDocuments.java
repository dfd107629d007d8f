package dev.runway.model;

import java.time.Duration;
import java.util.List;

/** Model documents of the tests. */
final class ModelDocuments {
  private static final List<SqlMetric> METRICS =
      List.of(
          new SqlMetric("mean_ratio", "mean / reference_mean", 1.5, List.of("delay", "$score")));

  private ModelDocuments() {}

  static ModelDocument golden() {
    return golden(List.of("exp:b", "shadow"), METRICS);
  }

  /** As documents were before they had metrics of their own. */
  static ModelDocument goldenWithoutMetrics() {
    return golden(List.of("exp:b", "shadow"), List.of());
  }

  /** As documents were before variants were declared. */
  static ModelDocument goldenWithoutVariants() {
    return golden(List.of(), List.of());
  }

  /** With the team that it is of. */
  static ModelDocument goldenWithTeam() {
    return new ModelDocument(
        "late-arrival",
        0,
        3,
        null,
        Task.BINARY,
        LabelPolicy.EXPLICIT,
        Reduction.LAST,
        Duration.ofDays(7),
        null,
        null,
        1,
        0.5,
        Duration.ofHours(1),
        1,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        "flights");
  }

  /** With detectors of its choice. */
  static ModelDocument goldenWithDetectors() {
    return new ModelDocument(
        "late-arrival",
        0,
        3,
        null,
        Task.BINARY,
        LabelPolicy.EXPLICIT,
        Reduction.LAST,
        Duration.ofDays(7),
        null,
        null,
        1,
        0.5,
        Duration.ofHours(1),
        1,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        null,
        List.of(OptionalDetector.EDDM, OptionalDetector.DDM));
  }

  /** With the versions of spaces that it rests on, and that its versions were trained on. */
  static ModelDocument goldenWithEmbeddings() {
    return new ModelDocument(
        "late-arrival",
        0,
        3,
        null,
        Task.BINARY,
        LabelPolicy.EXPLICIT,
        Reduction.LAST,
        Duration.ofDays(7),
        null,
        null,
        1,
        0.5,
        Duration.ofHours(1),
        1,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        null,
        List.of(),
        List.of(new ModelDocument.EmbeddingVersion("titles", "v6")),
        List.of(
            new ModelDocument.TrainedOn("v1", "titles", "v5"),
            new ModelDocument.TrainedOn("v2", "titles", "v6")));
  }

  /** With a version that is to go. */
  static ModelDocument goldenWithDeprecated() {
    return new ModelDocument(
        "late-arrival",
        0,
        3,
        null,
        Task.BINARY,
        LabelPolicy.EXPLICIT,
        Reduction.LAST,
        Duration.ofDays(7),
        null,
        null,
        1,
        0.5,
        Duration.ofHours(1),
        1,
        List.of("v1", "v2"),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        null,
        List.of(),
        List.of(),
        List.of(),
        List.of("v1"));
  }

  private static ModelDocument golden(List<String> variants, List<SqlMetric> metrics) {
    return new ModelDocument(
        "late-arrival",
        7,
        1,
        "flights",
        Task.BINARY,
        LabelPolicy.IMPLICIT_NEGATIVE,
        Reduction.MAX,
        Duration.ofDays(7),
        Duration.ofHours(6),
        "late",
        0.5,
        0.4,
        Duration.ofMinutes(30),
        0.25,
        List.of("v1", "v2"),
        List.of("eu", "us"),
        List.of(),
        variants,
        metrics);
  }

  /** What a document says that holds nothing but a model and a task. */
  static ModelDocument ofDefaults() {
    return new ModelDocument(
        "late-arrival",
        0,
        3,
        null,
        Task.BINARY,
        LabelPolicy.EXPLICIT,
        Reduction.LAST,
        Duration.ofDays(7),
        null,
        null,
        1,
        0.5,
        Duration.ofHours(1),
        1,
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }
}
