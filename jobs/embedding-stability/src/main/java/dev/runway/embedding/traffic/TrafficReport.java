package dev.runway.embedding.traffic;

import dev.runway.drift.embedding.traffic.TrafficReading;
import dev.runway.drift.embedding.traffic.TrafficReadings;
import dev.runway.drift.embedding.traffic.TrafficSums;
import dev.runway.model.EmbeddingSpace;
import dev.runway.model.EmbeddingStability.Metric;
import dev.runway.model.EmbeddingTraffic;
import dev.runway.model.SpaceThresholds;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is told of a window. */
final class TrafficReport {
  private TrafficReport() {}

  /**
   * The event.
   *
   * @param reference null while there is none
   */
  static EmbeddingTraffic of(
      EmbeddingSpace space,
      String version,
      long windowStartMillis,
      long windowEndMillis,
      TrafficSums window,
      @Nullable TrafficReference reference) {
    List<TrafficReading> readings =
        TrafficReadings.of(window, reference == null ? null : reference.sums());
    return new EmbeddingTraffic(
        space.spaceId(),
        version,
        windowStartMillis,
        windowEndMillis,
        space.revision(),
        window.dimensions(),
        window.vectors(),
        window.gone(),
        reference == null
            ? null
            : new EmbeddingTraffic.Reference(
                reference.startMillis(), reference.endMillis(), reference.sums().vectors()),
        readings.stream().map(TrafficReport::metric).toList(),
        readings.stream()
            .filter(reading -> isBreached(reading, space.thresholds()))
            .map(reading -> reading.metric().code())
            .toList());
  }

  private static Metric metric(TrafficReading reading) {
    TrafficReading.Gap gap = reading.gap();
    return new Metric(
        reading.metric().code(),
        reading.value(),
        reading.se(),
        reading.low(),
        reading.high(),
        reading.n(),
        gap == null ? null : gap.name());
  }

  /** Whether its whole interval is beyond the threshold: what few vectors say marks nothing. */
  private static boolean isBreached(TrafficReading reading, SpaceThresholds thresholds) {
    Double low = reading.low();
    Double high = reading.high();
    if (low == null || high == null) {
      return false;
    }
    return switch (reading.metric()) {
      case MEAN_SHIFT -> low > thresholds.meanShift();
      case COVARIANCE_CHANGE -> low > thresholds.covarianceChange();
      case NORM_RATIO ->
          low > 1 + thresholds.normChange() || high < 1 / (1 + thresholds.normChange());
      case UNUSABLE_RISE -> low > thresholds.unusableRise();
      case FRESHNESS_P95_SECONDS -> low > thresholds.freshnessSeconds();
      default -> false;
    };
  }
}
