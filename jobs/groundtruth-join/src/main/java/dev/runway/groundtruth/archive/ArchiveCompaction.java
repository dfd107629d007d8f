package dev.runway.groundtruth.archive;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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
 * Makes one file of many small ones of a dataset, day and model, and changes no row.
 *
 * <p>The new file is whole before it can be seen, and names in its footer what it replaces; then
 * those go. A crash in between leaves rows twice and none nowhere: the next run deletes what a
 * footer names before it does anything else with the folder. Until then a batch run passes over the
 * repeats, and other readers see them.
 *
 * <p>A folder in which anything is young is left alone. The job may still have to finish a file
 * that its newest checkpoint has; an object store refuses to if the object was replaced.
 */
final class ArchiveCompaction {
  /** What merged files are to be, and half of what is left as it is. */
  private final long fileBytes;

  /** Of a folder with a merged file, so many small ones are worth another. */
  static final int WORTH_ANOTHER = 8;

  private final ArchiveFiles archive;
  private final Instant cut;

  /**
   * @param cut folders with a file that was written at that time or later are left alone
   * @param fileBytes what merged files are to have
   */
  ArchiveCompaction(ArchiveFiles archive, Instant cut, long fileBytes) {
    this.archive = archive;
    this.cut = cut;
    this.fileBytes = fileBytes;
  }

  /**
   * What a run did.
   *
   * @param merged files that were replaced
   * @param made files in their place
   * @param finished files that an earlier run had replaced and not deleted
   * @param notes what was left as it is, and why
   */
  record Done(long merged, long made, long rows, long finished, List<String> notes) {}

  /** Goes through the whole archive. */
  Done run(ArchiveHold hold) throws IOException {
    Run run = new Run(hold);
    for (String dataset : ArchiveFiles.DATASETS) {
      for (Path day : archive.days(dataset).values()) {
        for (ArchiveFiles.Part part : archive.parts(day)) {
          run.compact(dataset, part);
        }
      }
    }
    return new Done(run.merged, run.made, run.rows, run.finished, List.copyOf(run.notes));
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

  /** What is worth one file each, of a folder without anything young. */
  List<List<FileStatus>> worthMerging(ArchiveFiles.Part part) {
    boolean isYoung =
        part.finished().stream().anyMatch(file -> file.getModificationTime() >= cut.toEpochMilli());
    List<FileStatus> small =
        part.finished().stream().filter(file -> file.getLen() < fileBytes / 2).toList();
    boolean wasMerged = part.finished().stream().anyMatch(MergedFile::isOne);
    if (isYoung || small.size() <= (wasMerged ? WORTH_ANOTHER : 1)) {
      return List.of();
    }
    List<List<FileStatus>> all = new ArrayList<>();
    List<FileStatus> one = new ArrayList<>();
    long bytes = 0;
    for (FileStatus file : small) {
      if (bytes + file.getLen() > fileBytes) {
        all.add(List.copyOf(one));
        one.clear();
        bytes = 0;
      }
      one.add(file);
      bytes += file.getLen();
    }
    all.add(List.copyOf(one));
    all.removeIf(files -> files.size() < 2);
    return List.copyOf(all);
  }

  private final class Run {
    private final ArchiveHold hold;
    private final List<String> notes = new ArrayList<>();
    private long merged;
    private long made;
    private long rows;
    private long finished;

    Run(ArchiveHold hold) {
      this.hold = hold;
    }

    void compact(String dataset, ArchiveFiles.Part found) throws IOException {
      hold.require();
      ArchiveFiles.Part part = finishWhatWasBegun(found);
      for (List<FileStatus> files : worthMerging(part)) {
        if (areKnown(dataset, files)) {
          merge(dataset, part.folder(), files);
        } else {
          notes.add(
              part + " has columns that this release does not know: a newer one may merge it");
        }
      }
    }

    private ArchiveFiles.Part finishWhatWasBegun(ArchiveFiles.Part part) throws IOException {
      boolean changed = false;
      for (FileStatus file : replaced(archive.system(), part)) {
        archive.delete(file);
        finished++;
        changed = true;
      }
      for (FileStatus hidden : part.hidden()) {
        if (MergedFile.wasToBeOne(hidden) && hidden.getModificationTime() < cut.toEpochMilli()) {
          archive.delete(hidden);
          changed = true;
        }
      }
      return changed ? archive.part(part.folder()) : part;
    }

    private boolean areKnown(String dataset, List<FileStatus> files) throws IOException {
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

    private void merge(String dataset, Path folder, List<FileStatus> files) throws IOException {
      Schema schema = RowFormat.of(dataset).schema();
      Path target = new Path(folder, MergedFile.newName());
      RecoverableFsDataOutputStream out = archive.system().createRecoverableWriter().open(target);
      try {
        BulkWriter<GenericRecord> writer =
            ParquetBatchWriter.parquet(schema, MergedFile.replacing(files)).create(out);
        for (FileStatus file : files) {
          rows += copy(file, schema, writer);
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
      made++;
      for (FileStatus file : files) {
        archive.delete(file);
        merged++;
      }
    }

    private long copy(FileStatus file, Schema schema, BulkWriter<GenericRecord> writer)
        throws IOException {
      long expected = MergedFile.footer(archive.system(), file).rows();
      long count = 0;
      try (FSDataInputStream in = archive.system().open(file.getPath());
          ParquetReader<GenericRecord> reader = ParquetRows.open(in, file.getLen(), schema)) {
        for (GenericRecord row = reader.read(); row != null; row = reader.read()) {
          writer.addElement(row);
          count++;
        }
      }
      if (count != expected) {
        throw new IOException(
            file.getPath() + " has " + expected + " rows, and " + count + " could be read");
      }
      return count;
    }
  }
}
