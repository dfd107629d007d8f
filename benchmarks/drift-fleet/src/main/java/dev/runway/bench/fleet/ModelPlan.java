package dev.runway.bench.fleet;

import dev.runway.drift.window.Season;
import dev.runway.drift.window.Tier;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What is true about a model.
 *
 * @param number in the fleet
 * @param tier 1 to 4
 * @param perHour predictions in a mean hour
 * @param night traffic of the quietest hour in parts of the mean
 * @param perUser predictions of a user's session, on average
 * @param features last of them one of more words than a vocabulary holds
 */
record ModelPlan(
    int number,
    int tier,
    double perHour,
    double night,
    double perUser,
    List<FeaturePlan> features,
    long seed) {

  /** The training set covers four weeks before the version went live. */
  static final int TRAINING_DAYS = 28;

  private static final double[] TIER_SHARES = {0.05, 0.15, 0.5, 0.3};
  private static final double[] MEDIAN_PER_HOUR = {4000, 1500, 500, 120};

  static ModelPlan draw(FleetPlan fleet, int number) {
    SplittableRandom random = new SplittableRandom(fleet.seed() * 1_000_003 + number);
    int tier = tier(random.nextDouble());
    double median = MEDIAN_PER_HOUR[tier - 1];
    double perHour =
        Math.max(
            median / 4, Math.min(4 * median, median * StrictMath.exp(0.8 * random.nextGaussian())));
    boolean clustered = random.nextDouble() < 0.6;
    double perUser = clustered ? new double[] {2, 5, 10}[random.nextInt(3)] : 1;
    double swing = random.nextDouble();
    int season = swing < 0.5 ? 0 : swing < 0.85 ? 1 : 2;
    int days = TRAINING_DAYS + FleetPlan.FIRST_DAYS + fleet.days() + 1;
    List<FeaturePlan> features = new ArrayList<>();
    for (int i = 0; i < fleet.features(); i++) {
      features.add(FeaturePlan.draw(random, i, season, clustered, days));
    }
    double night = random.nextDouble(0.2, 0.8);
    long seed = random.nextLong();
    // Of a sequence of its own: the others stay as they are without it.
    SplittableRandom ofWords = new SplittableRandom(seed ^ 0x1096);
    features.add(FeaturePlan.drawLongTail(ofWords, season, clustered, days));
    return new ModelPlan(
        number, tier, fleet.volume() * perHour, night, perUser, List.copyOf(features), seed);
  }

  /** The one of more words than a vocabulary holds. */
  FeaturePlan longTail() {
    return features.get(features.size() - 1);
  }

  /** Those of which one to three drift: all but the one of many words. */
  List<FeaturePlan> mayDrift() {
    return features.stream().filter(feature -> feature.shape() != Shape.LONG_TAIL).toList();
  }

  private static int tier(double uniform) {
    double below = 0;
    for (int i = 0; i < TIER_SHARES.length; i++) {
      below += TIER_SHARES[i];
      if (uniform < below) {
        return i + 1;
      }
    }
    return TIER_SHARES.length;
  }

  Tier rules() {
    return Tier.of(tier);
  }

  /** Mean predictions of an hour: quiet at night, less on weekends. */
  double perHourAt(long atMillis) {
    long sinceStart = atMillis - FleetPlan.START_MILLIS;
    double hour = Math.floorMod(sinceStart, Season.DAY) / (double) Season.HOUR;
    long day = Math.floorDiv(sinceStart, Season.DAY);
    double daily = 1 - (1 - night) * StrictMath.cos(2 * Math.PI * (hour - 3) / 24);
    return perHour * daily * (Math.floorMod(day, 7) >= 5 ? 0.7 : 1);
  }
}
