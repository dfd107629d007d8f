package dev.runway.retraintrigger.decision;

import static dev.runway.retraintrigger.Scene.MINUTE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.model.Decision.Hold;
import dev.runway.model.Decision.Verdict;
import dev.runway.model.DecisionCodec;
import dev.runway.model.ModelState;
import dev.runway.retraintrigger.Scene;
import dev.runway.retraintrigger.SomeReadings;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the rest of the fleet has to do with it. */
class FleetRoundsTest {
  @Test
  void killSwitchOfTheFleetOrTeam_comesWithTheTick() {
    Scene scene = Scene.of(2);
    scene.around = new Surroundings(null, 0, 0, null, null, false, true);
    scene.windows(24, 1);
    assertThat(scene.commands).isEmpty();
    assertThat(scene.last().hold()).isEqualTo(Hold.KILL_SWITCH);

    scene.around = Surroundings.QUIET;
    scene.windows(2, 1);

    assertThat(scene.commands).hasSize(1);
  }

  @Test
  void modelUpstream_takesTheBlameAndNothingIsSent() {
    Scene scene = Scene.of(2);
    scene.around = new Surroundings("embeddings", 0, 0, null, null, false, false);
    scene.windows(24, 1);

    assertThat(scene.last().hold()).isEqualTo(Hold.ATTRIBUTED);
    assertThat(scene.last().attributedTo()).isEqualTo("embeddings");
    assertThat(scene.commands).isEmpty();
  }

  /** All of a fleet are judged at one tick, and none knows of the others then. */
  @Test
  void newEpisode_isToldToTheFleetBeforeItsCommandLeaves() {
    Scene scene = onTheBrink();
    scene.tickTo(scene.now + MINUTE);
    assertThat(scene.state()).isEqualTo(ModelState.STALE);
    assertThat(scene.last().verdict()).isEqualTo(Verdict.RETRAIN);
    assertThat(scene.last().hold()).isEqualTo(Hold.OUTSTANDING);
    assertThat(scene.last().explanation()).contains("leaves in some minutes");
    assertThat(scene.dossier.looksAgainAtMillis()).isEqualTo(scene.now + 3 * MINUTE);

    scene.around = new Surroundings(null, 0, 0, "9 of 20 models became stale", null, false, false);
    scene.tickTo(scene.now + 3 * MINUTE);

    assertThat(scene.last().hold()).isEqualTo(Hold.STORM);
    assertThat(scene.last().explanation()).contains("9 of 20 models", "a person has to look");
    assertThat(scene.dossier.looksAgainAtMillis()).isEqualTo(Long.MAX_VALUE);
    scene.windows(24, 1);
    assertThat(scene.commands).isEmpty();
  }

  @Test
  void newEpisodeAlone_sendsItsCommandBetweenWindows() throws Exception {
    Scene scene = onTheBrink();
    scene.tickTo(scene.now + 4 * MINUTE);

    assertThat(scene.commands).hasSize(1);
    int said = scene.decisions.size();
    assertThat(scene.decisions.get(said - 1).windowEndMillis())
        .isEqualTo(scene.decisions.get(said - 2).windowEndMillis());
    byte[] stored = DecisionCodec.write(scene.last());
    assertThat(DecisionCodec.write(Judge.judge(scene.last().inputs()).decision()))
        .isEqualTo(stored);
    scene.tickTo(scene.now + 4 * MINUTE);
    assertThat(scene.decisions).hasSize(said);
  }

  @Test
  void manyModelsOfOneSource_areInvestigatedAndNotTrained() {
    Scene scene = onTheBrink();
    scene.tickTo(scene.now + MINUTE);
    scene.around = new Surroundings(null, 0, 0, null, "clicks looks broken", false, false);
    scene.tickTo(scene.now + 3 * MINUTE);

    assertThat(scene.last().verdict()).isEqualTo(Verdict.INVESTIGATE_DATA);
    assertThat(scene.commands).isEmpty();
  }

  /** One tick before a window of tier 1 is judged that makes it stale. */
  private static Scene onTheBrink() {
    Scene scene = Scene.of(1);
    scene.labelledWindows(4, 0, 0.8);
    scene.labelledWindows(1, 0, 0.7);
    long end = scene.nextEnd();
    scene.tickTo(end);
    scene.dossier.take(SomeReadings.drift("v1", end, 0), scene.now);
    scene.dossier.take(SomeReadings.labelled("v1", end, 0.7), scene.now);
    scene.tickTo(end + scene.settings.latenessMillis() - MINUTE);
    assertThat(scene.state()).isNotEqualTo(ModelState.STALE);
    return scene;
  }

  /**
   * It died with the tick, or is behind its ticks: three minutes are over before it says a word.
   */
  @Test
  void jobThatIsBehindItsTicks_sendsNothingBeforeTheFleetHasHeardOfIt() {
    for (String storm : new String[] {null, "9 of 20 models became stale"}) {
      Scene scene = onTheBrink();
      scene.around = heard(null, 0);
      scene.tickTo(scene.now + MINUTE);
      long stale = scene.now;
      assertThat(scene.last().hold()).isEqualTo(Hold.OUTSTANDING);
      int said = scene.decisions.size();
      scene.tickTo(stale + 8 * MINUTE);
      assertThat(scene.commands).isEmpty();
      assertThat(scene.decisions).hasSize(said);

      scene.around = heard(storm, stale);
      scene.tickTo(scene.now + MINUTE);

      assertThat(scene.commands).hasSize(storm == null ? 1 : 0);
      assertThat(scene.last().hold()).isEqualTo(storm == null ? null : Hold.STORM);
    }
  }

  private static Surroundings heard(@Nullable String storm, long tick) {
    return new Surroundings(null, 0, 0, storm, null, false, false, tick);
  }
}
