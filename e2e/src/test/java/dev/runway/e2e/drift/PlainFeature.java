package dev.runway.e2e.drift;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a window says of a feature.
 *
 * @param samples values behind PSI
 * @param psi null when there are too few values
 * @param alarms signals that fired
 */
public record PlainFeature(
    String name, long samples, @Nullable PlainSignal psi, List<PlainSignal> alarms) {

  public PlainFeature {
    alarms = List.copyOf(alarms);
  }

  public boolean fired() {
    return !alarms.isEmpty();
  }

  /** The alarm that is told: PSI before others, else the one furthest above its threshold. */
  public PlainSignal told() {
    List<PlainSignal> sorted = new ArrayList<>(alarms);
    sorted.sort(
        Comparator.comparing((PlainSignal signal) -> !signal.metric().equals("psi"))
            .thenComparing(signal -> -excess(signal)));
    return sorted.get(0);
  }

  static double excess(PlainSignal signal) {
    return Math.abs(signal.value()) / signal.threshold();
  }
}
