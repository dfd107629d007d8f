package dev.runway.model;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One event of the contract: its schema, its golden file, the record the file stands for, and the
 * codec between them.
 */
record Contract<T>(String name, T golden, Reader<T> reader, Function<T, byte[]> writer) {

  /** A codec's read. */
  interface Reader<T> {
    T read(byte @Nullable [] bytes) throws MalformedEvent;
  }

  private static final Outcome OUTCOME =
      new Outcome("p-1", "late-arrival", 983431800000L, "true", 31.5, "item-7", 3, 1);

  static final List<Contract<?>> ALL =
      List.of(
          of(
              "prediction",
              new Prediction(
                  "p-1",
                  "late-arrival",
                  "v1",
                  983428200000L,
                  0.25,
                  "true",
                  -3.5,
                  List.of("a", "b"),
                  "e-1",
                  "eu",
                  "exp",
                  "b",
                  0.5,
                  10),
              bytes -> PredictionCodec.read(bytes, new RoundTripTest.Features()),
              prediction -> PredictionCodec.write(prediction, Contract::features)),
          of("outcome", OUTCOME, OutcomeCodec::read, OutcomeCodec::write),
          of(
              "late-outcome",
              new LateOutcome(OUTCOME, LateOutcome.Why.AFTER_HORIZON, 983428200000L, "v1"),
              LateOutcomeCodec::read,
              LateOutcomeCodec::write),
          of(
              "model-document",
              ModelDocuments.golden(),
              ModelDocumentCodec::read,
              ModelDocumentCodec::write),
          of(
              "groundtruth",
              new GroundTruth(
                  "late-arrival",
                  "p-1",
                  5,
                  Maturity.FINAL,
                  LabelStatus.LABELLED,
                  "v1",
                  983428200000L,
                  0.25,
                  "true",
                  -3.5,
                  "eu",
                  "exp/b",
                  20,
                  "false",
                  0,
                  3600000,
                  1),
              GroundTruthCodec::read,
              GroundTruthCodec::write),
          of(
              "performance",
              Readings.golden(),
              PerformanceReadingCodec::read,
              PerformanceReadingCodec::write),
          of("drift", DriftReadings.golden(), DriftReadingCodec::read, DriftReadingCodec::write),
          of("tile", DriftReadings.goldenTile(), DriftTileCodec::read, DriftTileCodec::write),
          of(
              "producer-tile",
              DriftReadings.goldenProducerTile(),
              ProducerTileCodec::read,
              ProducerTileCodec::write),
          of(
              "dead-letter",
              new DeadLetter(
                  "runway.predictions",
                  3,
                  42,
                  Reason.BAD_VALUE,
                  "features.age",
                  "U+0000 at 0",
                  983428200000L,
                  "{\"a\":1}".getBytes(StandardCharsets.UTF_8),
                  7),
              DeadLetterCodec::read,
              DeadLetterCodec::write),
          of(
              "embedding",
              new Embedding(
                  "titles",
                  "v5",
                  "item-7",
                  new float[] {0.5f, -1.25f, Float.NaN, Float.POSITIVE_INFINITY},
                  983428200000L,
                  983428205000L),
              EmbeddingCodec::read,
              EmbeddingCodec::write),
          of(
              "embedding-space",
              EmbeddingDocuments.space(),
              EmbeddingSpaceCodec::read,
              EmbeddingSpaceCodec::write),
          of(
              "embedding-stability",
              EmbeddingDocuments.stability(),
              EmbeddingStabilityCodec::read,
              EmbeddingStabilityCodec::write),
          of(
              "embedding-traffic",
              EmbeddingDocuments.traffic(),
              EmbeddingTrafficCodec::read,
              EmbeddingTrafficCodec::write),
          of(
              "embedding-mixture",
              EmbeddingDocuments.mixture(),
              EmbeddingMixtureCodec::read,
              EmbeddingMixtureCodec::write),
          of(
              "experiment-result",
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
                  2),
              ExperimentResultCodec::read,
              ExperimentResultCodec::write),
          of(
              "retrain-command",
              RetrainCommands.golden(),
              RetrainCommandCodec::read,
              RetrainCommandCodec::write),
          of(
              "retrain-status",
              new RetrainStatus(
                  "97a57978-803f-503e-9f9b-376d34689723",
                  "late-arrival",
                  "v1",
                  RetrainStatus.State.SUCCEEDED,
                  6,
                  983428200000L,
                  "deployed by hand",
                  "v2",
                  48.5),
              RetrainStatusCodec::read,
              RetrainStatusCodec::write),
          of("staleness", Decisions.staleness(), StalenessCodec::read, StalenessCodec::write),
          of("decision", Decisions.rollback(), DecisionCodec::read, DecisionCodec::write),
          of(
              "control",
              new Control(
                  "late-arrival",
                  Control.Action.APPROVE,
                  4,
                  "reviewer-1",
                  983428200000L,
                  983435400000L,
                  "late-arrival/v1/983420000000",
                  "0123456789abcdef".repeat(4),
                  "drift is real",
                  null,
                  null,
                  null),
              ControlCodec::read,
              ControlCodec::write),
          of("tick", new Tick(983428200000L), TickCodec::read, TickCodec::write),
          of(
              "policy-version",
              new PolicyVersion(
                  "ranker-drift",
                  3,
                  "{\"spec\": {\"when\": \"signal.psi_max > 0.2\"}}"
                      .getBytes(StandardCharsets.UTF_8)),
              PolicyVersionCodec::read,
              PolicyVersionCodec::write),
          of(
              "dependency",
              new Dependency(
                  "97a57978-803f-503e-9f9b-376d34689723", "late-arrival", "weather-ahead", null),
              DependencyCodec::read,
              DependencyCodec::write),
          of(
              "baseline",
              new Baseline(
                  "late-arrival",
                  "v1",
                  "b-1",
                  983428200000L,
                  978307200000L,
                  980985600000L,
                  true,
                  "{\"n\": 12, \"bins\": [1, {\"x\": \"ü\"}]}".getBytes(StandardCharsets.UTF_8)),
              BaselineCodec::read,
              BaselineCodec::write));

  private static void features(FeatureSink features) {
    features.number("distance_miles", 1846.5);
    features.category("carrier", "AA");
    features.category("origin", "Zürich 🛫");
    features.category("holiday", "true");
    features.category("remark", "");
    features.missing("gate");
    features.number("overflow", Double.POSITIVE_INFINITY);
  }

  private static <T> Contract<T> of(
      String name, T golden, Reader<T> reader, Function<T, byte[]> writer) {
    return new Contract<>(name, golden, reader, writer);
  }

  byte[] written() {
    return writer.apply(golden);
  }

  /** The golden file without the line end behind it. */
  byte[] goldenBytes() {
    byte[] file = resource("/golden/" + name + ".json");
    return java.util.Arrays.copyOf(file, file.length - 1);
  }

  static byte[] resource(String path) {
    try (InputStream in = Contract.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalStateException("no resource " + path);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
