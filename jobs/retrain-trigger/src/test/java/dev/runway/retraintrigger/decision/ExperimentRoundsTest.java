package dev.runway.retraintrigger.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.runway.model.Decision;
import dev.runway.model.ExperimentResult;
import dev.runway.model.ExperimentResult.Better;
import dev.runway.model.ModelState;
import dev.runway.model.SignalPart;
import dev.runway.model.SignalPart.Signal;
import dev.runway.retraintrigger.Scene;
import dev.runway.retraintrigger.SomeReadings;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What experiments outside of Runway have found of a version. */
class ExperimentRoundsTest {
  private final Scene scene = Scene.of(2);

  private @Nullable SignalPart experiment() {
    return scene.last().parts().stream()
        .filter(part -> part.signal() == Signal.EXPERIMENT)
        .findFirst()
        .orElse(null);
  }

  private double severity() {
    return Objects.requireNonNull(experiment()).severity();
  }

  @Test
  void versionThatIsWorseForCertain_isAtRisk_andNotRetrainedByItAlone() {
    scene.windows(2, 0);
    scene.found(SomeReadings.experiment("v1", -0.2, scene.now, 1));
    scene.windows(20, 0);

    assertThat(scene.state()).isEqualTo(ModelState.AT_RISK);
    assertThat(scene.commands).isEmpty();
    SignalPart part = Objects.requireNonNull(experiment());
    assertThat(part.severity()).isEqualTo(1);
    assertThat(part.value()).isEqualTo(0.2 - 0.0196 * 1.6448536 / 1.9599640, within(1e-7));
    Decision decision = scene.last();
    assertThat(decision.explanation())
        .contains("EXPERIMENT has severity 1.00 (clicks in spring of b against a 0.1836, warning");
    assertThat(Judge.judge(decision.inputs()).decision().id()).isEqualTo(decision.id());
    assertThat(decision.missing()).doesNotContain(Signal.EXPERIMENT);
  }

  @Test
  void policies_maySpeakOfIt() {
    scene.policy(
        1,
        """
        "when": "signal.experiment >= 0.5", "for": {"windows": 2, "of": 2},
        "action": {"retrain": {"mode": "auto"}}
        """);
    scene.windows(4, 0);
    assertThat(scene.commands).isEmpty();

    scene.found(SomeReadings.experiment("v1", -0.2, scene.now, 1));
    scene.windows(6, 0);

    assertThat(scene.commands).hasSize(1);
  }

  /** A control arm is something else to compare with than the live traffic of before. */
  @Test
  void findingBesideProvisionalDrift_letsAPolicyAct() {
    for (double difference : new double[] {-0.01, -0.2}) {
      Scene unprofiled = new Scene();
      unprofiled.dossier.take(Scene.document(1));
      unprofiled.policy(
          1,
          "\"when\": \"signal.data_drift > 0.5\", \"action\": {\"retrain\": {\"mode\": \"auto\"}}");
      unprofiled.found(SomeReadings.experiment("v1", difference, unprofiled.now, 1));
      for (int i = 0; i < 3; i++) {
        long end = unprofiled.nextEnd();
        unprofiled.tickTo(end + Scene.COMES);
        unprofiled.dossier.take(
            SomeReadings.drift(
                "v1",
                "live",
                end,
                1,
                1,
                true,
                List.of(SomeReadings.feature("delay", 1, List.of()))),
            unprofiled.now);
        unprofiled.tickTo(unprofiled.decided(end));
      }

      assertThat(unprofiled.commands).hasSize(difference < -0.1 ? 1 : 0);
      assertThat(unprofiled.decisions)
          .anyMatch(
              decision -> (decision.hold() == Decision.Hold.PROVISIONAL) == (difference > -0.1));
    }
  }

  /** Nothing is measured in a silent window, and a finding of last week is no measurement. */
  @Test
  void windowWithoutPredictions_learnsNothingOfIt() {
    scene.windows(2, 0);
    scene.found(SomeReadings.experiment("v1", -0.2, scene.now, 1));
    scene.tickTo(scene.now + 60 * Scene.MINUTE);

    assertThat(scene.state()).isEqualTo(ModelState.HEALTHY);
  }

