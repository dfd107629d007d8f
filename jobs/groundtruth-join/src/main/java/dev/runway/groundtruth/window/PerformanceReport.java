package dev.runway.groundtruth.window;

import dev.runway.drift.performance.DelayCounts;
import dev.runway.drift.performance.KaplanMeier;
import dev.runway.drift.performance.Metric;
import dev.runway.drift.performance.OutcomeCounts;
import dev.runway.drift.performance.WeightSum;
import dev.runway.model.Limits;
import dev.runway.model.Maturity;
import dev.runway.model.PerformanceReading;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** Makes the reading of a window out of its counts. */
public final class PerformanceReport {
  private PerformanceReport() {}

  /**
   * The reading of a window.
   *
   * @param delays distribution of label delay of the version; null when nothing is known of it
   * @param nowMillis event time that has been reached; only provisional readings depend on it
   */
  public static PerformanceReading of(
      ModelVersion model,
      WindowKey window,
      WindowCounts counts,
      Maturity maturity,
      @Nullable KaplanMeier delays,
      long nowMillis) {
    return new PerformanceReading(
        model.modelId(),
        model.version(),
        window.segment(),
        window.variant(),
        window.startMillis(),
        window.endMillis(),
        revision(counts, maturity),
        maturity,
        counts.task(),
        false,
        coverage(window, counts, maturity, delays, nowMillis),
        delay(counts),
        counts.outcomes().metrics().stream().map(PerformanceReport::metric).toList(),
        shippable(bytes(counts.outcomes())),
        shippable(bytes(counts.delays())));
  }

  /**
   * A final reading ranks above every provisional one, and its revision comes from its content
   * alone: the steps of a provisional revision may depend on which of two predictions under one id
   * came first.
   */
  private static long revision(WindowCounts counts, Maturity maturity) {
    return maturity == Maturity.FINAL
        ? PerformanceReading.FINAL_REVISION + counts.received() + counts.joined()
        : counts.revision();
  }

  private static PerformanceReading.Coverage coverage(
      WindowKey window,
      WindowCounts counts,
      Maturity maturity,
      @Nullable KaplanMeier delays,
      long nowMillis) {
    Double soFar = share(counts.joinedUnits(), counts.predictedUnits());
    return new PerformanceReading.Coverage(
        counts.received(),
        counts.joined(),
        counts.waiting(),
        counts.unlabelled(),
        counts.repeats(),
        counts.conflicts(),
        counts.matured(),
        counts.maturedJoined(),
        share(counts.maturedJoinedUnits(), counts.maturedUnits()),
        soFar,
        maturity == Maturity.FINAL ? soFar : expected(window, counts, delays, nowMillis));
  }

  /**
   * What is joined, what silence will join, and of all others that wait the share that the delays
   * promise a label. What is final without a label gets none any more.
   */
  private static @Nullable Double expected(
      WindowKey window, WindowCounts counts, @Nullable KaplanMeier delays, long nowMillis) {
    double predicted = counts.predictedUnits().weight();
    double waiting = Math.max(0, counts.waitingUnits().weight());
    double bySilence = Math.min(waiting, Math.max(0, counts.silenceUnits().weight()));
    double uncertain = waiting - bySilence;
    if (!(predicted > 0) || (uncertain > 0 && delays == null)) {
      return null;
    }
    double labelled =
        delays == null
            ? 0
            : uncertain * delays.stillLabelled(VersionDelays.ages(window, counts, nowMillis));
    double joined = Math.max(0, counts.joinedUnits().weight());
    return Math.min(1, (joined + bySilence + labelled) / predicted);
  }

  private static PerformanceReading.Delay delay(WindowCounts counts) {
    DelayCounts delays = counts.delays();
    return new PerformanceReading.Delay(
        delays.count(),
        counts.predictions() - delays.count(),
        delays.meanMillis(),
        delays.quantile(0.5),
        delays.quantile(0.95),
        delays.quantile(0.99),
        DelayCounts.RELATIVE_ERROR);
  }

  private static PerformanceReading.Metric metric(Metric metric) {
    return new PerformanceReading.Metric(
        metric.name(),
        metric.value(),
        metric.low(),
        metric.high(),
        metric.se(),
        metric.boundLow(),
        metric.boundHigh(),
        metric.n(),
        metric.effectiveN());
  }

  private static @Nullable Double share(WeightSum part, WeightSum whole) {
    return whole.signum() <= 0 ? null : part.weight() / whole.weight();
  }

  private static byte[] bytes(OutcomeCounts counts) {
    return bytes(counts::write);
  }

  private static byte[] bytes(DelayCounts counts) {
    return bytes(counts::write);
  }

  /** Counts of very many labels would make the reading unreadable: left out. */
  private static byte[] shippable(byte[] counts) {
    return counts.length <= Limits.MAX_COUNTS_BYTES ? counts : new byte[0];
  }

  private interface Content {
    void write(DataOutputStream out) throws IOException;
  }

  private static byte[] bytes(Content content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      content.write(out);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return bytes.toByteArray();
  }
}
