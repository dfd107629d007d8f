package dev.runway.retraintrigger.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.runway.model.Decision;
import dev.runway.model.EmbeddingSpace.Usage;
import dev.runway.model.EmbeddingStability;
import dev.runway.model.EmbeddingStability.Compatibility;
import dev.runway.model.ModelState;
import dev.runway.model.SignalPart;
import dev.runway.model.SignalPart.Signal;
import dev.runway.retraintrigger.Scene;
import dev.runway.retraintrigger.SomeReadings;
import dev.runway.retraintrigger.signal.SpaceReading;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What another version of its embeddings makes of a model that was trained on the one before. */
class SpaceRoundsTest {
  private long offset;

  private static Scene embedded() {
    return embedded("v6", "v5");
  }

  private static Scene embedded(String now, String trainedOn) {
    Scene scene = Scene.of(1);
    scene.dossier.take(Scene.embedded(1, now, trainedOn));
    return scene;
  }

  private void say(Scene scene, Usage usage, Compatibility compatibility, double overlap) {
    say(scene, SomeReadings.space("titles", usage, compatibility, overlap), offset++);
  }

  private static void say(Scene scene, EmbeddingStability result, long offset) {
    Objects.requireNonNull(SpaceReading.of(result.asOf(Scene.START + offset)).get(Scene.MODEL))
        .values()
        .forEach(reading -> scene.dossier.take(reading.toldAt(scene.now)));
  }

  private static @Nullable SignalPart embedding(Scene scene) {
    return scene.last().parts().stream()
        .filter(part -> part.signal() == Signal.EMBEDDING)
        .findFirst()
        .orElse(null);
  }

  @Test
  void breakingVersion_makesWhoReadsItStale_andIsInTheEvidence() {
    Scene scene = embedded();
    say(scene, Usage.COORDINATES, Compatibility.BREAKING, 0.3);
    scene.windows(3, 0);

    assertThat(scene.state()).isEqualTo(ModelState.STALE);
    assertThat(scene.commands).hasSize(1);
    assertThat(new String(scene.commands.get(0).evidence(), StandardCharsets.UTF_8))
        .contains("EMBEDDING")
        .contains("titles v5 to v6");
    Decision decision = scene.last();
    assertThat(decision.explanation())
        .contains("EMBEDDING has severity 1.00")
        .contains("BREAKING for COORDINATES by NEIGHBOURS: titles v5 to v6");
    assertThat(Judge.judge(decision.inputs()).decision().id()).isEqualTo(decision.id());
  }

  /** Its matrix is published, and no training repairs it. */
  @Test
  void rotatedVersion_warnsAndAsksForNothing() {
    Scene scene = embedded();
    say(scene, Usage.COORDINATES, Compatibility.ROTATED, 0.8);
    scene.windows(6, 0);

    assertThat(Objects.requireNonNull(embedding(scene)).severity()).isEqualTo(0.5);
    assertThat(scene.state()).isNotEqualTo(ModelState.STALE);
    assertThat(scene.commands).isEmpty();
  }

  @Test
  void smallChange_countsByTheNeighboursThatAreLost() {
    Scene scene = embedded();
    say(scene, Usage.SIMILARITY, Compatibility.MINOR, 0.64);
    scene.windows(1, 0);
    SignalPart part = Objects.requireNonNull(embedding(scene));
    assertThat(part.severity()).isEqualTo(0.5, within(1e-9));
    assertThat(part.value()).isEqualTo(0.2, within(1e-9));

    say(scene, Usage.SIMILARITY, Compatibility.MINOR, 0.8);
    scene.windows(1, 0);
    part = Objects.requireNonNull(embedding(scene));
    assertThat(part.severity()).isEqualTo(0.25);
    assertThat(part.value()).isNull();
    assertThat(scene.state()).isEqualTo(ModelState.HEALTHY);
  }

  /** The verdict is one for each way of using, and the worst of a model's ways counts. */
  @Test
  void worstOfTheWaysOfUsing_counts() {
    Scene scene = embedded();
    say(scene, Usage.SIMILARITY, Compatibility.STABLE, 0.8);
    say(scene, Usage.COORDINATES, Compatibility.BREAKING, 0.8);
    scene.windows(1, 0);

    assertThat(Objects.requireNonNull(embedding(scene)).severity()).isEqualTo(1);
  }

  /** A candidate that nobody rests on yet is for its gate, and not for who uses the space. */
  @Test
  void versionThatNobodyRestsOn_saysNothing() {
    List<Scene> scenes =
        List.of(Scene.of(1), embedded("v5", "v5"), embedded("v7", "v5"), embedded("v6", "v4"));
    for (Scene scene : scenes) {
      say(scene, Usage.COORDINATES, Compatibility.BREAKING, 0.3);
      scene.windows(4, 0);

      assertThat(embedding(scene)).isNull();
      assertThat(scene.state()).isEqualTo(ModelState.HEALTHY);
      assertThat(scene.commands).isEmpty();
    }
  }

  /** Undecided is not known; and so is what was not told for two days. */
  @Test
  void whatIsNotKnown_isNoSignal() {
    Scene scene = embedded();
    say(scene, Usage.COORDINATES, Compatibility.BREAKING, 0.3);
    say(scene, Usage.COORDINATES, Compatibility.UNDECIDED, 0.3);
    scene.windows(1, 0);
    assertThat(embedding(scene)).isNull();

    say(scene, Usage.COORDINATES, Compatibility.MINOR, 0.8);
    scene.windows(1, 0);
    assertThat(embedding(scene)).isNotNull();
    scene.now += 2 * Scene.day();
    scene.windows(2, 0);
    assertThat(embedding(scene)).isNull();
  }

