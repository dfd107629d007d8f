package dev.runway.demo.loop;

import dev.runway.demo.train.FeatureRow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A made-up chain: {@code trip-eta} says whether a trip takes more than half an hour, and {@code
 * trip-price} uses its answer to say whether a rider takes the price. From one step on trips go to
 * the suburbs as well, which are further away and quicker to reach; so the model upstream drifts
 * and is retrained, and the one downstream sees it in its answers.
 *
 * <p>All of it is drawn with a fixed seed. What a rider decides depends on how long the trip really
 * takes, which the model downstream never sees.
 */
final class TripChain {
  static final String ETA = "trip-eta";
  static final String PRICE = "trip-price";

  /** Trips go to the suburbs from the beginning of this step on. */
  static final int SUBURBS_FROM = 12;

  private static final int TRIPS_A_STEP = 200;
  private static final int PAST_STEPS = 10;
  private static final long SEED = 31;
  private static final Duration RIDE = Duration.ofMinutes(5);

  private TripChain() {}

  /** Upstream first. */
  static List<LoopModel> models(long startMillis) {
    List<LoopCase> eta = new ArrayList<>();
    List<LoopCase> price = new ArrayList<>();
    Random random = new Random(SEED);
    long gap = TimeLapse.STEP.toMillis() / TRIPS_A_STEP;
    for (int step = -PAST_STEPS; step < LoopScenario.STEPS; step++) {
      for (int i = 0; i < TRIPS_A_STEP; i++) {
        long at = startMillis + step * TimeLapse.STEP.toMillis() + i * gap;
        draw("trip-" + (step + PAST_STEPS) + "-" + i, at, step >= SUBURBS_FROM, random, eta, price);
      }
    }
    // An hour of the act is an hour of it.
    TimeLapse lapse = new TimeLapse(startMillis, TimeLapse.STEP, startMillis);
    return List.of(
        model(ETA, "long", "short", lapse, eta, null),
        model(PRICE, "taken", "declined", lapse, price, ETA));
  }

  private static LoopModel model(
      String id,
      String positive,
      String negative,
      TimeLapse lapse,
      List<LoopCase> all,
      @Nullable String upstream) {
    long start = lapse.actStartMillis();
    List<LoopCase> past = all.stream().filter(c -> c.observedAtMillis() < start).toList();
    List<LoopCase> cases = all.stream().filter(c -> c.atMillis() >= start).toList();
    return new LoopModel(
        id,
        3,
        LoopScenario.TEAM,
        positive,
        negative,
        Duration.ofMinutes(10),
        List.of(),
        lapse,
        past,
        cases,
        new LoopModel.Training(1_500, 150, 2, 0.25),
        LoopScenario.policy(id, "signal.drifted_features > 0.0", 2, "PT3H", "\"mode\": \"auto\""),
        upstream);
  }

  private static void draw(
      String id,
      long at,
      boolean suburbsToo,
      Random random,
      List<LoopCase> eta,
      List<LoopCase> price) {
    boolean suburb = suburbsToo && random.nextDouble() < 0.5;
    double kilometres = suburb ? 6 + 8 * random.nextDouble() : 2 + 10 * random.nextDouble();
    boolean rush = random.nextDouble() < 0.35;
    double speed = suburb ? 45 : 19;
    double minutes =
        60 * kilometres / speed * (rush ? 1.35 : 1.0) * Math.exp(0.4 * random.nextGaussian());
    double surcharge = 2 * random.nextDouble();
    double taste = 1.6 - 1.5 * surcharge - (minutes > 30 ? 1.6 : 0);
    boolean taken = random.nextDouble() < 1 / (1 + Math.exp(-taste));
    FeatureRow trip =
        new FeatureRow()
            .number("kilometres", kilometres)
            .category("rush", Boolean.toString(rush))
            .category("area", suburb ? "suburb" : "town");
    eta.add(new LoopCase(id, at, "all", trip, minutes > 30, at + RIDE.toMillis()));
    price.add(
        new LoopCase(
            id,
            at + 1,
            "all",
            new FeatureRow().number("surcharge", surcharge),
            taken,
            at + 1 + Duration.ofMinutes(1).toMillis()));
  }
}
