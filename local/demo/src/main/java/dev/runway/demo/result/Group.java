package dev.runway.demo.result;

import dev.runway.drift.performance.DelayCounts;
import dev.runway.drift.performance.Metric;
import dev.runway.drift.performance.OutcomeCounts;
import dev.runway.drift.performance.Task;
import dev.runway.model.Maturity;
import dev.runway.model.PerformanceReading;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Several windows read as one, through the mergeable counts their readings carry: the metrics are
 * those of all their predictions together, not averages of averages.
 */
public final class Group {
  private final String name;
  private @Nullable OutcomeCounts outcomes;
  private boolean withoutCounts;
  private final DelayCounts delays = new DelayCounts();
  private long received;
  private long joined;
  private long waiting;
  private long unlabelled;
  private long duplicates;
  private long conflicts;
  private double joinedWeight;
  private double predictedWeight;
  private boolean allFinal = true;

  Group(String name) {
    this.name = name;
  }

  /** Adds a window. */
  void add(PerformanceReading reading) {
    double weight = addOutcomes(reading);
    joinedWeight += weight;
    delays.add(delays(reading.delayCounts()));
    PerformanceReading.Coverage coverage = reading.coverage();
    received += coverage.received();
    joined += coverage.joined();
    waiting += coverage.waiting();
    unlabelled += coverage.unlabelled();
    duplicates += coverage.duplicates();
    conflicts += coverage.conflicts();
    predictedWeight += predictedWeight(coverage, weight);
    allFinal &= reading.maturity() == Maturity.FINAL;
  }

  /**
   * Adds the counts of a window, and returns the weight they hold. A reading whose counts were too
   * large to send has none: the group's metrics are then unknown, and each label weighs 1.
   */
  private double addOutcomes(PerformanceReading reading) {
    if (outcomes == null) {
      outcomes = Task.valueOf(reading.task().name()).empty();
    }
    if (reading.counts().length == 0) {
      withoutCounts = true;
      return reading.coverage().joined();
    }
    OutcomeCounts counts = outcomes(reading.counts());
    outcomes.add(counts);
    return counts.weight();
  }

  /** A window says how much of its weight is joined; where nothing is, each prediction weighs 1. */
  private static double predictedWeight(PerformanceReading.Coverage coverage, double joinedWeight) {
    Double share = coverage.coverageSoFar();
    return share == null || share <= 0 ? coverage.predictions() : joinedWeight / share;
  }

  private static OutcomeCounts outcomes(byte[] bytes) {
    try {
      return OutcomeCounts.read(new DataInputStream(new ByteArrayInputStream(bytes)));
    } catch (IOException e) {
      throw new IllegalArgumentException("a reading's counts cannot be read", e);
    }
  }

  private static DelayCounts delays(byte[] bytes) {
    try {
      return DelayCounts.read(new DataInputStream(new ByteArrayInputStream(bytes)));
    } catch (IOException e) {
      throw new IllegalArgumentException("a reading's delay counts cannot be read", e);
    }
  }

  public String name() {
    return name;
  }

  /** Prediction events read, repeats included. */
  public long received() {
    return received;
  }

  public long joined() {
    return joined;
  }

  public long waiting() {
    return waiting;
  }

  public long unlabelled() {
    return unlabelled;
  }

  public long duplicates() {
    return duplicates;
  }

  public long conflicts() {
    return conflicts;
  }

  /** Distinct predictions. */
  public long predictions() {
    return joined + waiting + unlabelled;
  }

  /** Share of the predictions' weight that is joined; null without predictions. */
  public @Nullable Double coverage() {
    if (predictions() == 0) {
      return null;
    }
    if (joined == 0) {
      return 0.0;
    }
    // Unit weights, the common case, need no rounding.
    return joinedWeight == joined
        ? (double) joined / predictions()
        : joinedWeight / predictedWeight;
  }

  /** Delays of the labelled predictions. */
  public DelayCounts delays() {
    return delays;
  }

  /** All metrics of the model's task in their fixed order; null where they are unknown. */
  public List<Metric> metrics() {
    if (outcomes == null) {
      return List.of();
    }
    return withoutCounts ? outcomes.task().empty().metrics() : outcomes.metrics();
  }

  /** One metric; null when the task has none of that name. */
  public @Nullable Metric metric(String metric) {
    return metrics().stream().filter(m -> m.name().equals(metric)).findFirst().orElse(null);
  }

  /** Whether nothing of it may change any more. */
  public boolean allFinal() {
    return allFinal;
  }
}
