package dev.runway.driftmonitor;

import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.profile.BaselineProfile.Declared;
import dev.runway.drift.profile.BaselineProfile.Identity;
import dev.runway.drift.profile.FeatureKind;
import dev.runway.drift.profile.Precision;
import dev.runway.drift.profile.ProfileBuilder;
import dev.runway.drift.profile.ProfileOptions;
import dev.runway.drift.profile.Source;
import dev.runway.drift.profile.Values;
import dev.runway.model.AvroPredictionCodec;
import dev.runway.model.FeatureSink;
import dev.runway.model.Prediction;
import dev.runway.model.PredictionCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Predictions with eight features of which six can be poisoned, each in its own way; of a seed they
 * are the same but for that.
 */
final class PoisonedPredictions {
  static final long NOON = 1_700_000_000_000L / 3_600_000 * 3_600_000;
  static final long WINDOW = Duration.ofMinutes(10).toMillis();

  /** Features beside the baseline's in each poisoned prediction in JSON. */
  static final int UNSEEN = 100;

  /** Names of these. */
  static final int UNSEEN_NAMES = 10_000;

  /** In the order of the baseline, which is that of Avro's positions. */
  private static final List<Declared> FEATURES =
      List.of(
          Declared.numeric("distance"),
          Declared.categorical("carrier"),
          Declared.numeric("gone"),
          Declared.numeric("typed"),
          Declared.numeric("infinite"),
          Declared.numeric("huge"),
          Declared.categorical("city"),
          Declared.categorical("text"));

  private static final List<String> WORDS = List.of("AA", "UA", "WN");

  private PoisonedPredictions() {}

  /** That of a model: the law of all that is not poisoned. */
  static BaselineProfile profile(String model) {
    return profile(model, 5);
  }

  /** Same of another sample, so with other counts under the same id. */
  static BaselineProfile profile(String model, long seed) {
    Random random = new Random(seed);
    List<Declared> declared = new ArrayList<>(FEATURES);
    declared.add(Declared.numeric("$score"));
    List<ProfileBuilder.RowWriter> rows = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      List<@Nullable Object> features = features(random);
      double score = random.nextDouble();
      rows.add(
          values -> {
            write(features, values);
            values.number(FEATURES.size(), score);
          });
    }
    return ProfileBuilder.build(
        new Identity(model + "-1", model, "1", NOON - WINDOW, Source.PROFILE_JOB),
        Precision.DOUBLE,
        declared,
        ProfileOptions.standard(declared.size()),
        rows);
  }

  private static void write(List<@Nullable Object> features, Values values) {
    for (int i = 0; i < features.size(); i++) {
      if (features.get(i) instanceof Double number) {
        values.number(i, number);
      } else if (features.get(i) instanceof String word) {
        values.category(i, word);
      }
    }
  }

  private static List<@Nullable Object> features(Random random) {
    List<@Nullable Object> features = new ArrayList<>();
    for (Declared feature : FEATURES) {
      if (feature.kind() == FeatureKind.NUMERIC) {
        features.add(random.nextGaussian());
      } else {
        features.add(WORDS.get(random.nextInt(WORDS.size())));
      }
    }
    return features;
  }

  /**
   * Sends a window of a model.
   *
   * @param poisoned whether its six features are, and 10,000 others come beside them; every tenth
   *     prediction is Avro then
   */
  static void play(JobTopics to, String model, int window, int predictions, boolean poisoned) {
    Random random = new Random(31L * model.hashCode() + window);
    for (int i = 0; i < predictions; i++) {
      long at = NOON + window * WINDOW + random.nextInt((int) WINDOW);
      String id = model + '-' + window + '-' + i;
      Prediction prediction = prediction(id, model, at, random.nextDouble());
      List<@Nullable Object> features = features(random);
      if (poisoned) {
        poison(features, i);
      }
      if (poisoned && i % 10 == 5) {
        to.avro(id, AvroPredictionCodec.write(prediction, features), model + "-1");
      } else {
        int first = poisoned ? i * UNSEEN : -1;
        to.prediction(id, PredictionCodec.write(prediction, sink -> write(features, first, sink)));
      }
    }
  }

  private static void poison(List<@Nullable Object> features, int i) {
    boolean even = i % 2 == 0;
    features.set(2, even ? null : Double.NaN);
    features.set(3, "N/A");
    if (even) {
      boolean positive = i % 4 == 0;
      features.set(4, positive ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY);
      features.set(5, positive ? 1e308 : -1e308);
    }
    features.set(6, "city-" + i);
    if (i % 10 == 3) {
      features.set(7, (i + "-").repeat(10_000));
    }
  }

  private static void write(List<@Nullable Object> features, int firstUnseen, FeatureSink sink) {
    for (int i = 0; i < features.size(); i++) {
      String name = FEATURES.get(i).name();
      if (features.get(i) instanceof Double number) {
        sink.number(name, number);
      } else if (features.get(i) instanceof String word) {
        sink.category(name, word);
      }
    }
    for (int i = firstUnseen; firstUnseen >= 0 && i < firstUnseen + UNSEEN; i++) {
      sink.number("unseen-" + i % UNSEEN_NAMES, i);
    }
  }

  /** Sends a window of a version without baseline: names and words that never come again. */
  static void playNames(JobTopics to, String model, int window, int predictions) {
    for (int i = 0; i < predictions; i++) {
      String id = model + '-' + window + '-' + i;
      long at = NOON + window * WINDOW + i * WINDOW / predictions;
      to.prediction(
          id,
          PredictionCodec.write(
              prediction(id, model, at, 0.5),
              sink -> {
                sink.category("steady", WORDS.get(id.length() % WORDS.size()));
                for (int name = 0; name < UNSEEN; name++) {
                  sink.category(id + '-' + name, id + '-' + name);
                }
              }));
    }
  }

  static Prediction prediction(String id, String model, long at, double score) {
    return prediction(id, model, at, score, null);
  }

  static Prediction prediction(
      String id, String model, long at, double score, @Nullable String segment) {
    return new Prediction(
        id,
        model,
        "1",
        at,
        score,
        null,
        Double.NaN,
        null,
        null,
        segment,
        null,
        null,
        Double.NaN,
        1);
  }

  /** Eight features, none poisoned. */
  static List<@Nullable Object> someFeatures() {
    return features(new Random(1));
  }
}
