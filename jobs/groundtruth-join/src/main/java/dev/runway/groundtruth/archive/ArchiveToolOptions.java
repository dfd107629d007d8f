package dev.runway.groundtruth.archive;

import dev.runway.flink.Option;
import java.nio.file.Path;
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
              "How long nothing was written in a folder before compact touches it, before forget"
                  + " touches a file of an object store, and before what a crash left is deleted. Longer than any checkpoint that the job may"
                  + " still be started from is old.");

  static final Option<Instant> OLDEST_SAVEPOINT =
      Option.instant("oldest-savepoint")
          .describedAs(
              "When the oldest savepoint was taken that the job may still be started from; compact"
                  + " and retain, and forget in an object store, leave what the job wrote an hour"
                  + " before it and later. An object store"
                  + " refuses to finish an upload of a savepoint again whose object is gone; a local"
                  + " disk does not, and does not need it.");

  static final Option<Integer> FILE_MEGABYTES =
      Option.integer("file-megabytes")
          .withDefault(128)
          .checked(megabytes -> megabytes >= 1 && megabytes <= 4_096, "must be from 1 to 4096")
          .describedAs(
              "Megabytes that merged files are to have at most. Files of more than half of it are"
                  + " left as they are.");

  static final Option<Path> SECRET_FILE =
      Option.file("secret-file")
          .describedAs(
              "File with the secret that runway.archive.entity-secret-file of the job names; forget"
                  + " and search need it.");

  static final Option<Path> ENTITY_FILE =
      Option.file("entity-file")
          .describedAs(
              "File with the id of the subject to forget or to search for, without white space"
                  + " around it. Not an argument, for every user of a machine sees those.");

  static final Option<String> ENTITY_KEY =
      Option.text("entity-key")
          .checked(
              key -> key.matches("[0-9a-f]{32}"), "must be 32 hexadecimal digits in lower case")
          .describedAs(
              "The key of that subject, in place of its id. With neither, forget and search take"
                  + " every subject that was to be forgotten before: what came late or again goes"
                  + " too.");

  private ArchiveToolOptions() {}
}
