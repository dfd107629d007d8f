package dev.runway.groundtruth.archive;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.flink.connector.file.src.FileSourceSplit;
import org.apache.flink.connector.file.src.enumerate.FileEnumerator;
import org.apache.flink.connector.file.src.enumerate.NonSplittingRecursiveEnumerator;
import org.apache.flink.core.fs.Path;

/**
 * Finds the finished files of some days. Only folders of these days are listed, and a day without
 * one has no events.
 */
final class DayFolders extends NonSplittingRecursiveEnumerator {
  private final Days days;

  private DayFolders(Days days) {
    super(DayFolders::isOfTheArchive);
    this.days = days;
  }

  /** Makes it where the files are enumerated. */
  record Provider(Days days) implements FileEnumerator.Provider {
    @Override
    public FileEnumerator create() {
      return new DayFolders(days);
    }
  }

  private static boolean isOfTheArchive(Path path) {
    String name = path.getName();
    // A file that is being written has a dot before its name or another ending.
    return name.startsWith("day=")
        || name.startsWith("model=")
        || (name.startsWith("part-") && name.endsWith(".parquet"));
  }

  @Override
  public Collection<FileSourceSplit> enumerateSplits(Path[] datasets, int atLeast)
      throws IOException {
    List<Path> existing = new ArrayList<>();
    for (Path dataset : datasets) {
      for (long day = days.first(); day <= days.last(); day++) {
        Path folder = new Path(dataset, ArchivePart.dayFolder(day));
        if (folder.getFileSystem().exists(folder)) {
          existing.add(folder);
        }
      }
    }
    return super.enumerateSplits(existing.toArray(new Path[0]), atLeast);
  }
}
