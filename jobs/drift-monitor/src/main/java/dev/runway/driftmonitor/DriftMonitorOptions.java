package dev.runway.driftmonitor;

import dev.runway.driftmonitor.baseline.Baselines;
import dev.runway.driftmonitor.baseline.KafkaBaselineDirectory;
import dev.runway.driftmonitor.concept.ConceptSettings;
import dev.runway.driftmonitor.custom.CustomMetrics;
import dev.runway.driftmonitor.custom.CustomSettings;
import dev.runway.driftmonitor.merge.TierWindows;
import dev.runway.driftmonitor.merge.WindowReport;
import dev.runway.flink.BundleOperator;
import dev.runway.flink.CommonOptions;
import dev.runway.flink.KafkaAccess;
import dev.runway.flink.KafkaModelDirectory;
import dev.runway.flink.Option;
import dev.runway.flink.Options;
import dev.runway.model.Topic;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** The options of drift-monitor, beside those of every job. */
final class DriftMonitorOptions {
  static final Option<String> GROUP =
      CommonOptions.GROUP
          .withDefault("runway-drift-monitor")
          .describedAs(
              "Consumer group: shows the lag. Where the job goes on is in its checkpoint, not in"
                  + " the group.");

  static final Option<Duration> OUT_OF_ORDERNESS =
      CommonOptions.OUT_OF_ORDERNESS
          .withDefault(Duration.ofMinutes(3))
          .describedAs(
              "How far an event may be behind the newest one of its partition before it is late. A"
                  + " window is scored so long after its end, and again with what comes within"
                  + " runway.drift.lateness: so it is shorter than other jobs', and tier 1 is told"
                  + " within 30 minutes. 3 minutes cover the 2 of Kafka's delivery time-out. Give"
                  + " retrain-trigger the same.");

  static final Option<Duration> LATENESS =
      Option.duration("runway.drift.lateness")
          .withDefault(Duration.ofHours(1))
          .checked(
              lateness ->
                  !lateness.isNegative()
                      && lateness.compareTo(Duration.ofDays(1)) <= 0
                      && lateness.toMillis() % Duration.ofMinutes(1).toMillis() == 0,
              "must be from 0 to 1 day, in whole minutes: minutes of late windows are state")
          .describedAs(
              "How long after its end a window takes predictions that come late; each lets it be"
                  + " scored again. A minute of a model with 100 features is some 20 KB of state,"
                  + " an hour 1.2 MB.");

  static final Option<Duration> WINDOW_TIER_1 =
      window(
          1,
          Duration.ofMinutes(10),
          "How long predictions of a model of tier 1 are gathered before they are judged. Longer"
              + " windows find smaller drift, and later. With fewer than"
              + " runway.drift.min-samples predictions in six of them no window is ever judged.");

  static final Option<Duration> WINDOW_TIER_2 =
      window(2, Duration.ofMinutes(20), "The same for tier 2.");

  static final Option<Duration> WINDOW_TIER_3 =
      window(3, Duration.ofHours(1), "The same for tier 3.");

  static final Option<Duration> WINDOW_TIER_4 =
      window(4, Duration.ofHours(4), "The same for tier 4.");

  static final Option<Integer> MIN_SAMPLES =
      Option.integer("runway.drift.min-samples")
          .withDefault(500)
          .checked(n -> n >= 100, "must be at least 100: below, PSI is mostly noise")
          .describedAs(
              "Predictions below which no distribution is judged. A window with fewer is judged"
                  + " together with up to five before it. At 500, a true PSI of 0.25 is found in 95"
                  + " of 100 windows; at 1,000 in all.");

  static final Option<Double> FALSE_DISCOVERIES =
      Option.number("runway.drift.false-discoveries")
          .withDefault(0.05)
          .checked(rate -> rate > 0 && rate <= 0.5, "must be above 0 and at most 0.5")
          .describedAs(
              "Of the features that a window flags, the share that may be flagged by chance"
                  + " (Benjamini-Hochberg).");

  static final Option<Integer> TOP_FEATURES =
      Option.integer("runway.drift.top-features")
          .withDefault(5)
          .checked(n -> n >= 0 && n <= 200, "must be from 0 to 200")
          .describedAs(
              "Features in a reading beside the flagged ones and the outputs: those with the"
                  + " highest PSI. All others are in the tiles.");

  /** What may be a season of a version that has no week behind it. */
  enum UnknownSeasons {
    TOLD,
    IGNORED
  }

  static final Option<UnknownSeasons> UNKNOWN_SEASONS =
      Option.choice("runway.drift.unknown-seasons", UnknownSeasons.class)
          .withDefault(UnknownSeasons.TOLD)
          .describedAs(
              "Whether a feature that is flagged by its distribution alone is told to be of an"
                  + " unknown season (season_unknown) where no week before has these hours, as in"
                  + " the first eight days of a version: no retrain comes of such features alone."
                  + " Not so where time is played faster than it was, and there are no weeks.");

  /** Quantile sketches in tiles. */
  enum Sketches {
    NONE,
    KLL
  }

