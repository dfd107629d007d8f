package dev.runway.model;

import java.time.Duration;
import java.util.List;

/** Model documents of the tests. */
final class ModelDocuments {
  private ModelDocuments() {}

  static ModelDocument golden() {
    return golden(List.of("exp:b", "shadow"));
  }

  /** As documents were before variants were declared. */
  static ModelDocument goldenWithoutVariants() {
    return golden(List.of());
  }

  private static ModelDocument golden(List<String> variants) {
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
        variants);
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
