package dev.runway.groundtruth.archive;

import java.io.IOException;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;

/**
 * What lies in the folders of an archive, on any file system that Flink knows. Other files than the
 * job's own are not seen and never touched.
 */
final class ArchiveFiles {
  /** Predictions first: whoever deletes leaves no prediction behind whose outcomes are gone. */
  static final List<String> DATASETS =
      List.of(PredictionRows.DATASET, OutcomeRows.DATASET, TruthRows.DATASET);

  private static final String DAY = "day=";
  private static final String MODEL = "model=";
  private static final String PART = "part-";
  private static final String ENDING = ".parquet";

  private final FileSystem files;
  private final Path root;

  /**
   * @param root the archive's folder
   */
  ArchiveFiles(FileSystem files, Path root) {
    this.files = files;
    this.root = root;
  }

  /**
   * The files of one dataset, day and model.
   *
   * @param finished those that readers see, by their names
   * @param hidden those that are being written, or were left by a crash
   */
  record Part(Path folder, List<FileStatus> finished, List<FileStatus> hidden) {

    @Override
    public String toString() {
      Path day = folder.getParent();
      return day.getParent().getName() + "/" + day.getName() + "/" + folder.getName();
    }
  }

  FileSystem system() {
    return files;
  }

  Path root() {
    return root;
  }

  /** The folders of a dataset's days, the first day first. */
  SortedMap<LocalDate, Path> days(String dataset) throws IOException {
    SortedMap<LocalDate, Path> days = new TreeMap<>();
    for (FileStatus child : list(new Path(root, dataset))) {
      String name = child.getPath().getName();
      if (child.isDir() && name.startsWith(DAY)) {
        try {
          days.put(LocalDate.parse(name.substring(DAY.length())), child.getPath());
        } catch (DateTimeParseException e) {
          // Somebody else's: the job writes no such name.
        }
      }
    }
    return days;
  }

  /** What a day's folder has, by model. */
  List<Part> parts(Path day) throws IOException {
    List<Part> parts = new ArrayList<>();
    for (FileStatus child : list(day)) {
      if (child.isDir() && child.getPath().getName().startsWith(MODEL)) {
        parts.add(part(child.getPath()));
      }
    }
    return parts;
  }

  /** What a model's folder has. */
  Part part(Path folder) throws IOException {
    List<FileStatus> finished = new ArrayList<>();
    List<FileStatus> hidden = new ArrayList<>();
    for (FileStatus file : list(folder)) {
      String name = file.getPath().getName();
      if (name.startsWith("." + PART)) {
        hidden.add(file);
      } else if (name.startsWith(PART) && name.endsWith(ENDING)) {
        finished.add(file);
      }
    }
    return new Part(folder, finished, hidden);
  }

  /** Deletes a file; fine when it is gone. */
  void delete(FileStatus file) throws IOException {
    delete(file.getPath());
  }

  /** Deletes a folder if nothing is in it, not even what is not the job's. */
  void deleteIfEmpty(Path folder) throws IOException {
    if (files.exists(folder) && list(folder).isEmpty()) {
      delete(folder);
    }
  }

  private void delete(Path path) throws IOException {
    // File systems say the same of what they could not delete and of what was not there.
    if (!files.delete(path, false) && files.exists(path)) {
      throw new IOException("cannot delete " + path);
    }
  }

  private List<FileStatus> list(Path folder) throws IOException {
    if (!files.exists(folder)) {
      return List.of();
    }
    FileStatus[] children = files.listStatus(folder);
    if (children == null) {
      return List.of();
    }
    List<FileStatus> sorted = new ArrayList<>(List.of(children));
    sorted.sort(Comparator.comparing(child -> child.getPath().getName()));
    return List.copyOf(sorted);
  }
}
