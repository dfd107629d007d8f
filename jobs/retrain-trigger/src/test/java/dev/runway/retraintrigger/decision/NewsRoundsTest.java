package dev.runway.retraintrigger.decision;

import static dev.runway.retraintrigger.Scene.COMES;
import static dev.runway.retraintrigger.Scene.MINUTE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.model.Decision;
import dev.runway.model.Decision.Hold;
import dev.runway.model.DriftReading;
import dev.runway.model.Episode;
import dev.runway.model.ModelState;
import dev.runway.model.SignalPart;
import dev.runway.model.SignalPart.Signal;
import dev.runway.retraintrigger.Scene;
import dev.runway.retraintrigger.SomeReadings;
import dev.runway.retraintrigger.state.VersionFile;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What counts, and when, whenever it becomes known. */
class NewsRoundsTest {
  private static final String STRICT =
      """
      "when": "signal.psi_max > 0.2", "for": {"windows": 2, "of": 3},
      "unless": "age < duration('1h')",
      "action": {"retrain": {"mode": "auto", "priority": "high"}},
      "limits": {"cooldown": "PT6H"}
      """;

  /** Windows count, and not what arrives: what comes later makes the same window count anew. */
  @Test
  void windowThatBecomesKnownBitByBit_countsOnce() {
    Scene scene = Scene.of(1);
    scene.windows(1, 0);
    int said = scene.decisions.size();
    long end = scene.nextEnd();
    scene.tickTo(end + 8 * MINUTE);
    for (int revision = 1; revision <= 5; revision++) {
      scene.dossier.take(revised(end, revision, 1), scene.now);
      scene.tickTo(scene.now + MINUTE);
    }
    scene.dossier.take(revised(end, 3, 0), scene.now);
    scene.tickTo(scene.now + MINUTE);

    assertThat(scene.decisions.subList(said, scene.decisions.size()))
        .extracting(Decision::windowEndMillis)
        .containsExactly(end, end, end, end, end, end);
    assertThat(scene.state()).isEqualTo(ModelState.HEALTHY);
    assertThat(scene.dossier.versions.get("v1").position.ups()).isEqualTo(1);
    assertThat(scene.dossier.versions.get("v1").history.get("data_drift"))
        .containsExactly(0.0, 1.0);
  }

  @Test
  void windowThatIsCorrected_countsAsItIsNow() {
    Scene scene = Scene.of(1).policy(1, STRICT);
    scene.windows(1, 0.9);
    long end = scene.nextEnd();
    scene.tickTo(end + COMES);
    scene.dossier.take(revised(end, 1, 0.9), scene.now);
    scene.tickTo(end + 8 * MINUTE);
    assertThat(scene.state()).isEqualTo(ModelState.STALE);

    scene.dossier.take(revised(end, 2, 0), scene.now);
    scene.tickTo(scene.now + MINUTE);

    assertThat(scene.state()).isEqualTo(ModelState.HEALTHY);
    scene.tickTo(scene.now + 10 * MINUTE);
    assertThat(scene.commands).isEmpty();
    scene.windows(1, 0.9);
    assertThat(scene.commands).hasSize(1);
  }

  /** Labels say that it has not become better: its episode goes on, and its commands with it. */
  @Test
  void windowThatCountsAnew_keepsTheEpisodeThatItCameIn() {
    Scene scene = Scene.of(1);
    scene.labelledWindows(2, 0, 0.8);
    scene.labelledWindows(6, 1, 0.7);
    VersionFile before = scene.dossier.versions.get("v1");
    String episode = before.episode;
    assertThat(episode).isNotNull();
    scene.labelledWindows(2, 0, 0.8);
    assertThat(scene.dossier.versions.get("v1").position.downs()).isEqualTo(2);
    long end = scene.nextEnd();
    scene.tickTo(end + COMES);
    scene.dossier.take(SomeReadings.drift("v1", end, 0), scene.now);
    scene.tickTo(end + 8 * MINUTE);
    assertThat(scene.dossier.versions.get("v1").episode).isNull();
    int sent = scene.commands.size();

    scene.dossier.take(SomeReadings.labelled("v1", end, 0.5), scene.now);
    scene.tickTo(scene.now + MINUTE);

    VersionFile file = scene.dossier.versions.get("v1");
    assertThat(scene.state()).isEqualTo(ModelState.STALE);
    assertThat(file.episode).isEqualTo(episode);
    assertThat(file.episodeSinceMillis).isEqualTo(before.episodeSinceMillis);
    assertThat(file.heardAtMillis).isEqualTo(before.heardAtMillis);
    assertThat(file.reasonClass).isEqualTo(before.reasonClass);
    assertThat(file.sinceMillis).isEqualTo(before.sinceMillis);
    scene.tickTo(scene.now + 5 * MINUTE);
    assertThat(scene.commands).hasSize(sent);
  }

