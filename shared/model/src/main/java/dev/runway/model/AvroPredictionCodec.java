package dev.runway.model;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Avro form of a {@link Prediction}, schema {@code schemas/prediction-v1.avsc}: features by
 * position, for producers to which names and digits are too dear. It says the same as the JSON form
 * and is judged by the same limits.
 *
 * <p>Which form a record has is said by its header {@value #FORMAT_HEADER}; without it it is JSON.
 * The list that positions are of is named by {@value #FEATURES_HEADER}.
 */
public final class AvroPredictionCodec {
  /** Name of the record header that says the form. */
  public static final String FORMAT_HEADER = "runway-format";

  /** Its value for this form. */
  public static final String FORMAT = "avro-1";

  /** Name of the record header that names the list of features. */
  public static final String FEATURES_HEADER = "runway-features";

  /** Elements of the features' union, in the order of the schema. */
  private static final int FEATURE_TYPES = 6;

  private AvroPredictionCodec() {}

  /** Epoch milliseconds of a prediction without reading on, or {@link EventTime#NONE}. */
  public static long millis(byte @Nullable [] bytes) {
    if (bytes == null || bytes.length == 0) {
      return EventTime.NONE;
    }
    try {
      return new AvroFields(bytes).instantMillis();
    } catch (MalformedEvent e) {
      return EventTime.NONE;
    }
  }

  /** Reads a prediction and skips its features, after a check of them. */
  public static Prediction read(byte @Nullable [] bytes) throws MalformedEvent {
    return read(bytes, null);
  }

  /**
   * Reads a prediction.
   *
   * @param sink takes each feature as it is read; null skips them after a check of their types
   * @throws MalformedEvent with the field at fault; the sink may then have seen some features
   */
  public static Prediction read(byte @Nullable [] bytes, @Nullable PositionedFeatureSink sink)
      throws MalformedEvent {
    if (bytes == null || bytes.length == 0) {
      throw new MalformedEvent(Reason.EMPTY, null, "no bytes where an event is due");
    }
    if (bytes.length > Limits.MAX_EVENT_BYTES) {
      throw new MalformedEvent(
          Reason.TOO_LARGE,
          null,
          bytes.length + " bytes, at most " + Limits.MAX_EVENT_BYTES + " are accepted");
    }
    AvroFields in = new AvroFields(bytes);
    Prediction prediction = readFields(in);
    in.field("features");
    readFeatures(in, sink);
    in.end();
    boolean answers =
        !Double.isNaN(prediction.score())
            || prediction.label() != null
            || !Double.isNaN(prediction.value())
            || prediction.ranking() != null;
    if (!answers) {
      throw new MalformedEvent(
          Reason.MISSING_FIELD, "score, label, value or ranking", "required, but not there");
    }
    return prediction;
  }

  private static Prediction readFields(AvroFields in) throws MalformedEvent {
    long predictedAt = in.field("predicted_at").instantMillis();
    String predictionId = in.field("prediction_id").id();
    String modelId = in.field("model_id").id();
    String modelVersion = in.field("model_version").name();
    double score = numberOr(in.field("score"), 0, 1, Double.NaN);
    String label = in.field("label").present() ? in.name() : null;
    double value = numberOr(in.field("value"), -Limits.MAX_VALUE, Limits.MAX_VALUE, Double.NaN);
    List<String> ranking = in.field("ranking").present() ? readRanking(in) : null;
    String entityId = in.field("entity_id").present() ? in.id() : null;
    String segment = in.field("segment").present() ? in.name() : null;
    String experiment = in.field("experiment").present() ? in.name() : null;
    String variant = in.field("variant").present() ? in.name() : null;
    double propensity = numberOr(in.field("propensity"), Double.MIN_NORMAL, 1, Double.NaN);
    double weight = numberOr(in.field("weight"), Limits.MIN_WEIGHT, Limits.MAX_WEIGHT, 1);
    return new Prediction(
        predictionId,
        modelId,
        modelVersion,
        predictedAt,
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

  private static double numberOr(AvroFields in, double least, double most, double absent)
      throws MalformedEvent {
    return in.present() ? in.number(least, most) : absent;
  }

  private static List<String> readRanking(AvroFields in) throws MalformedEvent {
    List<String> items = new ArrayList<>();
    for (long left = in.block(); left > 0; left = in.block()) {
      for (long i = 0; i < left; i++) {
        String item = in.id();
        // Deeper positions are outside every metric: checked, then let go.
        if (items.size() < Limits.MAX_RANKING) {
          items.add(item);
        }
      }
    }
    if (items.isEmpty()) {
      throw in.bad("a ranking has at least one item");
    }
    return items;
  }

  private static void readFeatures(AvroFields in, @Nullable PositionedFeatureSink sink)
      throws MalformedEvent {
    int position = 0;
    for (long left = in.block(); left > 0; left = in.block()) {
      for (long i = 0; i < left; i++) {
        readFeature(in, position++, sink);
      }
    }
    if (sink != null) {
      sink.end(position);
    }
  }

  private static void readFeature(AvroFields in, int position, @Nullable PositionedFeatureSink sink)
      throws MalformedEvent {
    switch (in.union(FEATURE_TYPES)) {
      case 0 -> {
        // Null is missing.
      }
      case 1 -> number(position, in.anyDouble(), sink);
      case 2 -> number(position, in.anyFloat(), sink);
      case 3 -> number(position, (double) in.integer(), sink);
      case 4 -> {
        String word = in.text(Limits.MAX_TEXT);
        if (sink != null) {
          sink.category(position, word);
        }
      }
      default -> {
        boolean truth = in.truth();
        if (sink != null) {
          sink.category(position, Boolean.toString(truth));
        }
      }
    }
  }

  private static void number(int position, double value, @Nullable PositionedFeatureSink sink) {
    if (sink != null && !Double.isNaN(value)) {
      sink.number(position, value);
    }
  }

  /**
   * Writes a prediction.
   *
   * @param features by position: null for missing, a {@link Double}, {@link Float}, {@link Long},
   *     {@link String} or {@link Boolean}
   * @throws IllegalArgumentException if one is of another type
   */
  public static byte[] write(Prediction prediction, List<? extends @Nullable Object> features) {
    Writer out = new Writer();
    out.integer(prediction.predictedAtMillis());
    out.text(prediction.predictionId());
    out.text(prediction.modelId());
    out.text(prediction.modelVersion());
    out.optional(prediction.score());
    out.optional(prediction.label());
    out.optional(prediction.value());
    List<String> ranking = prediction.ranking();
    out.integer(ranking == null ? 0 : 1);
    if (ranking != null) {
      out.array(ranking.size());
      ranking.forEach(out::text);
      out.integer(0);
    }
    out.optional(prediction.entityId());
    out.optional(prediction.segment());
    out.optional(prediction.experiment());
    out.optional(prediction.variant());
    out.optional(prediction.propensity());
    out.optional(prediction.weight() == 1 ? Double.NaN : prediction.weight());
    out.array(features.size());
    for (Object feature : features) {
      out.feature(feature);
    }
    if (!features.isEmpty()) {
      out.integer(0);
    }
    return out.bytes.toByteArray();
  }

  private static final class Writer {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);

    void integer(long value) {
      long bits = (value << 1) ^ (value >> 63);
      while ((bits & ~0x7fL) != 0) {
        bytes.write((int) (bits & 0x7f) | 0x80);
        bits >>>= 7;
      }
      bytes.write((int) bits);
    }

    void fixed(long bits, int length) {
      for (int i = 0; i < length; i++) {
        bytes.write((int) (bits >>> (8 * i)));
      }
    }

    void text(String text) {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      integer(utf8.length);
      bytes.writeBytes(utf8);
    }

    void optional(double value) {
      integer(Double.isNaN(value) ? 0 : 1);
      if (!Double.isNaN(value)) {
        fixed(Double.doubleToRawLongBits(value), Double.BYTES);
      }
    }

    void optional(@Nullable String text) {
      integer(text == null ? 0 : 1);
      if (text != null) {
        text(text);
      }
    }

    /** Begins an array; the end of one that is not empty is another 0. */
    void array(int size) {
      integer(size);
    }

    void feature(@Nullable Object feature) {
      if (feature == null) {
        integer(0);
      } else if (feature instanceof Double number) {
        integer(1);
        fixed(Double.doubleToRawLongBits(number), Double.BYTES);
      } else if (feature instanceof Float number) {
        integer(2);
        fixed(Float.floatToRawIntBits(number), Float.BYTES);
      } else if (feature instanceof Long number) {
        integer(3);
        integer(number);
      } else if (feature instanceof String word) {
        integer(4);
        text(word);
      } else if (feature instanceof Boolean truth) {
        integer(5);
        bytes.write(truth ? 1 : 0);
      } else {
        throw new IllegalArgumentException("no feature may be a " + feature.getClass().getName());
      }
    }
  }
}