  @Test
  void whatMayAsWellBeBetter_isNothing() {
    scene.found(SomeReadings.experiment("v1", -0.01, scene.now, 1));
    scene.windows(2, 0);
    assertThat(severity()).isZero();

    scene.found(SomeReadings.experiment("v1", 0.2, scene.now, 2));
    scene.windows(2, 0);
    assertThat(severity()).isZero();
  }

  @Test
  void lessOfALossIsBetter_andOfANamedMetricItsOwnScaleCounts() {
    scene.found(worse("latency", 0.2, 1.0, Better.LOWER));
    scene.windows(2, 0);
    assertThat(severity()).isEqualTo(1);

    scene.found(SomeReadings.revised(worse("latency", -0.2, 1.0, Better.LOWER), 2));
    // A metric that Runway knows: by points, and whatever the experiment calls better.
    scene.found(worse("auc", -0.03645, null, null));
    scene.windows(2, 0);
    assertThat(severity()).isEqualTo(0.75, within(1e-3));
    assertThat(Objects.requireNonNull(experiment()).warn()).isEqualTo(0.01);

    scene.found(worse("log_loss", 0.2, 0.5, null));
    scene.windows(2, 0);
    assertThat(severity()).isEqualTo(1);
  }

  /** The worst of all that are known counts. */
  @Test
  void severalFindings_countByTheWorst() {
    scene.found(worse("clicks", 0, 1.0, Better.HIGHER));
    scene.found(worse("sales", -0.2, 1.0, Better.HIGHER));
    scene.windows(2, 0);

    assertThat(Objects.requireNonNull(experiment()).metric()).startsWith("sales in spring");
  }

  @Test
  void whatNobodyCanJudge_isNoSignal() {
    scene.found(worse("clicks", -0.2, 1.0, null));
    scene.found(worse("sales", -0.2, null, Better.HIGHER));
    scene.found(worse("accuracy", -0.2, null, null));
    scene.found(worse("margin", -0.2, -1.0, Better.HIGHER));
    scene.windows(2, 0);

    assertThat(experiment()).isNull();
  }

  @Test
  void findingOfFewObservations_orOfAnotherVersion_isNoSignal() {
    ExperimentResult large = SomeReadings.experiment("v1", -0.2, scene.now, 1);
    scene.found(SomeReadings.resting(large, scene.settings.minLabels() - 1));
    scene.found(SomeReadings.experiment("v2", -0.2, scene.now, 1));
    scene.windows(2, 0);
    assertThat(experiment()).isNull();

    scene.found(SomeReadings.revised(SomeReadings.resting(large, scene.settings.minLabels()), 2));
    scene.windows(2, 0);
    assertThat(severity()).isEqualTo(1);
  }

  /** As a reading is good for two of its windows. */
  @Test
  void findingIsGood_untilTwiceTheLengthOfItsExperimentAfterIt() {
    long end = scene.now + 20 * Scene.MINUTE;
    scene.found(SomeReadings.experiment("v1", -0.2, end, 1));
    scene.windows(4, 0);
    assertThat(severity()).isEqualTo(1);

    scene.now = end + 2 * Scene.day() - 60 * Scene.MINUTE;
    scene.windows(3, 0);
    assertThat(severity()).isEqualTo(1);
    scene.windows(6, 0);
    assertThat(experiment()).isNull();
  }

  /** Somebody's clock is wrong, or the end is the one that was planned. */
  @Test
  void findingFromTheFuture_saysNothingUntilItsTimeHasCome() {
    scene.found(SomeReadings.experiment("v1", -0.2, scene.now + 120 * Scene.MINUTE, 1));
    scene.windows(4, 0);
    assertThat(experiment()).isNull();

    scene.windows(12, 0);
    assertThat(severity()).isEqualTo(1);
  }

  private ExperimentResult worse(
      String metric, double difference, @Nullable Double control, @Nullable Better better) {
    return SomeReadings.experiment("v1", metric, difference, scene.now, 1, control, better);
  }
}
