package dev.runway.demo.result;

import dev.runway.model.DriftReading;
import dev.runway.model.DriftReading.Feature;
import dev.runway.model.DriftReading.Signal;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * What one window says of one feature, by the metric that says most.
 *
 * @param windowEndMillis end of the window: from then on it can be known
 * @param threshold what the value was compared with
 * @param samples values behind it
 */
public record DriftFigure(
    long windowEndMillis, String metric, double value, double threshold, long samples) {
  static final String PSI = "psi";

  /** The flagged metric furthest above its threshold, PSI before others; null without one. */
  static @Nullable DriftFigure ofAlarm(DriftReading reading, Feature feature) {
    return feature.signals().stream()
        .filter(Signal::flagged)
        .filter(signal -> signal.value() != null && signal.threshold() != null)
        .map(signal -> of(reading, signal))
        .max(
            Comparator.comparing((DriftFigure figure) -> figure.metric().equals(PSI))
                .thenComparing(DriftFigure::excess))
        .orElse(null);
  }

  /** PSI, alarm or not; null where the distribution was not judged. */
  static @Nullable DriftFigure ofPsi(DriftReading reading, Feature feature) {
    return feature.signals().stream()
        .filter(signal -> signal.metric().equals(PSI))
        .filter(signal -> signal.value() != null && signal.threshold() != null)
        .map(signal -> of(reading, signal))
        .findFirst()
        .orElse(null);
  }

  private static DriftFigure of(DriftReading reading, Signal signal) {
    Double value = signal.value();
    Double threshold = signal.threshold();
    return new DriftFigure(
        reading.windowEndMillis(),
        signal.metric(),
        value == null ? Double.NaN : value,
        threshold == null ? Double.NaN : threshold,
        signal.samples());
  }

  /** How many times its threshold the value is, whatever its sign. */
  double excess() {
    return Math.abs(value) / threshold;
  }
}
