package dev.runway.groundtruth.join;

import dev.runway.drift.performance.RankingCounts;
import dev.runway.drift.performance.Weight;
import dev.runway.model.EntityKey;
import dev.runway.model.EntityKeys;
import dev.runway.model.LabelPolicy;
import dev.runway.model.MalformedEvent;
import dev.runway.model.ModelDocument;
import dev.runway.model.Outcome;
import dev.runway.model.PerformanceReading;
import dev.runway.model.Prediction;
import dev.runway.model.Reason;
import dev.runway.model.Task;
import org.jspecify.annotations.Nullable;

/** Checks events against their model's document and cuts them down to what the join needs. */
public final class Admission {
  private Admission() {}

  /**
   * Admits a prediction, and says of nobody whom it is about.
   *
   * @throws MalformedEvent when the event does not fit the model
   */
  public static AdmittedPrediction admit(
      Prediction event,
      ModelDocument model,
      double samplingRate,
      int partition,
      long offset,
      long recordedAtMillis)
      throws MalformedEvent {
    return admit(event, model, samplingRate, null, partition, offset, recordedAtMillis);
  }

  /**
   * Admits a prediction.
   *
   * @param entities makes keys of the ids of subjects; null where they are not kept at all
   * @param samplingRate share of predictions that were let through to here, (0, 1]
   * @throws MalformedEvent when the event does not fit the model
   */
  public static AdmittedPrediction admit(
      Prediction event,
      ModelDocument model,
      double samplingRate,
      @Nullable EntityKeys entities,
      int partition,
      long offset,
      long recordedAtMillis)
      throws MalformedEvent {
    if (!model.knows(event.modelVersion())) {
      throw new MalformedEvent(
          Reason.UNKNOWN_VERSION,
          "model_version",
          "the document of " + event.modelId() + " lists no version " + event.modelVersion());
    }
    requireAnswer(event, model.task());
    String label = event.label();
    return new AdmittedPrediction(
        JoinKey.of(event.modelId(), event.predictionId()),
        Terms.of(model),
        event.modelVersion(),
        event.predictedAtMillis(),
        event.score(),
        model.task() == Task.BINARY && decision(event, model),
        model.task() == Task.MULTICLASS && label != null ? model.classOf(label) : label,
        event.value(),
        event.ranking(),
        notAll("segment", model.segmentOf(event.segment())),
        notAll("variant", model.variantOf(event.experiment(), event.variant())),
        weightUnits(event.weight() / samplingRate),
        Fingerprint.of(event),
        partition,
        offset,
        recordedAtMillis,
        entity(event, entities));
  }

  private static @Nullable EntityKey entity(Prediction event, @Nullable EntityKeys entities) {
    String id = event.entityId();
    return id == null || entities == null ? null : entities.of(id);
  }

  private static void requireAnswer(Prediction event, Task task) throws MalformedEvent {
    switch (task) {
      case BINARY -> require(!Double.isNaN(event.score()), "score", task);
      case MULTICLASS -> require(event.label() != null, "label", task);
      case REGRESSION -> require(!Double.isNaN(event.value()), "value", task);
      case RANKING -> require(event.ranking() != null, "ranking", task);
    }
  }

  private static boolean decision(Prediction event, ModelDocument model) throws MalformedEvent {
    String label = event.label();
    return label == null
        ? event.score() >= model.threshold()
        : isPositive(label, model.positiveLabel());
  }

  /** A group of that name would be counted on top of the whole. */
  private static @Nullable String notAll(String field, @Nullable String group)
      throws MalformedEvent {
    if (PerformanceReading.ALL.equals(group)) {
      throw new MalformedEvent(Reason.BAD_VALUE, field, group + " stands for all of them");
    }
    return group;
  }

  private static long weightUnits(double weight) throws MalformedEvent {
    try {
      return Weight.ofDouble(weight);
    } catch (IllegalArgumentException e) {
      throw new MalformedEvent(Reason.BAD_VALUE, "weight", String.valueOf(e.getMessage()));
    }
  }

  /**
   * Admits an outcome.
   *
   * @throws MalformedEvent when the event does not fit the model
   */
  public static AdmittedOutcome admit(
      Outcome event, ModelDocument model, int partition, long offset, long recordedAtMillis)
      throws MalformedEvent {
    String label = event.label();
    return new AdmittedOutcome(
        JoinKey.of(event.modelId(), event.predictionId()),
        event.observedAtMillis(),
        event.sequence(),
        event.retracts(),
        model.task() == Task.MULTICLASS && label != null ? model.classOf(label) : label,
        event.value(),
        event.item(),
        event.observesSomething() ? actual(event, model) : Double.NaN,
        false,
        partition,
        offset,
        recordedAtMillis);
  }

  private static double actual(Outcome event, ModelDocument model) throws MalformedEvent {
    return switch (model.task()) {
      case BINARY -> binaryActual(event, model);
      case MULTICLASS -> {
        require(event.label() != null, "label", model.task());
        yield Double.NaN;
      }
      case REGRESSION -> {
        require(!Double.isNaN(event.value()), "value", model.task());
        yield event.value();
      }
      case RANKING -> {
        require(event.item() != null, "item", model.task());
        yield relevance(event);
      }
    };
  }

  private static double binaryActual(Outcome event, ModelDocument model) throws MalformedEvent {
    if (model.labelPolicy() == LabelPolicy.GRADED) {
      require(!Double.isNaN(event.value()), "value", model.task());
      return event.value();
    }
    String label = event.label();
    boolean positive =
        label == null
            ? event.value() >= model.positiveFrom()
            : isPositive(label, model.positiveLabel());
    return positive ? 1 : 0;
  }

  private static double relevance(Outcome event) throws MalformedEvent {
    // A bare click has no value: it is relevant.
    double relevance = Double.isNaN(event.value()) ? 1 : event.value();
    if (relevance < 0 || relevance > RankingCounts.MAX_RELEVANCE) {
      throw new MalformedEvent(
          Reason.DOES_NOT_FIT_MODEL,
          "value",
          "a relevance is 0 to " + RankingCounts.MAX_RELEVANCE + ", found " + relevance);
    }
    return relevance;
  }

  private static boolean isPositive(String label, @Nullable String positiveLabel)
      throws MalformedEvent {
    if (positiveLabel != null) {
      return label.equals(positiveLabel);
    }
    return switch (label) {
      case "true", "1" -> true;
      case "false", "0" -> false;
      default ->
          throw new MalformedEvent(
              Reason.DOES_NOT_FIT_MODEL,
              "label",
              "true, false, 1 or 0 is due unless the document names a positive_label");
    };
  }

  private static void require(boolean holds, String field, Task task) throws MalformedEvent {
    if (!holds) {
      throw new MalformedEvent(
          Reason.DOES_NOT_FIT_MODEL, field, "a " + task + " model needs this field");
    }
  }
}
