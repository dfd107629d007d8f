package dev.runway.bench.fleet;

import dev.runway.drift.window.Season;
import java.util.SplittableRandom;

/**
 * What is true about a feature while nothing drifts.
 *
 * @param hourly amplitude of the day's wave, in standard deviations of the latent number
 * @param peakHour when it is highest
 * @param weekend shift on Saturdays and Sundays
 * @param wobble by day since the start, first days and training included: small changes that are
 *     real, and never material
 * @param correlation of two events of one user
 * @param missing share of events without the value
 */
record FeaturePlan(
    String name,
    Shape shape,
    double hourly,
    double peakHour,
    double weekend,
    double[] wobble,
    double correlation,
    double missing) {

  static final Shape[] SHAPES = {
    Shape.NORMAL,
    Shape.NORMAL,
    Shape.LOGNORMAL,
    Shape.LOGNORMAL,
    Shape.GLITCHES,
    Shape.COUNTS,
    Shape.ZEROS,
    Shape.WORDS
  };

  /** True PSI of the wobble: lognormal with this median. */
  private static final double WOBBLE_MEDIAN = 0.004;

  /** Greatest PSI between any two days, those of the training set included. */
  private static final double WOBBLE_CAP = 0.08;

  /**
   * Draws a feature.
   *
   * @param season how much the model's features may swing: 0 none, 1 mildly, 2 strongly
   * @param clustered whether users resemble themselves
   * @param days of wobble
   */
  static FeaturePlan draw(
      SplittableRandom random, int number, int season, boolean clustered, int days) {
    Shape shape = SHAPES[random.nextInt(SHAPES.length)];
    return draw(random, "f" + number, shape, season, clustered, days);
  }

  /**
   * Draws a feature of more words than a vocabulary holds. Half of the models whose users send
   * several predictions have users of one word each, as of one town.
   */
  static FeaturePlan drawLongTail(
      SplittableRandom random, int season, boolean clustered, int days) {
    FeaturePlan drawn = draw(random, "words", Shape.LONG_TAIL, season, clustered, days);
    return new FeaturePlan(
        drawn.name,
        drawn.shape,
        drawn.hourly,
        drawn.peakHour,
        drawn.weekend,
        drawn.wobble,
        clustered && random.nextBoolean() ? 1 : drawn.correlation,
        drawn.missing);
  }

  private static FeaturePlan draw(
      SplittableRandom random, String name, Shape shape, int season, boolean clustered, int days) {
    boolean seasonal = season > 0 && random.nextDouble() < 0.4;
    double hourly =
        !seasonal ? 0 : season == 1 ? random.nextDouble(0.1, 0.25) : random.nextDouble(0.4, 0.8);
    double weekend = seasonal && random.nextBoolean() ? hourly / 2 : 0;
    return new FeaturePlan(
        name,
        shape,
        hourly,
        random.nextDouble(24),
        weekend,
        wobble(random, days),
        clustered ? random.nextDouble(0.05, 0.3) : 0,
        random.nextDouble() < 0.3 ? random.nextDouble(0.01, 0.05) : 0);
  }

  /** Each day remembers two thirds of the one before. */
  private static double[] wobble(SplittableRandom random, int days) {
    double cap = Math.sqrt(WOBBLE_CAP) / 2;
    double sd = Math.min(cap, Math.sqrt(WOBBLE_MEDIAN * StrictMath.exp(random.nextGaussian())));
    double memory = 2.0 / 3;
    double[] wobble = new double[days];
    double now = sd * random.nextGaussian();
    for (int i = 0; i < days; i++) {
      wobble[i] = Math.max(-cap, Math.min(cap, now));
      now = memory * now + Math.sqrt(1 - memory * memory) * sd * random.nextGaussian();
    }
    return wobble;
  }

  /** How far the small changes take a day from the training set, in standard deviations. */
  double farthest() {
    double training = 0;
    for (int i = 0; i < ModelPlan.TRAINING_DAYS; i++) {
      training += wobble[i] / ModelPlan.TRAINING_DAYS;
    }
    double farthest = 0;
    for (double day : wobble) {
      farthest = Math.max(farthest, Math.abs(day - training));
    }
    return farthest;
  }

  /** Mean of the latent number at a time, without drift. */
  double mean(long atMillis) {
    long sinceStart = atMillis - FleetPlan.START_MILLIS;
    double hour = Math.floorMod(sinceStart, Season.DAY) / (double) Season.HOUR;
    long day = Math.floorDiv(sinceStart, Season.DAY);
    boolean isWeekend = Math.floorMod(day, 7) >= 5;
    return hourly * StrictMath.cos(2 * Math.PI * (hour - peakHour) / 24)
        + (isWeekend ? weekend : 0)
        + wobble[(int) day + ModelPlan.TRAINING_DAYS];
  }
}
