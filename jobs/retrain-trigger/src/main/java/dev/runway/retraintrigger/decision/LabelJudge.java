package dev.runway.retraintrigger.decision;

import dev.runway.drift.experiment.SequentialTest;
import dev.runway.model.SignalPart;
import dev.runway.retraintrigger.signal.LabelledWindow;
import dev.runway.retraintrigger.signal.LabelledWindow.Value;
import dev.runway.retraintrigger.signal.PerformanceScale;
import dev.runway.retraintrigger.state.Pooled;
import dev.runway.retraintrigger.state.VersionFile;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What final labels say of a version: how much worse it is than it was when it was new, and than
 * the version before it.
 *
 * <p>Its first windows, until they have {@link TriggerSettings#referenceLabels} labels, are what it
 * is compared with, for good.
 */
final class LabelJudge {
  /** Windows that are taken together where one has too few labels. */
  private static final int WINDOWS = 6;

  private final VersionFile file;
  private final TriggerSettings settings;
  private final long windowEndMillis;

  LabelJudge(VersionFile file, TriggerSettings settings, long windowEndMillis) {
    this.file = file;
    this.settings = settings;
    this.windowEndMillis = windowEndMillis;
  }

  /** Notes the windows that have become final since the last judgement. */
  void learn() {
    for (LabelledWindow window : file.labelled.headMap(windowEndMillis, true).values()) {
      if (window.windowEndMillis() > file.pooledToMillis) {
        file.pooledToMillis = window.windowEndMillis();
        if (referenceLabels() < settings.referenceLabels()) {
          file.referenceToMillis = window.windowEndMillis();
        }
      }
    }
  }

  private long referenceLabels() {
    long most = 0;
    for (String metric : LabelledWindow.metricNames()) {
      Pooled pool = reference(metric);
      most = Math.max(most, pool == null ? 0 : pool.samples());
    }
    return most;
  }

  /** How good it was when it was new; null when not known. */
  @Nullable Pooled reference(String metric) {
    return pool(file, metric, file.reference, file.referenceToMillis);
  }

  /** How good it has been so far; null when not known. */
  @Nullable Pooled pooled(String metric) {
    return pool(file, metric, file.pooled, windowEndMillis);
  }

  /** Windows as they are now, whatever they were when they were judged, and those before them. */
  private static @Nullable Pooled pool(
      VersionFile of, String metric, SortedMap<String, Pooled> settled, long toMillis) {
    Pooled pool = settled.get(metric);
    for (LabelledWindow window : of.labelled.headMap(toMillis, true).values()) {
      Value value = window.metrics().get(metric);
      if (value != null) {
        pool = pool == null ? Pooled.of(value) : pool.and(Pooled.of(value));
      }
    }
    return pool;
  }

  /** Share of the newest final window's predictions that have labels; null when not known. */
  @Nullable Double coverage() {
    var newest = file.labelled.floorEntry(windowEndMillis);
    return newest == null ? null : newest.getValue().coverage();
  }

  /**
   * The newest windows that have labels enough together, and are recent.
   *
   * @param oldestMillis windows that ended before say nothing of the present
   */
  List<LabelledWindow> newest(long oldestMillis) {
    List<LabelledWindow> taken = new ArrayList<>();
    long labels = 0;
    for (LabelledWindow window :
        file.labelled.headMap(windowEndMillis, true).descendingMap().values()) {
      boolean usable =
          window.windowEndMillis() >= oldestMillis
              && window.windowEndMillis() > file.referenceToMillis;
      if (!usable || taken.size() == WINDOWS || labels >= settings.minLabels()) {
        break;
      }
      taken.add(window);
      labels += window.metrics().values().stream().mapToLong(Value::samples).max().orElse(0);
    }
    return labels >= settings.minLabels() ? taken : List.of();
  }

  /** A metric over windows, each by its labels; null when one of them does not have it. */
  static @Nullable Value over(List<LabelledWindow> windows, String metric) {
    double sum = 0;
    double variance = 0;
    long samples = 0;
    for (LabelledWindow window : windows) {
      Value value = window.metrics().get(metric);
      if (value == null) {
        return null;
      }
      sum += value.samples() * value.value();
      variance += value.samples() * value.samples() * value.standardError() * value.standardError();
      samples += value.samples();
    }
    return samples == 0 ? null : new Value(sum / samples, Math.sqrt(variance) / samples, samples);
  }

  /**
   * How much worse the version has become.
   *
   * @return the metric that has suffered most; null while too little is known
   */
  @Nullable SignalPart performance(long oldestMillis) {
    Double coverage = coverage();
    List<LabelledWindow> windows = newest(oldestMillis);
    boolean known =
        !windows.isEmpty()
            && coverage != null
            && coverage >= settings.coverageGate()
            && referenceLabels() >= settings.referenceLabels();
    if (!known) {
      return null;
    }
    SignalPart worst = null;
    for (String metric : LabelledWindow.metricNames()) {
      SignalPart part = part(metric, windows);
      if (part != null && (worst == null || part.severity() > worst.severity())) {
        worst = part;
      }
    }
    return worst;
  }

  private @Nullable SignalPart part(String metric, List<LabelledWindow> windows) {
    PerformanceScale scale = PerformanceScale.of(metric);
    Pooled reference = reference(metric);
    Value now = over(windows, metric);
    if (scale == null || reference == null || now == null) {
      return null;
    }
    double decay = scale.decay(reference.value(), now).lowerBound();
    return new SignalPart(
        SignalPart.Signal.PERFORMANCE,
        scale.scale().severity(decay),
        metric,
        decay,
        scale.scale().warn(),
        scale.scale().critical(),
        windows.get(0).windowEndMillis());
  }

  /** What a comparison with the version before has come to. */
  record Comparison(String metric, double worsening, double p) {}

  /**
   * Compares with the version before, by the first metric that both have; looking often is allowed.
   *
   * @param name of that version
   * @param counts whether the window counts: only what has counted is remembered
   * @return null where there is nothing to compare
   */
  @Nullable Comparison against(VersionFile before, String name, boolean counts) {
    for (String metric : LabelledWindow.metricNames()) {
      PerformanceScale scale = PerformanceScale.of(metric);
      Pooled now = pooled(metric);
      Pooled then = pool(before, metric, before.pooled, windowEndMillis);
      if (scale != null && now != null && then != null && now.samples() >= settings.minLabels()) {
        double worsening = scale.worsening(then.value(), now.value());
        double variance = 1 / now.weight() + 1 / then.weight();
        double effect = settings.rollbackEffect() * Math.abs(then.value().value());
        String slot = name + '|' + metric;
        if (counts && effect > 0 && worsening > 0) {
          double p = new SequentialTest(worsening, variance, effect * effect).p();
          file.rollbackPs.keySet().removeIf(other -> !other.startsWith(name + '|'));
          file.rollbackPs.merge(slot, p, Math::min);
        }
        return new Comparison(metric, worsening, file.rollbackPs.getOrDefault(slot, 1.0));
      }
    }
    return null;
  }
}