  static final Option<Sketches> SKETCHES =
      Option.choice("runway.drift.sketches", Sketches.class)
          .withDefault(Sketches.NONE)
          .describedAs(
              "Whether tiles keep a quantile sketch of each numeric feature beside its fine bins:"
                  + " 2.4 KB and 25 ns for each value more. No alarm rests on it. Tiles of some 280"
                  + " numbers and more are shown without, as a record of tiles has 512 KB at"
                  + " most.");

  static final Option<Integer> BUNDLE_TILES =
      Option.integer("runway.drift.bundle-tiles")
          .withDefault(1_000)
          .checked(tiles -> tiles >= 1, "must be at least 1")
          .describedAs(
              "Tiles that a subtask counts in memory before it hands them on; they leave each"
                  + " minute and before each checkpoint anyway. 1,000 of 100 numeric features are"
                  + " 130 MB: see runway.drift.bundle-bytes.");

  static final Option<Integer> BUNDLE_BYTES =
      Option.integer("runway.drift.bundle-bytes")
          .checked(
              bytes -> bytes >= 1 << 20,
              "must be at least 1,048,576: one tile of 1,000 features takes 1.3 million")
          .describedAs(
              "Memory for the tiles that a subtask counts; before they would take more, all are"
                  + " handed on. Without it the subtasks in a TaskManager share an eighth of its"
                  + " heap, each has at most 128 MB. Where the counter full-bundles rises quickly,"
                  + " more memory saves processor time.");

  static final Option<Integer> BASELINE_BYTES =
      Option.integer("runway.drift.baseline-bytes")
          .checked(
              bytes -> bytes >= 1 << 20,
              "must be at least 1,048,576: one profile may have almost as many")
          .describedAs(
              "Profiles that are known at a time, in bytes as they are written; one more is refused"
                  + " as a dead letter, OVER_LIMIT. Every TaskManager holds them once. Without it a"
                  + " quarter of its heap, at most 512 MB: of 100 features 200 to 300 KB each. Those"
                  + " that have traffic take two to five times as much besides. Give all"
                  + " TaskManagers the same heap.");

  static final Option<Integer> REFERENCE_LABELS =
      Option.integer("runway.drift.reference-labels")
          .withDefault(2_000)
          .checked(
              n -> n >= 1_000 && n <= ConceptSettings.MAX_REFERENCE,
              "must be at least 1,000: with fewer no bin of scores has enough to be compared; and"
                  + " at most 100,000: labels of numbers wait in state until there are so many")
          .describedAs(
              "First labels of a version that say what its scores mean; concept drift and losses"
                  + " are compared with them, for good. More make a slow change at the beginning"
                  + " part of the reference, fewer make it rough. Of a predicted number they are 16"
                  + " bytes each in state until there are enough, for all and for each segment.");

  static final Option<Integer> CALIBRATION_LABELS =
      Option.integer("runway.drift.calibration-labels")
          .withDefault(5_000)
          .checked(
              n -> n >= 500, "must be at least 500: rates of positives are taken of twentieths")
          .describedAs(
              "Newest labels that performance without labels is estimated with; at least the last"
                  + " six windows. 5,000 leave an accuracy of 0.90 a standard error of 0.004 from"
                  + " this alone.");

  static final Option<Duration> TRUTH_LATENESS =
      Option.duration("runway.drift.truth-lateness")
          .withDefault(Duration.ofMinutes(30))
          .checked(
              lateness ->
                  lateness.compareTo(Duration.ofMinutes(1)) >= 0
                      && lateness.compareTo(Duration.ofDays(1)) <= 0,
              "must be from 1 minute to 1 day: ground truth is bundled by the minute")
          .describedAs(
              "How long after the last label horizon of a window its ground truth is waited for;"
                  + " then the window is judged, once. Covers what the join writes again after a"
                  + " restart, and how far its subtasks are apart while they catch up. A truth that"
                  + " waits is some 20 bytes of state.");
  static final Option<Integer> PROVISIONAL_SAMPLE =
      Option.integer("runway.drift.provisional-sample")
          .withDefault(2_000)
          .checked(
              n -> n == 0 || (n >= 500 && n <= 10_000),
              "must be 0, or from 500 to 10,000: less is mostly noise, more is much state")
          .describedAs(
              "Predictions of which a version without baseline gets a provisional one: so many of"
                  + " three of its windows or more, or fewer, but runway.drift.min-samples at"
                  + " least, when six window lengths are over; 0 makes none. Of 100 features 2,000"
                  + " are 5 MB of state, twice that while two windows are open, until the baseline"
                  + " is made.");

  static final Option<String> METRICS =
      Option.text("runway.drift.metrics")
          .checked(
              names ->
                  !list(names).isEmpty()
                      && list(names).size() <= CustomSettings.MAX_METRICS
                      && list(names).stream().distinct().count() == list(names).size(),
              "must be 1 to " + CustomSettings.MAX_METRICS + " different names, with commas")
          .describedAs(
              "Java metrics that are measured of every window beside the built-in ones, such as"
                  + " tail_shift,gini: implementations of dev.runway.drift.custom.DriftMetric. One"
                  + " that is not found, or is there twice, fails the start.");

