package dev.runway.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RoundTripTest {
  private static final Prediction FULL =
      new Prediction(
          "p-1",
          "m",
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
          10);

  private static final Prediction SPARSE =
      new Prediction(
          "p-1",
          "m",
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
          1);

  @Test
  void prediction_withEveryField_readsAsWritten() throws MalformedEvent {
    assertThat(PredictionCodec.read(PredictionCodec.write(FULL))).isEqualTo(FULL);
  }

  /** Written as texts, such numbers made a reading that its own reader refuses. */
  @Test
  void limitsThatAreNotFinite_areLeftOutOfAReading() throws MalformedEvent {
    DriftReading reading = DriftReadings.of(signal(Double.POSITIVE_INFINITY, Double.NaN));

    assertThat(DriftReadingCodec.read(DriftReadingCodec.write(reading)))
        .isEqualTo(DriftReadings.of(signal(null, null)));
  }

  private static DriftReading.Signal signal(@Nullable Double high, @Nullable Double threshold) {
    return new DriftReading.Signal(
        "w1_norm", 0.5, 0.25, high, high, 2_000, "KLL_200", threshold, threshold, high, false);
  }

  @Test
  void errorOfTheMethod_andWordsThatNobodyKnew_readAsWritten() throws MalformedEvent {
    DriftReading reading =
        DriftReadings.of(
            new DriftReading.Signal(
                "new_category",
                0.03125,
                0.025,
                0.04,
                null,
                2_000,
                "WORD_FILTER",
                0.04,
                null,
                null,
                false,
                0.0009765625,
                "zz 41, yy 20 to 23"));

    assertThat(DriftReadingCodec.read(DriftReadingCodec.write(reading))).isEqualTo(reading);
  }

  @Test
  void prediction_withoutOptionalFields_leavesThemOut() throws MalformedEvent {
    byte[] json = PredictionCodec.write(SPARSE);

    assertThat(new String(json, StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"prediction_id\":\"p-1\",\"model_id\":\"m\",\"model_version\":\"v1\","
                + "\"predicted_at\":983428200000,\"score\":0.25}");
    assertThat(PredictionCodec.read(json)).isEqualTo(SPARSE);
  }

  @Test
  void features_ofEveryKind_comeBackInOrder() throws MalformedEvent {
    byte[] json =
        PredictionCodec.write(
            SPARSE,
            features -> {
              features.number("age", 41.5);
              features.category("carrier", "AA");
              features.missing("gate");
              features.number("nan", Double.NaN);
              features.number("up", Double.POSITIVE_INFINITY);
              features.number("down", Double.NEGATIVE_INFINITY);
            });

    Features seen = new Features();
    assertThat(PredictionCodec.read(json, seen)).isEqualTo(SPARSE);
    assertThat(seen.lines)
        .containsExactly(
            "age=41.5",
            "carrier='AA'",
            "gate missing",
            "nan missing",
            "up=Infinity",
            "down=-Infinity");
  }

  @Test
  void outcome_withEveryField_readsAsWritten() throws MalformedEvent {
    Outcome outcome = new Outcome("p-1", "m", 983431800000L, "false", 2.5, "item-7", 3, 1);

    assertThat(OutcomeCodec.read(OutcomeCodec.write(outcome))).isEqualTo(outcome);
  }

  @Test
  void lateOutcome_ofAKnownPrediction_readsAsWritten() throws MalformedEvent {
    LateOutcome late =
        new LateOutcome(
            new Outcome("p-1", "m", 983431800000L, "true", Double.NaN, null, 0, 5),
            LateOutcome.Why.AFTER_HORIZON,
            983428200000L,
            "v1");

    assertThat(LateOutcomeCodec.read(LateOutcomeCodec.write(late))).isEqualTo(late);
  }

  @Test
  void lateOutcome_ofAnOrphan_readsAsWritten() throws MalformedEvent {
    LateOutcome late =
        new LateOutcome(
            new Outcome("p-1", "m", 983431800000L, null, 1, null, 0, Outcome.RETRACTS_NOTHING),
            LateOutcome.Why.ORPHAN,
            LateOutcome.NO_PREDICTION,
            null);

    assertThat(LateOutcomeCodec.read(LateOutcomeCodec.write(late))).isEqualTo(late);
  }

  @Test
  void driftReading_asFullAsAReadingMayBe_readsAsWritten() throws MalformedEvent {
    List<DriftReading.Signal> signals = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      signals.add(
          new DriftReading.Signal(
              "psi_debiased_" + i,
              1.0 / 3,
              -1.0 / 3,
              10.0 / 3,
              1.0 / 30,
              1_000_000_000_000L,
              "EXACT_HISTOGRAM",
              1.0 / 3,
              1e-100 / 3,
              1e-99 / 3,
              false));
    }
    List<DriftReading.Feature> features = new ArrayList<>();
    for (int i = 0; i < Limits.MAX_DRIFT_FEATURES; i++) {
      features.add(
          new DriftReading.Feature(
              "x".repeat(48) + i, DriftReading.FeatureKind.NUMERIC, false, 0.25, signals));
    }
    DriftReading reading =
        new DriftReading(
            "m",
            "v1",
            DriftReading.ALL,
            "b-1",
            false,
            0,
            600_000,
            -600_000,
            Long.MAX_VALUE,
            DriftReading.Status.EVALUATED,
            Long.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            0,
            1.0,
            features);

    assertThat(DriftReadingCodec.read(DriftReadingCodec.write(reading))).isEqualTo(reading);
  }

  @Test
  void tile_ofTheLargestSize_readsAsWritten() throws MalformedEvent {
    String longest = "\u00fc".repeat(Limits.MAX_LABEL);
    String id = "x".repeat(Limits.MAX_ID);
    byte[] counts = new byte[Limits.MAX_TILE_BYTES];
    new SplittableRandom(20_261_126L).nextBytes(counts);
    DriftTile tile =
        new DriftTile(id, longest, longest, id, 0, 60_000, Long.MAX_VALUE, Long.MAX_VALUE, counts);

    DriftTile read = DriftTileCodec.read(DriftTileCodec.write(tile));

    assertThat(read).usingRecursiveComparison().isEqualTo(tile);
  }

  @Test
  void tileOfAProducer_ofTheLargestSize_readsAsWritten() throws MalformedEvent {
    String longest = "\u00fc".repeat(Limits.MAX_LABEL);
    String id = "x".repeat(Limits.MAX_ID);
    byte[] counts = new byte[Limits.MAX_TILE_BYTES];
    new SplittableRandom(20_261_127L).nextBytes(counts);
    ProducerTile tile =
        new ProducerTile(
            id,
            Long.MAX_VALUE,
            id,
            longest,
            longest,
            id,
            0,
            60_000,
            Limits.MAX_TILE_PREDICTIONS,
            counts);

    ProducerTile read = ProducerTileCodec.read(ProducerTileCodec.write(tile));

    assertThat(read).usingRecursiveComparison().isEqualTo(tile);
  }

  @Test
  void tile_thatNobodyCouldRead_isNotWritten() {
    for (int size : new int[] {0, Limits.MAX_TILE_BYTES + 1}) {
      DriftTile tile = new DriftTile("m", "v1", "*", "b-1", 0, 60_000, 1, 1, new byte[size]);

      assertThatIllegalArgumentException()
          .isThrownBy(() -> DriftTileCodec.write(tile))
          .withMessageEndingWith("found " + size);
      ProducerTile produced =
          new ProducerTile("p", 0, "m", "v1", null, "b-1", 0, 60_000, 1, new byte[size]);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> ProducerTileCodec.write(produced))
          .withMessageEndingWith("found " + size);
    }
  }

  /** Keeps what it is given as text. */
  static final class Features implements FeatureSink {
    final List<String> lines = new ArrayList<>();

    @Override
    public void number(String name, double value) {
      lines.add(name + "=" + value);
    }

    @Override
    public void category(String name, String value) {
      lines.add(name + "='" + value + "'");
    }

    @Override
    public void missing(String name) {
      lines.add(name + " missing");
    }
  }
}
