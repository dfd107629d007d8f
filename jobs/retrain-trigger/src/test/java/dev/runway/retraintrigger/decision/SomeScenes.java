package dev.runway.retraintrigger.decision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.retraintrigger.Scene;

/** Beginnings that several stories have. */
final class SomeScenes {
  static final String STRICT =
      """
      "when": "signal.psi_max > 0.2", "for": {"windows": 2, "of": 3},
      "unless": "age < duration('1h')",
      "action": {"retrain": {"mode": "auto", "priority": "high"}},
      "limits": {"cooldown": "PT6H"}
      """;

  private SomeScenes() {}

  static Scene stale() {
    Scene scene = Scene.of(2);
    scene.windows(24, 1);
    assertThat(scene.commands).hasSize(1);
    return scene;
  }

  static String episode(Scene scene) {
    return scene.commands.get(0).cause().episode();
  }
}
