package dev.runway.retraintrigger.signal;

import dev.runway.model.DriftReading;
import dev.runway.model.DriftReading.Feature;
import dev.runway.model.DriftReading.Signal;
import dev.runway.model.DriftReading.Status;
import dev.runway.model.Limits;
import dev.runway.model.SignalPart;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Readings of drift as observations. */
public final class DriftObservations {
  private static final String CONCEPT = "concept.";
  private static final String CUSTOM = "custom.";
  private static final String PSI = "psi_debiased";
  private static final String CONDITIONAL_KL = "conditional_kl_normalised";

  private DriftObservations() {}

  /**
   * The observation that a reading is. That of a version without baseline says only that it
   * predicts: it is not silent, and nothing is known of it.
   *
   * @return empty for readings that decide nothing: of a segment, of change detectors, estimates
   */
  public static Optional<Observation> of(DriftReading reading) {
    if (!reading.segment().equals(DriftReading.ALL)) {
      return Optional.empty();
    }
    String profile = reading.profileId();
    if (profile.startsWith(CONCEPT)) {
      // Its profile id says which labels are the reference, and these are for good.
      return Optional.of(
          of(reading, SignalPart.Signal.CONCEPT_DRIFT, worst(reading, CONDITIONAL_KL), 0.01, 0.05));
    }
    if (profile.startsWith(CUSTOM)) {
      return Optional.of(of(reading, SignalPart.Signal.CUSTOM, null, 0, 0));
    }
    if (profile.equals("change-detectors") || profile.equals("performance-estimate")) {
      return Optional.empty();
    }
    return Optional.of(of(reading, SignalPart.Signal.DATA_DRIFT, worst(reading, PSI), 0.10, 0.25));
  }

  private static Observation of(
      DriftReading reading,
      SignalPart.Signal signal,
      @Nullable Measured measured,
      double warn,
      double critical) {
    boolean judged = reading.status() == Status.EVALUATED && reading.severity() != null;
    Measured known = judged ? measured : null;
    return new Observation(
        signal,
        reading.profileId(),
        reading.windowStartMillis(),
        reading.windowEndMillis(),
        reading.revision(),
        judged ? reading.severity() : null,
        known == null ? null : known.metric(),
        known == null ? null : known.value(),
        known == null ? null : warn,
        known == null ? null : critical,
        reading.predictions(),
        reading.flagged(),
        reading.evaluated(),
        // One that says nothing stands behind any that does, as the provisional ones do.
        reading.provisional()
            || reading.status() == Status.NO_BASELINE
            || isOfUnknownSeason(reading),
        judged ? atFault(reading) : List.of(),
        judged && signal == SignalPart.Signal.DATA_DRIFT ? DataFaults.of(reading) : List.of());
  }

  /**
   * Whether all features that have drifted may be a season, for the version is young: nothing is
   * done for it alone, as for what was measured against live traffic. Where more have drifted than
   * are named, the reading says of how many it holds.
   */
  private static boolean isOfUnknownSeason(DriftReading reading) {
    double unknown = 0;
    for (Feature feature : reading.features()) {
      Signal signal = seasonUnknown(feature);
      Double number = signal == null ? null : signal.value();
      if (signal != null && feature.flagged()) {
        unknown++;
      } else if (number != null && feature.name().equals(DriftReading.EVENTS)) {
        return number == reading.flagged();
      }
    }
    return unknown > 0 && unknown == reading.flagged();
  }

  private static @Nullable Signal seasonUnknown(Feature feature) {
    for (Signal signal : feature.signals()) {
      if (signal.metric().equals(DriftReading.SEASON_UNKNOWN)) {
        return signal;
      }
    }
    return null;
  }

  private record Measured(String metric, double value) {}

  private static @Nullable Measured worst(DriftReading reading, String metric) {
    double most = Double.NaN;
    for (Feature feature : reading.features()) {
      for (Signal signal : feature.signals()) {
        Double value = signal.value();
        if (signal.metric().equals(metric) && value != null && !(value <= most)) {
          most = value;
        }
      }
    }
    return Double.isNaN(most) ? null : new Measured(metric, most);
  }

  private static List<String> atFault(DriftReading reading) {
    return reading.features().stream()
        .filter(Feature::flagged)
        .sorted(
            Comparator.comparingDouble(DriftObservations::severity)
                .reversed()
                .thenComparing(Feature::name))
        .limit(Limits.MAX_FAULTY_FEATURES)
        .map(Feature::name)
        .toList();
  }

  private static double severity(Feature feature) {
    Double severity = feature.severity();
    return severity == null ? 0 : severity;
  }
}
