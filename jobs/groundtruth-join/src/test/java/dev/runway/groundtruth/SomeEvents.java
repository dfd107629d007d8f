package dev.runway.groundtruth;

import dev.runway.model.LabelPolicy;
import dev.runway.model.ModelDocument;
import dev.runway.model.Outcome;
import dev.runway.model.Prediction;
import dev.runway.model.Task;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Seeded events that a model's document admits, of every kind it knows. */
final class SomeEvents {
  private final Random random;

  SomeEvents(Random random) {
    this.random = random;
  }

  Prediction prediction(ModelDocument model, String id, long at) {
    Task task = model.task();
    return new Prediction(
        id,
        model.modelId(),
        pick("v1", "v1", "v2"),
        at,
        task == Task.BINARY ? pick(0.0, 0.2, 0.5, random.nextDouble(), 1.0) : Double.NaN,
        task == Task.MULTICLASS ? pick("cat", "dog", "fish") : null,
        task == Task.REGRESSION ? pick(0.0, -3.25, 1e12, random.nextGaussian()) : Double.NaN,
        task == Task.RANKING ? pick(List.of("a"), List.of("a", "b", "c"), List.of("b", "b")) : null,
        pick(null, "someone"),
        pick(null, "eu", "us", "mars"),
        pick(null, "x"),
        pick(null, "a", "b"),
        Double.NaN,
        pick(1.0, 1.0, 2.5, 0.001));
  }

  Outcome outcome(ModelDocument model, String id, long at) {
    long sequence = random.nextInt(4);
    boolean retracts = random.nextInt(5) == 0;
    boolean observes = !retracts || random.nextBoolean();
    return outcome(
        model,
        id,
        at,
        sequence,
        retracts ? (sequence + 1 + random.nextInt(3)) % 4 : Outcome.RETRACTS_NOTHING,
        model.task() == Task.RANKING ? item(observes) : null,
        observes);
  }

  /** What only withdraws may do so for all items. */
  private @Nullable String item(boolean observes) {
    return observes ? pick("a", "b", "c", "elsewhere") : pick(null, "a", "b", "c");
  }

  /** The same place in source order, perhaps with another content. */
  Outcome contradiction(ModelDocument model, Outcome of) {
    return outcome(
        model,
        of.predictionId(),
        of.observedAtMillis(),
        of.sequence(),
        of.retracts(),
        of.item(),
        of.item() != null || model.task() != Task.RANKING);
  }

  private Outcome outcome(
      ModelDocument model,
      String id,
      long at,
      long sequence,
      long retracts,
      @Nullable String item,
      boolean observes) {
    boolean labelled =
        switch (model.labelPolicy()) {
          case EXPLICIT -> model.task() == Task.MULTICLASS || random.nextBoolean();
          case IMPLICIT_NEGATIVE, RANKING -> random.nextBoolean();
          case GRADED, REGRESSION -> false;
        };
    return new Outcome(
        id,
        model.modelId(),
        at,
        observes && labelled ? label(model) : null,
        observes && !labelled ? value(model) : Double.NaN,
        item,
        sequence,
        retracts);
  }

  private String label(ModelDocument model) {
    if (model.task() == Task.MULTICLASS) {
      return pick("cat", "dog", "giraffe", "zebra");
    }
    return model.positiveLabel() == null ? pick("true", "false", "1", "0") : pick("yes", "no");
  }

  private double value(ModelDocument model) {
    return model.labelPolicy() == LabelPolicy.REGRESSION
        ? pick(0.0, -0.0, 17.5, -1e12, 1e12, random.nextGaussian())
        : pick(0.0, 1.0, 2.0, 3.0);
  }

  long within(long span) {
    return span == 0 ? 0 : Math.floorMod(random.nextLong(), span + 1);
  }

  @SafeVarargs
  final <T> T pick(T... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
