package dev.runway.retraintrigger.decision;

import static dev.runway.retraintrigger.Scene.MINUTE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.model.Decision.Hold;
import dev.runway.model.Decision.Verdict;
import dev.runway.model.DecisionCodec;
import dev.runway.model.ModelState;
import dev.runway.model.Staleness;
import dev.runway.model.Suspension;
import dev.runway.retraintrigger.Scene;
import dev.runway.retraintrigger.SomeReadings;
import dev.runway.retraintrigger.cascade.Fleet;
import dev.runway.retraintrigger.cascade.FleetRules;
import dev.runway.retraintrigger.cascade.Graph;
import dev.runway.retraintrigger.state.Dossier;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the rest of the fleet has to do with it. */
class FleetRoundsTest {
  private static final Surroundings DOWN =
      new Surroundings(
          null, 0, 0, null, null, true, false, Long.MAX_VALUE, "clicks seems to be down");

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

  /** It says so with each window, as of any suspension; and once that it is silent for itself. */
  @Test
  void silentModelOfASourceThatIsDown_isSuspended() {
    Scene scene = Scene.of(1);
    scene.windows(3, 0);
    long predicted = scene.states.get(scene.states.size() - 1).windowEndMillis();
    scene.around = DOWN;
    scene.tickTo(predicted + 60 * MINUTE);
    assertThat(scene.state()).isEqualTo(ModelState.HEALTHY);

    scene.tickTo(predicted + 90 * MINUTE);
    int said = scene.decisions.size();
    assertThat(scene.state()).isEqualTo(ModelState.SUSPENDED);
    assertThat(scene.dossier.versions.get("v1").suspension).isEqualTo(Suspension.SOURCE_DOWN);
    assertThat(scene.last().explanation())
        .startsWith(
            "v1 is SUSPENDED (SOURCE_DOWN), and nothing is decided. clicks seems to be down");
    assertThat(scene.states.get(scene.states.size() - 1).predictedUntilMillis())
        .isEqualTo(predicted);
    scene.tickTo(scene.now + 180 * MINUTE);
    assertThat(scene.decisions).hasSize(said + 18);
    assertThat(scene.decisions.subList(said, said + 18))
        .allMatch(decision -> decision.stateAfter() == ModelState.SUSPENDED);

    scene.around = Surroundings.QUIET;
    scene.tickTo(scene.now + 60 * MINUTE);

    assertThat(scene.state()).isEqualTo(ModelState.NO_DATA);
    assertThat(scene.decisions).hasSize(said + 19);
    scene.around = DOWN;
    scene.tickTo(scene.now + 60 * MINUTE);
    assertThat(scene.state()).isEqualTo(ModelState.SUSPENDED);
    assertThat(scene.decisions).hasSize(said + 25);
  }

  /** Between two windows it would be said, or not, as somebody happens to look. */
  @Test
  void silenceThatIsExplainedLater_isSaidWithTheNextWindowAlone() {
    for (int minutes = 0; minutes < 10; minutes++) {
      Scene scene = Scene.of(1);
      scene.windows(3, 0);
      scene.tickTo(scene.now + (120 + minutes) * MINUTE);
      assertThat(scene.state()).isEqualTo(ModelState.NO_DATA);
      int said = scene.decisions.size();
      scene.around = DOWN;

      while (scene.state() == ModelState.NO_DATA) {
        scene.dossier.take(Scene.document(1)); // Whoever looks.
        scene.tickTo(scene.now + MINUTE);
      }

      assertThat(scene.state()).isEqualTo(ModelState.SUSPENDED);
      assertThat(scene.decisions).hasSize(said + 1);
      assertThat((scene.now - scene.settings.latenessMillis()) % (10 * MINUTE)).isZero();
    }
  }

  /** The fleet hears of it later: until then it says that the source is down. */
  @Test
  void modelThatPredictsAgain_isJudgedWhateverIsSaidOfItsSource() {
    Scene scene = Scene.of(1);
    scene.windows(3, 0);
    scene.around = DOWN;
    scene.tickTo(scene.now + 120 * MINUTE);
    assertThat(scene.state()).isEqualTo(ModelState.SUSPENDED);

    scene.windows(1, 1);

    assertThat(scene.state()).isEqualTo(ModelState.HEALTHY);
    assertThat(scene.last().score()).isNotNull();
  }

  /**
   * Three models and their source by themselves, and one that has nothing to do with it: what each
   * says comes back two ticks later.
   */
  @Test
  void sourceThatIsDown_isFoundByWhatItsModelsSay_andForgottenWhenOneIsBack() {
    List<String> models = List.of("a", "b", "c");
    List<String> all = List.of("a", "b", "c", "other");
    Fleet fleet = new Fleet(FleetRules.standard());
    Graph graph = Graph.EMPTY;
    Map<String, Scene> scenes = new TreeMap<>();
    for (String model : all) {
      Scene scene = new Scene();
      scene.dossier = new Dossier(model);
      scene.dossier.take(Scene.document(1));
      scene.dossier.take(Scene.baseline("v1"));
      scenes.put(model, scene);
    }
    for (String model : models) {
      graph = graph.feeds("clicks", model);
    }
    fleet.take(graph);
    List<Staleness> said = new ArrayList<>();
    Map<Long, String> states = new TreeMap<>();
    for (long minute = 1; minute <= 300; minute++) {
      List<Staleness> heard = List.copyOf(said);
      said.clear();
      for (String model : all) {
        Scene scene = scenes.get(model);
        scene.now += MINUTE;
        boolean predicts =
            minute <= 60 || model.equals("other") || (minute > 200 && model.equals("b"));
        if (minute % 10 == 5 && predicts) {
          scene.dossier.take(SomeReadings.drift("v1", scene.now - 5 * MINUTE, 0), scene.now);
        }
        scene.around = fleet.of(model, 0, scene.now);
        int before = scene.states.size();
        scene.tick();
        said.addAll(scene.states.subList(before, scene.states.size()));
      }
      heard.forEach(fleet::take);
      fleet.tickIsOver();
      states.put(minute, models.stream().map(model -> word(scenes.get(model))).toList().toString());
    }

    assertThat(new LinkedHashSet<>(states.values()))
        .containsExactly(
            "[WARMING, WARMING, WARMING]",
            "[HEALTHY, HEALTHY, HEALTHY]",
            "[NO_DATA, NO_DATA, NO_DATA]",
            "[SOURCE_DOWN, SOURCE_DOWN, SOURCE_DOWN]",
            "[SOURCE_DOWN, HEALTHY, SOURCE_DOWN]",
            "[NO_DATA, HEALTHY, NO_DATA]");
  }

  private static String word(Scene scene) {
    Staleness last = scene.states.get(scene.states.size() - 1);
    return last.suspension() == null ? last.state().name() : last.suspension().name();
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
