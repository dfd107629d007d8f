package dev.runway.groundtruth.archive;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.HexFormat;

/**
 * What shares a folder of the archive.
 *
 * @param dataset name of the dataset, see {@link RowFormat#dataset}
 * @param day UTC day of the event's time, in days since 1970
 */
public record ArchivePart(String dataset, long day, String modelId) {
  private static final long DAY_MILLIS = Duration.ofDays(1).toMillis();

  /** File systems take names of 255 bytes; an encoded id may have three times its characters. */
  private static final int LONGEST_NAME = 150;

  private static final int HASH_BYTES = 16;

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

  /** Written out, for state is spread by it: it is the same in every release of the JDK. */
  @Override
  public int hashCode() {
    return 31 * (31 * dataset.hashCode() + Long.hashCode(day)) + modelId.hashCode();
  }

  private static String encoded(String modelId) {
    // A star is left alone by the encoder, and means any file to whoever reads the folder.
    String name = URLEncoder.encode(modelId, StandardCharsets.UTF_8).replace("*", "%2A");
    if (name.length() <= LONGEST_NAME) {
      return name;
    }
    // Not through the middle of an encoded character. A tilde is in no encoding: no other id has
    // this name.
    int end =
        name.lastIndexOf('%', LONGEST_NAME - 1) > LONGEST_NAME - 3
            ? name.lastIndexOf('%', LONGEST_NAME - 1)
            : LONGEST_NAME;
    return name.substring(0, end) + "~" + hash(modelId);
  }

  private static String hash(String modelId) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(modelId.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, HASH_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
