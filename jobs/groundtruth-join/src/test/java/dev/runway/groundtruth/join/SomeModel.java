package dev.runway.groundtruth.join;

import dev.runway.model.LabelPolicy;
import dev.runway.model.MalformedEvent;
import dev.runway.model.ModelDocument;
import dev.runway.model.Outcome;
import dev.runway.model.Prediction;
import dev.runway.model.Reduction;
import dev.runway.model.Task;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A model document to judge by, and events of the model. */
public final class SomeModel {
  /** Label horizon: a minute. */
  public static final long HORIZON = 60_000;

  /** Silence is a negative after 20 seconds, where the policy says so. */
  public static final long NEGATIVE_AFTER = 20_000;

  private final ModelDocument document;

  private SomeModel(Task task, LabelPolicy policy, Reduction reduction) {
    document =
        new ModelDocument(
            "m",
            1,
            3,
            null,
            task,
            policy,
            reduction,
            Duration.ofMillis(HORIZON),
            policy == LabelPolicy.IMPLICIT_NEGATIVE ? Duration.ofMillis(NEGATIVE_AFTER) : null,
            null,
            policy == LabelPolicy.GRADED ? 3 : 1,
            0.5,
            Duration.ofMinutes(1),
            1,
            List.of(),
            List.of("eu"),
            task == Task.MULTICLASS ? List.of("cat", "dog") : List.of(),
            List.of("x:b", "shadow"));
  }

  public static SomeModel of(LabelPolicy policy, Reduction reduction) {
    Task task =
        switch (policy) {
          case EXPLICIT, IMPLICIT_NEGATIVE, GRADED -> Task.BINARY;
          case REGRESSION -> Task.REGRESSION;
          case RANKING -> Task.RANKING;
        };
    return new SomeModel(task, policy, reduction);
  }

  public static SomeModel explicit() {
    return of(LabelPolicy.EXPLICIT, Reduction.LAST);
  }

  public static SomeModel implicitNegative() {
    return of(LabelPolicy.IMPLICIT_NEGATIVE, Reduction.LAST);
  }

  public static SomeModel multiclass(Reduction reduction) {
    return new SomeModel(Task.MULTICLASS, LabelPolicy.EXPLICIT, reduction);
  }

  public ModelDocument document() {
    return document;
  }

  /** A prediction with a score of 0.8, the label cat, the value 10 or the ranking a, b, c. */
  public AdmittedPrediction prediction(String id, long at) {
    return prediction(id, at, 0.8);
  }

  public AdmittedPrediction prediction(String id, long at, double score) {
    return admit(
        new Prediction(
            id,
            "m",
            "v1",
            at,
            document.task() == Task.BINARY ? score : Double.NaN,
            document.task() == Task.MULTICLASS ? "cat" : null,
            document.task() == Task.REGRESSION ? 10 : Double.NaN,
            document.task() == Task.RANKING ? List.of("a", "b", "c") : null,
            null,
            null,
            null,
            null,
            Double.NaN,
            1));
  }

  public AdmittedPrediction admit(Prediction event) {
    try {
      return Admission.admit(event, document, 1, 3, 7, event.predictedAtMillis());
    } catch (MalformedEvent e) {
      throw new AssertionError(e.detail(), e);
    }
  }

  public AdmittedOutcome label(String id, long at, String label, long sequence) {
    return outcome(id, at, label, Double.NaN, null, sequence, Outcome.RETRACTS_NOTHING);
  }

  public AdmittedOutcome value(String id, long at, double value, long sequence) {
    return outcome(id, at, null, value, null, sequence, Outcome.RETRACTS_NOTHING);
  }

  public AdmittedOutcome click(String id, long at, String item, double relevance) {
    return outcome(id, at, null, relevance, item, 0, Outcome.RETRACTS_NOTHING);
  }

  /** An outcome of the kind that this model takes. */
  public AdmittedOutcome some(String id, long at) {
    return switch (document.task()) {
      case BINARY, REGRESSION -> value(id, at, 1, 1);
      case MULTICLASS -> label(id, at, "cat", 1);
      case RANKING -> click(id, at, "a", 1);
    };
  }

  /** Withdraws what {@link #click} said of an item. */
  public AdmittedOutcome withdrawnItem(String id, long at, String item) {
    return outcome(id, at, null, Double.NaN, item, 1, 0);
  }

  /** Withdraws an outcome and says nothing else. */
  public AdmittedOutcome retraction(String id, long at, long sequence, long retracts) {
    return outcome(id, at, null, Double.NaN, null, sequence, retracts);
  }

  private AdmittedOutcome outcome(
      String id,
      long at,
      @Nullable String label,
      double value,
      @Nullable String item,
      long sequence,
      long retracts) {
    Outcome event = new Outcome(id, "m", at, label, value, item, sequence, retracts);
    try {
      return Admission.admit(event, document, 4, 9, at);
    } catch (MalformedEvent e) {
      throw new AssertionError(e.detail(), e);
    }
  }
}
