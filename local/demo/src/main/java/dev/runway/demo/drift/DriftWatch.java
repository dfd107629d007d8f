package dev.runway.demo.drift;

import dev.runway.model.ModelDocument;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How drift-monitor is to judge.
 *
 * @param windows of tiers 1 to 4
 * @param minSamples values below which no distribution is judged
 * @param topFeatures features told beside those that drifted
 * @param provisionalSample predictions that make a baseline of a version without one; 0 for none
 * @param truthLateness how long labels of a window are waited for once they are all final
 * @param unknownSeasons whether what may be a season of a young version is told as such
 */
public record DriftWatch(
    List<Duration> windows,
    int minSamples,
    int topFeatures,
    int provisionalSample,
    Duration truthLateness,
    boolean unknownSeasons) {

  /** In time as it was, in which there are weeks. */
  public DriftWatch(
      List<Duration> windows,
      int minSamples,
      int topFeatures,
      int provisionalSample,
      Duration truthLateness) {
    this(windows, minSamples, topFeatures, provisionalSample, truthLateness, true);
  }

  /**
   * For models that predict 220 times a day, once a day and twice a day: at the tiers' own windows
   * of minutes none of them would ever be judged. A hundred values are the least that drift-monitor
   * accepts; only large shifts are found with so few. All features are told. A model without a
   * baseline stays without, as what is shown is drift from training data.
   */
  public static final DriftWatch DEMO =
      new DriftWatch(
          List.of(
              Duration.ofDays(2), Duration.ofDays(20), Duration.ofDays(30), Duration.ofHours(4)),
          100,
          20,
          0,
          Duration.ofMinutes(30));

  /** Windows that are judged together at most. */
  public static final int MAX_WINDOWS = 6;

  private static final Duration SHORTEST = Duration.ofMinutes(1);
  private static final Duration LONGEST = Duration.ofDays(31);

  /** Tiers of models. */
  private static final int TIERS = 4;

  public DriftWatch {
    windows = List.copyOf(windows);
  }

  /** Length of the windows of a tier, 1 to 4. */
  public Duration window(int tier) {
    return windows.get(tier - 1);
  }

  /**
   * For files of a user: windows of the models' metrics, so that drift and performance can be held
   * against each other. Played in seconds, the subtasks of the join are hours of event time apart,
   * so labels are waited for as long as drift-monitor can.
   *
   * @param window of all models; null for each tier's own, which is the longest of its models
   */
  public static DriftWatch replay(
      List<ModelDocument> models, @Nullable Duration window, int minSamples) {
    List<Duration> windows = new ArrayList<>();
    for (int tier = 1; tier <= TIERS; tier++) {
      Duration longest = window == null ? SHORTEST : window;
      for (ModelDocument model : models) {
        boolean longer = model.tier() == tier && model.window().compareTo(longest) > 0;
        longest = window == null && longer ? model.window() : longest;
      }
      windows.add(judgeable(longest));
    }
    return new DriftWatch(windows, minSamples, 20, 2_000, Duration.ofDays(1));
  }

  /** The nearest length of window that drift-monitor takes, which may be a longer one. */
  public static Duration judgeable(Duration window) {
    if (window.compareTo(SHORTEST) <= 0) {
      return SHORTEST;
    }
    Duration whole = Duration.ofMinutes(window.plusMinutes(1).minusNanos(1).toMinutes());
    return whole.compareTo(LONGEST) < 0 ? whole : LONGEST;
  }
}
