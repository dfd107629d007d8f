package dev.runway.groundtruth.archive;

import dev.runway.model.Limits;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.Path;

/**
 * Drops the days before a first one, of all datasets.
 *
 * <p>The claim goes first: the archive says that nothing before that day is complete, and only then
 * the first file is deleted. So a batch run never takes what is gone for what never came, and a
 * crash leaves more files than are claimed. The next run drops them.
 */
final class ArchiveRetention {
  /**
   * A label comes within the longest horizon; what comes later is of no prediction that is kept.
   */
  private static final long HORIZON_DAYS = Limits.MAX_HORIZON.toDays() + 1;

  private final ArchiveFiles archive;
  private final LocalDate firstKept;
  private final Instant cut;
  private final Instant unfinished;

  /**
   * @param firstKept first day that stays
   * @param cut files that were being written and have not been touched since then were left by a
   *     crash; younger ones stay, and their folders with them
   * @param unfinished files of the job that were written at that time or later stay as well, though
   *     nobody reads them: a savepoint may have them to finish, and an object store refuses to when
   *     the object is gone. Old days get such files by labels that come late
   */
  ArchiveRetention(ArchiveFiles archive, LocalDate firstKept, Instant cut, Instant unfinished) {
    this.archive = archive;
    this.firstKept = firstKept;
    this.cut = cut;
    this.unfinished = unfinished;
  }

  /**
   * What a run did.
   *
   * @param days those that had files and have none now
   * @param left files of old days that may have to be finished
   */
  record Done(SortedSet<LocalDate> days, long files, long bytes, long left) {}

  /**
   * Drops them.
   *
   * @throws IOException if no day of predictions would be left: then the clock is wrong, or
   *     somebody means another archive
   */
  Done run(ArchiveHold hold) throws IOException {
    SortedSet<LocalDate> old = new TreeSet<>();
    for (String dataset : ArchiveFiles.DATASETS) {
      old.addAll(archive.days(dataset).headMap(firstKept).keySet());
    }
    if (old.isEmpty()) {
      return new Done(old, 0, 0, 0);
    }
    requireSomethingLeft();
    new CoverageFiles(archive.system(), archive.root())
        .keepFrom(ArchivePart.startOf(firstKept.toEpochDay()));
    hold.require();
    long files = 0;
    long bytes = 0;
    long left = 0;
    for (String dataset : ArchiveFiles.DATASETS) {
      Map<LocalDate, Path> days = archive.days(dataset).headMap(firstKept);
      for (Map.Entry<LocalDate, Path> day : days.entrySet()) {
        for (ArchiveFiles.Part part : archive.parts(day.getValue())) {
          hold.require();
          for (FileStatus file : part.finished()) {
            if (!MergedFile.isOne(file)
                && !Instant.ofEpochMilli(file.getModificationTime()).isBefore(unfinished)) {
              left++;
              old.remove(day.getKey());
              continue;
            }
            archive.delete(file);
            files++;
            bytes += file.getLen();
          }
          deleteLeftovers(part.hidden());
          archive.deleteIfEmpty(part.folder());
        }
        archive.deleteIfEmpty(day.getValue());
      }
    }
    new Erasures(archive).dropBefore(firstKept.minusDays(HORIZON_DAYS));
    return new Done(old, files, bytes, left);
  }

  private void requireSomethingLeft() throws IOException {
    SortedSet<LocalDate> days = new TreeSet<>(archive.days(PredictionRows.DATASET).keySet());
    if (!days.isEmpty() && days.last().isBefore(firstKept)) {
      throw new IOException(
          "nothing was dropped: the newest day of predictions is "
              + days.last()
              + ", and all before "
              + firstKept
              + " would go. Days count from the clock of this machine; an archive that nobody writes"
              + " to any more is deleted by hand");
    }
  }

  private void deleteLeftovers(List<FileStatus> hidden) throws IOException {
    for (FileStatus file : hidden) {
      if (file.getModificationTime() < cut.toEpochMilli()) {
        archive.delete(file);
      }
    }
  }
}