  /** By now its drift is too old to be seen beside the labels that are corrected. */
  @Test
  void correctionOfLabels_keepsWhatStoodBesideThem() {
    Scene scene = Scene.of(1);
    scene.labelledWindows(3, 0, 0.8);
    scene.labelledWindows(1, 1, 0.8);
    long end = scene.dossier.judgedToMillis;
    assertThat(scene.dossier.versions.get("v1").position.ups()).isEqualTo(1);
    scene.tickTo(end + 28 * MINUTE);

    scene.dossier.take(SomeReadings.labelled("v1", end, 0.8, 2, 0.95), scene.now);
    scene.tickTo(scene.now + MINUTE);

    assertThat(scene.last().atMillis()).isEqualTo(scene.now);
    assertThat(scene.dossier.versions.get("v1").position.ups()).isEqualTo(1);
  }

  /** Nothing followed the window, and it is too old by now to be seen at the end of the last. */
  @Test
  void correctionOfTheWindowThatCountedLast_countsHoweverLateItComes() {
    for (long later : new long[] {12, 28, 48}) {
      Scene scene = Scene.of(1).policy(1, STRICT);
      scene.windows(1, 0.9);
      String before = episode(scene);
      assertThat(before).isNull();
      long since = file(scene).sinceMillis;
      scene.windows(1, 0.9);
      long end = scene.dossier.judgedToMillis;
      String episode = episode(scene);
      assertThat(episode).isNotNull();
      scene.tickTo(end + later * MINUTE);

      scene.dossier.take(revised(end, 2, 0), scene.now);
      scene.tickTo(scene.now + MINUTE);
      assertThat(scene.last().atMillis()).isEqualTo(scene.now);
      assertThat(scene.state()).isEqualTo(ModelState.HEALTHY);
      assertThat(file(scene).sinceMillis).isEqualTo(since);
      assertThat(episode(scene)).isNull();
      assertThat(file(scene).history.get("psi_max")).hasSize(2);

      scene.dossier.take(revised(end, 3, 0.9), scene.now);
      scene.tickTo(scene.now + MINUTE);
      assertThat(scene.state()).isEqualTo(ModelState.STALE);
      assertThat(episode(scene)).isEqualTo(episode);
      int said = scene.decisions.size();
      scene.tickTo(scene.now + MINUTE);
      assertThat(scene.decisions).hasSize(said);
    }
  }

  /**
   * The next window is judged 17 minutes after the end of this one, and by then its readings have
   * come. Labels that come with a correction do not hold it up.
   */
  @Test
  void correctionOfTheWindowThatCountedLast_countsWithWhicheverTickItComes() {
    for (boolean labels : new boolean[] {false, true}) {
      for (int later = 11; later <= 17; later++) {
        Scene scene = Scene.of(1).policy(1, STRICT);
        scene.labelledWindows(3, 0, 0.8);
        scene.windows(1, 0.9);
        long end = scene.dossier.judgedToMillis;
        long next = end + 10 * MINUTE;
        for (int minute = 11; minute <= 17; minute++) {
          if (minute == 15) {
            scene.dossier.take(SomeReadings.drift("v1", next, 0.9), scene.now);
          }
          if (minute == later) {
            scene.dossier.take(revised(end, 2, 0), scene.now);
          }
          if (minute == later && labels) {
            scene.dossier.take(SomeReadings.labelled("v1", end, 0.8), scene.now);
          }
          scene.tickTo(end + minute * MINUTE);
        }
        scene.tickTo(scene.decided(next));

        String where = "minute " + later + ", labels " + labels;
        assertThat(file(scene).countedMillis).as(where).isEqualTo(next);
        assertThat(file(scene).history.get("data_drift"))
            .as(where)
            .containsExactly(0.0, 0.0, 0.0, 0.0, 0.9);
        assertThat(episode(scene)).as(where).isNull();
        assertThat(scene.commands).as(where).isEmpty();
      }
    }
  }

