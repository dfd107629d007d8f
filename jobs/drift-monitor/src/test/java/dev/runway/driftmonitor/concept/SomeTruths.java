package dev.runway.driftmonitor.concept;

import dev.runway.model.DriftReading;
import dev.runway.model.LabelPolicy;
import dev.runway.model.ModelDocument;
import dev.runway.model.OptionalDetector;
import dev.runway.model.Reduction;
import dev.runway.model.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** A model of tier 1 whose scores mean what they say, until told otherwise; and its truths. */
public final class SomeTruths {
  public static final VersionKey KEY = new VersionKey("m", "1");
  static final WatchedGroup ALL = new WatchedGroup(KEY, DriftReading.ALL);
  public static final long WINDOW = Duration.ofMinutes(10).toMillis();
  public static final long START = 1_700_000_000_000L / WINDOW * WINDOW;
  public static final Duration HORIZON = Duration.ofHours(1);
  static final ConceptSettings SETTINGS = new ConceptSettings(2_000, 5_000, Duration.ofMinutes(10));

  private static final long MINUTE = 60_000;

  private SomeTruths() {}

  public static ModelDocument model() {
    return model(1, HORIZON);
  }

  public static ModelDocument model(int tier, Duration horizon) {
    return model(tier, horizon, List.of());
  }

  static ModelDocument model(int tier, Duration horizon, List<OptionalDetector> detectors) {
    return new ModelDocument(
        "m",
        1,
        tier,
        null,
        Task.BINARY,
        LabelPolicy.EXPLICIT,
        Reduction.LAST,
        horizon,
        null,
        null,
        1,
        0.5,
        Duration.ofHours(1),
        1,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        null,
        detectors);
  }

  /** What the world does with scores. */
  interface World {
    /** Chance of a positive outcome. */
    double rate(double score);
  }

  /** Scores are probabilities. */
  static final World CALIBRATED = score -> score;

  /** What was likely has become unlikely. */
  static final World FLIPPED = score -> 1 - score;

  static Truth truth(long id, long atMillis, double score, boolean outcome) {
    return truth(id, 7, atMillis, score, outcome);
  }

  static Truth truth(long id, long revision, long atMillis, double score, boolean outcome) {
    return new Truth(
        KEY,
        Truth.hashOf("p" + id),
        revision,
        atMillis,
        atMillis + HORIZON.toMillis(),
        true,
        score,
        score >= 0.5,
        outcome);
  }

  /**
   * Truths of a window.
   *
   * @param skew above 1 for lower scores, below 1 for higher ones
   */
  static List<Truth> window(Random random, long startMillis, int size, double skew, World world) {
    List<Truth> truths = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      double score = Math.pow(random.nextDouble(), skew);
      long at = startMillis + random.nextInt((int) WINDOW);
      truths.add(truth(random.nextLong(), at, score, random.nextDouble() < world.rate(score)));
    }
    return truths;
  }

  static long minuteOf(Truth truth) {
    return Math.floorDiv(truth.predictedAtMillis(), MINUTE) * MINUTE;
  }

  /** By the minutes of their predictions. */
  static NavigableMap<Long, TruthLedger> minutes(List<Truth> truths) {
    NavigableMap<Long, TruthLedger> minutes = new TreeMap<>();
    for (Truth truth : truths) {
      long minute = minuteOf(truth);
      minutes.computeIfAbsent(minute, m -> new TruthLedger()).add(truth, minute);
    }
    return minutes;
  }

  /** Has someone take truths in the order of their predictions. */
  static void play(List<Truth> truths, BiConsumer<Long, TruthLedger.Entry> taker) {
    minutes(truths)
        .forEach(
            (minute, ledger) ->
                ledger
                    .sorted()
                    .forEach(truth -> taker.accept(minute + truth.offsetMillis(), truth)));
  }

  /** Has a watch judge the n-th window. */
  static List<DriftReading> close(VersionWatch watch, int number, List<Truth> truths) {
    return close(watch, number, truths, List.of());
  }

  static List<DriftReading> close(
      VersionWatch watch, int number, List<Truth> truths, List<OptionalDetector> detectors) {
    long start = START + number * WINDOW;
    watch.begin(detectors);
    play(truths, watch::add);
    return watch.close(ALL, new Window(start, start + WINDOW), start, SETTINGS).readings();
  }

  static TruthDelta delta(Truth truth) {
    TruthLedger ledger = new TruthLedger();
    ledger.add(truth, minuteOf(truth));
    return new TruthDelta(truth.key(), minuteOf(truth), ledger);
  }
}
