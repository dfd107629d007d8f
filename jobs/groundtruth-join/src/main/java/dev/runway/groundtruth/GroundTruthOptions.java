package dev.runway.groundtruth;

import dev.runway.flink.CommonOptions;
import dev.runway.flink.KafkaModelDirectory;
import dev.runway.flink.Option;
import dev.runway.flink.Options;
import dev.runway.groundtruth.archive.Archive;
import dev.runway.groundtruth.archive.Coverage;
import dev.runway.groundtruth.archive.Days;
import dev.runway.model.Limits;
import dev.runway.model.Topic;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The options of groundtruth-join, beside those of every job. */
final class GroundTruthOptions {
  /** The founding name of the consumer group. */
  static final Option<String> GROUP =
      CommonOptions.GROUP
          .withDefault("runway-ground-truth")
          .describedAs(
              "Consumer group: shows the lag. Where the job goes on is in its checkpoint, not in"
                  + " the group.");

  static final Option<Duration> ORPHAN_WAIT =
      Option.duration("runway.groundtruth.orphan-wait")
          .withDefault(Duration.ofHours(1))
          .checked(
              wait -> !wait.isNegative() && wait.compareTo(Duration.ofDays(7)) <= 0,
              "must be from 0 to 7 days: each waiting outcome is state")
          .describedAs(
              "How long an outcome waits for its prediction before it is an orphan, and how far"
                  + " before its prediction it may have been observed. 1 hour covers the restart of"
                  + " a predictions producer; at 1,157 outcomes a second it is at most 4 million"
                  + " waiting outcomes, some 200 MB.");

  static final Option<Duration> LATE_MEMORY =
      Option.duration("runway.groundtruth.late-memory")
          .withDefault(Duration.ofDays(1))
          .checked(
              memory -> !memory.isNegative() && memory.compareTo(Duration.ofDays(35)) <= 0,
              "must be from 0 to 35 days: each remembered prediction is state")
          .describedAs(
              "How long after its label horizon a prediction is remembered, to tell late outcomes"
                  + " and repeated predictions from unknown ones. 1 day of 100 million predictions"
                  + " at some 40 bytes is 4 GB beside the 28 GB of a 7-day horizon. 0 saves that, and a"
                  + " timer and a read of state for each prediction; late outcomes are then told as"
                  + " orphans.");

  static final Option<Duration> SHOW_EVERY =
      Option.duration("runway.groundtruth.show-every")
          .withDefault(Duration.ofSeconds(10))
          .checked(
              every -> every.compareTo(Duration.ofMillis(100)) >= 0,
              "must be at least 100 ms: each showing writes every changed window")
          .describedAs(
              "How often provisional readings of changed windows are written. Final readings do not"
                  + " wait for it. 500 models with 4 changed windows each are 200 readings a second"
                  + " at 10 seconds.");

  static final Option<Integer> BUNDLE_WINDOWS =
      Option.integer("runway.groundtruth.bundle-windows")
          .withDefault(2_000)
          .checked(windows -> windows >= 1 && windows <= 1_000_000, "must be from 1 to 1,000,000")
          .describedAs(
              "Windows of model versions that a subtask adds up in memory before it hands them on."
                  + " 2,000 at some 3 KB with their groups are 6 MB. A batch run, whose events come"
                  + " in the order of their ids, takes ten times as many.");

  static final Option<Integer> BUNDLE_EVENTS =
      Option.integer("runway.groundtruth.bundle-events")
          .withDefault(20_000)
          .checked(events -> events >= 1 && events <= 100_000_000, "must be from 1 to 100,000,000")
          .describedAs(
              "Changes that a subtask adds up in memory before it hands them on. Bundles leave with"
                  + " every watermark anyway, five times a second; 20,000 bounds them in a"
                  + " catch-up. A batch run takes ten times as many.");

  static final Option<String> ARCHIVE_FOLDER =
      Option.text("runway.archive.folder")
          .checked(folder -> !folder.isBlank(), "must name a folder")
          .describedAs(
              "Folder of the archive on a file system that Flink knows, such as"
                  + " file:///data/archive or s3://bucket/archive. Without it the job keeps no"
                  + " archive. A day of 100 million predictions and as many outcomes is some 10"
                  + " GB.");

  static final Option<Integer> ARCHIVE_FILE_BYTES =
      Option.integer("runway.archive.file-bytes")
          .withDefault(64 * 1024 * 1024)
          .checked(
              bytes -> bytes >= 4096, "must be at least 4096: each file costs a request or two")
          .describedAs(
              "Waiting rows of a day and model, in the compact bytes of the job's state, that make"
                  + " a file. 64 MiB are some million rows; the Parquet file is about half of it.");

  static final Option<Duration> ARCHIVE_FLUSH_AFTER =
      Option.duration("runway.archive.flush-after")
          .withDefault(Duration.ofHours(1))
          .checked(
              after ->
                  after.compareTo(Duration.ofMillis(100)) >= 0
                      && after.compareTo(Duration.ofDays(1)) <= 0,
              "must be from 100 ms to 1 day: rows that wait are state")
          .describedAs(
              "After how long waiting rows become a file even if it is small. An hour of 1,157"
                  + " predictions a second with their outcomes and truth is some 900 MB of state. A"
                  + " model with little traffic has a file each hour, dataset and day that events"
                  + " are of: with many hundreds of those give more. Batch runs see what is this"
                  + " old.");

