package dev.runway.groundtruth.archive;

import java.io.IOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.Path;

/**
 * Reads all footers of an archive, changes nothing, and says what is there and what is not well.
 */
final class ArchiveCheck {
  private final ArchiveFiles archive;
  private final ArchiveCompaction compaction;

  /**
   * @param compaction says what it would merge
   */
  ArchiveCheck(ArchiveFiles archive, ArchiveCompaction compaction) {
    this.archive = archive;
    this.compaction = compaction;
  }

  /**
   * What was found.
   *
   * @param lines of each dataset one
   * @param problems what somebody has to do something about
   */
  record Found(List<String> lines, List<String> problems) {}

  /** Goes through the whole archive. */
  Found run() throws IOException {
    List<String> lines = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    LocalDate firstKept = firstKept();
    for (String dataset : ArchiveFiles.DATASETS) {
      Counts counts = new Counts(problems);
      Map<LocalDate, Path> days = archive.days(dataset);
      for (Map.Entry<LocalDate, Path> day : days.entrySet()) {
        long before = counts.files;
        for (ArchiveFiles.Part part : archive.parts(day.getValue())) {
          counts.add(part);
        }
        if (day.getKey().isBefore(firstKept) && counts.files > before) {
          problems.add(
              dataset
                  + " of "
                  + day.getKey()
                  + " are there, and the archive says that it keeps none before "
                  + firstKept
                  + ": a deletion was cut short, or the job wrote some later; retain drops them");
        }
      }
      lines.add(counts.line(dataset, days.size()));
    }
    lines.add(
        firstKept.equals(LocalDate.MIN) ? "no day was dropped" : "days are kept from " + firstKept);
    return new Found(lines, problems);
  }

  private LocalDate firstKept() throws IOException {
    long from = new CoverageFiles(archive.system(), archive.root()).keptFrom();
    return from == Long.MIN_VALUE ? LocalDate.MIN : LocalDate.ofEpochDay(ArchivePart.dayOf(from));
  }

  private final class Counts {
    private final List<String> problems;
    private long files;
    private long bytes;
    private long rows;
    private long hidden;
    private long toMerge;

    Counts(List<String> problems) {
      this.problems = problems;
    }

    void add(ArchiveFiles.Part part) {
      hidden += part.hidden().size();
      for (FileStatus file : part.finished()) {
        files++;
        bytes += file.getLen();
        try {
          rows += MergedFile.footer(archive.system(), file).rows();
        } catch (IOException e) {
          problems.add(e.getMessage() + ": " + e.getCause());
          return;
        }
      }
      try {
        List<FileStatus> replaced = FileReplacement.replaced(archive.system(), part);
        if (!replaced.isEmpty()) {
          problems.add(
              part
                  + " has rows twice: "
                  + replaced.size()
                  + " of its files are merged into another already; compact deletes them");
        }
      } catch (IOException e) {
        problems.add(String.valueOf(e.getMessage()));
      }
      toMerge += compaction.worthMerging(part).stream().mapToLong(List::size).sum();
    }

    String line(String dataset, int days) {
      return String.format(
          Locale.ROOT,
          "%s: %,d days, %,d files, %,d rows, %,d bytes; %,d files to be merged; %,d are being"
              + " written or were left by a crash",
          dataset,
          days,
          files,
          rows,
          bytes,
          toMerge,
          hidden);
    }
  }
}