  static final Option<String> METRIC_JARS =
      Option.text("runway.drift.metric-jars")
          .checked(
              locations -> !list(locations).isEmpty(),
              "must be folders or jars, with commas, such as file:///opt/runway/metrics")
          .describedAs(
              "Folders and jars, with commas between, in which runway.drift.metrics are looked for"
                  + " beside the job's own jar. URIs of any file system that Flink knows; every"
                  + " TaskManager reads them when the job starts, so a restart takes a newer jar.");

  static final Option<Duration> METRIC_TIMEOUT =
      Option.duration("runway.drift.metric-timeout")
          .withDefault(Duration.ofSeconds(1))
          .checked(
              timeout ->
                  timeout.compareTo(Duration.ofMillis(10)) >= 0
                      && timeout.compareTo(Duration.ofSeconds(10)) <= 0,
              "must be from 10 milliseconds to 10 seconds: the task waits for it")
          .describedAs(
              "How long one Java metric may take for all features of a window. A metric that takes"
                  + " longer has no reading of it and is not asked for 60 times as long, so it"
                  + " never takes more than a sixtieth of the task's time.");

  private DriftMonitorOptions() {}

  private static List<String> list(String text) {
    return Arrays.stream(text.split(",", -1))
        .map(String::strip)
        .filter(part -> !part.isEmpty())
        .toList();
  }

  private static List<String> list(Options options, Option<String> option) {
    String given = options.find(option);
    return given == null ? List.of() : list(given);
  }

  /**
   * Metrics of users.
   *
   * @throws IllegalArgumentException if there are jars for no metric
   */
  static CustomSettings custom(Options options) {
    List<String> metrics = list(options, METRICS);
    List<String> jars = list(options, METRIC_JARS);
    if (metrics.isEmpty() && !jars.isEmpty()) {
      throw new IllegalArgumentException(
          "%s (%s) is given, but no metric runs: name them in %s"
              .formatted(METRIC_JARS, String.join(",", jars), METRICS));
    }
    return new CustomSettings(
        metrics, jars, options.get(METRIC_TIMEOUT), options.get(TOP_FEATURES));
  }

  private static Option<Duration> window(int tier, Duration standard, String description) {
    return Option.duration("runway.drift.window-tier-" + tier)
        .withDefault(standard)
        .checked(
            window ->
                window.compareTo(Duration.ofMinutes(1)) >= 0
                    && window.compareTo(Duration.ofDays(31)) <= 0
                    && window.toMillis() % Duration.ofMinutes(1).toMillis() == 0,
            "must be from 1 minute to 31 days, in whole minutes: the minutes of a window are state")
        .describedAs(description);
  }

  static Options from(String[] args) {
    Options options = Options.from(args, CommonOptions.class, DriftMonitorOptions.class);
    requireFit(options);
    return options;
  }

  private static void requireFit(Options options) {
    int sample = options.get(PROVISIONAL_SAMPLE);
    int least = options.get(MIN_SAMPLES);
    if (sample > 0 && sample < least) {
      throw new IllegalArgumentException(
          ("%s (%,d) must be at least %s (%,d), or 0: nothing is judged by a baseline of fewer;"
                  + " raise the first or lower the second")
              .formatted(PROVISIONAL_SAMPLE, sample, MIN_SAMPLES, least));
    }
  }

  private static long bytes(Options options, Option<Integer> option, long without) {
    Integer given = options.find(option);
    return given == null ? without : given;
  }

  static DriftMonitorTopology.Settings topology(Options options) {
    String namespace = options.get(CommonOptions.NAMESPACE);
    KafkaAccess kafka = CommonOptions.kafka(options);
    return new DriftMonitorTopology.Settings(
        CommonOptions.bounds(options),
        CommonOptions.events(options).sampler(),
        KafkaModelDirectory.of(
            kafka, Topic.MODELS.in(namespace), CustomMetrics.objection(custom(options))),
        KafkaBaselineDirectory.of(
            kafka,
            Topic.BASELINES.in(namespace),
            options.get(SKETCHES) == Sketches.KLL,
            bytes(options, BASELINE_BYTES, Baselines.SHARE_OF_HEAP)),
        new WindowReport.Settings(
            options.get(MIN_SAMPLES),
            options.get(FALSE_DISCOVERIES),
            options.get(TOP_FEATURES),
            options.get(UNKNOWN_SEASONS) == UnknownSeasons.TOLD),
        custom(options),
        TierWindows.of(
            options.get(WINDOW_TIER_1),
            options.get(WINDOW_TIER_2),
            options.get(WINDOW_TIER_3),
            options.get(WINDOW_TIER_4)),
        new ConceptSettings(
            options.get(REFERENCE_LABELS),
            options.get(CALIBRATION_LABELS),
            options.get(TRUTH_LATENESS)),
        options.get(LATENESS),
        options.get(BUNDLE_TILES),
        bytes(options, BUNDLE_BYTES, BundleOperator.SHARE_OF_HEAP),
        options.get(PROVISIONAL_SAMPLE));
  }
}
