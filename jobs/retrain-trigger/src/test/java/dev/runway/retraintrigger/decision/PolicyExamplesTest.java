package dev.runway.retraintrigger.decision;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.runway.model.Baseline;
import dev.runway.model.EmbeddingSpace.Usage;
import dev.runway.model.EmbeddingStability.Compatibility;
import dev.runway.model.RetrainCommand;
import dev.runway.model.RetrainCommand.Mode;
import dev.runway.policy.Conditions;
import dev.runway.retraintrigger.Scene;
import dev.runway.retraintrigger.SomeReadings;
import dev.runway.retraintrigger.policy.PolicySet;
import dev.runway.retraintrigger.signal.SpaceReading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The policies of {@code samples/policies}: each fires when its first line says so. */
class PolicyExamplesTest {
  private static final Path FOLDER = Path.of("../../samples/policies");
  private static final Path PAGE = Path.of("../../docs/policies.md");

  static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.sorted().toList();
    }
  }

  private static JsonNode policy(String file) {
    try {
      String text = Files.readString(FOLDER.resolve(file));
      return new YAMLMapper().readTree(text.replace("homepage-ranker", Scene.MODEL));
    } catch (IOException e) {
      throw new IllegalStateException(file, e);
    }
  }

  private static Scene with(Scene scene, String file) {
    scene.policies = scene.policies.with("example", new PolicySet.Written(1, policy(file)));
    return scene;
  }

  @ParameterizedTest
  @MethodSource("files")
  void example_compiles_isTriedBelow_andIsOnThePage(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file);
    assertThat(lines.get(0)).startsWith("# ").endsWith(".");
    JsonNode spec = policy(file.getFileName().toString()).path("spec");
    for (String field : List.of("when", "unless")) {
      if (spec.has(field)) {
        assertThat(Conditions.complaints(spec.path(field).asText())).isEmpty();
      }
    }
    assertThat(List.of("auc-loss", "drift", "embedding", "experiment", "max-age", "notify"))
        .contains(file.getFileName().toString().replace(".yaml", ""));
    assertThat(Files.readString(PAGE))
        .contains("`" + file.getFileName() + "`")
        .contains(spec.path("when").asText());
  }

  /** As it stands there. */
  @Test
  void firstExample_isWholeOnThePage() throws IOException {
    String page = Files.readString(PAGE);
    for (String line : Files.readAllLines(FOLDER.resolve("drift.yaml"))) {
      assertThat(page).contains("\n    " + line + "\n");
    }
  }

  @Test
  void drift_firesInThreeOfFourWindows_andNotWithinADayOfTraining() {
    Scene scene = with(Scene.of(1), "drift.yaml");
    scene.windows(2, 0.9);
    scene.windows(1, 0);
    assertThat(scene.commands).isEmpty();
    scene.windows(1, 0.9);
    assertThat(scene.commands).extracting(RetrainCommand::mode).containsExactly(Mode.AUTO);

    Scene young = with(trainedBefore(60 * Scene.MINUTE), "drift.yaml");
    young.windows(6, 0.9);
    assertThat(young.commands).isEmpty();
  }

  private static Scene trainedBefore(long millis) {
    Scene scene = new Scene();
    scene.dossier.take(Scene.document(1));
    scene.dossier.take(
        new Baseline(
            Scene.MODEL,
            "v1",
            "b-1",
            Scene.START,
            Scene.START - 50 * Scene.day(),
            Scene.START - millis,
            false,
            new byte[] {'{', '}'}));
    return scene;
  }

  @Test
  void maxAge_firesThoughNothingHasDrifted() {
    Scene younger = with(trainedBefore(29 * Scene.day()), "max-age.yaml");
    younger.windows(3, 0);
    assertThat(younger.commands).isEmpty();

    Scene older = with(trainedBefore(30 * Scene.day()), "max-age.yaml");
    older.windows(3, 0);
    assertThat(older.commands).extracting(RetrainCommand::mode).containsExactly(Mode.APPROVE);
  }

  @Test
  void aucLoss_firesByLabels_andNotByDriftAlone() {
    Scene scene = with(Scene.of(1), "auc-loss.yaml");
    scene.labelledWindows(6, 0.9, 0.8);
    assertThat(scene.commands).isEmpty();
    scene.labelledWindows(4, 0, 0.7);
    assertThat(scene.commands).extracting(RetrainCommand::mode).containsExactly(Mode.AUTO);
  }

  @Test
  void embedding_firesWhenItBreaks_andNotWhenItIsRotated() {
    for (Compatibility compatibility : List.of(Compatibility.ROTATED, Compatibility.BREAKING)) {
      Scene scene = with(Scene.of(1), "embedding.yaml");
      scene.dossier.take(Scene.embedded(1, "v6", "v5"));
      Objects.requireNonNull(
              SpaceReading.of(SomeReadings.space("titles", Usage.COORDINATES, compatibility, 0.8))
                  .get(Scene.MODEL))
          .values()
          .forEach(reading -> scene.dossier.take(reading.toldAt(scene.now)));
      scene.windows(3, 0);

      assertThat(scene.commands)
          .as(compatibility.name())
          .hasSize(compatibility == Compatibility.BREAKING ? 1 : 0);
    }
  }

  @Test
  void experiment_firesWhenItIsWorseForCertain_andNotByChance() {
    for (double difference : new double[] {-0.01, -0.2}) {
      Scene scene = with(Scene.of(2), "experiment.yaml");
      scene.found(SomeReadings.experiment("v1", difference, scene.now, 1));
      scene.windows(8, 0);

      assertThat(scene.commands)
          .extracting(RetrainCommand::mode)
          .isEqualTo(difference < -0.1 ? List.of(Mode.APPROVE) : List.of());
    }
  }

  @Test
  void notify_leavesItToTheTier() {
    Scene scene = with(Scene.of(1), "notify.yaml");
    Scene without = Scene.of(1);
    scene.labelledWindows(3, 0, 0.8);
    without.labelledWindows(3, 0, 0.8);
    scene.labelledWindows(6, 1, 0.7);
    without.labelledWindows(6, 1, 0.7);

    assertThat(without.commands).isNotEmpty();
    assertThat(scene.commands)
        .extracting(RetrainCommand::commandId)
        .isEqualTo(without.commands.stream().map(RetrainCommand::commandId).toList());
  }
}
