package dev.runway.e2e.trace;

import dev.runway.model.LabelPolicy;
import dev.runway.model.ModelDocument;
import dev.runway.model.Outcome;
import dev.runway.model.Prediction;
import dev.runway.model.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Invents cases. */
final class CaseWriter {
  private static final List<String> ITEMS = List.of("a", "b", "c", "d", "e");

  private final Random random;

  CaseWriter(Random random) {
    this.random = random;
  }

  Case write(ModelDocument model, String id, long at) {
    Prediction prediction = prediction(model, id, at);
    List<Prediction> conflicts = new ArrayList<>();
    if (hits(0.005)) {
      conflicts.add(prediction(model, id, at + 1 + random.nextInt(60_000)));
    }
    List<Outcome> outcomes = new ArrayList<>();
    if (hits(0.9)) {
      addOutcomes(model, prediction, outcomes);
    }
    return new Case(model, prediction, hits(0.02) ? 1 : 0, conflicts, outcomes);
  }

  private Prediction prediction(ModelDocument model, String id, long at) {
    Task task = model.task();
    double score = random.nextDouble();
    return new Prediction(
        id,
        model.modelId(),
        pick(TraceModels.VERSIONS),
        at,
        task == Task.BINARY ? score : Double.NaN,
        task == Task.MULTICLASS ? pick(TraceModels.CLASSES) : null,
        task == Task.REGRESSION ? 100 * random.nextGaussian() : Double.NaN,
        task == Task.RANKING ? ranking() : null,
        null,
        segment(),
        null,
        hits(0.3) ? pick(List.of("a", "b")) : null,
        Double.NaN,
        1);
  }

  private @Nullable String segment() {
    // "mars" is declared nowhere.
    return hits(0.2) ? null : pick(List.of("eu", "eu", "us", "mars"));
  }

  private List<String> ranking() {
    List<String> items = new ArrayList<>(ITEMS);
    java.util.Collections.shuffle(items, random);
    return items.subList(0, 4);
  }

  private void addOutcomes(ModelDocument model, Prediction of, List<Outcome> into) {
    long horizon = TraceModels.HORIZON.toMillis();
    long delay =
        hits(0.03)
            ? horizon + 1 + random.nextInt(7_200_000)
            : 1 + (long) (random.nextDouble() * random.nextDouble() * horizon);
    Outcome first = outcome(model, of, of.predictedAtMillis() + delay, 1);
    into.add(first);
    if (hits(0.10)) {
      // A correction, perhaps after the horizon.
      into.add(outcome(model, of, first.observedAtMillis() + 1 + random.nextInt(3_600_000), 2));
    }
    if (hits(0.04)) {
      into.add(retraction(model, of, first.observedAtMillis() + 1 + random.nextInt(3_600_000)));
    }
    if (hits(0.01)) {
      into.add(contradiction(model, of, first));
    }
    if (model.task() == Task.RANKING && hits(0.5)) {
      into.add(outcome(model, of, first.observedAtMillis() + 1 + random.nextInt(600_000), 4));
    }
  }

  private Outcome retraction(ModelDocument model, Prediction of, long at) {
    return new Outcome(
        of.predictionId(),
        model.modelId(),
        at,
        null,
        Double.NaN,
        model.task() == Task.RANKING ? pick(ITEMS) : null,
        3,
        1);
  }

  /** The same place in source order with another content, or the same outcome by chance. */
  private Outcome contradiction(ModelDocument model, Prediction of, Outcome first) {
    Outcome other = outcome(model, of, first.observedAtMillis(), first.sequence());
    return new Outcome(
        other.predictionId(),
        other.modelId(),
        other.observedAtMillis(),
        other.label(),
        other.value(),
        first.item(),
        other.sequence(),
        other.retracts());
  }

  private Outcome outcome(ModelDocument model, Prediction of, long at, long sequence) {
    boolean classes =
        model.labelPolicy() == LabelPolicy.EXPLICIT
            || model.labelPolicy() == LabelPolicy.IMPLICIT_NEGATIVE;
    return new Outcome(
        of.predictionId(),
        model.modelId(),
        at,
        classes ? label(model) : null,
        classes ? Double.NaN : value(model),
        model.task() == Task.RANKING ? pick(ITEMS) : null,
        sequence,
        Outcome.RETRACTS_NOTHING);
  }

  private String label(ModelDocument model) {
    if (model.task() == Task.MULTICLASS) {
      return pick(TraceModels.CLASSES);
    }
    return model.labelPolicy() == LabelPolicy.IMPLICIT_NEGATIVE
        ? pick(List.of("true", "true", "true", "false"))
        : pick(List.of("true", "false"));
  }

  private double value(ModelDocument model) {
    return model.task() == Task.REGRESSION ? 100 * random.nextGaussian() : random.nextInt(5);
  }

  private boolean hits(double rate) {
    return random.nextDouble() < rate;
  }

  private <T> T pick(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}
