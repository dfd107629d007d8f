package dev.runway.demo.stage;

import dev.runway.demo.drift.DriftWatch;
import dev.runway.model.Baseline;
import java.util.List;

/**
 * What drift-monitor needs in an arena.
 *
 * @param baselines written before anything is predicted
 * @param again whether all is judged again once drift-monitor has made baselines of versions that
 *     had none
 */
public record Watched(DriftWatch watch, List<Baseline> baselines, boolean again) {

  public Watched {
    baselines = List.copyOf(baselines);
  }

  /** Judges once, as live traffic is. */
  public static Watched once(DriftWatch watch, List<Baseline> baselines) {
    return new Watched(watch, baselines, false);
  }

  /** Judges again by the baselines drift-monitor has made itself. */
  public static Watched again(DriftWatch watch, List<Baseline> baselines) {
    return new Watched(watch, baselines, true);
  }
}
