package dev.runway.drift.performance;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Seeded random events of a task, with weights of many sizes unless told otherwise. */
final class SomeEvents {

  /** One prediction with its outcome. */
  interface Event {
    void apply(OutcomeCounts counts, long units, int sign);

    long units();

    default void apply(OutcomeCounts counts, int sign) {
      apply(counts, units(), sign);
    }
  }

  record Step(Event event, int sign) {}

  private record Any(Body body, long units) implements Event {
    @Override
    public void apply(OutcomeCounts counts, long units, int sign) {
      body.apply(counts, units, sign);
    }
  }

  private interface Body {
    void apply(OutcomeCounts counts, long units, int sign);
  }

  private SomeEvents() {}

  static List<Event> of(Task task, int size, long seed) {
    Random random = new Random(seed);
    return IntStream.range(0, size).mapToObj(i -> event(task, random)).toList();
  }

  private static Event event(Task task, Random random) {
    long units =
        random.nextInt(3) == 0 ? Weight.ONE : Weight.ofDouble(0.1 + 30 * random.nextDouble());
    return new Any(
        switch (task) {
          case BINARY -> binary(random);
          case MULTICLASS -> multiclass(random);
          case REGRESSION -> regression(random);
          case RANKING -> ranking(random);
        },
        units);
  }

  private static Body binary(Random random) {
    double score = random.nextInt(20) == 0 ? random.nextInt(2) : Math.pow(random.nextDouble(), 4);
    boolean positive = random.nextDouble() < score;
    return (counts, units, sign) ->
        ((BinaryCounts) counts).add(score, score > 0.4, positive, units, sign);
  }

  private static Body multiclass(Random random) {
    String predicted = "label-" + random.nextInt(6);
    String actual = random.nextBoolean() ? predicted : "label-" + random.nextInt(6);
    double probability = random.nextDouble();
    boolean known = random.nextInt(4) > 0;
    return (counts, units, sign) -> {
      if (known) {
        ((MulticlassCounts) counts).add(predicted, actual, probability, units, sign);
      } else {
        ((MulticlassCounts) counts).add(predicted, actual, units, sign);
      }
    };
  }

  private static Body regression(Random random) {
    double scale = Math.pow(10, random.nextInt(24) - 12);
    double actual = random.nextInt(10) == 0 ? 0 : scale * random.nextGaussian();
    double predicted = actual + 0.3 * scale * random.nextGaussian();
    return (counts, units, sign) -> ((RegressionCounts) counts).add(predicted, actual, units, sign);
  }

  private static Body ranking(Random random) {
    int length = 1 + random.nextInt(30);
    double[] relevances = random.ints(length, 0, 12).mapToDouble(r -> Math.max(0, r - 8)).toArray();
    double[] propensities = IntStream.range(0, length).mapToDouble(i -> 1 / (i + 1.0)).toArray();
    double[] known = random.nextBoolean() ? propensities : null;
    return (counts, units, sign) -> ((RankingCounts) counts).add(relevances, known, units, sign);
  }
}
