package dev.runway.groundtruth.archive;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.core.fs.FSDataOutputStream;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.FileSystem.WriteMode;
import org.apache.flink.core.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * Held where the file system has no locks: a file whose name says until when. Two compactions of a
 * folder at once would each make a file of the same rows, and neither names the other's.
 *
 * <p>Whoever wants it writes a file and then lists them: of two at once the one that lists later
 * sees the other's. Both may, and then neither has it. This asks of a store that what was written
 * is listed from then on, as S3, GCS, ABFS and HDFS do. A file of a crash counts for nothing when
 * its time and what clocks may differ by is over; whoever works for longer writes another in time,
 * or stops.
 */
final class ArchiveLease implements ArchiveHold {
  static final String FOLDER = "leases";
  static final Duration TERM = Duration.ofHours(1);

  /** By so much clocks of two machines may differ. */
  static final Duration CLOCKS = Duration.ofMinutes(10);

  private static final Duration RENEWED_AFTER = Duration.ofMinutes(10);
  private static final Pattern NAME = Pattern.compile("until_(\\d{1,15})_[0-9a-f-]{36}");

  private final FileSystem files;
  private final Path folder;
  private final InstantSource clock;
  private Instant until;
  private Path file;

  private ArchiveLease(FileSystem files, Path folder, InstantSource clock) throws IOException {
    this.files = files;
    this.folder = folder;
    this.clock = clock;
    this.until = clock.instant().plus(TERM);
    this.file = write(until);
  }

  /**
   * Takes it.
   *
   * @throws IOException if somebody else has it, or wants it at the same time
   */
  static ArchiveLease take(FileSystem files, Path root, InstantSource clock) throws IOException {
    Path folder = new Path(root, FOLDER);
    requireFree(files, folder, clock.instant(), null);
    ArchiveLease lease = new ArchiveLease(files, folder, clock);
    try {
      requireFree(files, folder, clock.instant(), lease.file);
      return lease;
    } catch (IOException e) {
      lease.close();
      throw e;
    }
  }

  private static void requireFree(FileSystem files, Path folder, Instant now, @Nullable Path own)
      throws IOException {
    List<Path> over = new ArrayList<>();
    for (FileStatus found : list(files, folder)) {
      Matcher name = NAME.matcher(found.getPath().getName());
      if (!name.matches() || (own != null && own.getName().equals(name.group()))) {
        continue;
      }
      Instant until = Instant.ofEpochMilli(Long.parseLong(name.group(1), 10));
      if (now.isBefore(until.plus(CLOCKS))) {
        throw new IOException(
            folder.getParent()
                + " is in use: another compact, retain or forget is under way, or was killed; it has it"
                + " until "
                + until
                + " at most, by "
                + found.getPath());
      }
      over.add(found.getPath());
    }
    for (Path file : over) {
      files.delete(file, false);
    }
  }

  private static FileStatus[] list(FileSystem files, Path folder) throws IOException {
    if (!files.exists(folder)) {
      return new FileStatus[0];
    }
    FileStatus[] found = files.listStatus(folder);
    return found == null ? new FileStatus[0] : found;
  }

  private Path write(Instant time) throws IOException {
    Path path = new Path(folder, "until_" + time.toEpochMilli() + "_" + UUID.randomUUID());
    try (FSDataOutputStream out = files.create(path, WriteMode.NO_OVERWRITE)) {
      // Some stores keep no empty objects.
      out.write(time.toString().getBytes(StandardCharsets.US_ASCII));
    }
    return path;
  }

  @Override
  public void require() throws IOException {
    Instant now = clock.instant();
    if (!now.isBefore(until)) {
      throw new IOException(
          "one step took longer than "
              + TERM
              + ", and somebody else may have begun: the next run goes on from here");
    }
    if (now.isAfter(until.minus(TERM).plus(RENEWED_AFTER))) {
      Instant next = now.plus(TERM);
      Path renewed = write(next);
      files.delete(file, false);
      file = renewed;
      until = next;
    }
  }

  @Override
  public void close() throws IOException {
    files.delete(file, false);
  }
}
