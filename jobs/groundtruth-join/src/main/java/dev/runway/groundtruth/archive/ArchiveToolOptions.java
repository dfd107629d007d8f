package dev.runway.groundtruth.archive;

import dev.runway.flink.Option;
import java.time.Duration;
import java.time.Instant;

/** Settings of {@link ArchiveMain}. */
final class ArchiveToolOptions {
  static final Option<String> FOLDER =
      Option.text("folder")
          .required()
          .checked(folder -> !folder.isBlank(), "must name a folder")
          .describedAs(
              "The archive's folder, as runway.archive.folder names it: file:///data/archive or"
                  + " s3://bucket/archive.");

  static final Option<Integer> DAYS =
      Option.integer("days")
          .withDefault(90)
          .checked(days -> days >= 1 && days <= 3_650, "must be from 1 to 3650")
          .describedAs(
              "Days before today (UTC) that retain leaves; older ones go. A batch run needs its"
                  + " day, those of runway.batch.look-back before it, and comes when the longest"
                  + " label horizon has passed, 35 days at most.");

  static final Option<Duration> QUIET_FOR =
      Option.duration("quiet-for")
          .withDefault(Duration.ofDays(2))
          .checked(quiet -> !quiet.isNegative(), "must not be negative")
          .describedAs(
              "How long nothing was written in a folder before compact touches it, and before what"
                  + " a crash left there is deleted. Longer than any checkpoint that the job may"
                  + " still be started from is old.");

  static final Option<Instant> OLDEST_SAVEPOINT =
      Option.instant("oldest-savepoint")
          .describedAs(
              "When the oldest savepoint was taken that the job may still be started from; compact"
                  + " and retain leave what was written an hour before it and later. An object store"
                  + " refuses to finish an upload of a savepoint again whose object is gone; a local"
                  + " disk does not, and does not need it.");

  static final Option<Integer> FILE_MEGABYTES =
      Option.integer("file-megabytes")
          .withDefault(128)
          .checked(megabytes -> megabytes >= 1 && megabytes <= 4_096, "must be from 1 to 4096")
          .describedAs(
              "Megabytes that merged files are to have at most. Files of more than half of it are"
                  + " left as they are.");

  private ArchiveToolOptions() {}
}
