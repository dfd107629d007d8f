package dev.runway.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The files stand for what producers, topics and archives hold: they are added to, never edited.
 */
class GoldenTest {
  private static final Control TEAM_STOPS =
      new Control(
          null,
          Control.Action.KILL_SWITCH_ON,
          1,
          "reviewer-1",
          983428200000L,
          Control.NEVER,
          null,
          null,
          "wrong data for all of them",
          "ranking",
          null,
          null);

  private static final ExperimentResult VALUED =
      new ExperimentResult(
          "late-arrival",
          "v2",
          "exp",
          "b",
          "a",
          "clicks per visit",
          0.012,
          -0.001,
          0.025,
          120000,
          983428200000L,
          984033000000L,
          2,
          0.31,
          ExperimentResult.Better.HIGHER);

  private static final Prediction RESTING =
      new Prediction(
          "p-1",
          "late-arrival",
          "v1",
          983428200000L,
          0.25,
          null,
          Double.NaN,
          null,
          null,
          null,
          null,
          null,
          Double.NaN,
          10);

  static Stream<Contract<?>> contracts() {
    return Contract.ALL.stream();
  }

  @ParameterizedTest
  @MethodSource("contracts")
  void goldenFile_read_isTheExpectedEvent(Contract<?> contract) throws MalformedEvent {
    assertThat((Object) contract.reader().read(contract.goldenBytes()))
        .usingRecursiveComparison()
        .withEqualsForType(Float::equals, Float.class)
        .withEqualsForType(Double::equals, Double.class)
        .isEqualTo(contract.golden());
  }

  @ParameterizedTest
  @MethodSource("contracts")
  void event_written_isTheGoldenFile(Contract<?> contract) {
    assertThat(text(contract.written())).isEqualTo(text(contract.goldenBytes()));
  }

