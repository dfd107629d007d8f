package dev.runway.retraintrigger.decision;

import static dev.runway.retraintrigger.Scene.MINUTE;
import static dev.runway.retraintrigger.decision.SomeScenes.STRICT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.model.Decision;
import dev.runway.model.Decision.Hold;
import dev.runway.model.Decision.Verdict;
import dev.runway.model.DecisionCodec;
import dev.runway.model.Limits;
import dev.runway.model.RetrainCommand.Mode;
import dev.runway.model.SignalPart.Signal;
import dev.runway.policy.SignalNames;
import dev.runway.retraintrigger.Scene;
import dev.runway.retraintrigger.SomeReadings;
import dev.runway.retraintrigger.signal.LabelledWindow;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** What policies make of it. */
class PolicyRoundsTest {
  @Test
  void policy_firesInTwoOfThreeWindowsAndIsNamed() {
    Scene scene = Scene.of(4).policy(7, STRICT);
    fourHourWindow(scene, 0.9);
    assertThat(scene.commands).isEmpty();
    fourHourWindow(scene, 0);
    fourHourWindow(scene, 0.9);

    assertThat(scene.commands).hasSize(1);
    assertThat(scene.commands.get(0).policy()).isEqualTo("strict");
    assertThat(scene.commands.get(0).policyVersion()).isEqualTo(7);
    assertThat(scene.commands.get(0).mode()).isEqualTo(Mode.AUTO);
    assertThat(scene.commands.get(0).urgency().priority()).isEqualTo(6);
  }

  /** Ends a window of tier 4, which has one reading at its end. */
  private static void fourHourWindow(Scene scene, double severity) {
    long end = Math.floorDiv(scene.now, 240 * MINUTE) * 240 * MINUTE + 240 * MINUTE;
    scene.tickTo(end);
    scene.dossier.take(SomeReadings.drift("v1", end, severity), scene.now);
    scene.tickTo(scene.decided(end));
  }

  @Test
  void windowThatCannotBeJudged_neitherCountsNorResets() {
    Scene scene = Scene.of(1).policy(1, STRICT.replace("\"of\": 3", "\"of\": 2"));
    scene.windows(1, 0.9);
    long end = scene.nextEnd();
    scene.tickTo(end);
    scene.dossier.take(SomeReadings.thin("v1", end), scene.now);
    scene.tickTo(scene.decided(end));
    assertThat(scene.commands).isEmpty();

    scene.windows(1, 0.9);

    assertThat(scene.commands).hasSize(1);
  }

  @Test
  void policyThatDoesNotCompile_isSaidAndTriggersNothing() {
    Scene scene = Scene.of(2).policy(1, STRICT.replace("signal.psi_max", "signal.psi_max('x')"));
    scene.windows(24, 1);

    assertThat(scene.commands).isEmpty();
    assertThat(scene.last().hold()).isEqualTo(Hold.CONDITION);
    assertThat(scene.last().explanation()).contains("strict does not compile in this release");
  }

  @Test
  void ageAlone_neverRetrainsUnlessAPolicySaysSo() {
    String old = "\"when\": \"age > duration('720h')\", \"action\": {\"retrain\": {}}";
    for (boolean rule : new boolean[] {false, true}) {
      Scene scene = Scene.of(2);
      if (rule) {
        scene.policy(1, old);
      }
      scene.now += Duration.ofDays(70).toMillis();
      scene.windows(2, 0);
      for (int i = 0; i < 8; i++) {
        long end = scene.nextEnd();
        scene.tickTo(end);
        scene.dossier.take(SomeReadings.thin("v1", end), scene.now);
        scene.tickTo(scene.decided(end));
      }

      assertThat(scene.commands).hasSize(rule ? 1 : 0);
    }
  }

  @Test
  void policyThatWaits_waitsForLabelsUntilTheyAreDue() {
    Scene scene =
        Scene.of(1).policy(1, STRICT.replace("\"when\"", "\"waitForLabels\": true, \"when\""));
    scene.windows(6, 1);
    assertThat(scene.last().verdict()).isEqualTo(Verdict.WAIT_LABELS);
    assertThat(scene.commands).isEmpty();

    scene.windows(40, 1);

    assertThat(scene.commands).hasSize(1);
  }

  /** One editor's texts must not stop the decisions about all models. */
  @Test
  void policiesThatAreTooLargeTogether_areLeftOutFromTheEnd() throws Exception {
    Scene scene = Scene.of(2);
    String text = "\u00fc".repeat(1_900);
    for (int i = 0; i < 20; i++) {
      scene.policy(
          "p" + (char) ('a' + i),
          1,
          """
          "when": "signal.psi_max > 0.2 && model.team != '%s'",
          "unless": "model.team == '%s'", "action": {"retrain": {"mode": "auto"}}
          """
              .formatted(text, text));
    }
    scene.windows(6, 1);

    assertThat(scene.commands).hasSize(1);
    assertThat(scene.commands.get(0).policy()).isEqualTo("pa");
    assertThat(scene.last().explanation()).containsPattern("The last \\d+ policies are left out");
    for (Decision decision : scene.decisions) {
      assertThat(decision.inputs().length).isLessThanOrEqualTo(Limits.MAX_INPUTS_BYTES);
      Decision again = Judge.judge(decision.inputs()).decision();
      assertThat(DecisionCodec.write(again)).isEqualTo(DecisionCodec.write(decision));
    }
  }

  /** What is refused when a policy is saved is what no window ever has. */
  @Test
  void namesThatPoliciesMayUse_areThoseOfTheBoard() {
    Scene scene = Scene.of(1);
    scene.labelledWindows(8, 0.5, 0.7);

    assertThat(SignalNames.SIGNALS)
        .containsAll(scene.dossier.versions.get("v1").history.keySet())
        .containsAll(LabelledWindow.metricNames());
    for (Signal signal : Signal.values()) {
      assertThat(SignalNames.SIGNALS).contains(signal.name().toLowerCase(Locale.ROOT));
    }
  }
}
