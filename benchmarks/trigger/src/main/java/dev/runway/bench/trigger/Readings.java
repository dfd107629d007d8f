package dev.runway.bench.trigger;

import dev.runway.flink.RawEvent;
import dev.runway.model.DriftReading;
import dev.runway.model.DriftReading.Feature;
import dev.runway.model.DriftReading.FeatureKind;
import dev.runway.model.DriftReading.Signal;
import dev.runway.model.DriftReading.Status;
import dev.runway.model.DriftReadingCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Readings of a fleet, window by window, of every model in each: some are encoded beforehand, and
 * model and times are written over in a copy. All come within the minute in which drift-monitor
 * says them, three minutes after the end of their window.
 */
final class Readings {
  /** 2026-01-01, a window's beginning. */
  static final long START = 1_767_225_600_000L;

  /** Of tier 1. */
  static final long WINDOW = Duration.ofMinutes(10).toMillis();

  static final String VERSION = "1.0.0";
  private static final long COMES = Duration.ofMinutes(3).plusSeconds(1).toMillis();
  private static final long WITHIN = Duration.ofSeconds(50).toMillis();

  /** How long after a window's end its ticks are over that anything happens at. */
  private static final long JUDGED = Duration.ofMinutes(12).toMillis();

  /** Of thirteen digits, as times are now, and in no number of a reading. */
  private static final long ANY_START = 9_000_000_000_001L;

  private static final long ANY_END = 9_000_000_000_002L;

  /** Those with many features are half a megabyte each. */
  private static final int VARIANTS = 16;

  private static final List<String> METRICS =
      List.of(
          "psi",
          "psi_debiased",
          "missing",
          "missing_change",
          "linf",
          "ks",
          "wasserstein",
          "out_of_range",
          "mean",
          "stddev",
          "smd",
          "log_variance_ratio");

  private static final List<String> OTHER_DISTANCES =
      List.of("kl", "kl_ref_cur", "js", "hellinger", "tvd", "cramers_v", "chi_square", "g");

  /** Bytes of a reading and where model, beginnings and end of its window stand. */
  private record Template(byte[] bytes, int[] model, int[] start, int[] end) {}

  private final Shape shape;
  private final int models;
  private final Template[] quiet = new Template[VARIANTS];
  private final Template[] drifted = new Template[VARIANTS];

  Readings(Shape shape, int models, long seed) {
    this.shape = shape;
    this.models = models;
    Random random = new Random(seed);
    for (int i = 0; i < VARIANTS; i++) {
      quiet[i] = template(random, false);
      drifted[i] = template(random, true);
    }
  }

  static String modelId(int model) {
    return "model-%05d".formatted(model);
  }

  /** The reading of a place in the order of all: of each window every model. */
  RawEvent at(long place) {
    int model = (int) (place % models);
    long window = place / models;
    Template template =
        (shape.hasDrifted(model) ? drifted : quiet)[(int) ((model + window) % VARIANTS)];
    byte[] bytes = template.bytes().clone();
    byte[] id = utf8(modelId(model));
    put(bytes, template.model(), id);
    put(bytes, template.start(), utf8(Long.toString(START + window * WINDOW)));
    put(bytes, template.end(), utf8(Long.toString(START + (window + 1) * WINDOW)));
    return new RawEvent(id, bytes, "drift", 0, place, appendedAt(place), List.of());
  }

  long appendedAt(long place) {
    return START + (place / models + 1) * WINDOW + COMES + place % models * WITHIN / models;
  }

  /** Up to when all has been read once so many readings have. */
  long readTo(long count) {
    // Behind the last of a window there is nothing to come before all of it is judged.
    return count % models == 0
        ? START + count / models * WINDOW + JUDGED
        : appendedAt(count - 1) - 1;
  }

  private static void put(byte[] bytes, int[] places, byte[] text) {
    for (int place : places) {
      System.arraycopy(text, 0, bytes, place, text.length);
    }
  }

  private Template template(Random random, boolean hasDrifted) {
    List<Feature> features = new ArrayList<>();
    for (int i = 0; i < shape.told(); i++) {
      boolean flagged = hasDrifted && (shape.breached() || i == 0);
      features.add(feature(random, i, flagged));
    }
    int flagged = hasDrifted ? (shape.breached() ? shape.features() : 1) : 0;
    byte[] bytes =
        DriftReadingCodec.write(
            new DriftReading(
                modelId(0),
                VERSION,
                DriftReading.ALL,
                "b-1",
                false,
                ANY_START,
                ANY_END,
                ANY_START,
                1,
                Status.EVALUATED,
                10_000 + random.nextInt(10_000),
                shape.features(),
                shape.features(),
                flagged,
                hasDrifted ? 1.0 : 0.0,
                features));
    return new Template(
        bytes,
        places(bytes, modelId(0), 1),
        places(bytes, Long.toString(ANY_START), 2),
        places(bytes, Long.toString(ANY_END), 1));
  }

  private Feature feature(Random random, int index, boolean flagged) {
    List<Signal> signals = new ArrayList<>();
    METRICS.forEach(metric -> signals.add(signal(random, metric, flagged)));
    if (index < Shape.IN_FULL) {
      OTHER_DISTANCES.forEach(metric -> signals.add(signal(random, metric, flagged)));
    }
    String name = index == shape.told() - 1 ? "$score" : "member_activity_%04d".formatted(index);
    return new Feature(name, FeatureKind.NUMERIC, flagged, flagged ? 1.0 : 0.0, signals);
  }

  private static Signal signal(Random random, String metric, boolean flagged) {
    boolean psi = metric.startsWith("psi");
    // Nothing of the others is so large that somebody would look for a fault in the data.
    double value = psi && flagged ? 0.3 + random.nextDouble() : random.nextDouble() / 100;
    double error = random.nextDouble() / 100;
    boolean tested = metric.equals("psi") || metric.equals("chi_square") || metric.equals("g");
    return new Signal(
        metric,
        value,
        Math.max(0, value - error),
        value + error,
        error / 2,
        10_000,
        "EXACT_HISTOGRAM",
        tested ? 0.1 + random.nextDouble() / 100 : null,
        tested ? random.nextDouble() : null,
        tested ? random.nextDouble() : null,
        psi && flagged,
        random.nextDouble() / 1_000,
        null);
  }

  private static int[] places(byte[] bytes, String text, int count) {
    String all = new String(bytes, StandardCharsets.ISO_8859_1);
    int[] places = new int[count];
    int found = 0;
    for (int at = all.indexOf(text); at >= 0; at = all.indexOf(text, at + 1)) {
      if (found == count) {
        throw new IllegalStateException(text + " stands in more places than " + count);
      }
      places[found++] = at;
    }
    if (found < count) {
      throw new IllegalStateException(text + " stands in " + found + " places, not in " + count);
    }
    return places;
  }

  /** The mean of what is sent. */
  double bytesPerReading() {
    long all = 0;
    for (int model = 0; model < models; model++) {
      all += (shape.hasDrifted(model) ? drifted : quiet)[model % VARIANTS].bytes().length;
    }
    return (double) all / models;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
