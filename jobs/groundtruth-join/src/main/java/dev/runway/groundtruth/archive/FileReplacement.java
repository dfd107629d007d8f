package dev.runway.groundtruth.archive;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.flink.api.common.serialization.BulkWriter;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.fs.RecoverableFsDataOutputStream;
import org.apache.flink.util.IOUtils;
import org.apache.parquet.hadoop.ParquetReader;

/**
 * Puts one file in the place of others of its folder. The new one is whole before it can be seen,
 * and names in its footer what it replaces; then those go. A crash in between leaves rows twice and
 * none nowhere, and whoever comes next to the folder begins with {@link #finish}.
 */
final class FileReplacement {
  private final ArchiveFiles archive;

  FileReplacement(ArchiveFiles archive) {
    this.archive = archive;
  }

  /** Files of a folder that another one beside them has replaced. */
  static List<FileStatus> replaced(FileSystem files, ArchiveFiles.Part part) throws IOException {
    Set<String> names = new HashSet<>();
    for (FileStatus file : part.finished()) {
      if (MergedFile.isOne(file)) {
        names.addAll(MergedFile.footer(files, file).replaces());
      }
    }
    return part.finished().stream()
        .filter(file -> names.contains(file.getPath().getName()))
        .toList();
  }

  /**
   * Deletes what has been replaced, and what was to be a replacement and was left by a crash.
   *
   * @param isLeft which of those that were to be one
   * @return how many had been replaced
   */
  int finish(ArchiveFiles.Part part, Predicate<FileStatus> isLeft) throws IOException {
    List<FileStatus> replaced = replaced(archive.system(), part);
    for (FileStatus file : replaced) {
      archive.delete(file);
    }
    for (FileStatus hidden : part.hidden()) {
      if (MergedFile.wasToBeOne(hidden) && isLeft.test(hidden)) {
        archive.delete(hidden);
      }
    }
    return replaced.size();
  }

  /** Whether this release knows all columns of these files: others would be lost. */
  boolean areKnown(String dataset, List<FileStatus> files) throws IOException {
    Set<String> known =
        RowFormat.of(dataset).schema().getFields().stream()
            .map(Schema.Field::name)
            .collect(Collectors.toSet());
    for (FileStatus file : files) {
      if (!known.containsAll(MergedFile.footer(archive.system(), file).columns())) {
        return false;
      }
    }
    return true;
  }

  /**
   * Replaces them.
   *
   * @param stays which of their rows are in the new file
   * @param hold looked at before the new file can be seen
   * @return how many are
   */
  long replace(
      String dataset,
      Path folder,
      List<FileStatus> files,
      Predicate<GenericRecord> stays,
      ArchiveHold hold)
      throws IOException {
    Schema schema = RowFormat.of(dataset).schema();
    Path target = new Path(folder, MergedFile.newName());
    RecoverableFsDataOutputStream out = archive.system().createRecoverableWriter().open(target);
    long rows = 0;
    try {
      BulkWriter<GenericRecord> writer =
          ParquetBatchWriter.parquet(schema, MergedFile.replacing(files)).create(out);
      for (FileStatus file : files) {
        rows += copy(file, schema, stays, writer);
      }
      writer.finish();
      if (!archive.system().isDistributedFS()) {
        // Its rows are to outlive a power cut before those of the others go.
        out.flush();
        out.sync();
      }
      hold.require();
      out.closeForCommit().commit();
    } catch (IOException | RuntimeException e) {
      IOUtils.closeQuietly(out);
      throw e;
    }
    for (FileStatus file : files) {
      archive.delete(file);
    }
    return rows;
  }

  private long copy(
      FileStatus file,
      Schema schema,
      Predicate<GenericRecord> stays,
      BulkWriter<GenericRecord> writer)
      throws IOException {
    long expected = MergedFile.footer(archive.system(), file).rows();
    long count = 0;
    long written = 0;
    try (FSDataInputStream in = archive.system().open(file.getPath());
        ParquetReader<GenericRecord> reader = ParquetRows.open(in, file.getLen(), schema)) {
      for (GenericRecord row = reader.read(); row != null; row = reader.read()) {
        count++;
        if (stays.test(row)) {
          writer.addElement(row);
          written++;
        }
      }
    }
    if (count != expected) {
      throw new IOException(
          file.getPath() + " has " + expected + " rows, and " + count + " could be read");
    }
    return written;
  }
}
