package dev.runway.retraintrigger.decision;

import dev.runway.model.SignalPart;
import dev.runway.model.SignalPart.Signal;
import dev.runway.retraintrigger.signal.ExperimentReading;
import dev.runway.retraintrigger.state.Dossier;
import org.jspecify.annotations.Nullable;

/**
 * What experiments have found of a version. A finding is good until twice the length of its
 * experiment after its end, as a reading is for two of its windows; one whose end is yet to come
 * says nothing.
 */
final class ExperimentJudge {
  private static final int FRESH_LENGTHS = 2;

  private ExperimentJudge() {}

  /**
   * The part of the score: the worst finding.
   *
   * @param windowMillis length of a window of the model, which an experiment has at least
   * @param minSamples observations that a finding has to rest on
   * @return null when nothing is known
   */
  static @Nullable SignalPart part(
      Dossier dossier,
      String version,
      long windowEndMillis,
      long windowMillis,
      long minSamples,
      long tickMillis) {
    ExperimentReading worst = null;
    for (ExperimentReading reading : dossier.experimentsOf(version)) {
      long good = FRESH_LENGTHS * Math.max(windowMillis, reading.lengthMillis());
      boolean counts =
          reading.samples() >= minSamples
              && reading.endedAtMillis() > windowEndMillis - good
              && !Dossier.isAhead(reading.endedAtMillis(), tickMillis);
      if (counts && (worst == null || reading.severity() > worst.severity())) {
        worst = reading;
      }
    }
    return worst == null
        ? null
        : new SignalPart(
            Signal.EXPERIMENT,
            worst.severity(),
            metric(worst),
            worst.worse(),
            worst.warn(),
            worst.critical(),
            windowEndMillis);
  }

  private static String metric(ExperimentReading reading) {
    return PartMetric.of(
        "%s in %s of %s against %s"
            .formatted(
                reading.metric(), reading.experiment(), reading.variant(), reading.control()));
  }
}
