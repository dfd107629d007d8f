package dev.runway.e2e.trace;

import dev.runway.model.OutcomeCodec;
import dev.runway.model.Prediction;
import dev.runway.model.PredictionCodec;
import dev.runway.model.Reason;
import dev.runway.model.Topic;
import java.nio.charset.StandardCharsets;

/** Records that must be refused, each with the reason. */
enum BrokenRecord {
  CUT_OFF(Topic.PREDICTIONS, Reason.NOT_JSON),
  SCORE_AS_TEXT(Topic.PREDICTIONS, Reason.WRONG_TYPE),
  SCORE_OF_TWO(Topic.PREDICTIONS, Reason.BAD_VALUE),
  NOBODYS_VERSION(Topic.PREDICTIONS, Reason.UNKNOWN_VERSION),
  NOBODYS_MODEL(Topic.PREDICTIONS, Reason.UNKNOWN_MODEL),
  NEXT_CENTURY(Topic.PREDICTIONS, Reason.FUTURE),
  SECONDS_FOR_MILLIS(Topic.PREDICTIONS, Reason.ANCIENT),
  DEEP(Topic.PREDICTIONS, Reason.OVER_LIMIT),
  OTHER_KEY(Topic.PREDICTIONS, Reason.KEY_MISMATCH),
  NOTHING(Topic.OUTCOMES, Reason.EMPTY),
  TWO_LABELS(Topic.OUTCOMES, Reason.DUPLICATE_FIELD),
  TWO_IN_ONE(Topic.OUTCOMES, Reason.TRAILING_DATA),
  IN_A_LIST(Topic.OUTCOMES, Reason.NOT_AN_OBJECT),
  NO_TIME(Topic.OUTCOMES, Reason.MISSING_FIELD),
  LABEL_OF_NOBODY(Topic.OUTCOMES, Reason.DOES_NOT_FIT_MODEL);

  final Topic topic;
  final Reason reason;

  BrokenRecord(Topic topic, Reason reason) {
    this.topic = topic;
    this.reason = reason;
  }

  /** One of a binary model with explicit labels, under an id of its own. */
  Sent of(String modelId, String id, long at) {
    String key = this == OTHER_KEY ? id + "-elsewhere" : id;
    return new Sent(
        topic, key, text(modelId, id, at).getBytes(StandardCharsets.UTF_8), time(at), at);
  }

  private long time(long at) {
    return switch (this) {
      case CUT_OFF, NEXT_CENTURY, SECONDS_FOR_MILLIS, NOTHING, IN_A_LIST, NO_TIME -> Sent.TIMELESS;
      default -> at;
    };
  }

  private String text(String modelId, String id, long at) {
    String prediction = prediction(modelId, id, at);
    String outcome = outcome(modelId, id, at);
    return switch (this) {
      case CUT_OFF -> prediction.substring(0, prediction.length() / 3);
      case SCORE_AS_TEXT -> prediction.replace("\"score\":0.5", "\"score\":\"high\"");
      case SCORE_OF_TWO -> prediction.replace("\"score\":0.5", "\"score\":2");
      case NOBODYS_VERSION -> prediction.replace("\"v1\"", "\"v9\"");
      case NOBODYS_MODEL -> prediction.replace('"' + modelId + '"', "\"nobodys\"");
      case NEXT_CENTURY -> prediction.replace(Long.toString(at), "4133980800000");
      case SECONDS_FOR_MILLIS -> prediction.replace(Long.toString(at), Long.toString(at / 1000));
      case DEEP ->
          prediction.replace(
              "\"score\"", "\"extra\":" + "[".repeat(100) + "]".repeat(100) + ",\"score\"");
      case OTHER_KEY -> prediction;
      case NOTHING -> "";
      case TWO_LABELS -> outcome.replace("\"sequence\"", "\"label\":\"false\",\"sequence\"");
      case TWO_IN_ONE -> outcome + outcome;
      case IN_A_LIST -> "[" + outcome + "]";
      case NO_TIME -> outcome.replace("observed_at", "seen_at");
      case LABEL_OF_NOBODY -> outcome.replace("\"true\"", "\"perhaps\"");
    };
  }

  private static String prediction(String modelId, String id, long at) {
    Prediction whole =
        new Prediction(
            id,
            modelId,
            "v1",
            at,
            0.5,
            null,
            Double.NaN,
            null,
            null,
            null,
            null,
            null,
            Double.NaN,
            1);
    return new String(PredictionCodec.write(whole), StandardCharsets.UTF_8);
  }

  private static String outcome(String modelId, String id, long at) {
    dev.runway.model.Outcome whole =
        new dev.runway.model.Outcome(
            id,
            modelId,
            at,
            "true",
            Double.NaN,
            null,
            1,
            dev.runway.model.Outcome.RETRACTS_NOTHING);
    return new String(OutcomeCodec.write(whole), StandardCharsets.UTF_8);
  }
}