  /** And so does a reading that comes late, of a window of which nothing was known. */
  @Test
  void readingThatComesLate_countsForItsWindowWithWhicheverTickItComes() {
    for (int later = 11; later <= 17; later++) {
      Scene scene = Scene.of(1).policy(1, STRICT);
      scene.windows(1, 0);
      scene.tickTo(scene.dossier.judgedToMillis + 20 * MINUTE);
      long end = scene.dossier.judgedToMillis;
      long next = end + 10 * MINUTE;
      for (int minute = 11; minute <= 17; minute++) {
        if (minute == 15) {
          scene.dossier.take(SomeReadings.drift("v1", next, 0.9), scene.now);
        }
        if (minute == later) {
          scene.dossier.take(SomeReadings.drift("v1", end, 0.9), scene.now);
        }
        scene.tickTo(end + minute * MINUTE);
      }
      scene.tickTo(scene.decided(next));

      assertThat(file(scene).history.get("data_drift"))
          .as("minute %d", later)
          .containsExactly(0.0, 0.9, 0.9);
      assertThat(episode(scene)).as("minute %d", later).isNotNull();
    }
  }

  /** It is shown as silent, and triggers nothing; but its episode is over. */
  @Test
  void correctionOfAVersionThatIsSilent_endsItsEpisode() {
    Scene scene = Scene.of(1).policy(1, STRICT);
    scene.windows(2, 0.9);
    int sent = scene.commands.size();
    long end = scene.dossier.judgedToMillis;
    scene.tickTo(end + 90 * MINUTE);
    assertThat(scene.state()).isEqualTo(ModelState.NO_DATA);
    assertThat(episode(scene)).isNotNull();
    int said = scene.decisions.size();

    scene.dossier.take(revised(end, 2, 0), scene.now);
    scene.tickTo(scene.now + 40 * MINUTE);

    assertThat(scene.decisions).hasSize(said + 1);
    assertThat(scene.state()).isEqualTo(ModelState.NO_DATA);
    assertThat(episode(scene)).isNull();
    assertThat(scene.commands).hasSize(sent);
  }

  /** And one that says that it was stale after all asks for nothing while the version is silent. */
  @Test
  void correctionOfAVersionThatIsSilent_asksForNothing() {
    Scene scene = Scene.of(1).policy(1, STRICT);
    scene.windows(1, 0.9);
    scene.windows(1, 0);
    long end = scene.dossier.judgedToMillis;
    scene.tickTo(end + 90 * MINUTE);

    scene.dossier.take(revised(end, 2, 0.9), scene.now);
    scene.tickTo(scene.now + 40 * MINUTE);

    assertThat(episode(scene)).isNotNull();
    assertThat(scene.commands).isEmpty();
  }

  /** A command that leaves on it says what it leaves on, though that is older than two windows. */
  @Test
  void correctionThatMakesAModelStale_isInTheEvidence() {
    Scene scene = Scene.of(1).policy(1, STRICT);
    scene.windows(1, 0.9);
    scene.windows(1, 0);
    long end = scene.dossier.judgedToMillis;
    scene.tickTo(end + 30 * MINUTE);

    scene.dossier.take(revised(end, 2, 0.9), scene.now);
    scene.tickTo(scene.now + 5 * MINUTE);

    assertThat(scene.commands).hasSize(1);
    assertThat(scene.commands.get(0).cause().episode())
        .isEqualTo(Episode.of(Scene.MODEL, "v1", end));
    Decision decision =
        scene.decisions.stream().filter(each -> each.commandId() != null).findFirst().orElseThrow();
    assertThat(decision.parts())
        .anyMatch(part -> part.signal() == Signal.DATA_DRIFT && part.windowEndMillis() == end);
    assertThat(Judge.judge(decision.inputs()).decision().id()).isEqualTo(decision.id());
  }

  /** Nothing is learnt from labels that are too few, and it is said once that something came. */
  @Test
  void correctionWhileLabelsAreTooFew_isLookedAtOnce() {
    Scene scene = Scene.of(1);
    scene.labelledWindows(3, 0.9, 0.8);
    long end = scene.dossier.judgedToMillis;
    scene.tickTo(end + 28 * MINUTE);
    scene.dossier.take(SomeReadings.labelled("v1", end, 0.8, 2, 0.3), scene.now);
    scene.tickTo(scene.now + MINUTE);
    assertThat(scene.state()).isEqualTo(ModelState.SUSPENDED);
    int ups = file(scene).position.ups();
    int said = scene.decisions.size();

    scene.dossier.take(revised(end, 2, 0), scene.now);
    scene.tickTo(scene.now + 5 * MINUTE);

    assertThat(scene.decisions).hasSize(said + 1);
    assertThat(file(scene).position.ups()).isEqualTo(ups);
  }

