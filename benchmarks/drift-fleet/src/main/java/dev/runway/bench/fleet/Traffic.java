package dev.runway.bench.fleet;

import dev.runway.bench.fleet.Drift.Change;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Makes the predictions of a model: users come, each with a few predictions that resemble each
 * other. Not for use by several threads.
 */
final class Traffic {

  /** Takes the values of a prediction, by feature; NaN is missing. The array is used again. */
  interface Taker {
    void take(double[] values);
  }

  private static final double GLITCH_SHARE = 1 / 5000.0;
  private static final double GLITCH = 1e6;

  private static final List<String> WORDS = words();

  private final ModelPlan model;
  private final SplittableRandom random;

  /**
   * By feature: that of many words has a sequence of its own, and leaves the others as they are.
   */
  private final SplittableRandom[] randoms;

  private final double[] user;
  private final double[] mean;
  private final double[] spread;
  private final double[] shared;
  private final double[] own;
  private final double[] values;
  private final double[] newShare;
  private final int[] newWords;

  /** By feature: the new word of a user of one word each; -1 where it is a known one. */
  private final int[] newWord;

  /**
   * Traffic of its own.
   *
   * @param salt same salt, same predictions
   */
  Traffic(ModelPlan model, long salt) {
    this.model = model;
    random = new SplittableRandom(model.seed() + salt);
    int size = model.features().size();
    SplittableRandom ofWords = new SplittableRandom(model.seed() + salt + 0x1096);
    randoms = new SplittableRandom[size];
    user = new double[size];
    mean = new double[size];
    spread = new double[size];
    shared = new double[size];
    own = new double[size];
    values = new double[size];
    newShare = new double[size];
    newWords = new int[size];
    newWord = new int[size];
    for (int i = 0; i < size; i++) {
      randoms[i] = model.features().get(i).shape() == Shape.LONG_TAIL ? ofWords : random;
      shared[i] = Math.sqrt(model.features().get(i).correlation());
      own[i] = Math.sqrt(1 - model.features().get(i).correlation());
    }
  }

  private static List<String> words() {
    String[] words = new String[Shape.LONG_WORD_COUNT + Shape.NEW_WORD_COUNT];
    Arrays.setAll(words, i -> "word-" + i);
    return List.of(words);
  }

  /** The word that a number stands for. */
  static String word(double value) {
    return WORDS.get((int) value);
  }

  /** So many predictions as come in a span of time; volume has its ups and downs. */
  long volume(long fromMillis, long endMillis) {
    double hours = (endMillis - fromMillis) / 3_600_000.0;
    double mood = StrictMath.exp(0.15 * random.nextGaussian());
    double event = random.nextDouble();
    // Now and then a campaign, and now and then hardly anything.
    double burst = event < 0.005 ? 3 : event < 0.01 ? 0.1 : 1;
    return Math.round(model.perHourAt(fromMillis) * hours * mood * burst);
  }

  /** Predictions of a time, all with its season. */
  void make(long atMillis, long count, List<Drift> drifts, Taker taker) {
    for (int i = 0; i < mean.length; i++) {
      FeaturePlan feature = model.features().get(i);
      mean[i] = feature.mean(atMillis);
      spread[i] = 1;
      newShare[i] = 0;
      newWords[i] = 0;
      for (Drift drift : drifts) {
        Change change =
            drift.contains(atMillis)
                ? drift.features().getOrDefault(feature.name(), Change.NONE)
                : Change.NONE;
        mean[i] += change.shift();
        spread[i] *= change.spread();
        newShare[i] += change.newShare();
        newWords[i] += change.newWords();
      }
    }
    long left = count;
    while (left > 0) {
      long session = Math.min(left, session());
      newUser();
      for (long i = 0; i < session; i++) {
        newPrediction();
        taker.take(values);
      }
      left -= session;
    }
  }

  /** Geometric: many users come once, few often. */
  private long session() {
    if (model.perUser() <= 1) {
      return 1;
    }
    double more = StrictMath.log(1 - random.nextDouble()) / StrictMath.log(1 - 1 / model.perUser());
    return 1 + (long) more;
  }

  private void newUser() {
    for (int i = 0; i < user.length; i++) {
      user[i] = shared[i] == 0 ? 0 : shared[i] * randoms[i].nextGaussian();
      newWord[i] = own[i] == 0 ? newWord(i) : -1;
    }
  }

  private int newWord(int feature) {
    return newShare[feature] > 0 && randoms[feature].nextDouble() < newShare[feature]
        ? Shape.LONG_WORD_COUNT + randoms[feature].nextInt(newWords[feature])
        : -1;
  }

  private void newPrediction() {
    for (int i = 0; i < values.length; i++) {
      FeaturePlan feature = model.features().get(i);
      SplittableRandom random = randoms[i];
      if (feature.missing() > 0 && random.nextDouble() < feature.missing()) {
        values[i] = Double.NaN;
        continue;
      }
      double z = user[i] + own[i] * random.nextGaussian();
      double value = feature.shape().value(z * spread[i] + mean[i]);
      int fresh = own[i] == 0 ? newWord[i] : newWord(i);
      if (fresh >= 0) {
        values[i] = fresh;
        continue;
      }
      boolean glitch = feature.shape() == Shape.GLITCHES && random.nextDouble() < GLITCH_SHARE;
      values[i] = glitch ? value * GLITCH : value;
    }
  }
}