  /** It holds for days: where nothing is measured in a window it begins and ends nothing. */
  @Test
  void windowsInWhichNothingElseIsMeasured_countForNothing() {
    Scene scene = embedded();
    scene.windows(1, 0);
    say(scene, Usage.COORDINATES, Compatibility.BREAKING, 0.3);
    for (int i = 0; i < 5; i++) {
      long end = scene.nextEnd();
      scene.tickTo(end + Scene.COMES);
      scene.dossier.take(SomeReadings.thin("v1", end), scene.now);
      scene.tickTo(scene.decided(end));
    }

    assertThat(embedding(scene)).isNotNull();
    assertThat(scene.state()).isEqualTo(ModelState.HEALTHY);
  }

  /**
   * Of one pair what knows the newest vector counts, in whatever order it is read, and how often.
   */
  @Test
  void orderOfReading_makesNoDifference() {
    EmbeddingStability first =
        SomeReadings.space("titles", Usage.COORDINATES, Compatibility.BREAKING, 0.3);
    EmbeddingStability second =
        SomeReadings.space("titles", Usage.COORDINATES, Compatibility.MINOR, 0.8);
    for (List<EmbeddingStability> order :
        List.of(List.of(first, second), List.of(second, first, second))) {
      Scene scene = embedded();
      order.forEach(result -> say(scene, result, result.equals(first) ? 1 : 2));
      scene.windows(1, 0);

      assertThat(Objects.requireNonNull(embedding(scene)).severity()).isEqualTo(0.25);
    }
  }

  /**
   * What is known is as old as its newest vector, by the minute, and a verdict changes with each of
   * them and with what it is compared with: of several as old as each other the last word counts.
   */
  @Test
  void wordsOfOneMinute_countAsTheyWereWritten() {
    EmbeddingStability breaking =
        SomeReadings.space("titles", Usage.COORDINATES, Compatibility.BREAKING, 0.3);
    EmbeddingStability undecided =
        SomeReadings.space("titles", Usage.COORDINATES, Compatibility.UNDECIDED, 0.3);
    EmbeddingStability minor =
        SomeReadings.space("titles", Usage.COORDINATES, Compatibility.MINOR, 0.8);
    for (EmbeddingStability first : List.of(breaking, undecided)) {
      Scene scene = embedded();
      say(scene, first, 7);
      say(scene, minor, 7);
      scene.windows(1, 0);

      assertThat(Objects.requireNonNull(embedding(scene)).severity()).isEqualTo(0.25);
      say(scene, breaking, 7);
      scene.windows(1, 0);
      assertThat(Objects.requireNonNull(embedding(scene)).severity()).isEqualTo(1);
    }
  }

  /** A rotation warns: it does not stand for training data that nobody has compared with. */
  @Test
  void rotationBesideProvisionalDrift_doesNotLetItRetrain() {
    for (Compatibility compatibility :
        List.of(Compatibility.ROTATED, Compatibility.MINOR, Compatibility.BREAKING)) {
      Scene scene = new Scene();
      scene.dossier.take(Scene.embedded(1, "v6", "v5"));
      scene.policy(
          1,
          "\"when\": \"signal.data_drift > 0.5\", \"action\": {\"retrain\": {\"mode\": \"auto\"}}");
      say(scene, Usage.COORDINATES, compatibility, 0.8);
      for (int i = 0; i < 3; i++) {
        long end = scene.nextEnd();
        scene.tickTo(end + Scene.COMES);
        scene.dossier.take(
            SomeReadings.drift(
                "v1",
                "live",
                end,
                1,
                1,
                true,
                List.of(SomeReadings.feature("delay", 1, List.of()))),
            scene.now);
        scene.tickTo(scene.decided(end));
      }

      boolean breaking = compatibility == Compatibility.BREAKING;
      assertThat(scene.decisions)
          .anyMatch(decision -> (decision.hold() == Decision.Hold.PROVISIONAL) != breaking);
      assertThat(scene.commands).as(compatibility.name()).hasSize(breaking ? 1 : 0);
    }
  }

  @Test
  void policies_maySpeakOfIt() {
    Scene scene =
        embedded()
            .policy(
                1,
                """
                "when": "signal.embedding >= 0.5", "for": {"windows": 2, "of": 2},
                "action": {"retrain": {"mode": "auto"}}
                """);
    scene.windows(3, 0);
    assertThat(scene.commands).isEmpty();
    say(scene, Usage.COORDINATES, Compatibility.ROTATED, 0.8);
    scene.windows(2, 0);

    assertThat(scene.commands).hasSize(1);
  }

  /** A version that was trained on what it rests on now has nothing to fear of it. */
  @Test
  void versionThatWasTrainedOnIt_isNotStale() {
    Scene scene = embedded();
    say(scene, Usage.COORDINATES, Compatibility.BREAKING, 0.3);
    scene.windows(3, 0);
    assertThat(scene.state()).isEqualTo(ModelState.STALE);

    scene.dossier.take(Scene.baseline("v2"));
    for (int i = 0; i < 8; i++) {
      long end = scene.nextEnd();
      scene.tickTo(end + Scene.COMES);
      scene.dossier.take(SomeReadings.drift("v2", end, 0), scene.now);
      scene.tickTo(scene.decided(end));
    }

    assertThat(scene.dossier.primary).isEqualTo("v2");
    assertThat(scene.dossier.versions.get("v2").state).isEqualTo(ModelState.HEALTHY);
  }
}
