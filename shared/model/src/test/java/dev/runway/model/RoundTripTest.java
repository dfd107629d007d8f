package dev.runway.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
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
