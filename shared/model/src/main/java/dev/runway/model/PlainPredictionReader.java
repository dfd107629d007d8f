package dev.runway.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads predictions as producers write them, in a third of the time of {@link StrictJson}, and says
 * null to all others: an unknown or repeated field, an escape, a letter beyond ASCII, a list, a
 * number of unusual size, anything that is wrong. One per thread; allocates texts of fields and
 * nothing per feature.
 */
final class PlainPredictionReader {
  private static final ThreadLocal<PlainPredictionReader> OF_THREAD =
      ThreadLocal.withInitial(PlainPredictionReader::new);

  private static final int PREDICTION_ID = 0;
  private static final int MODEL_ID = 1;
  private static final int MODEL_VERSION = 2;
  private static final int PREDICTED_AT = 3;
  private static final int SCORE = 4;
  private static final int FEATURES = 5;
  private static final int LABEL = 6;
  private static final int VALUE = 7;
  private static final int ENTITY_ID = 8;
  private static final int SEGMENT = 9;
  private static final int EXPERIMENT = 10;
  private static final int VARIANT = 11;
  private static final int PROPENSITY = 12;
  private static final int WEIGHT = 13;
  private static final int EMBEDDINGS = 14;

  /** By the numbers above. */
  private static final byte[][] FIELDS =
      Arrays.stream(
              new String[] {
                "prediction_id",
                "model_id",
                "model_version",
                "predicted_at",
                "score",
                "features",
                "label",
                "value",
                "entity_id",
                "segment",
                "experiment",
                "variant",
                "propensity",
                "weight",
                "embeddings"
              })
          .map(name -> name.getBytes(StandardCharsets.US_ASCII))
          .toArray(byte[][]::new);

  private static final int REQUIRED =
      1 << PREDICTION_ID | 1 << MODEL_ID | 1 << MODEL_VERSION | 1 << PREDICTED_AT;
  private static final int ANSWERS = 1 << SCORE | 1 << LABEL | 1 << VALUE;

