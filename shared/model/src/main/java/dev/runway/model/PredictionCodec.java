package dev.runway.model;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * JSON form of a {@link Prediction}, contract {@code schemas/prediction.schema.json}.
 *
 * <p>Reads straight from bytes; features go to a sink or are skipped.
 */
public final class PredictionCodec {
  private PredictionCodec() {}

  /** Reads a prediction and skips its features. */
  public static Prediction read(byte @Nullable [] bytes) throws MalformedEvent {
    return read(bytes, null);
  }

  /**
   * Reads a prediction.
   *
   * @param features takes each feature as it is read; null skips them after a check of their types
   * @throws MalformedEvent with the field at fault; the sink may then have seen some features
   */
  public static Prediction read(byte @Nullable [] bytes, @Nullable FeatureSink features)
      throws MalformedEvent {
    Prediction plain = PlainPredictionReader.read(bytes, features);
    return plain == null ? readStrictly(bytes, features) : plain;
  }

  /** Reads whatever is a prediction, and says what is wrong with what is none. */
  static Prediction readStrictly(byte @Nullable [] bytes, @Nullable FeatureSink features)
      throws MalformedEvent {
    return readAll(bytes, features).prediction();
  }

  /** Reads a prediction with the embeddings that it declares, and skips its features. */
  static DeclaredEmbeddings readDeclared(byte @Nullable [] bytes) throws MalformedEvent {
    Fields fields = readAll(bytes, null);
    return new DeclaredEmbeddings(fields.prediction(), fields.embeddings);
  }

  private static Fields readAll(byte @Nullable [] bytes, @Nullable FeatureSink features)
      throws MalformedEvent {
    Fields fields = new Fields();
    try (StrictJson json = StrictJson.open(bytes)) {
      for (String field = json.nextField(); field != null; field = json.nextField()) {
        fields.take(field, json, features);
      }
      json.end();
    }
    return fields;
  }

  /** Writes a prediction without features. */
  public static byte[] write(Prediction prediction) {
    return write(prediction, features -> {});
  }

  /**
   * Writes a prediction.
   *
   * @param features writes the features, in their order, into the sink it is given; a NaN is
   *     written as missing
   */
  public static byte[] write(Prediction prediction, Consumer<FeatureSink> features) {
    return write(prediction, List.of(), features);
  }

  /** The same for one that declares the embeddings it rests on. */
  public static byte[] write(
      Prediction prediction, List<EmbeddingUse> embeddings, Consumer<FeatureSink> features) {
    return JsonBytes.object(
        out -> {
          out.field("prediction_id", prediction.predictionId());
          out.field("model_id", prediction.modelId());
          out.field("model_version", prediction.modelVersion());
          out.field("predicted_at", prediction.predictedAtMillis());
          out.field("score", prediction.score());
          out.field("label", prediction.label());
          out.field("value", prediction.value());
          List<String> ranking = prediction.ranking();
          if (ranking != null) {
            out.field("ranking", ranking);
          }
          out.field("entity_id", prediction.entityId());
          out.field("segment", prediction.segment());
          out.field("experiment", prediction.experiment());
          out.field("variant", prediction.variant());
          out.field("propensity", prediction.propensity());
          if (prediction.weight() != 1) {
            out.field("weight", prediction.weight());
          }
          if (!embeddings.isEmpty()) {
            out.objects("embeddings", embeddings, EmbeddingUseFields::write);
          }
          out.features("features", features);
        });
  }

  private static final class Fields {
    private @Nullable String predictionId;
    private @Nullable String modelId;
    private @Nullable String modelVersion;
    private long predictedAtMillis;
    private boolean timed;
    private double score = Double.NaN;
    private @Nullable String label;
    private double value = Double.NaN;
    private @Nullable List<String> ranking;
    private @Nullable String entityId;
    private @Nullable String segment;
    private @Nullable String experiment;
    private @Nullable String variant;
    private double propensity = Double.NaN;
    private double weight = 1;
    private List<EmbeddingUse> embeddings = List.of();

