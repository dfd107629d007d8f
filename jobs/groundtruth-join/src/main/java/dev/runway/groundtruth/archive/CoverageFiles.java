package dev.runway.groundtruth.archive;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.flink.api.common.serialization.BulkWriter;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.fs.RecoverableFsDataOutputStream;
import org.apache.flink.util.IOUtils;
import org.apache.parquet.hadoop.ParquetReader;
import org.jspecify.annotations.Nullable;

/**
 * The folder {@code coverage} of an archive: a Parquet file of one row for each epoch. A newer file
 * takes the place of the older one: it is complete before it can be seen, and only then the older
 * one goes. So any file that is found says something true, and the last of an epoch says all. One
 * more says from when on days are kept, see {@link ArchiveRetention}; the job does not write that.
 */
final class CoverageFiles {
  static final String FOLDER = "coverage";

  private static final String ENDING = ".parquet";
  private static final Schema SCHEMA = Columns.schema(FOLDER);

  /** A file may go while it is looked for: then a newer one is there. */
  private static final int LOOKS = 5;

  /** In place of an epoch: from when on days are kept. */
  private static final String KEPT = "kept-from";

  private final String archive;
  private final Path folder;
  private final @Nullable FileSystem given;

  /**
   * @param archive URI of the archive's folder
   */
  CoverageFiles(String archive) {
    this.archive = archive;
    folder = new Path(archive, FOLDER);
    given = null;
  }

  /**
   * @param root the archive's folder
   */
  CoverageFiles(FileSystem files, Path root) {
    archive = root.toString();
    folder = new Path(root, FOLDER);
    given = files;
  }

  private FileSystem files() throws IOException {
    return given == null ? folder.getFileSystem() : given;
  }

  /** Writes how far an epoch goes, unless a file says as much or more. */
  void write(CoverageEpoch epoch) throws IOException {
    write(epoch.id(), epoch.through(), columns(epoch));
  }

  /**
   * Says that nothing before a time is kept, whatever the epochs say, unless as much or more is
   * said already. The row looks like an epoch that ends before it begins: a release that does not
   * know it finds nothing in it.
   */
  void keepFrom(long millis) throws IOException {
    write(KEPT, millis, columns(new CoverageEpoch(KEPT, archive, millis, millis - 1)));
  }

  /** From when on days are kept; {@link Long#MIN_VALUE} when none was dropped. */
  long keptFrom() throws IOException {
    return list().stream()
        .filter(file -> nameOf(file).startsWith(KEPT))
        .mapToLong(CoverageFiles::numberOf)
        .max()
        .orElse(Long.MIN_VALUE);
  }

  private void write(String id, long number, GenericRecord row) throws IOException {
    FileSystem files = files();
    List<FileStatus> before = list().stream().filter(file -> nameOf(file).startsWith(id)).toList();
    if (before.stream().anyMatch(file -> numberOf(file) >= number)) {
      return;
    }
    Path path = new Path(folder, id + "_" + number + ENDING);
    RecoverableFsDataOutputStream out = files.createRecoverableWriter().open(path);
    try {
      BulkWriter<GenericRecord> rows = ParquetBatchWriter.parquet(SCHEMA).create(out);
      rows.addElement(row);
      rows.finish();
      out.closeForCommit().commit();
    } catch (IOException | RuntimeException e) {
      IOUtils.closeQuietly(out);
      throw e;
    }
    for (FileStatus older : before) {
      files.delete(older.getPath(), false);
    }
  }

  boolean areThere() throws IOException {
    return !list().isEmpty();
  }

  /** All that is said, an epoch once or more often. */
  List<CoverageEpoch> read() throws IOException {
    for (int look = 1; ; look++) {
      try {
        List<CoverageEpoch> epochs = new ArrayList<>();
        for (FileStatus file : list()) {
          if (!nameOf(file).startsWith(KEPT)) {
            epochs.addAll(read(file));
          }
        }
        return epochs;
      } catch (FileNotFoundException e) {
        if (look == LOOKS) {
          throw e;
        }
      }
    }
  }

  private List<CoverageEpoch> read(FileStatus file) throws IOException {
    List<CoverageEpoch> epochs = new ArrayList<>();
    try (FSDataInputStream in = files().open(file.getPath());
        ParquetReader<GenericRecord> rows = ParquetRows.open(in, file.getLen(), SCHEMA)) {
      for (GenericRecord row = rows.read(); row != null; row = rows.read()) {
        epochs.add(
            new CoverageEpoch(
                Columns.text(row, "epoch"),
                archive,
                Columns.integerOr(row, "complete_from", Long.MIN_VALUE),
                Columns.integer(row, "complete_through")));
      }
    }
    return epochs;
  }

  private static GenericRecord columns(CoverageEpoch epoch) {
    GenericRecord row = new GenericData.Record(SCHEMA);
    row.put("epoch", epoch.id());
    row.put("complete_from", epoch.from() == Long.MIN_VALUE ? null : epoch.from());
    row.put("complete_through", epoch.through());
    return row;
  }

  private List<FileStatus> list() throws IOException {
    List<FileStatus> found = new ArrayList<>();
    FileSystem files = files();
    if (files.exists(folder)) {
      for (FileStatus file : files.listStatus(folder)) {
        // What is being written has a dot before its name or another ending.
        if (nameOf(file).endsWith(ENDING) && !nameOf(file).startsWith(".")) {
          found.add(file);
        }
      }
    }
    return found;
  }

  private static String nameOf(FileStatus file) {
    return file.getPath().getName();
  }

  private static long numberOf(FileStatus file) {
    String name = nameOf(file);
    return Long.parseLong(name, name.lastIndexOf('_') + 1, name.length() - ENDING.length(), 10);
  }
}
