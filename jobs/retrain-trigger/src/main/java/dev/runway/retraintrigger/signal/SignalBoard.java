package dev.runway.retraintrigger.signal;

import dev.runway.drift.staleness.Fusion;
import dev.runway.model.SignalPart;
import dev.runway.model.SignalPart.Signal;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The signals of one version at the end of one window, and what they make together. */
public final class SignalBoard {
  /**
   * How a signal counts.
   *
   * @param weight in the mean
   * @param alone which part of its severity it is worth alone
   */
  private record Influence(double weight, double alone) {}

  /** What holds for days and is measured in no window. */
  private static final Set<Signal> STANDING =
      Set.of(Signal.AGE, Signal.EMBEDDING, Signal.EXPERIMENT);

  private static final Map<Signal, Influence> INFLUENCES = new EnumMap<>(Signal.class);

  static {
    INFLUENCES.put(Signal.AGE, new Influence(0.15, 0.5));
    INFLUENCES.put(Signal.DATA_DRIFT, new Influence(0.25, 0.5));
    INFLUENCES.put(Signal.CONCEPT_DRIFT, new Influence(0.25, 0.8));
    INFLUENCES.put(Signal.PERFORMANCE, new Influence(0.35, 0.9));
    // Most models have none of these: without weight they are never missed, and may still raise the
    // score.
    INFLUENCES.put(Signal.EMBEDDING, new Influence(0, 0.8));
    INFLUENCES.put(Signal.CUSTOM, new Influence(0, 0.5));
    // It warns: what it was compared with is for those who ran it to say, and its scale is a guess.
    INFLUENCES.put(Signal.EXPERIMENT, new Influence(0, 0.5));
  }

  private final Map<Signal, SignalPart> parts = new EnumMap<>(Signal.class);
  private final Map<Signal, Observation> observations = new EnumMap<>(Signal.class);
  private final SortedMap<String, Double> named = new TreeMap<>();

  /** Adds what an observation says; one without severity says that nothing could be judged. */
  public void add(Observation observation) {
    Double severity = observation.severity();
    if (severity == null) {
      return;
    }
    observations.put(observation.signal(), observation);
    add(
        new SignalPart(
            observation.signal(),
            severity,
            observation.metric(),
            observation.value(),
            observation.warn(),
            observation.critical(),
            observation.windowEndMillis()));
  }

  /** Adds a part of the score. */
  public void add(SignalPart part) {
    parts.put(part.signal(), part);
  }

  /** Adds a number that conditions of policies may speak of. */
  public void name(String name, double value) {
    if (Double.isFinite(value)) {
      named.put(name, value);
    }
  }

  /** The parts that are there, in the order of their signals. */
  public List<SignalPart> parts() {
    return List.copyOf(parts.values());
  }

  /** The signals that count and are not there. */
  public List<Signal> missing() {
    List<Signal> missing = new ArrayList<>();
    INFLUENCES.forEach(
        (signal, influence) -> {
          if (influence.weight() > 0 && !parts.containsKey(signal)) {
            missing.add(signal);
          }
        });
    return missing;
  }

  /** What they make together. */
  public Fusion fused() {
    return Fusion.of(
        INFLUENCES.keySet().stream().mapToDouble(this::severity).toArray(),
        INFLUENCES.values().stream().mapToDouble(Influence::weight).toArray(),
        INFLUENCES.values().stream().mapToDouble(Influence::alone).toArray());
  }

  /** Of a signal, NaN when it is missing. */
  public double severity(Signal signal) {
    SignalPart part = parts.get(signal);
    return part == null ? Double.NaN : part.severity();
  }

  /**
   * Whether nothing was measured in the window: what holds for days alone is known, or not even
   * that.
   */
  public boolean measuresNothing() {
    return STANDING.containsAll(parts.keySet());
  }

  /** Whether nothing is known from labels. */
  public boolean isWithoutLabels() {
    return !parts.containsKey(Signal.PERFORMANCE) && !parts.containsKey(Signal.CONCEPT_DRIFT);
  }

  /**
   * Whether all that speaks against the version is provisional ({@link Observation}). What warns of
   * its embeddings asks for no retrain, and so it does not stand for what does.
   */
  public boolean isProvisional() {
    boolean any = false;
    for (SignalPart part : parts.values()) {
      boolean warns = part.signal() == Signal.EMBEDDING && part.severity() < 1;
      if (part.severity() >= 0.5 && !warns) {
        Observation observation = observations.get(part.signal());
        if (observation == null || !observation.provisional()) {
          return false;
        }
        any = true;
      }
    }
    return any;
  }

  /** The signal that raises the score most: by its weight or alone. */
  public @Nullable Signal worst() {
    Signal worst = null;
    double most = -1;
    for (var entry : INFLUENCES.entrySet()) {
      double severity = severity(entry.getKey());
      double raised = severity * Math.max(entry.getValue().weight(), entry.getValue().alone());
      if (raised > most) {
        most = raised;
        worst = entry.getKey();
      }
    }
    return worst;
  }

  /** What was observed of a signal; null when it is missing, or comes from no reading of drift. */
  public @Nullable Observation observation(Signal signal) {
    return observations.get(signal);
  }

  /** The numbers that conditions of policies may speak of. */
  public SortedMap<String, Double> named() {
    return named;
  }
}