  @Test
  void correctionOfAVersionThatWasReplaced_isNoNews() {
    Scene scene = Scene.of(1);
    scene.windows(3, 0.9);
    long end = scene.dossier.judgedToMillis;
    scene.dossier.take(Scene.baseline("v2"));
    for (int i = 0; i < 10; i++) {
      long next = scene.nextEnd();
      scene.tickTo(next + COMES);
      scene.dossier.take(SomeReadings.drift("v2", next, 0), scene.now);
      scene.tickTo(scene.decided(next));
    }
    assertThat(file(scene).state).isEqualTo(ModelState.RETIRED);

    scene.dossier.take(revised(end, 2, 0), scene.now);
    int said = scene.decisions.size();
    scene.tickTo(scene.now + 30 * MINUTE);

    assertThat(scene.decisions.subList(said, scene.decisions.size()))
        .extracting(Decision::modelVersion)
        .doesNotContain("v1");
  }

  private static VersionFile file(Scene scene) {
    return scene.dossier.versions.get("v1");
  }

  private static @Nullable String episode(Scene scene) {
    return file(scene).episode;
  }

  private static DriftReading revised(long end, long revision, double severity) {
    return SomeReadings.drift(
        "v1",
        "b-1",
        end,
        revision,
        severity,
        false,
        List.of(SomeReadings.feature("delay", severity, List.of())));
  }

  /**
   * The windows of tier 3 are of an hour, and a command is due five minutes after what it is for.
   */
  @Test
  void readingThatComesLaterThanItsWindowWasJudged_countsAtTheNextTick() {
    Scene scene = Scene.of(3).policy(1, STRICT.replace("\"windows\": 2", "\"windows\": 1"));
    long end = Scene.START + 60 * MINUTE;
    scene.tickTo(end + 11 * MINUTE);
    scene.dossier.take(SomeReadings.drift("v1", end, 0.9), scene.now);
    scene.tickTo(end + 15 * MINUTE);

    assertThat(scene.commands).hasSize(1);
    assertThat(scene.last().windowEndMillis()).isEqualTo(end);
  }

  /** Labels of one window become final when the next one's reading comes, and are no word apart. */
  @Test
  void labelsAndReadingThatComeTogether_areOneDecision() {
    Scene scene = Scene.of(1);
    scene.labelledWindows(2, 0, 0.8);
    for (int i = 0; i < 4; i++) {
      long end = scene.nextEnd();
      int said = scene.decisions.size();
      scene.tickTo(end + COMES);
      scene.dossier.take(SomeReadings.labelled("v1", end - 10 * MINUTE, 0.8), scene.now);
      scene.dossier.take(SomeReadings.drift("v1", end, 0), scene.now);
      scene.tickTo(end + 10 * MINUTE);

      assertThat(scene.decisions).hasSize(said + 1);
    }
  }

  /** A window that nothing is known of must not take the place of the one that waits. */
  @Test
  void commandThatWaits_leavesThoughAWindowIsJudgedInBetween() {
    Scene scene = Scene.of(1).policy(1, STRICT.replace("\"windows\": 2", "\"windows\": 1"));
    scene.windows(1, 0);
    long end = scene.nextEnd();
    scene.tickTo(end + 14 * MINUTE);
    scene.dossier.take(SomeReadings.drift("v1", end, 0.9), scene.now);
    scene.tickTo(end + 16 * MINUTE);
    assertThat(scene.last().hold()).isEqualTo(Hold.OUTSTANDING);
    scene.tickTo(end + 17 * MINUTE);
    assertThat(scene.last().windowEndMillis()).isEqualTo(end + 10 * MINUTE);
    assertThat(scene.commands).isEmpty();

    scene.tickTo(end + 18 * MINUTE);

    assertThat(scene.commands).hasSize(1);
  }

  /** What held before it fell silent says nothing of now. */
  @Test
  void modelThatFallsSilent_isNotRetrainedForWhatHeldBefore() {
    Scene scene = Scene.of(1).policy(1, STRICT);
    scene.around = new Surroundings(null, 0, 0, null, null, false, true);
    scene.windows(3, 0.9);
    assertThat(scene.last().hold()).isEqualTo(Hold.KILL_SWITCH);

    scene.around = Surroundings.QUIET;
    scene.tickTo(scene.now + 50 * MINUTE);

    assertThat(scene.commands).isEmpty();
  }

