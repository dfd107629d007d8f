package dev.runway.groundtruth.archive;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDate;

/**
 * What shares a folder of the archive.
 *
 * @param dataset name of the dataset, see {@link RowFormat#dataset}
 * @param day UTC day of the event's time, in days since 1970
 */
public record ArchivePart(String dataset, long day, String modelId) {
  private static final long DAY_MILLIS = Duration.ofDays(1).toMillis();

  static ArchivePart of(String dataset, long atMillis, String modelId) {
    return new ArchivePart(dataset, dayOf(atMillis), modelId);
  }

  /** The UTC day of a time, in days since 1970. */
  static long dayOf(long atMillis) {
    return Math.floorDiv(atMillis, DAY_MILLIS);
  }

  /** The first millisecond of a day. */
  static long startOf(long day) {
    return day * DAY_MILLIS;
  }

  /**
   * The folder below the archive's own, in the style of Hive, which every reader of Parquet knows.
   */
  String folder() {
    return dataset + "/" + dayFolder(day) + "/model=" + encoded(modelId);
  }

  /** The folder of a day below its dataset's. */
  static String dayFolder(long day) {
    return "day=" + LocalDate.ofEpochDay(day);
  }

  private static String encoded(String modelId) {
    // A star is left alone by the encoder, and means any file to whoever reads the folder.
    return URLEncoder.encode(modelId, StandardCharsets.UTF_8).replace("*", "%2A");
  }
}
