package dev.runway.demo.stage;

import dev.runway.demo.drift.DriftWatch;
import dev.runway.model.Baseline;
import java.util.List;

/**
 * What drift-monitor needs in an arena.
 *
 * @param baselines written before anything is predicted
 */
public record Watched(DriftWatch watch, List<Baseline> baselines) {

  public Watched {
    baselines = List.copyOf(baselines);
  }
}
