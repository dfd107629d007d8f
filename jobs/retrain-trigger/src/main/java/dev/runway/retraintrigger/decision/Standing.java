package dev.runway.retraintrigger.decision;

import dev.runway.drift.staleness.Hysteresis;
import dev.runway.drift.window.Tier;
import dev.runway.model.DriftReading;
import dev.runway.model.ModelState;
import dev.runway.model.SignalPart.Signal;
import dev.runway.model.Suspension;
import dev.runway.retraintrigger.signal.Observation;
import dev.runway.retraintrigger.state.Dossier;
import dev.runway.retraintrigger.state.ModelFacts;
import dev.runway.retraintrigger.state.VersionFile;
import org.jspecify.annotations.Nullable;

/** In which state a version is, and when nothing may be decided about it. */
final class Standing {
  private static final int SILENT_WINDOWS = 3;

  private Standing() {}

  /** A state in which levels stand still and nothing is triggered. */
  record Frozen(ModelState state, @Nullable Suspension suspension) {
    /** Whether it is because nothing is predicted, whosever fault that is. */
    boolean isSilent() {
      return Standing.isSilent(state, suspension);
    }
  }

  private static boolean isSilent(ModelState state, @Nullable Suspension suspension) {
    return state == ModelState.NO_DATA || suspension == Suspension.SOURCE_DOWN;
  }

  /** Whether the version was found silent, by itself or with its source. */
  static boolean isSilent(VersionFile file) {
    return isSilent(file.state, file.suspension);
  }

  /**
   * Why nothing may be decided.
   *
   * @param coverage share of the newest final window's predictions that have labels
   * @return null when it may
   */
  static @Nullable Frozen of(
      DecisionInputs inputs,
      VersionFile file,
      ModelFacts facts,
      long windowMillis,
      @Nullable Double coverage) {
    TriggerSettings settings = inputs.settings();
    long tick = inputs.tickMillis();
    if (inputs.dossier().retired || !facts.knows(inputs.version())) {
      return new Frozen(ModelState.RETIRED, null);
    }
    if (file.lastDataMillis == 0) {
      return new Frozen(ModelState.WARMING, null);
    }
    long due = windowMillis + settings.latenessMillis() + settings.lagMillis();
    boolean arrives = tick - file.lastArrivalMillis <= windowMillis;
    boolean behind = arrives && tick - file.lastDataMillis > windowMillis + due;
    if (behind || tick - inputs.windowEndMillis() > due) {
      return new Frozen(ModelState.SUSPENDED, Suspension.INPUT_LAG);
    }
    if (inputs.windowEndMillis() - file.lastDataMillis > silence(settings, windowMillis)) {
      if (isSuperseded(inputs.dossier(), inputs.version(), file)) {
        return new Frozen(ModelState.RETIRED, null);
      }
      return inputs.around().sourceDown()
          ? new Frozen(ModelState.SUSPENDED, Suspension.SOURCE_DOWN)
          : new Frozen(ModelState.NO_DATA, null);
    }
    if (coverage != null && coverage < settings.coverageFloor()) {
      return new Frozen(ModelState.SUSPENDED, Suspension.COVERAGE_FLOOR);
    }
    boolean everJudged =
        file.hasBaseline
            || file.observed.values().stream()
                .flatMap(windows -> windows.values().stream())
                .anyMatch(observation -> observation.severity() != null);
    return everJudged ? null : new Frozen(ModelState.WARMING, null);
  }

  /** What has not come for longer than that is not late, and comes no more. */
  private static long silence(TriggerSettings settings, long windowMillis) {
    return Math.max(settings.silenceMillis(), SILENT_WINDOWS * windowMillis);
  }

  /**
   * Whether a version predicts and nothing is measured of it: drift-monitor found no baseline for
   * its newest predictions, be it that it was taken back or never fitted in there, and for as long
   * as makes silence no signal has been measured, neither by its own metrics nor by labels.
   */
  static boolean isUnmeasured(
      VersionFile file, ModelFacts facts, TriggerSettings settings, long windowEndMillis) {
    long horizon = facts.horizonMillis();
    long from = windowEndMillis - silence(settings, Tier.of(facts.tier()).windowMillis());
    long unprofiledTo = Long.MIN_VALUE;
    long profiledTo = Long.MIN_VALUE;
    for (var windows : file.observed.values()) {
      for (Observation seen : windows.headMap(windowEndMillis, true).values()) {
        boolean ofLabels = seen.signal() == Signal.CONCEPT_DRIFT;
        long end = seen.windowEndMillis();
        if (seen.severity() != null && end + (ofLabels ? horizon : 0) >= from) {
          return false;
        }
        if (seen.profileId().equals(DriftReading.NO_PROFILE)) {
          unprofiledTo = Math.max(unprofiledTo, end);
        } else if (seen.signal() == Signal.DATA_DRIFT) {
          profiledTo = Math.max(profiledTo, end);
        }
      }
    }
    return unprofiledTo > profiledTo
        && file
            .labelled
            .headMap(windowEndMillis, true)
            .tailMap(from - horizon, true)
            .values()
            .stream()
            .allMatch(window -> window.metrics().isEmpty());
  }

  /** Whether another version has predicted since, and has the traffic: silence is no fault then. */
  static boolean isSuperseded(Dossier dossier, String version, VersionFile file) {
    return !version.equals(dossier.primary)
        && file.lastDataMillis > 0
        && file.lastDataMillis < dossier.primaryDataMillis;
  }

  /**
   * Of a version that is not frozen: by its level, or by a command that runs for it. Of one that is
   * to go only that counts; its level is kept, should it stay after all.
   *
   * @param unmeasured whether nothing is measured of it. What was found before holds until it is
   *     refuted, and its age counts; but that nothing is found is no health then.
   */
  static ModelState state(Dossier dossier, String version, VersionFile file, boolean unmeasured) {
    if (CommandBook.isActive(dossier, version)) {
      return ModelState.RETRAINING;
    }
    if (dossier.facts != null && dossier.facts.isDeprecated(version)) {
      return ModelState.DEPRECATED;
    }
    return switch (file.position.level()) {
      case Hysteresis.STALE -> ModelState.STALE;
      case Hysteresis.AT_RISK -> ModelState.AT_RISK;
      default -> unmeasured ? ModelState.WARMING : ModelState.HEALTHY;
    };
  }
}
