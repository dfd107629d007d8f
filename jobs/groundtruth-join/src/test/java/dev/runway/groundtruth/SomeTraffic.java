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
  private final SomeEvents events;

  SomeTraffic(long seed) {
    random = new Random(seed);
    events = new SomeEvents(random);
    orphanWait = events.pick(0L, 1L, 1_000L, 3_600_000L);
    lateMemory = events.pick(0L, 1L, 2_000L, 86_400_000L);
    samplingRate = events.pick(1.0, 1.0, 0.25);
    int count = 1 + random.nextInt(2);
    for (int i = 0; i < count; i++) {
      models.add(model("model-" + i));
    }
    for (ModelDocument model : models) {
      int ids = 1 + random.nextInt(5);
      for (int i = 0; i < ids; i++) {
        addCase(
            model,
            events.pick("p-" + i, new UUID(0, i).toString(), "0000000000000000000000000" + i));
      }
    }
  }

  /** All events as the join sees them. */
  List<Event> events() {
    List<Event> all = new ArrayList<>();
    try {
      for (Prediction event : predictions) {
        all.add(
            new Event(
                event.predictedAtMillis(),
                Admission.admit(event, model(event), samplingRate, 0, 0, START),
                null));
      }
      for (Outcome event : outcomes) {
        all.add(
            new Event(
                event.observedAtMillis(),
                null,
                Admission.admit(event, document(event.modelId()), 0, 0, START)));
      }
    } catch (MalformedEvent e) {
      throw new AssertionError(e.field() + ": " + e.detail(), e);
    }
    return all;
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
    Task task = events.pick(Task.values());
    LabelPolicy policy =
        switch (task) {
          case BINARY ->
              events.pick(LabelPolicy.EXPLICIT, LabelPolicy.IMPLICIT_NEGATIVE, LabelPolicy.GRADED);
          case MULTICLASS -> LabelPolicy.EXPLICIT;
          case REGRESSION -> LabelPolicy.REGRESSION;
          case RANKING -> LabelPolicy.RANKING;
        };
    long horizon = events.pick(1_000L, 4_321L, 60_000L, 3_600_000L);
    return new ModelDocument(
        id,
        1,
        3,
        null,
        task,
        policy,
        events.pick(Reduction.values()),
        Duration.ofMillis(horizon),
        policy == LabelPolicy.IMPLICIT_NEGATIVE
            ? Duration.ofMillis(events.pick(horizon, horizon - 1, horizon / 2))
            : null,
        random.nextInt(4) == 0 ? "yes" : null,
        policy == LabelPolicy.GRADED ? events.pick(0.0, 2.0, 4.0) : 1,
        events.pick(0.0, 0.5, 1.0),
        Duration.ofMillis(events.pick(1_000L, 1_500L, 60_000L)),
        1,
        List.of(),
        List.of("eu", "us"),
        task == Task.MULTICLASS ? List.of("cat", "dog") : List.of(),
        events.pick(List.of(), List.of("x:a"), List.of("x:a", "x:b", "b")));
  }

  private void addCase(ModelDocument model, String id) {
    long horizon = model.horizon().toMillis();
    long at = START + random.nextInt(5_000);
    int different = events.pick(0, 1, 1, 1, 1, 2, 3);
    for (int i = 0; i < different; i++) {
      long later =
          i == 0
              ? 0
              : events.pick(
                  0L, 1L, events.within(horizon), horizon, horizon + events.within(lateMemory));
      Prediction event = events.prediction(model, id, at + later);
      copies(event, predictions);
    }
    int heard = random.nextInt(6);
    for (int i = 0; i < heard; i++) {
      Outcome event = events.outcome(model, id, at + delay(model));
      copies(event, outcomes);
      if (random.nextInt(5) == 0) {
        copies(events.contradiction(model, event), outcomes);
      }
    }
  }

  private <T> void copies(T event, List<T> into) {
    int copies = events.pick(1, 1, 1, 2, 3);
    for (int i = 0; i < copies; i++) {
      into.add(event);
    }
  }

  private long delay(ModelDocument model) {
    long horizon = model.horizon().toMillis();
    return events.pick(
        events.within(horizon),
        events.within(horizon),
        events.within(horizon),
        0L,
        -events.within(orphanWait),
        -orphanWait,
        -orphanWait - 1,
        horizon,
        horizon + 1,
        horizon + events.within(lateMemory),
        horizon + lateMemory,
        horizon + lateMemory + 1);
  }
}
