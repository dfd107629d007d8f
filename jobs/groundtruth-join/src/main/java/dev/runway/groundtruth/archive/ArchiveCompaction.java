package dev.runway.groundtruth.archive;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.Path;

/**
 * Makes one file of many small ones of a dataset, day and model, and changes no row.
 *
 * <p>By {@link FileReplacement}: a crash leaves rows twice and none nowhere, and the next run
 * deletes what a footer names before it does anything else with the folder. Until then a batch run
 * passes over the repeats, and other readers see them.
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
  private final FileReplacement replacement;
  private final Instant cut;

  /**
   * @param cut folders with a file that was written at that time or later are left alone
   * @param fileBytes what merged files are to have
   */
  ArchiveCompaction(ArchiveFiles archive, Instant cut, long fileBytes) {
    this.archive = archive;
    this.replacement = new FileReplacement(archive);
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
        if (replacement.areKnown(dataset, files)) {
          rows += replacement.replace(dataset, part.folder(), files, row -> true, hold);
          made++;
          merged += files.size();
        } else {
          notes.add(
              part + " has columns that this release does not know: a newer one may merge it");
        }
      }
    }

    private ArchiveFiles.Part finishWhatWasBegun(ArchiveFiles.Part part) throws IOException {
      int replaced =
          replacement.finish(part, hidden -> hidden.getModificationTime() < cut.toEpochMilli());
      finished += replaced;
      return replaced > 0 ? archive.part(part.folder()) : part;
    }
  }
}
