package dev.runway.e2e.trace;

import dev.runway.model.LabelPolicy;
import dev.runway.model.ModelDocument;
import dev.runway.model.Reduction;
import dev.runway.model.Task;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The models of the trace: every task and label policy, every reduction. */
public final class TraceModels {
  static final Duration HORIZON = Duration.ofHours(6);
  public static final Duration WINDOW = Duration.ofHours(3);
  public static final List<String> VERSIONS = List.of("v1", "v2");
  static final List<String> SEGMENTS = List.of("eu", "us");
  static final List<String> CLASSES = List.of("cat", "dog", "fox");

  private TraceModels() {}

  /** Their documents. */
  public static List<ModelDocument> all() {
    return List.of(
        model("churn", Task.BINARY, LabelPolicy.EXPLICIT, Reduction.LAST),
        model("clicks", Task.BINARY, LabelPolicy.IMPLICIT_NEGATIVE, Reduction.FIRST),
        model("stars", Task.BINARY, LabelPolicy.GRADED, Reduction.MAX),
        model("price", Task.REGRESSION, LabelPolicy.REGRESSION, Reduction.SUM),
        model("animal", Task.MULTICLASS, LabelPolicy.EXPLICIT, Reduction.LAST),
        model("search", Task.RANKING, LabelPolicy.RANKING, Reduction.MAX));
  }

  private static ModelDocument model(
      String id, Task task, LabelPolicy policy, Reduction reduction) {
    @Nullable Duration negativeAfter =
        policy == LabelPolicy.IMPLICIT_NEGATIVE ? Duration.ofHours(2) : null;
    return new ModelDocument(
        id,
        1,
        3,
        null,
        task,
        policy,
        reduction,
        HORIZON,
        negativeAfter,
        null,
        policy == LabelPolicy.GRADED ? 3 : 1,
        0.5,
        WINDOW,
        1,
        VERSIONS,
        SEGMENTS,
        task == Task.MULTICLASS ? CLASSES : List.of(),
        List.of());
  }
}
