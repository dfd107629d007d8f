package dev.runway.demo.scenario;

import dev.runway.model.OutcomeCodec;
import dev.runway.model.PredictionCodec;
import dev.runway.model.Reason;
import dev.runway.model.Topic;
import java.nio.charset.StandardCharsets;

/**
 * The ways in which a record of the demo is broken. A broken record stands beside the good one it
 * is made from, under an id of its own, so that no truth is lost with it.
 */
enum Breakage {
  CUT_OFF(Topic.PREDICTIONS, Reason.NOT_JSON),
  SCORE_AS_TEXT(Topic.PREDICTIONS, Reason.WRONG_TYPE),
  NO_VERSION(Topic.PREDICTIONS, Reason.MISSING_FIELD),
  SCORE_ABOVE_ONE(Topic.PREDICTIONS, Reason.BAD_VALUE),
  NEXT_CENTURY(Topic.PREDICTIONS, Reason.FUTURE),
  NOBODYS_MODEL(Topic.PREDICTIONS, Reason.UNKNOWN_MODEL),
  NOBODYS_VERSION(Topic.PREDICTIONS, Reason.UNKNOWN_VERSION),
  NOTHING(Topic.OUTCOMES, Reason.EMPTY),
  IN_A_LIST(Topic.OUTCOMES, Reason.NOT_AN_OBJECT),
  LABEL_TWICE(Topic.OUTCOMES, Reason.DUPLICATE_FIELD),
  TWO_IN_ONE(Topic.OUTCOMES, Reason.TRAILING_DATA),
  WRONG_KEY(Topic.OUTCOMES, Reason.KEY_MISMATCH);

  private static final String YEAR_2101 = "4133980800000";

  private final Topic topic;
  private final Reason reason;

  Breakage(Topic topic, Reason reason) {
    this.topic = topic;
    this.reason = reason;
  }

  /** Why Runway must refuse it. */
  Reason reason() {
    return reason;
  }

  /** A broken record made from an observed case. */
  PlannedEvent of(DemoModel model, DemoCase good, String id) {
    String realId = good.prediction().predictionId();
    boolean prediction = topic == Topic.PREDICTIONS;
    byte[] bytes =
        prediction
            ? PredictionCodec.write(good.prediction(), good.features()::writeTo)
            : OutcomeCodec.write(model.outcome(good));
    String json =
        new String(bytes, StandardCharsets.UTF_8).replace('"' + realId + '"', '"' + id + '"');
    String broken = broken(json, good);
    long time =
        switch (this) {
          case CUT_OFF, NOTHING, IN_A_LIST, NEXT_CENTURY -> PlannedEvent.TIMELESS;
          default -> prediction ? good.prediction().predictedAtMillis() : good.observedAtMillis();
        };
    String key = this == WRONG_KEY ? id + "-elsewhere" : id;
    return new PlannedEvent(topic, key, broken.getBytes(StandardCharsets.UTF_8), time);
  }

  private String broken(String json, DemoCase good) {
    String score = "\"score\":" + good.prediction().score();
    return switch (this) {
      case CUT_OFF -> json.substring(0, json.indexOf(":") + 1);
      case SCORE_AS_TEXT -> replaced(json, score, "\"score\":\"high\"");
      case NO_VERSION -> replaced(json, "\"model_version\"", "\"version\"");
      case SCORE_ABOVE_ONE -> replaced(json, score, "\"score\":1.5");
      case NEXT_CENTURY ->
          replaced(json, Long.toString(good.prediction().predictedAtMillis()), YEAR_2101);
      case NOBODYS_MODEL ->
          replaced(json, '"' + good.prediction().modelId() + '"', "\"nobodys-model\"");
      case NOBODYS_VERSION ->
          replaced(json, '"' + good.prediction().modelVersion() + '"', "\"0.0\"");
      case NOTHING -> "";
      case IN_A_LIST -> "[" + json + "]";
      case LABEL_TWICE -> replaced(json, "\"label\"", "\"label\":\"x\",\"label\"");
      case TWO_IN_ONE -> json + json;
      case WRONG_KEY -> json;
    };
  }

  private static String replaced(String json, String what, String by) {
    if (!json.contains(what)) {
      throw new IllegalStateException("no " + what + " in " + json);
    }
    return json.replace(what, by);
  }
}
