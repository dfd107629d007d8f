package dev.runway.model;

import java.time.Duration;
import java.util.List;

/** Model documents of the tests. */
final class ModelDocuments {
  private ModelDocuments() {}

  static ModelDocument golden() {
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
        List.of("eu", "us"));
  }
}
