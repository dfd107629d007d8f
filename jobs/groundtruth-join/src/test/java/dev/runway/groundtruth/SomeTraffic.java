package dev.runway.groundtruth;

import dev.runway.groundtruth.join.Admission;
import dev.runway.groundtruth.join.AdmittedOutcome;
import dev.runway.groundtruth.join.AdmittedPrediction;
import dev.runway.model.LabelPolicy;
import dev.runway.model.MalformedEvent;
import dev.runway.model.ModelDocument;
import dev.runway.model.Outcome;
import dev.runway.model.Prediction;
import dev.runway.model.Reduction;
import dev.runway.model.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Seeded traffic of a few models: predictions and outcomes with corrections, retractions, repeats,
 * conflicts, orphans and late ones, most of them at the edges of what is in time.
 *
 * <p>Two predictions under one id are at most a horizon and a memory apart: further away the first
 * one is forgotten, and the second is a new one by contract.
 */
final class SomeTraffic {
  private static final long START = 1_750_000_000_000L;

  /** An event with its time; one of the two is there. */
  record Event(
      long atMillis, @Nullable AdmittedPrediction prediction, @Nullable AdmittedOutcome outcome) {}

  final long orphanWait;
  final long lateMemory;
  final double samplingRate;
  final List<ModelDocument> models = new ArrayList<>();
  final List<Prediction> predictions = new ArrayList<>();
  final List<Outcome> outcomes = new ArrayList<>();

  private final Random random;

  SomeTraffic(long seed) {
    random = new Random(seed);
    orphanWait = pick(0L, 1L, 1_000L, 3_600_000L);
    lateMemory = pick(0L, 1L, 2_000L, 86_400_000L);
    samplingRate = pick(1.0, 1.0, 0.25);
    int count = 1 + random.nextInt(2);
    for (int i = 0; i < count; i++) {
      models.add(model("model-" + i));
    }
    for (ModelDocument model : models) {
      int ids = 1 + random.nextInt(5);
      for (int i = 0; i < ids; i++) {
        addCase(model, pick("p-" + i, new UUID(0, i).toString(), "0000000000000000000000000" + i));
      }
    }
  }

  /** All events as the join sees them. */
  List<Event> events() {
    List<Event> events = new ArrayList<>();
    try {
      for (Prediction event : predictions) {
        events.add(
            new Event(
                event.predictedAtMillis(),
                Admission.admit(event, model(event), samplingRate, 0, 0, START),
                null));
      }
      for (Outcome event : outcomes) {
        events.add(
            new Event(
                event.observedAtMillis(),
                null,
                Admission.admit(event, document(event.modelId()), 0, 0, START)));
      }
    } catch (MalformedEvent e) {
      throw new AssertionError(e.field() + ": " + e.detail(), e);
    }
    return events;
  }

  ModelDocument document(String modelId) {
    return models.stream()
        .filter(model -> model.modelId().equals(modelId))
        .findFirst()
        .orElseThrow();
  }

  private ModelDocument model(Prediction event) {
    return document(event.modelId());
  }

  private ModelDocument model(String id) {
    Task task = pick(Task.values());
    LabelPolicy policy =
        switch (task) {
          case BINARY ->
              pick(LabelPolicy.EXPLICIT, LabelPolicy.IMPLICIT_NEGATIVE, LabelPolicy.GRADED);
          case MULTICLASS -> LabelPolicy.EXPLICIT;
          case REGRESSION -> LabelPolicy.REGRESSION;
          case RANKING -> LabelPolicy.RANKING;
        };
    long horizon = pick(1_000L, 4_321L, 60_000L, 3_600_000L);
    return new ModelDocument(
        id,
        1,
        3,
        null,
        task,
        policy,
        pick(Reduction.values()),
        Duration.ofMillis(horizon),
        policy == LabelPolicy.IMPLICIT_NEGATIVE
            ? Duration.ofMillis(pick(horizon, horizon - 1, horizon / 2))
            : null,
        random.nextInt(4) == 0 ? "yes" : null,
        policy == LabelPolicy.GRADED ? pick(0.0, 2.0, 4.0) : 1,
        pick(0.0, 0.5, 1.0),
        Duration.ofMillis(pick(1_000L, 1_500L, 60_000L)),
        1,
        List.of(),
        List.of("eu", "us"),
        task == Task.MULTICLASS ? List.of("cat", "dog") : List.of(),
        pick(List.of(), List.of("x:a"), List.of("x:a", "x:b", "b")));
  }

  private void addCase(ModelDocument model, String id) {
    long horizon = model.horizon().toMillis();
    long at = START + random.nextInt(5_000);
    int different = pick(0, 1, 1, 1, 1, 2, 3);
    for (int i = 0; i < different; i++) {
      long later =
          i == 0 ? 0 : pick(0L, 1L, within(horizon), horizon, horizon + within(lateMemory));
      Prediction event = prediction(model, id, at + later);
      copies(event, predictions);
    }
    int heard = random.nextInt(6);
    for (int i = 0; i < heard; i++) {
      Outcome event = outcome(model, id, at + delay(model));
      copies(event, outcomes);
      if (random.nextInt(5) == 0) {
        copies(contradiction(model, event), outcomes);
      }
    }
  }

  private <T> void copies(T event, List<T> into) {
    int copies = pick(1, 1, 1, 2, 3);
    for (int i = 0; i < copies; i++) {
      into.add(event);
    }
  }

  private long delay(ModelDocument model) {
    long horizon = model.horizon().toMillis();
    return pick(
        within(horizon),
        within(horizon),
        within(horizon),
        0L,
        -within(orphanWait),
        -orphanWait,
        -orphanWait - 1,
        horizon,
        horizon + 1,
        horizon + within(lateMemory),
        horizon + lateMemory,
        horizon + lateMemory + 1);
  }

  private Prediction prediction(ModelDocument model, String id, long at) {
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

  private Outcome outcome(ModelDocument model, String id, long at) {
    long sequence = random.nextInt(4);
    boolean retracts = random.nextInt(5) == 0;
    return outcome(
        model,
        id,
        at,
        sequence,
        retracts ? (sequence + 1 + random.nextInt(3)) % 4 : Outcome.RETRACTS_NOTHING,
        model.task() == Task.RANKING ? pick("a", "b", "c", "elsewhere") : null,
        !retracts || random.nextBoolean());
  }

  /** The same place in source order, perhaps with another content. */
  private Outcome contradiction(ModelDocument model, Outcome of) {
    return outcome(
        model,
        of.predictionId(),
        of.observedAtMillis(),
        of.sequence(),
        of.retracts(),
        of.item(),
        true);
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

  private long within(long span) {
    return span == 0 ? 0 : Math.floorMod(random.nextLong(), span + 1);
  }

  @SafeVarargs
  private <T> T pick(T... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
