package dev.runway.retraintrigger.signal;

import dev.runway.model.DriftReading;
import dev.runway.model.DriftReading.Feature;
import dev.runway.model.DriftReading.FeatureKind;
import dev.runway.model.DriftReading.Signal;
import dev.runway.retraintrigger.signal.DataFault.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds what looks like a fault of the data in a reading of drift. */
final class DataFaults {
  /** Half of the events, where a feature was there before: no population changes like that. */
  private static final double NULL_SPIKE = 0.25;

  private static final double WRONG_TYPE = 0.05;
  private static final double COLLAPSE = 0.5;

  /** Factors between units: seconds, minutes and hours, and any power of ten. */
  private static final double[] UNITS = {60, 3_600, 10, 100, 1_000, 1e4, 1e5, 1e6, 1e9};

  /** How near a ratio must be to such a factor. Scale and mean must both be. */
  private static final double NEAR = 0.15;

  /**
   * So much wider or narrower no population of the samples became. A spread of some hundred values,
   * of a window that is calmer or wilder than what it is compared with, may be off a unit's factor
   * by two.
   */
  private static final double LEAP = 30;

  /**
   * Share of the values that lie elsewhere at least, by the Kolmogorov-Smirnov distance: of a heavy
   * tail a single value makes a spread thirty times as wide, and is no fault.
   */
  private static final double MOVED = 0.1;

  /** Of a mean that is this small against its spread the ratio says nothing. */
  private static final double MEAN_COUNTS = 0.2;

  private DataFaults() {}

  static List<DataFault> of(DriftReading reading) {
    List<DataFault> faults = new ArrayList<>();
    for (Feature feature : reading.features()) {
      if (feature.flagged()) {
        DataFault fault = fault(feature);
        if (fault != null) {
          faults.add(fault);
        }
      }
    }
    return faults;
  }

  private static @Nullable DataFault fault(Feature feature) {
    double wrong = value(feature, "wrong_type");
    if (wrong >= WRONG_TYPE) {
      return new DataFault(feature.name(), Kind.SCHEMA_CHANGE, wrong);
    }
    double missing = value(feature, "missing_change");
    if (missing >= NULL_SPIKE) {
      return new DataFault(feature.name(), Kind.NULL_SPIKE, missing);
    }
    if (feature.kind() == FeatureKind.CATEGORICAL) {
      double largest = value(feature, "linf");
      // What is new is no collapse: words may have been renamed, and that is for the model to
      // learn.
      return largest >= COLLAPSE && !(value(feature, "new_category") >= COLLAPSE)
          ? new DataFault(feature.name(), Kind.CATEGORY_COLLAPSE, largest)
          : null;
    }
    double spread = StrictMath.exp(value(feature, "log_variance_ratio") / 2);
    double factor = unitJump(feature, spread);
    if (!Double.isNaN(factor)) {
      return new DataFault(feature.name(), Kind.UNIT_JUMP, factor);
    }
    return leaps(feature, spread) ? new DataFault(feature.name(), Kind.SPREAD_LEAP, spread) : null;
  }

  /** The factor between two units by which all values have changed; NaN when there is none. */
  private static double unitJump(Feature feature, double spread) {
    double factor = near(spread);
    if (Double.isNaN(factor)) {
      return Double.NaN;
    }
    double meanNow = value(feature, "mean");
    double shift = value(feature, "smd");
    double deviationThen = deviation(feature) / spread;
    double meanThen = meanNow - shift * deviationThen;
    if (Double.isNaN(meanThen)) {
      return Double.NaN;
    }
    if (Math.abs(meanThen) < MEAN_COUNTS * deviationThen) {
      return moved(feature) ? factor : Double.NaN;
    }
    return isNear(meanNow / meanThen, factor) ? factor : Double.NaN;
  }

  /**
   * Of the values of now. Readings of before it was told have it in the error of the mean, which
   * was that of independent events then and is a larger one since.
   */
  private static double deviation(Feature feature) {
    Signal mean = signal(feature, "mean");
    Double error = mean == null ? null : mean.standardError();
    double told = value(feature, "stddev");
    return mean == null || error == null || !Double.isNaN(told)
        ? told
        : error * Math.sqrt((double) mean.samples());
  }

  private static boolean leaps(Feature feature, double spread) {
    return (spread >= LEAP || spread <= 1 / LEAP) && moved(feature);
  }

  /** Where nobody says how many values lie elsewhere, the spread alone has to do. */
  private static boolean moved(Feature feature) {
    return !(value(feature, "ks") < MOVED);
  }

  private static double near(double ratio) {
    for (double unit : UNITS) {
      if (isNear(ratio, unit)) {
        return unit;
      }
      if (isNear(ratio, 1 / unit)) {
        return 1 / unit;
      }
    }
    return Double.NaN;
  }

  private static boolean isNear(double ratio, double factor) {
    return Math.abs(StrictMath.log(ratio / factor)) <= NEAR;
  }

  private static @Nullable Signal signal(Feature feature, String metric) {
    for (Signal signal : feature.signals()) {
      if (signal.metric().equals(metric)) {
        return signal;
      }
    }
    return null;
  }

  private static double value(Feature feature, String metric) {
    Signal signal = signal(feature, metric);
    Double value = signal == null ? null : signal.value();
    return value == null ? Double.NaN : value;
  }
}
