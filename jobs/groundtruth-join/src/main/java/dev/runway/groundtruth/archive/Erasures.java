package dev.runway.groundtruth.archive;

import dev.runway.model.EntityKey;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.fs.RecoverableFsDataOutputStream;
import org.apache.flink.util.IOUtils;

/**
 * What an archive remembers of the subjects that were deleted from it: files {@code
 * erasures/KEY_UUID.txt}, of which KEY stands for the subject and each line for a prediction of it,
 * with the folder of its model. Both are keyed hashes: without the secret they say nothing of
 * anybody.
 *
 * <p>They are written before anything is deleted. So a run that was cut short is taken up by the
 * next one, which would not find the outcomes of predictions that are gone by themselves; and what
 * comes again or late is known. Files are added and never changed.
 */
final class Erasures {
  private static final String FOLDER = "erasures";
  private static final String ENDING = ".txt";
  private static final char BEHIND_KEY = '_';
  private static final Pattern NAME = Pattern.compile("[0-9a-f]{32}_[0-9a-f-]{36}\\.txt");

  /** An object store may refuse an empty object. */
  private static final String HEAD = "# predictions of a subject that was deleted\n";

  private final ArchiveFiles archive;
  private final FileSystem files;
  private final Path folder;

  Erasures(ArchiveFiles archive) {
    this.archive = archive;
    files = archive.system();
    folder = new Path(archive.root(), FOLDER);
  }

  /** Subjects that were to be deleted, by their keys. */
  SortedSet<String> subjects() throws IOException {
    SortedSet<String> subjects = new TreeSet<>();
    for (FileStatus file : list()) {
      String name = file.getPath().getName();
      subjects.add(name.substring(0, name.indexOf(BEHIND_KEY)));
    }
    return subjects;
  }

  /** Predictions of some subjects that were found at some time, with their models' folders. */
  Map<EntityKey, String> predictions(Collection<EntityKey> subjects) throws IOException {
    Set<String> keys = new HashSet<>();
    subjects.forEach(subject -> keys.add(subject.hex()));
    Map<EntityKey, String> predictions = new HashMap<>();
    for (FileStatus file : list()) {
      String name = file.getPath().getName();
      if (keys.contains(name.substring(0, name.indexOf(BEHIND_KEY)))) {
        read(file, predictions);
      }
    }
    return predictions;
  }

  private void read(FileStatus file, Map<EntityKey, String> predictions) throws IOException {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(files.open(file.getPath()), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("#")) {
          continue;
        }
        int end = line.indexOf(' ');
        if (end < 0) {
          throw new IOException(file.getPath() + " has a line that is none of an erasure");
        }
        predictions.put(EntityKey.ofHex(line.substring(0, end)), line.substring(end + 1));
      }
    }
  }

  /**
   * Remembers more predictions of a subject; with none, that it was to be deleted.
   *
   * @param predictions keys of predictions, with their models' folders
   */
  void add(EntityKey subject, Map<EntityKey, String> predictions) throws IOException {
    Path path = new Path(folder, subject.hex() + BEHIND_KEY + UUID.randomUUID() + ENDING);
    RecoverableFsDataOutputStream out = files.createRecoverableWriter().open(path);
    try {
      out.write(HEAD.getBytes(StandardCharsets.UTF_8));
      for (Map.Entry<EntityKey, String> prediction : predictions.entrySet()) {
        String line = prediction.getKey().hex() + " " + prediction.getValue() + "\n";
        out.write(line.getBytes(StandardCharsets.UTF_8));
      }
      if (!files.isDistributedFS()) {
        // It is to outlive a power cut before any row goes.
        out.flush();
        out.sync();
      }
      out.closeForCommit().commit();
    } catch (IOException | RuntimeException e) {
      IOUtils.closeQuietly(out);
      throw e;
    }
  }

  /** Ceases to remember those of before a day: no prediction that they are of is kept any more. */
  void dropBefore(LocalDate day) throws IOException {
    long millis = ArchivePart.startOf(day.toEpochDay());
    for (FileStatus file : list()) {
      if (file.getModificationTime() < millis) {
        archive.delete(file);
      }
    }
  }

  private Iterable<FileStatus> list() throws IOException {
    Set<FileStatus> found = new HashSet<>();
    if (files.exists(folder)) {
      for (FileStatus file : files.listStatus(folder)) {
        if (NAME.matcher(file.getPath().getName()).matches()) {
          found.add(file);
        }
      }
    }
    return found;
  }
}
