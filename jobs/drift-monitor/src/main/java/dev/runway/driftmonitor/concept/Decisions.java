package dev.runway.driftmonitor.concept;

import dev.runway.model.ModelDocument;
import dev.runway.model.Task;
import org.jspecify.annotations.Nullable;

/** What a model decided, as the ground truth reads it too. */
public final class Decisions {
  private Decisions() {}

  /** Whether a model has a score and one of two outcomes: right or wrong for several classes. */
  public static boolean areJudged(ModelDocument model) {
    return model.task() == Task.BINARY || model.task() == Task.MULTICLASS;
  }

  /**
   * Whether a prediction was decided positive. Of several classes the predicted one is always
   * called: its outcome is whether it was right.
   *
   * @return null for a label that names neither of two classes
   */
  public static @Nullable Boolean of(ModelDocument model, double score, @Nullable String label) {
    if (model.task() == Task.MULTICLASS) {
      return true;
    }
    if (label == null) {
      return score >= model.threshold();
    }
    String positive = model.positiveLabel();
    if (positive != null) {
      return label.equals(positive);
    }
    return switch (label) {
      case "true", "1" -> true;
      case "false", "0" -> false;
      default -> null;
    };
  }
}
