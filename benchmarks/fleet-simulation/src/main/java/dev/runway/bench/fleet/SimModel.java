package dev.runway.bench.fleet;

import dev.runway.drift.window.Tier;
import dev.runway.model.Baseline;
import dev.runway.model.DriftReading;
import dev.runway.model.DriftReading.Feature;
import dev.runway.model.DriftReading.FeatureKind;
import dev.runway.model.DriftReading.Signal;
import dev.runway.model.DriftReading.Status;
import dev.runway.retraintrigger.state.Dossier;
import dev.runway.retraintrigger.state.ModelFacts;
import java.time.Duration;
import java.util.List;

/** A model as it really is, and what the job knows of it. */
final class SimModel {
  private static final long DAY = Duration.ofDays(1).toMillis();

  final String id;
  final int tier;
  final long windowMillis;
  final long horizonMillis;
  final Dossier dossier;

  /** When it began to drift for good; 0 while it does not. */
  long illSinceMillis;

  /** Whether its drift has been found. */
  boolean found;

  /** Until then a release upstream makes it drift too. */
  long disturbedUntilMillis;

  /** Until then a version that knows the new coordinates is tried beside the one that serves. */
  private long triedUntilMillis;

  private int version = 1;

  SimModel(int number, int tier, long startMillis) {
    this.id = "m%03d".formatted(number);
    this.tier = tier;
    this.windowMillis = Tier.of(tier).windowMillis();
    this.horizonMillis = Duration.ofHours(1 + number % 3).toMillis();
    this.dossier = new Dossier(id);
    dossier.facts = ModelFacts.plain(1, tier, "team-" + number % 5, horizonMillis, List.of());
    baseline(version(), startMillis - number % 20 * DAY);
  }

  private void baseline(String ofVersion, long trainedToMillis) {
    dossier.take(
        new Baseline(
            id,
            ofVersion,
            "b-" + ofVersion,
            trainedToMillis,
            trainedToMillis - 30 * DAY,
            trainedToMillis,
            false,
            new byte[] {'{', '}'}));
  }

  String version() {
    return "v" + version;
  }

  /** A new version of it serves from now on, and is well. */
  void deployed(long nowMillis) {
    version++;
    illSinceMillis = 0;
    found = false;
    baseline(version(), nowMillis);
  }

  /** A person says that it is well. */
  void excused() {
    illSinceMillis = 0;
    found = false;
  }

  /** Another version of it gets a tenth of the traffic for some time. */
  void tries(long nowMillis, long untilMillis) {
    triedUntilMillis = untilMillis;
    baseline(tried(), nowMillis);
  }

  private String tried() {
    return version() + "-tried";
  }

  boolean isIll() {
    return illSinceMillis > 0;
  }

  /** The readings of a window that ends now. */
  void read(long endMillis) {
    // It drifts when it did for most of the window.
    boolean ill = isIll() && illSinceMillis <= endMillis - windowMillis / 2;
    boolean disturbed = endMillis <= disturbedUntilMillis;
    double severity = ill ? 0.9 : disturbed ? 0.8 : 0;
    read(version(), endMillis, severity, 5_000);
    if (endMillis <= triedUntilMillis) {
      read(tried(), endMillis, 0, 500);
    }
  }

  private void read(String ofVersion, long endMillis, double severity, long samples) {
    dossier.take(
        new DriftReading(
            id,
            ofVersion,
            DriftReading.ALL,
            "b-" + ofVersion,
            false,
            endMillis - windowMillis,
            endMillis,
            endMillis - windowMillis,
            1,
            Status.EVALUATED,
            samples,
            10,
            10,
            severity > 0 ? 1 : 0,
            severity,
            List.of(
                new Feature(
                    "age",
                    FeatureKind.NUMERIC,
                    severity > 0,
                    severity,
                    List.of(
                        new Signal(
                            "psi_debiased",
                            severity * 0.25,
                            null,
                            null,
                            null,
                            samples,
                            "EXACT_HISTOGRAM",
                            0.1,
                            null,
                            null,
                            severity > 0))))),
        endMillis);
  }
}