  /** Labels make a window of it, of which no drift is known. */
  @Test
  void readingThatStaysGood_doesNotCountOnceMoreBesideLabels() {
    for (boolean policy : new boolean[] {false, true}) {
      Scene scene = Scene.of(1);
      if (policy) {
        scene.policy(1, STRICT);
      }
      scene.labelledWindows(4, 0, 0.8);
      scene.labelledWindows(1, 0.9, 0.8);
      VersionFile file = scene.dossier.versions.get("v1");
      int counted = file.history.get("psi_max").size();
      assertThat(file.position.ups()).isEqualTo(1);

      long end = scene.nextEnd();
      scene.tickTo(end + COMES);
      scene.dossier.take(SomeReadings.labelled("v1", end, 0.8), scene.now);
      scene.tickTo(end + 10 * MINUTE);

      file = scene.dossier.versions.get("v1");
      assertThat(scene.last().windowEndMillis()).isEqualTo(end);
      assertThat(scene.last().parts()).hasSize(3);
      assertThat(file.countedMillis).isEqualTo(end);
      assertThat(file.position.ups()).isEqualTo(1);
      assertThat(file.history.get("psi_max")).hasSize(counted);
      scene.tickTo(scene.now + 4 * MINUTE);
      assertThat(scene.commands).isEmpty();

      scene.labelledWindows(1, 0.9, 0.8);
      assertThat(scene.state()).isEqualTo(policy ? ModelState.STALE : ModelState.AT_RISK);
      assertThat(scene.commands).hasSize(policy ? 1 : 0);
    }
  }

  /** It is the same window when its drift comes after its labels, and so it counts for that. */
  @Test
  void readingThatComesAfterTheLabelsOfItsWindow_counts() {
    Scene scene = Scene.of(1).policy(1, STRICT);
    scene.labelledWindows(4, 0, 0.8);
    scene.labelledWindows(1, 0.9, 0.8);
    long end = scene.nextEnd();
    scene.tickTo(end + COMES);
    scene.dossier.take(SomeReadings.labelled("v1", end, 0.8), scene.now);
    scene.tickTo(end + 9 * MINUTE);
    scene.dossier.take(SomeReadings.drift("v1", end, 0.9), scene.now);
    scene.tickTo(end + 14 * MINUTE);

    assertThat(scene.commands).hasSize(1);
  }

  /** Night: too little traffic to be judged. Its age says nothing of what was wrong by day. */
  @Test
  void windowsInWhichNothingWasMeasured_endNoEpisode() {
    Scene scene = Scene.of(2);
    scene.windows(24, 1);
    String episode = scene.dossier.versions.get("v1").episode;
    assertThat(episode).isNotNull();
    thin(scene, 40);
    assertThat(scene.last().parts()).extracting(SignalPart::signal).containsExactly(Signal.AGE);
    assertThat(scene.state()).isEqualTo(ModelState.STALE);

    scene.windows(6, 1);

    assertThat(scene.dossier.versions.get("v1").episode).isEqualTo(episode);
    assertThat(scene.commands).hasSize(1);
  }

  @Test
  void windowInWhichNothingWasMeasured_doesNotInterruptOthers() {
    Scene scene = Scene.of(1);
    scene.windows(2, 0);
    scene.windows(2, 1);
    thin(scene, 1);
    assertThat(scene.dossier.versions.get("v1").position.ups()).isEqualTo(2);

    scene.windows(1, 1);

    assertThat(scene.state()).isEqualTo(ModelState.STALE);
  }

  /** The switch goes off when nothing has been measured for hours. */
  @Test
  void policyThatHeldInEarlierWindows_asksForNothingNow() {
    Scene scene = Scene.of(1).policy(1, STRICT);
    scene.around = new Surroundings(null, 0, 0, null, null, false, true);
    scene.windows(3, 0.9);
    assertThat(scene.last().hold()).isEqualTo(Hold.KILL_SWITCH);
    thin(scene, 12);

    scene.around = Surroundings.QUIET;
    thin(scene, 3);

    assertThat(scene.commands).isEmpty();
    scene.windows(1, 0.9);
    assertThat(scene.commands).hasSize(1);
  }

  private static void thin(Scene scene, int windows) {
    for (int i = 0; i < windows; i++) {
      long end = scene.nextEnd();
      scene.tickTo(end + COMES);
      scene.dossier.take(SomeReadings.thin("v1", end), scene.now);
      scene.tickTo(scene.decided(end));
    }
  }
}
