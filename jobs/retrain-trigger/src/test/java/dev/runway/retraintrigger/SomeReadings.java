package dev.runway.retraintrigger;

import dev.runway.model.DriftReading;
import dev.runway.model.DriftReading.Feature;
import dev.runway.model.DriftReading.FeatureKind;
import dev.runway.model.DriftReading.Signal;
import dev.runway.model.DriftReading.Status;
import dev.runway.model.EmbeddingSpace.Usage;
import dev.runway.model.EmbeddingStability;
import dev.runway.model.EmbeddingStability.Compatibility;
import dev.runway.model.ExperimentResult;
import dev.runway.model.ExperimentResult.Better;
import dev.runway.model.Maturity;
import dev.runway.model.PerformanceReading;
import dev.runway.model.Task;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Readings of windows of ten minutes. */
public final class SomeReadings {
  private static final long WINDOW = 10 * Scene.MINUTE;

  private SomeReadings() {}

  public static DriftReading drift(String version, long end, double severity) {
    return drift(
        version, "b-1", end, 1, severity, false, List.of(feature("delay", severity, List.of())));
  }

  public static DriftReading drift(
      String version,
      String profile,
      long end,
      long revision,
      double severity,
      boolean provisional,
      List<Feature> features) {
    return new DriftReading(
        Scene.MODEL,
        version,
        DriftReading.ALL,
        profile,
        provisional,
        end - WINDOW,
        end,
        end - WINDOW,
        revision,
        Status.EVALUATED,
        2_000,
        10,
        10,
        severity > 0 ? 1 : 0,
        severity,
        features);
  }

  public static Feature feature(String name, double severity, List<Signal> more) {
    List<Signal> signals = new ArrayList<>(more);
    signals.add(signal("psi_debiased", severity * 0.25, severity > 0));
    return new Feature(name, FeatureKind.NUMERIC, severity > 0, severity, signals);
  }

  public static Signal signal(String metric, double value, boolean flagged) {
    return signal(metric, value, null, flagged);
  }

  public static Signal signal(
      String metric, double value, @Nullable Double error, boolean flagged) {
    return new Signal(
        metric, value, null, null, error, 2_000, "EXACT_HISTOGRAM", null, null, null, flagged);
  }

  /** What the pair v5 and v6 of a space is to the model, for one way of using it. */
  public static EmbeddingStability space(
      String space, Usage usage, Compatibility compatibility, double overlap) {
    return new EmbeddingStability(
        space,
        "v5",
        "v6",
        1,
        Scene.START,
        false,
        compatibility,
        5_000,
        5_000,
        5_000,
        0,
        64,
        64,
        1_000,
        10,
        new EmbeddingStability.Floor(true, 1_000, 10, 0.8, 0.99, 0.99),
        List.of(
            new EmbeddingStability.Metric("knn_overlap", overlap, null, null, null, 1_000, null)),
        List.of(
            new EmbeddingStability.Verdict(
                usage, compatibility, "NEIGHBOURS", List.of(Scene.MODEL)),
            new EmbeddingStability.Verdict(
                Usage.DATA_ONLY, Compatibility.STABLE, "NOT_USED", List.of("other"))),
        null);
  }

  /**
   * What an experiment of a day has found of a version beside what it replaces: clicks, of which
   * the control has one.
   *
   * @param difference of the version, give or take 0.0196
   */
  public static ExperimentResult experiment(
      String version, double difference, long end, long revision) {
    return experiment(version, "clicks", difference, end, revision, 1.0, Better.HIGHER);
  }

  public static ExperimentResult experiment(
      String version,
      String metric,
      double difference,
      long end,
      long revision,
      @Nullable Double controlValue,
      @Nullable Better better) {
    return new ExperimentResult(
        Scene.MODEL,
        version,
        "spring",
        "b",
        "a",
        metric,
        difference,
        difference - 0.0196,
        difference + 0.0196,
        20_000,
        end - Scene.day(),
        end,
        revision,
        controlValue,
        better);
  }

  /** The same finding as a later one. */
  public static ExperimentResult revised(ExperimentResult result, long revision) {
    return changed(result, result.samples(), result.startedAtMillis(), revision);
  }

  /** The same finding of so many observations. */
  public static ExperimentResult resting(ExperimentResult result, long samples) {
    return changed(result, samples, result.startedAtMillis(), result.revision());
  }

  /** The same finding of an experiment that began at a time. */
  public static ExperimentResult since(ExperimentResult result, long startMillis) {
    return changed(result, result.samples(), startMillis, result.revision());
  }

  private static ExperimentResult changed(
      ExperimentResult result, long samples, long startMillis, long revision) {
    return new ExperimentResult(
        result.modelId(),
        result.modelVersion(),
        result.experiment(),
        result.variant(),
        result.control(),
        result.metric(),
        result.difference(),
        result.low(),
        result.high(),
        samples,
        startMillis,
        result.endedAtMillis(),
        revision,
        result.controlValue(),
        result.better());
  }

  /** Traffic of which too little came to be judged. */
  public static DriftReading thin(String version, long end) {
    return new DriftReading(
        Scene.MODEL,
        version,
        DriftReading.ALL,
        "b-1",
        false,
        end - WINDOW,
        end,
        end - WINDOW,
        1,
        Status.NO_DECISION,
        12,
        10,
        0,
        0,
        null,
        List.of());
  }

  /** Traffic of a version that has no baseline. */
  public static DriftReading unprofiled(String version, long end) {
    return new DriftReading(
        Scene.MODEL,
        version,
        DriftReading.ALL,
        DriftReading.NO_PROFILE,
        false,
        end - WINDOW,
        end,
        end - WINDOW,
        2_000,
        Status.NO_BASELINE,
        2_000,
        0,
        0,
        0,
        null,
        List.of());
  }

  public static PerformanceReading labelled(String version, long end, double auc) {
    return labelled(version, end, auc, 1, 0.95);
  }

  public static PerformanceReading labelled(
      String version, long end, double auc, long revision, double coverage) {
    return new PerformanceReading(
        Scene.MODEL,
        version,
        PerformanceReading.ALL,
        PerformanceReading.ALL,
        end - WINDOW,
        end,
        PerformanceReading.FINAL_REVISION + revision,
        Maturity.FINAL,
        Task.BINARY,
        false,
        new PerformanceReading.Coverage(
            2_000, 1_900, 0, 100, 0, 0, 2_000, 1_900, coverage, coverage, null),
        new PerformanceReading.Delay(1_900, 100, null, null, null, null, 0.02),
        List.of(
            new PerformanceReading.Metric(
                "auc", auc, auc - 0.004, auc + 0.004, 0.002, null, null, 1_900, 1_900)),
        new byte[0],
        new byte[0]);
  }
}
