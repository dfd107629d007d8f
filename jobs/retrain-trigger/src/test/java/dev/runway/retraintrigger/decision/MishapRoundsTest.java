package dev.runway.retraintrigger.decision;

import static dev.runway.retraintrigger.Scene.COMES;
import static dev.runway.retraintrigger.Scene.MINUTE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.model.Limits;
import dev.runway.model.RetrainCommand;
import dev.runway.model.RetrainStatus.State;
import dev.runway.retraintrigger.Scene;
import dev.runway.retraintrigger.SomeReadings;
import dev.runway.retraintrigger.state.Pooled;
import dev.runway.retraintrigger.state.VersionFile;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a process that dies, or a model of which there is too much, must not lead to. */
class MishapRoundsTest {
  private static List<String> tooLargeAt(Scene scene, long tick) {
    return Rounds.tick(scene.dossier, scene.policies, scene.around, scene.settings, tick)
        .tooLarge();
  }

  /**
   * A process dies before the checkpoint that would have the command, and the ledger granted it.
   */
  @Test
  void commandThatNoStateIsLeftOf_leavesAgainAsItWas() {
    Scene first = Scene.of(2);
    int windows = 0;
    while (first.commands.isEmpty()) {
      first.windows(1, 1);
      windows++;
    }
    RetrainCommand command = first.commands.get(0);
    Scene again = Scene.of(2);
    again.windows(windows - 1, 1);
    long end = again.nextEnd();
    again.tickTo(end + COMES);
    again.dossier.take(SomeReadings.drift("v1", end, 1), again.now);
    again.tickTo(command.issuedAtMillis() - MINUTE);
    assertThat(again.commands).isEmpty();
    again.now = command.issuedAtMillis();
    again.status(command, State.GRANTED, 1, "");
    again.tick();

    assertThat(again.commands).hasSize(1);
    assertThat(again.commands.get(0).cause()).isEqualTo(command.cause());
    assertThat(again.commands.get(0).issuedAtMillis()).isEqualTo(command.issuedAtMillis());
    assertThat(again.commands.get(0).deadlineAtMillis()).isEqualTo(command.deadlineAtMillis());
    again.status(command, State.FAILED, 2, "broken");
    again.windows(4, 1);
    assertThat(again.commands).hasSize(2);
    assertThat(again.commands.get(1).cause().attempt()).isEqualTo(2);
  }

  /** What a model has too much of must end no job. */
  @Test
  void whatIsTooMuchForADecision_isLeftOut_orNothingIsDecided() {
    Scene scene = Scene.of(1);
    scene.windows(3, 0);
    VersionFile file = scene.dossier.versions.get("v1");
    for (int i = 0; i < 20_000; i++) {
      file.history.put("signal-" + i, new ArrayList<>(List.of(1.0)));
    }
    scene.windows(1, 0);
    assertThat(scene.last().inputs().length).isLessThanOrEqualTo(Limits.MAX_INPUTS_BYTES);
    assertThat(scene.dossier.versions.get("v1").history).hasSizeLessThan(100);

    int said = scene.decisions.size();
    for (int i = 0; i < 20_000; i++) {
      scene.dossier.versions.get("v1").pooled.put("metric-" + i, new Pooled(1, 1, 1));
    }
    scene.now = scene.decided(scene.nextEnd());
    Rounds.Outputs out =
        Rounds.tick(scene.dossier, scene.policies, scene.around, scene.settings, scene.now);

    assertThat(out.tooLarge()).contains("v1");
    assertThat(out.decisions()).isEmpty();
    assertThat(scene.decisions).hasSize(said);
    assertThat(tooLargeAt(scene, scene.now + MINUTE)).isEmpty();
    scene.dossier.take(
        SomeReadings.drift("v1", scene.dossier.judgedToMillis, 1), scene.now + MINUTE);
    assertThat(tooLargeAt(scene, scene.now + 2 * MINUTE)).containsExactly("v1");
    assertThat(tooLargeAt(scene, scene.now + 3 * MINUTE)).isEmpty();
  }

  /** A correction of an earlier window is looked at as well: it is not said with every tick. */
  @Test
  void correctionOfWhatIsTooMuch_isSaidOnce() {
    Scene scene = Scene.of(1);
    scene.windows(2, 0.9);
    long end = scene.dossier.judgedToMillis;
    for (int i = 0; i < 20_000; i++) {
      scene.dossier.versions.get("v1").pooled.put("metric-" + i, new Pooled(1, 1, 1));
    }
    scene.tickTo(end + 28 * MINUTE);
    assertThat(scene.dossier.judgedToMillis).isGreaterThan(end);

    scene.dossier.take(
        SomeReadings.drift(
            "v1", "b-1", end, 2, 0, false, List.of(SomeReadings.feature("delay", 0, List.of()))),
        scene.now);

    assertThat(tooLargeAt(scene, scene.now + MINUTE)).containsExactly("v1");
    assertThat(tooLargeAt(scene, scene.now + 2 * MINUTE)).isEmpty();
    assertThat(tooLargeAt(scene, scene.now + 3 * MINUTE)).isEmpty();
  }
}