  private static final byte[] SPACE_ID = "space_id".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] VERSION = "embedding_version".getBytes(StandardCharsets.US_ASCII);

  private static final String TRUE = "true";
  private static final String FALSE = "false";

  private final KnownNames known = new KnownNames();
  private final @Nullable String[] texts = new @Nullable String[FIELDS.length];
  private final double[] numbers = new double[FIELDS.length];
  private long event;

  // Features wait until all is read: a sink is told nothing of an event that is read otherwise.
  private String[] names = new String[128];
  private double[] values = new double[128];
  private @Nullable String[] words = new @Nullable String[128];
  private int size;

  private PlainPredictionReader() {}

  /**
   * Reads a prediction.
   *
   * @param sink takes its features; null where nobody wants them
   * @return null where {@link StrictJson} has to judge
   */
  static @Nullable Prediction read(byte @Nullable [] bytes, @Nullable FeatureSink sink) {
    if (bytes == null || bytes.length > Limits.MAX_EVENT_BYTES) {
      return null;
    }
    PlainPredictionReader mine = OF_THREAD.get();
    PlainJson json = new PlainJson(bytes);
    int seen = mine.fields(json, bytes);
    if (json.failed() || (seen & REQUIRED) != REQUIRED || (seen & ANSWERS) == 0) {
      return null;
    }
    Prediction prediction = mine.prediction(seen);
    if (sink != null) {
      mine.tell(sink);
    }
    return prediction;
  }

  /** Reads the whole object; the fields that have a value, as bits. */
  private int fields(PlainJson json, byte[] bytes) {
    event++;
    size = 0;
    int met = 0;
    int seen = 0;
    json.take('{');
    while (!json.failed()) {
      json.text();
      int field = field(json, met);
      json.take(':');
      if (field < 0 || json.failed()) {
        json.fail();
        break;
      }
      met |= 1 << field;
      if (json.peek() == 'n') {
        // A required one that is null is for others to refuse.
        json.word("null");
      } else {
        take(field, json, bytes);
        seen |= 1 << field;
      }
      if (!json.takes(',')) {
        json.take('}');
        break;
      }
    }
    if (!json.atEnd()) {
      json.fail();
    }
    return seen;
  }

  /** Which field the last text names; -1 for one that is unknown or comes again. */
  private static int field(PlainJson json, int met) {
    for (int i = 0; i < FIELDS.length; i++) {
      if ((met & 1 << i) == 0 && json.is(FIELDS[i])) {
        return i;
      }
    }
    return -1;
  }

  private void take(int field, PlainJson json, byte[] bytes) {
    switch (field) {
      case PREDICTION_ID, MODEL_ID, ENTITY_ID -> texts[field] = json.id();
      case MODEL_VERSION, LABEL, SEGMENT, EXPERIMENT, VARIANT ->
          texts[field] = json.text(Limits.MAX_LABEL);
      case PREDICTED_AT -> time(json);
      case SCORE -> number(field, json, 0, 1);
      case VALUE -> number(field, json, -Limits.MAX_VALUE, Limits.MAX_VALUE);
      case PROPENSITY -> number(field, json, Double.MIN_NORMAL, 1);
      case WEIGHT -> number(field, json, Limits.MIN_WEIGHT, Limits.MAX_WEIGHT);
      case FEATURES -> features(json, bytes);
      case EMBEDDINGS -> embeddings(json);
      default -> throw new IllegalStateException("field " + field);
    }
  }

  private void time(PlainJson json) {
    long millis = json.whole();
    numbers[PREDICTED_AT] = millis;
    if (millis > Limits.MAX_TIME) {
      json.fail();
    }
  }

  private void number(int field, PlainJson json, double least, double most) {
    double value = json.number();
    numbers[field] = value;
    if (!(value >= least && value <= most)) {
      json.fail();
    }
  }

  /** Only checked: who wants them reads them apart. */
  private static void embeddings(PlainJson json) {
    json.take('[');
    if (json.takes(']')) {
      return;
    }
    for (int left = Limits.MAX_EMBEDDING_USES; !json.failed(); left--) {
      if (left == 0) {
        json.fail();
        return;
      }
      json.take('{');
      due(json, SPACE_ID);
      json.id();
      json.take(',');
      due(json, VERSION);
      json.text(Limits.MAX_LABEL);
      json.take('}');
      if (!json.takes(',')) {
        json.take(']');
        return;
      }
    }
  }

  private static void due(PlainJson json, byte[] name) {
    json.text();
    if (!json.is(name)) {
      json.fail();
    }
    json.take(':');
  }

  private void features(PlainJson json, byte[] bytes) {
    json.take('{');
    if (json.takes('}')) {
      return;
    }
    KnownNames.Name last = known.start;
    while (!json.failed()) {
      KnownNames.Name name = name(json, bytes, last);
      json.take(':');
      if (name == null || json.failed() || !name.mark(event)) {
        json.fail();
        return;
      }
      feature(name.text, json);
      if (!json.takes(',')) {
        json.take('}');
        return;
      }
      last = name;
    }
  }

  /** Producers have one order: the name that followed last time is tried, others are looked up. */
  private KnownNames.@Nullable Name name(PlainJson json, byte[] bytes, KnownNames.Name last) {
    KnownNames.Name likely = last.next;
    if (likely != null && json.takesText(likely.bytes)) {
      return likely;
    }
    json.text();
    int length = json.to() - json.from();
    if (length == 0 || length > Limits.MAX_NAME) {
      return null;
    }
    KnownNames.Name name = known.of(bytes, json.from(), json.to());
    last.next = name;
    return name;
  }

  private void feature(String name, PlainJson json) {
    if (size == names.length) {
      names = Arrays.copyOf(names, 2 * size);
      values = Arrays.copyOf(values, 2 * size);
      words = Arrays.copyOf(words, 2 * size);
    }
    names[size] = name;
    values[size] = Double.NaN;
    words[size] = null;
    switch (json.peek()) {
      case '"' -> {
        json.text();
        if (json.to() - json.from() > Limits.MAX_TEXT) {
          json.fail();
        } else {
          words[size] = json.string();
        }
      }
      case 't' -> {
        json.word(TRUE);
        words[size] = TRUE;
      }
      case 'f' -> {
        json.word(FALSE);
        words[size] = FALSE;
      }
      case 'n' -> json.word("null");
      default -> values[size] = json.number();
    }
    size++;
  }

  private void tell(FeatureSink sink) {
    for (int i = 0; i < size; i++) {
      String word = words[i];
      if (word != null) {
        sink.category(names[i], word);
      } else if (Double.isNaN(values[i])) {
        sink.missing(names[i]);
      } else {
        sink.number(names[i], values[i]);
      }
    }
  }

  private Prediction prediction(int seen) {
    return new Prediction(
        required(PREDICTION_ID),
        required(MODEL_ID),
        required(MODEL_VERSION),
        (long) numbers[PREDICTED_AT],
        number(seen, SCORE, Double.NaN),
        text(seen, LABEL),
        number(seen, VALUE, Double.NaN),
        null,
        text(seen, ENTITY_ID),
        text(seen, SEGMENT),
        text(seen, EXPERIMENT),
        text(seen, VARIANT),
        number(seen, PROPENSITY, Double.NaN),
        number(seen, WEIGHT, 1));
  }

  private String required(int field) {
    String text = texts[field];
    if (text == null) {
      throw new IllegalStateException("asked for before it was read");
    }
    return text;
  }

  private @Nullable String text(int seen, int field) {
    return (seen & 1 << field) == 0 ? null : texts[field];
  }

  private double number(int seen, int field, double absent) {
    return (seen & 1 << field) == 0 ? absent : numbers[field];
  }
}
