package dev.runway.driftmonitor.concept;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runway.flink.ModelDirectory;
import dev.runway.flink.RawEvent;
import dev.runway.model.MalformedEvent;
import dev.runway.model.ModelDocument;
import dev.runway.model.ModelDocumentCodec;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TruthDecoderTest {
  private static final long AT = SomeTruths.START;

  private static Truth decode(String rest, ModelDocument... models) throws MalformedEvent {
    return decode((1L << 52) + 1, rest, models);
  }

  private static Truth decode(long revision, String rest, ModelDocument... models)
      throws MalformedEvent {
    TruthDecoder decoder = new TruthDecoder(ModelDirectory.fixed(models));
    decoder.open(letter -> {});
    String json =
        """
        {"model_id":"m","prediction_id":"p1","revision":%d,"model_version":"1",\
        "predicted_at":%d,%s}"""
            .formatted(revision, AT, rest);
    byte[] value = json.getBytes(StandardCharsets.UTF_8);
    return decoder.decode(new RawEvent(null, value, "t", 0, 1, AT, List.of()));
  }

  private static ModelDocument document(String rest) throws MalformedEvent {
    String json = "{\"model_id\":\"m\",\"horizon\":\"PT1H\"," + rest + "}";
    return ModelDocumentCodec.read(json.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void finalTruth_hasWhatWasDecidedAndWhatCameOfIt() throws Exception {
    Truth truth =
        decode(
            "\"maturity\":\"FINAL\",\"status\":\"LABELLED\",\"score\":0.5,\"actual_value\":0",
            document("\"task\":\"BINARY\""));

    assertThat(truth)
        .isEqualTo(
            new Truth(
                new VersionKey("m", "1"),
                Truth.hashOf("p1"),
                4503599627370497L,
                AT,
                AT + 3_600_000,
                true,
                0.5,
                true,
                false));
  }

  @Test
  void provisionalTruth_andThatOfAModelThatIsGone_areSkipped() throws Exception {
    assertThat(
            decode(
                "\"maturity\":\"PROVISIONAL\",\"status\":\"LABELLED\",\"score\":0.5",
                document("\"task\":\"BINARY\"")))
        .isNull();
    assertThat(decode("\"maturity\":\"FINAL\",\"status\":\"LABELLED\",\"score\":0.5")).isNull();
  }

  /** Such a truth tells the time alone. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "\"task\":\"BINARY\"; \"status\":\"UNLABELLED\",\"score\":0.5",
        "\"task\":\"BINARY\"; \"status\":\"LABELLED\",\"actual_value\":1",
        "\"task\":\"BINARY\"; \"status\":\"LABELLED\",\"score\":0.5,\"label\":\"maybe\"",
        "\"task\":\"REGRESSION\"; \"status\":\"LABELLED\",\"score\":0.5,\"actual_value\":4",
        "\"task\":\"REGRESSION\"; \"status\":\"UNLABELLED\",\"value\":3",
        // What neither predictions nor outcomes may say; their difference is not finite.
        "\"task\":\"REGRESSION\"; \"status\":\"LABELLED\",\"value\":1e308,\"actual_value\":-1e308",
        "\"task\":\"REGRESSION\"; \"status\":\"LABELLED\",\"value\":2e12,\"actual_value\":1",
        "\"task\":\"RANKING\"; \"status\":\"LABELLED\",\"score\":0.5,\"actual_value\":4"
      })
  void truthWithoutScoreOrLabel_isNotJudged(String model, String truth) throws Exception {
    assertThat(decode("\"maturity\":\"FINAL\"," + truth, document(model)))
        .returns(false, Truth::judged)
        .returns(AT + 3_600_000, Truth::finalAtMillis);
  }

  /** A final record that has a fact more than its prediction may follow one with a label. */
  @ParameterizedTest
  @CsvSource({"4, false", "5, false", "8, true", "12, true"})
  void unlabelledTruth_takesALabelBack_whereThereMayHaveBeenOne(int facts, boolean withdrawn)
      throws Exception {
    for (String task : new String[] {"BINARY", "REGRESSION"}) {
      assertThat(
              decode(
                  (1L << 52) + facts,
                  "\"maturity\":\"FINAL\",\"status\":\"UNLABELLED\",\"score\":0.5,\"value\":3",
                  document("\"task\":\"" + task + '"')))
          .returns(withdrawn, Truth::judged)
          .returns(withdrawn, Truth::withdrawn);
    }
  }

  @Test
  void predictedNumber_hasItsResidual_andItsDeclaredSegment() throws Exception {
    ModelDocument model = document("\"task\":\"REGRESSION\",\"segments\":[\"eu\"]");
    String truth =
        "\"maturity\":\"FINAL\",\"status\":\"LABELLED\",\"value\":3,\"actual_value\":4.5,"
            + "\"segment\":";

    assertThat(decode(truth + "\"eu\"", model))
        .returns(true, Truth::judged)
        .returns(true, Truth::measured)
        .returns(3.0, Truth::value)
        .returns(1.5, Truth::residual)
        .returns("eu", Truth::segment);
    assertThat(decode(truth + "\"moon\"", model)).returns(ModelDocument.OTHER, Truth::segment);
  }

  @ParameterizedTest
  @CsvSource({"a, true", "b, false"})
  void severalClasses_areRightOrWrong(String actual, boolean right) throws Exception {
    Truth truth =
        decode(
            "\"maturity\":\"FINAL\",\"status\":\"LABELLED\",\"score\":0.3,\"label\":\"a\","
                + "\"actual_label\":\""
                + actual
                + "\"",
            document("\"task\":\"MULTICLASS\",\"classes\":[\"a\",\"b\"]"));

    assertThat(truth)
        .returns(true, Truth::judged)
        .returns(true, Truth::decision)
        .returns(right, Truth::outcome);
  }

  @ParameterizedTest
  @CsvSource({"yes, true", "no, false"})
  void labelOfThePrediction_goesBeforeItsScore(String label, boolean decision) throws Exception {
    Truth truth =
        decode(
            "\"maturity\":\"FINAL\",\"status\":\"LABELLED\",\"score\":0.5,\"actual_value\":1,"
                + "\"label\":\""
                + label
                + "\"",
            document("\"task\":\"BINARY\",\"positive_label\":\"yes\",\"threshold\":0.7"));

    assertThat(truth).returns(decision, Truth::decision).returns(true, Truth::outcome);
  }

  @Test
  void brokenRecord_isRefused() {
    assertThatThrownBy(() -> decode("\"maturity\":\"FINAL\"", document("\"task\":\"BINARY\"")))
        .isInstanceOf(MalformedEvent.class);
  }
}