  static final Option<Integer> ARCHIVE_BUNDLE_ROWS =
      Option.integer("runway.archive.bundle-rows")
          .withDefault(5_000)
          .checked(rows -> rows >= 1, "must be at least 1")
          .describedAs(
              "Rows that a subtask bundles in memory, per dataset, before they become state; at"
                  + " most what comes between two checkpoints. 5,000 at some 60 bytes are 300 KB,"
                  + " and 65 MB for rankings of 100 items with the longest ids.");

  static final Option<Path> ENTITY_SECRET_FILE =
      Option.file("runway.archive.entity-secret-file")
          .describedAs(
              "File with the secret of subjects' keys, on every TaskManager, mode 600; at least 16"
                  + " characters, such as `openssl rand -base64 24` prints. With it archived"
                  + " predictions carry a key of their entity_id, by which a subject can be deleted;"
                  + " without it they say nothing of subjects, and none can be found again. Never"
                  + " change it: rows of before would be found by the former secret alone.");

  static final Option<Mode> MODE =
      Option.choice("mode", Mode.class)
          .withDefault(Mode.STREAM)
          .describedAs(
              "What this run does: stream joins the topics without end; batch reads days of the"
                  + " archive and writes their master readings.");

  static final Option<LocalDate> DAY =
      Option.day("day").describedAs("First day, in UTC, whose windows a batch run gives.");

  static final Option<LocalDate> UNTIL =
      Option.day("until")
          .describedAs("Last day, in UTC, whose windows a batch run gives; without it only --day.");

  static final Option<Duration> BATCH_LOOK_BACK =
      Option.duration("runway.batch.look-back")
          .withDefault(Duration.ofDays(1))
          .checked(
              back -> !back.isNegative() && back.compareTo(Duration.ofDays(70)) <= 0,
              "must be from 0 to 70 days: an id is forgotten a horizon and a memory after its use")
          .describedAs(
              "How far before its days a batch run reads predictions, so that an id used twice is"
                  + " judged as in the stream. 1 day covers repeats on both sides of midnight; ids"
                  + " that are used again after days need more.");

  static final Option<Duration> BATCH_LONGEST_WINDOW =
      Option.duration("runway.batch.longest-window")
          .withDefault(Duration.ofDays(1))
          .checked(
              window ->
                  window.compareTo(Duration.ofMinutes(1)) >= 0
                      && window.compareTo(Limits.MAX_WINDOW) <= 0,
              "must be from 1 minute to 366 days")
          .describedAs(
              "Length of the longest windows that a batch run gives: it reads predictions so far"
                  + " beyond its days. Longer windows are left out, counted and logged.");

  /** Times the windows and events of a bundle in a stream. */
  private static final int BATCH_BUNDLES = 10;

  private GroundTruthOptions() {}

  static Options from(String[] args) {
    Options options = Options.from(args, CommonOptions.class, GroundTruthOptions.class);
    requireFit(options);
    return options;
  }

  private static void requireFit(Options options) {
    LocalDate day = options.find(DAY);
    LocalDate until = options.find(UNTIL);
    List<String> problems = new ArrayList<>();
    if (options.get(MODE) == Mode.BATCH) {
      if (options.find(ARCHIVE_FOLDER) == null) {
        problems.add("--mode batch reads an archive: give --" + ARCHIVE_FOLDER);
      }
      if (day == null) {
        problems.add("--mode batch gives the windows of days: give --day, and --until for several");
      } else if (until != null && until.isBefore(day)) {
        problems.add("--until (%s) must not be before --day (%s)".formatted(until, day));
      }
    } else if (day != null || until != null) {
      problems.add("--day and --until are for --mode batch: a stream has no days");
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join(System.lineSeparator(), problems));
    }
  }

  /**
   * What a batch run reads and says.
   *
   * @param coverage what its archive says of itself
   */
  static MasterRange range(Options options, Coverage coverage) {
    LocalDate day = options.get(DAY);
    LocalDate until = options.find(UNTIL);
    return new MasterRange(
        Days.of(day, until == null ? day : until),
        options.get(BATCH_LOOK_BACK),
        options.get(BATCH_LONGEST_WINDOW),
        options.get(ORPHAN_WAIT),
        coverage);
  }

  /**
   * How the archive is written.
   *
   * @param fromTheBeginning whether the job reads every event that there ever was
   */
  static Archive.Settings archive(Options options, boolean fromTheBeginning) {
    return new Archive.Settings(
        options.get(ARCHIVE_FOLDER),
        options.get(ARCHIVE_FILE_BYTES),
        options.get(ARCHIVE_FLUSH_AFTER),
        options.get(ARCHIVE_BUNDLE_ROWS),
        fromTheBeginning);
  }

  static GroundTruthTopology.Settings topology(Options options) {
    String namespace = options.get(CommonOptions.NAMESPACE);
    @Nullable Path secret = options.find(ENTITY_SECRET_FILE);
    int bundles = options.get(MODE) == Mode.BATCH ? BATCH_BUNDLES : 1;
    return new GroundTruthTopology.Settings(
        new Admitting(
            CommonOptions.bounds(options),
            options.get(CommonOptions.SAMPLE_RATE),
            KafkaModelDirectory.of(CommonOptions.kafka(options), Topic.MODELS.in(namespace)),
            secret == null ? null : secret.toString()),
        Topic.PREDICTIONS.in(namespace),
        Topic.OUTCOMES.in(namespace),
        options.get(ORPHAN_WAIT),
        options.get(LATE_MEMORY),
        options.get(SHOW_EVERY),
        bundles * options.get(BUNDLE_WINDOWS),
        bundles * options.get(BUNDLE_EVENTS));
  }
}