  /** Other forms of good events: fewer fields, times as text, an unpacked vector. */
  static Stream<Arguments> otherForms() {
    return Stream.of(
        Arguments.of(
            "prediction-minimal",
            (Contract.Reader<?>) PredictionCodec::read,
            new Prediction(
                "p-1",
                "late-arrival",
                "v1",
                983427300000L,
                Double.NaN,
                null,
                -3.5,
                null,
                null,
                null,
                null,
                null,
                Double.NaN,
                1)),
        Arguments.of(
            "outcome-retraction",
            (Contract.Reader<?>) OutcomeCodec::read,
            new Outcome("p-1", "late-arrival", 983431800000L, null, Double.NaN, null, 4, 3)),
        Arguments.of(
            "model-document-without-metrics",
            (Contract.Reader<?>) ModelDocumentCodec::read,
            ModelDocuments.goldenWithoutMetrics()),
        Arguments.of(
            "model-document-without-variants",
            (Contract.Reader<?>) ModelDocumentCodec::read,
            ModelDocuments.goldenWithoutVariants()),
        Arguments.of(
            "model-document-team",
            (Contract.Reader<?>) ModelDocumentCodec::read,
            ModelDocuments.goldenWithTeam()),
        Arguments.of(
            "model-document-detectors",
            (Contract.Reader<?>) ModelDocumentCodec::read,
            ModelDocuments.goldenWithDetectors()),
        Arguments.of(
            "model-document-embeddings",
            (Contract.Reader<?>) ModelDocumentCodec::read,
            ModelDocuments.goldenWithEmbeddings()),
        Arguments.of(
            "model-document-deprecated",
            (Contract.Reader<?>) ModelDocumentCodec::read,
            ModelDocuments.goldenWithDeprecated()),
        Arguments.of(
            "model-document-minimal",
            (Contract.Reader<?>) ModelDocumentCodec::read,
            ModelDocuments.ofDefaults()),
        Arguments.of(
            "drift-minimal",
            (Contract.Reader<?>) DriftReadingCodec::read,
            DriftReadings.goldenMinimal()),
        Arguments.of(
            "drift-without-baseline",
            (Contract.Reader<?>) DriftReadingCodec::read,
            DriftReadings.goldenWithoutBaseline()),
        Arguments.of(
            "drift-excused",
            (Contract.Reader<?>) DriftReadingCodec::read,
            DriftReadings.goldenExcused()),
        Arguments.of(
            "drift-words",
            (Contract.Reader<?>) DriftReadingCodec::read,
            DriftReadings.goldenWords()),
        Arguments.of(
            "retrain-command-minimal",
            (Contract.Reader<?>) RetrainCommandCodec::read,
            RetrainCommands.retrain()),
        Arguments.of(
            "retrain-command-cancel",
            (Contract.Reader<?>) RetrainCommandCodec::read,
            RetrainCommands.cancel()),
        Arguments.of(
            "retrain-status-cooling",
            (Contract.Reader<?>) RetrainStatusCodec::read,
            new RetrainStatus(
                "97a57978-803f-503e-9f9b-376d34689723",
                "late-arrival",
                "v1",
                RetrainStatus.State.REFUSED,
                1,
                983428200000L,
                "cool_down: joined to another one",
                null,
                Double.NaN,
                983514600000L)),
        Arguments.of("decision-held", (Contract.Reader<?>) DecisionCodec::read, Decisions.held()),
        Arguments.of(
            "staleness-secondary",
            (Contract.Reader<?>) StalenessCodec::read,
            Decisions.staleness(true)),
        Arguments.of(
            "experiment-result-valued", (Contract.Reader<?>) ExperimentResultCodec::read, VALUED),
        Arguments.of(
            "staleness-source-down",
            (Contract.Reader<?>) StalenessCodec::read,
            Decisions.sourceDown()),
        Arguments.of(
            "control-snooze",
            (Contract.Reader<?>) ControlCodec::read,
            new Control(
                "late-arrival",
                Control.Action.SNOOZE,
                5,
                "reviewer-1",
                983428200000L,
                983514600000L,
                null,
                null,
                "known, and being looked at",
                null,
                RetrainCommand.SeverityClass.HIGH,
                "STALE")),
        Arguments.of("control-team", (Contract.Reader<?>) ControlCodec::read, TEAM_STOPS),
        Arguments.of(
            "dependency-source",
            (Contract.Reader<?>) DependencyCodec::read,
            new Dependency("e-2", "late-arrival", null, "feature:wind")),
        Arguments.of(
            "retrain-status-cooling",
            (Contract.Reader<?>) RetrainStatusCodec::read,
            new RetrainStatus(
                "97a57978-803f-503e-9f9b-376d34689723",
                "late-arrival",
                "v1",
                RetrainStatus.State.REFUSED,
                1,
                983428200000L,
                "cool_down: joined to another one",
                null,
                Double.NaN,
                983514600000L)),
        Arguments.of("decision-held", (Contract.Reader<?>) DecisionCodec::read, Decisions.held()),
        Arguments.of(
            "embedding-space-minimal",
            (Contract.Reader<?>) EmbeddingSpaceCodec::read,
            EmbeddingDocuments.minimal()),
        Arguments.of(
            "embedding-space-small",
            (Contract.Reader<?>) EmbeddingSpaceCodec::read,
            EmbeddingDocuments.small()),
        Arguments.of(
            "embedding-space-thresholds",
            (Contract.Reader<?>) EmbeddingSpaceCodec::read,
            EmbeddingDocuments.watched()),
        Arguments.of(
            "prediction-embeddings",
            (Contract.Reader<?>) DeclaredEmbeddings::read,
            new DeclaredEmbeddings(RESTING, EmbeddingDocuments.uses())),
        Arguments.of(
            "embedding-gone",
            (Contract.Reader<?>) EmbeddingCodec::read,
            Embedding.gone("titles", "v5", "item-7", 983428200000L, 983428205000L)),
        Arguments.of(
            "embedding-array",
            (Contract.Reader<?>) EmbeddingCodec::read,
            new Embedding(
                "titles",
                "v5",
                "item-7",
                new float[] {0.5f, -1.25f, Float.NaN},
                983428200000L,
                983428205000L)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("otherForms")
  void otherForm_read_isTheExpectedEvent(String file, Contract.Reader<?> reader, Object expected)
      throws MalformedEvent {
    assertThat((Object) reader.read(Contract.resource("/golden/other/" + file + ".json")))
        .usingRecursiveComparison()
        .withEqualsForType(Float::equals, Float.class)
        .withEqualsForType(Double::equals, Double.class)
        .isEqualTo(expected);
  }

  @Test
  void itemThatLeft_written_isTheGoldenFile() {
    Embedding gone = Embedding.gone("titles", "v5", "item-7", 983428200000L, 983428205000L);
    assertThat(text(EmbeddingCodec.write(gone)))
        .isEqualTo(text(Contract.resource("/golden/other/embedding-gone.json")).strip());
  }

  @Test
  void watchedSpace_written_isTheGoldenFile() {
    assertThat(text(EmbeddingSpaceCodec.write(EmbeddingDocuments.watched())))
        .isEqualTo(
            text(Contract.resource("/golden/other/embedding-space-thresholds.json")).strip());
  }

  @Test
  void predictionThatDeclaresEmbeddings_written_isTheGoldenFile() {
    assertThat(text(PredictionCodec.write(RESTING, EmbeddingDocuments.uses(), features -> {})))
        .isEqualTo(text(Contract.resource("/golden/other/prediction-embeddings.json")).strip());
  }

  @Test
  void smallSpace_written_isTheGoldenFile() {
    assertThat(text(EmbeddingSpaceCodec.write(EmbeddingDocuments.small())))
        .isEqualTo(text(Contract.resource("/golden/other/embedding-space-small.json")).strip());
  }

  @Test
  void killSwitchOfATeam_written_isTheGoldenFile() {
    assertThat(text(ControlCodec.write(TEAM_STOPS)))
        .isEqualTo(text(Contract.resource("/golden/other/control-team.json")).strip());
  }

  @Test
  void stateOfAnotherVersion_written_isTheGoldenFile() {
    assertThat(text(StalenessCodec.write(Decisions.staleness(true))))
        .isEqualTo(text(Contract.resource("/golden/other/staleness-secondary.json")).strip());
  }

  @Test
  void findingThatSaysWhichWayIsBetter_written_isTheGoldenFile() {
    assertThat(text(ExperimentResultCodec.write(VALUED)))
        .isEqualTo(text(Contract.resource("/golden/other/experiment-result-valued.json")).strip());
  }

  @Test
  void stateOfASilentVersion_written_isTheGoldenFile() {
    assertThat(text(StalenessCodec.write(Decisions.sourceDown())))
        .isEqualTo(text(Contract.resource("/golden/other/staleness-source-down.json")).strip());
  }

  @Test
  void driftOfUnknownWords_written_isTheGoldenFile() {
    assertThat(text(DriftReadingCodec.write(DriftReadings.goldenWords())))
        .isEqualTo(text(Contract.resource("/golden/other/drift-words.json")).strip());
  }

  @Test
  void excusedDrift_written_isTheGoldenFile() {
    assertThat(text(DriftReadingCodec.write(DriftReadings.goldenExcused())))
        .isEqualTo(text(Contract.resource("/golden/other/drift-excused.json")).strip());
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
