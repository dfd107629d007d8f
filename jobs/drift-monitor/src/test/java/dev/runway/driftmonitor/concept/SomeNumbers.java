package dev.runway.driftmonitor.concept;

import dev.runway.model.DriftReading;
import dev.runway.model.OptionalDetector;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A regression model of tier 1, and its truths. */
final class SomeNumbers {
  private SomeNumbers() {}

  /** What the world does with a predicted number. */
  interface World {
    /** Outcome less prediction. */
    double residual(double value, Random random);
  }

  /** Residuals of one size. */
  static final World EVEN = (value, random) -> random.nextGaussian();

  /** Larger numbers are predicted with larger residuals, some of them large indeed. */
  static final World SPREADING =
      (value, random) ->
          value * (Math.exp(0.3 * random.nextGaussian()) - Math.exp(0.3 * 0.3 / 2))
              + (random.nextInt(200) == 0 ? 1_000 * random.nextGaussian() : 0);

  /** The model has always been wrong: too low where it is high. */
  static final World BIASED = (value, random) -> 0.2 * value + random.nextGaussian();

  /** Half of what is predicted, and at random: residuals that come again and again. */
  static final World COUNTS = (value, random) -> random.nextInt(3) == 0 ? random.nextInt(4) : 0;

  /** Twenty whole numbers, three of them to a standard deviation. */
  static final World WHOLE = (value, random) -> whole(3 * random.nextGaussian());

  /** The same, half a standard deviation higher. */
  static final World WHOLE_AND_HIGHER = (value, random) -> whole(3 * random.nextGaussian() + 1.5);

  private static double whole(double residual) {
    return Math.max(-9, Math.min(10, Math.rint(residual)));
  }

  /** Residuals of a world that have moved and grown. */
  static World changed(World world, double moved, double grown) {
    return (value, random) -> moved + grown * world.residual(value, random);
  }

  static Truth truth(long id, long atMillis, double value, double residual) {
    return truth(id, atMillis, value, residual, "eu");
  }

  static Truth truth(long id, long atMillis, double value, double residual, String segment) {
    return new Truth(
        SomeTruths.KEY,
        Truth.hashOf("p" + id),
        7,
        atMillis,
        atMillis + SomeTruths.HORIZON.toMillis(),
        true,
        Double.NaN,
        false,
        false,
        segment,
        value,
        residual);
  }

  /**
   * Truths of a window, with predictions from some units upwards.
   *
   * @param skew above 1 for lower predictions, below 1 for higher ones
   */
  static List<Truth> window(Random random, long startMillis, int size, double skew, World world) {
    List<Truth> truths = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      double value = 5 + 20 * -Math.log(1 - Math.pow(random.nextDouble(), skew));
      long at = startMillis + random.nextInt((int) SomeTruths.WINDOW);
      truths.add(truth(random.nextLong(), at, value, world.residual(value, random)));
    }
    return truths;
  }

  /** Has a watch judge the n-th window, without skew. */
  static List<DriftReading> close(
      ResidualWatch watch, Random random, int number, int size, World world) {
    return close(watch, random, number, size, 1, world);
  }

  static List<DriftReading> close(
      ResidualWatch watch, Random random, int number, int size, double skew, World world) {
    long start = SomeTruths.START + number * SomeTruths.WINDOW;
    return close(watch, number, window(random, start, size, skew, world));
  }

  static List<DriftReading> close(ResidualWatch watch, int number, List<Truth> truths) {
    return close(watch, number, truths, List.of());
  }

  static List<DriftReading> close(
      ResidualWatch watch, int number, List<Truth> truths, List<OptionalDetector> detectors) {
    long start = SomeTruths.START + number * SomeTruths.WINDOW;
    watch.begin(SomeTruths.SETTINGS, detectors);
    SomeTruths.play(truths, watch::add);
    return watch.close(
        SomeTruths.ALL, new Window(start, start + SomeTruths.WINDOW), SomeTruths.SETTINGS);
  }
}