    void take(String field, StrictJson json, @Nullable FeatureSink features) throws MalformedEvent {
      switch (field) {
        case "prediction_id" -> predictionId = json.id();
        case "model_id" -> modelId = json.id();
        case "model_version" -> modelVersion = json.name();
        case "predicted_at" -> {
          predictedAtMillis = json.instantMillis();
          timed = true;
        }
        case "features" -> readFeatures(json, features);
        default -> {
          // Optional fields may be null, which says the same as leaving them out.
          if (json.isNull()) {
            return;
          }
          takeOptional(field, json);
        }
      }
    }

    private void takeOptional(String field, StrictJson json) throws MalformedEvent {
      switch (field) {
        case "score" -> score = json.number(0, 1);
        case "label" -> label = labelOf(json);
        case "value" -> value = json.number(-Limits.MAX_VALUE, Limits.MAX_VALUE);
        case "ranking" -> ranking = readRanking(json);
        case "entity_id" -> entityId = json.id();
        case "segment" -> segment = json.name();
        case "experiment" -> experiment = json.name();
        case "variant" -> variant = json.name();
        case "propensity" -> propensity = json.number(Double.MIN_NORMAL, 1);
        case "weight" -> weight = json.number(Limits.MIN_WEIGHT, Limits.MAX_WEIGHT);
        case "embeddings" -> embeddings = EmbeddingUseFields.read(json);
        default -> json.skip();
      }
    }

    Prediction prediction() throws MalformedEvent {
      if (predictionId == null) {
        throw StrictJson.missing("prediction_id");
      }
      if (modelId == null) {
        throw StrictJson.missing("model_id");
      }
      if (modelVersion == null) {
        throw StrictJson.missing("model_version");
      }
      if (!timed) {
        throw StrictJson.missing("predicted_at");
      }
      if (Double.isNaN(score) && label == null && Double.isNaN(value) && ranking == null) {
        throw StrictJson.missing("score, label, value or ranking");
      }
      return new Prediction(
          predictionId,
          modelId,
          modelVersion,
          predictedAtMillis,
          score,
          label,
          value,
          ranking,
          entityId,
          segment,
          experiment,
          variant,
          propensity,
          weight);
    }
  }

  /** A class label: text, or a boolean as its text. */
  static String labelOf(StrictJson json) throws MalformedEvent {
    return json.isBoolean() ? Boolean.toString(json.bool()) : json.name();
  }

  private static List<String> readRanking(StrictJson json) throws MalformedEvent {
    List<String> items = new ArrayList<>();
    json.enterArray();
    while (json.nextElement()) {
      String item = json.id();
      // Deeper positions are outside every metric: checked, then let go.
      if (items.size() < Limits.MAX_RANKING) {
        items.add(item);
      }
    }
    if (items.isEmpty()) {
      throw json.bad("a ranking has at least one item");
    }
    return items;
  }

  private static void readFeatures(StrictJson json, @Nullable FeatureSink sink)
      throws MalformedEvent {
    if (json.isNull()) {
      return;
    }
    json.enterObject();
    for (String name = json.nextField(); name != null; name = json.nextField()) {
      json.requireFeatureName(name);
      readFeature(json, name, sink);
    }
  }

  // The checks are the same with and without a sink: an event is good for all readers or for none.
  private static void readFeature(StrictJson json, String name, @Nullable FeatureSink sink)
      throws MalformedEvent {
    if (json.isText()) {
      json.requireStorableText();
      if (sink != null) {
        sink.category(name, json.freeText());
      }
      return;
    }
    json.requireScalar();
    if (sink == null) {
      return;
    }
    if (json.isNumber()) {
      sink.number(name, json.anyNumber());
    } else if (json.isBoolean()) {
      sink.category(name, Boolean.toString(json.bool()));
    } else {
      sink.missing(name);
    }
  }
}
