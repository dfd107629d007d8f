package dev.runway.bench.drift;

import dev.runway.bench.drift.Load.Encoding;
import dev.runway.flink.RawEvent;
import dev.runway.flink.RawHeader;
import dev.runway.model.AvroPredictionCodec;
import dev.runway.model.Prediction;
import dev.runway.model.PredictionCodec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Predictions in a fixed order, encoded beforehand: making one is writing its time and its id over
 * those of the last one of the same place. So they cost next to nothing beside what is measured,
 * and nobody may keep one beyond the next but {@value #LEAST_EACH} of its model.
 *
 * <p>Of each feature a model has one value of each of as many equal shares of the baseline, so that
 * whatever the window its distribution is the baseline's.
 */
final class Predictions {
  static final String TOPIC = "predictions";

  /** Predictions of a model that are different. */
  private static final int LEAST_EACH = 40;

  private static final int LEAST = 2_000;

  /** After so many the order of the models repeats. */
  private static final int ORDER = 1 << 16;

  private static final String ID = "00000000-0000-7000-8000-000000000000";
  private static final int ID_DIGITS = 12;
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  /** A drifted feature lies so many of its standard deviations higher. */
  private static final double DRIFT = 1.5;

  /** The feature that drifts. */
  static final int DRIFTING = 0;

  /** An encoded prediction with the places of what changes in it. */
  private record Place(byte[] key, byte[] value, int timeAt, int idAt) {}

  private final Encoding encoding;
  private final Place[][] places;
  private final Place[][] drifted;
  private final List<List<RawHeader>> headers = new ArrayList<>();
  private final int[] order = new int[ORDER];
  private final int[] next;
  private final boolean[] drifts;
  private long n;
  private final long step;

  /**
   * Every so many of a load's predictions.
   *
   * @param drifting whether {@link #drift} will be called
   * @param first number of the first one
   * @param step from one to the next
   */
  Predictions(Fleet fleet, Load load, long seed, boolean drifting, long first, long step) {
    this.encoding = load.encoding();
    this.step = step;
    this.n = first;
    int models = load.models();
    int each = each(models);
    next = new int[models];
    drifts = new boolean[models];
    places = new Place[models][];
    drifted = new Place[drifting ? models : 0][];
    for (int model = 0; model < models; model++) {
      places[model] = encoded(fleet, model, each, seed, 0);
      if (drifting) {
        drifted[model] = encoded(fleet, model, each, seed, DRIFT);
      }
      headers.add(headers(model));
    }
    fill(order, load, new Random(seed + first));
  }

  private List<RawHeader> headers(int model) {
    return encoding == Encoding.JSON
        ? List.of()
        : List.of(
            header(AvroPredictionCodec.FORMAT_HEADER, AvroPredictionCodec.FORMAT),
            header(AvroPredictionCodec.FEATURES_HEADER, Fleet.profileId(model)));
  }

  private static RawHeader header(String name, String value) {
    return new RawHeader(name, value.getBytes(StandardCharsets.US_ASCII));
  }

  private static void fill(int[] order, Load load, Random random) {
    double[] upTo = new double[load.models()];
    double sum = 0;
    for (int model = 0; model < upTo.length; model++) {
      sum +=
          switch (load.share()) {
            case ZIPF -> 1.0 / (model + 1);
            case EVEN -> 1;
            case HOT -> model == 0 ? 9.0 * (upTo.length - 1) : 1;
          };
      upTo[model] = sum;
    }
    for (int i = 0; i < order.length; i++) {
      int found = Arrays.binarySearch(upTo, random.nextDouble() * sum);
      order[i] = Math.min(found < 0 ? -found - 1 : found, upTo.length - 1);
    }
  }

  /** What one prediction says: its features in their order, and its score. */
  record Said(float[] values, double score) {}

  private Place[] encoded(Fleet fleet, int model, int each, long seed, double drift) {
    return said(fleet, model, each, seed, drift).stream()
        .map(
            said -> {
              Prediction prediction = prediction(model, said.score);
              return encoding == Encoding.AVRO
                  ? avro(prediction, said.values)
                  : json(prediction, said.values);
            })
        .toArray(Place[]::new);
  }

  /**
   * What the predictions of a model say, those that have not drifted first: by {@link
   * #placeOfNext}.
   */
  static List<Said> said(Fleet fleet, Load load, long seed, int model) {
    int each = each(load.models());
    List<Said> all = new ArrayList<>(said(fleet, model, each, seed, 0));
    all.addAll(said(fleet, model, each, seed, DRIFT));
    return all;
  }

  private static int each(int models) {
    return Math.max(LEAST_EACH, LEAST / models / 10 * 10);
  }

  private static List<Said> said(Fleet fleet, int model, int each, long seed, double drift) {
    Random random = new Random(seed * 31 + model);
    float[][] values = new float[each][fleet.features()];
    for (int feature = 0; feature < fleet.features(); feature++) {
      int[] shares = shuffled(each, random);
      for (int i = 0; i < each; i++) {
        values[i][feature] = fleet.number((shares[i] + random.nextDouble()) / each);
      }
    }
    List<Said> found = new ArrayList<>();
    int[] shares = shuffled(each, random);
    for (int i = 0; i < each; i++) {
      values[i][DRIFTING] += (float) drift;
      double score = fleet.score((shares[i] + random.nextDouble()) / each);
      found.add(new Said(values[i], score));
    }
    return found;
  }

  private static int[] shuffled(int size, Random random) {
    int[] all = new int[size];
    for (int i = 0; i < size; i++) {
      int j = random.nextInt(i + 1);
      all[i] = all[j];
      all[j] = i;
    }
    return all;
  }

  private static Prediction prediction(int model, double score) {
    return new Prediction(
        ID,
        Fleet.modelId(model),
        Fleet.VERSION,
        // As many bytes as any time of now.
        1_750_000_000_000L,
        Math.rint(score * 1e4) / 1e4,
        null,
        Double.NaN,
        null,
        null,
        null,
        null,
        null,
        Double.NaN,
        1);
  }

  private static Place avro(Prediction prediction, float[] values) {
    List<Object> features = new ArrayList<>();
    for (float value : values) {
      features.add(value);
    }
    byte[] bytes = AvroPredictionCodec.write(prediction, features);
    // Six bytes of time, one of the id's length.
    return new Place(ascii(ID), bytes, 0, 7);
  }

  private static Place json(Prediction prediction, float[] values) {
    byte[] bytes =
        PredictionCodec.write(
            prediction,
            sink -> {
              for (int i = 0; i < values.length; i++) {
                sink.number(Fleet.featureName(i), Math.rint(values[i] * 1e4) / 1e4);
              }
            });
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    String time = Long.toString(prediction.predictedAtMillis());
    return new Place(ascii(ID), bytes, text.indexOf(time), text.indexOf(ID));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** How many different predictions each model has. */
  int each() {
    return places[0].length;
  }

  /** From now on a model's predictions have drifted. */
  void drift(int model) {
    drifts[model] = true;
  }

  /** The model of the next prediction. */
  int nextModel() {
    return order[(int) ((n / step) & (ORDER - 1))];
  }

  /** Which of what its model says the next prediction will say: see {@link #said}. */
  int placeOfNext() {
    int model = nextModel();
    return drifts[model] ? places[model].length + next[model] : next[model];
  }

  /** The number of the next prediction. */
  long position() {
    return n;
  }

  /**
   * The next prediction.
   *
   * @param atMillis its time, and that of its record
   */
  RawEvent next(long atMillis) {
    int model = nextModel();
    Place[] of = drifts[model] ? drifted[model] : places[model];
    Place place = of[next[model]];
    next[model] = next[model] + 1 == of.length ? 0 : next[model] + 1;
    writeId(place.key, 0, n);
    writeId(place.value, place.idAt, n);
    if (encoding == Encoding.AVRO) {
      writeZigzag(place.value, place.timeAt, atMillis);
    } else {
      writeDigits(place.value, place.timeAt, atMillis);
    }
    n += step;
    return new RawEvent(place.key, place.value, TOPIC, 0, n, atMillis, headers.get(model));
  }

  private static void writeId(byte[] bytes, int idAt, long number) {
    int end = idAt + ID.length();
    long left = number;
    for (int i = 1; i <= ID_DIGITS; i++) {
      bytes[end - i] = HEX[(int) (left & 15)];
      left >>>= 4;
    }
  }

  /** Times until 2039 have six bytes. */
  private static void writeZigzag(byte[] bytes, int at, long millis) {
    long bits = millis << 1;
    for (int i = 0; i < 5; i++) {
      bytes[at + i] = (byte) ((bits & 0x7f) | 0x80);
      bits >>>= 7;
    }
    bytes[at + 5] = (byte) bits;
  }

  private static void writeDigits(byte[] bytes, int at, long millis) {
    long left = millis;
    for (int i = 12; i >= 0; i--) {
      bytes[at + i] = (byte) ('0' + left % 10);
      left /= 10;
    }
  }
}
