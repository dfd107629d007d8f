package dev.runway.stack.flink;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Chooses the checkpoint or savepoint a job goes on from: the newest one that can be read. */
public final class Checkpoints {

  /** Tells what is wrong with a checkpoint folder; null when nothing is. */
  public interface Check {
    @Nullable String fault(Path checkpoint) throws IOException, InterruptedException;
  }

  /**
   * What a job goes on from.
   *
   * @param taken the folder to resume from; empty when the job must start with empty state
   * @param notes one line for everything that was taken or skipped, with the reason
   */
  public record Choice(Optional<Path> taken, List<String> notes) {}

  private Checkpoints() {}

  /**
   * The newest readable one of both folders.
   *
   * @param checkpoints holds {@code <job id>/chk-<n>/_metadata}
   * @param savepoints holds {@code savepoint-<id>/_metadata}
   */
  public static Choice choose(Path checkpoints, Path savepoints, Check check)
      throws IOException, InterruptedException {
    List<String> notes = new ArrayList<>();
    for (Path candidate : candidates(checkpoints, savepoints)) {
      String fault = check.fault(candidate);
      if (fault == null) {
        notes.add((notes.isEmpty() ? "resumes from " : "resumes from the older ") + candidate);
        return new Choice(Optional.of(candidate), notes);
      }
      notes.add("SKIPPED " + candidate + ": " + fault);
    }
    notes.add(
        notes.isEmpty()
            ? "starts with empty state"
            : "NO READABLE CHECKPOINT: starts with empty state");
    return new Choice(Optional.empty(), notes);
  }

  /**
   * Same, without those that a job could not be restored from though they look whole. When all of
   * them were refused that is no fault of theirs: a full disk, or a TaskManager that died just
   * then. Then each gets another chance in turn, for empty state would lose what they hold.
   *
   * @param refused folders; emptied when another round begins
   * @throws IOException when none of those that were refused can be read at all now
   */
  static Choice choose(Path checkpoints, Path savepoints, Check check, Set<Path> refused)
      throws IOException, InterruptedException {
    Choice left =
        choose(
            checkpoints,
            savepoints,
            folder ->
                refused.contains(folder)
                    ? "a job could not be restored from it"
                    : check.fault(folder));
    if (left.taken().isPresent() || refused.isEmpty()) {
      return left;
    }
    Choice again = choose(checkpoints, savepoints, check);
    if (again.taken().isEmpty()) {
      throw new IOException(
          "no checkpoint can be read now, and empty state would lose what they hold: "
              + String.join("; ", again.notes()));
    }
    refused.clear();
    List<String> notes = new ArrayList<>(left.notes().subList(0, left.notes().size() - 1));
    notes.add("ALL WERE TRIED: begins again with the newest");
    notes.addAll(again.notes());
    return new Choice(again.taken(), notes);
  }

  /** Folders with a metadata file, newest first. */
  static List<Path> candidates(Path checkpoints, Path savepoints) throws IOException {
    List<Path> found = new ArrayList<>();
    for (Path job : children(checkpoints)) {
      found.addAll(completed(job, "chk-"));
    }
    found.addAll(completed(savepoints, "savepoint-"));
    found.sort(Comparator.comparing(Checkpoints::writtenAt).reversed());
    return found;
  }

  /**
   * What nobody will resume from any more: all but the newest folders of past runs that completed a
   * checkpoint, and the newest savepoints. A run's checkpoints share files, so they go together. A
   * run that completed none takes no other's place.
   *
   * @param kept how many of each stay
   */
  static List<Path> obsolete(Path checkpoints, Path savepoints, int kept) throws IOException {
    List<Path> obsolete = new ArrayList<>();
    for (Path folder : List.of(checkpoints, savepoints)) {
      List<Path> newestFirst = new ArrayList<>(children(folder));
      newestFirst.sort(Comparator.comparing(Checkpoints::changedAt).reversed());
      int whole = 0;
      for (Path candidate : newestFirst) {
        if (whole >= kept) {
          obsolete.add(candidate);
        } else if (holdsSomething(candidate)) {
          whole++;
        }
      }
    }
    return obsolete;
  }

  private static boolean holdsSomething(Path folder) throws IOException {
    return Files.exists(metadata(folder)) || !completed(folder, "chk-").isEmpty();
  }

  private static FileTime changedAt(Path folder) {
    try {
      return Files.getLastModifiedTime(folder);
    } catch (IOException e) {
      return FileTime.fromMillis(0);
    }
  }

  private static List<Path> completed(Path folder, String prefix) throws IOException {
    return children(folder).stream()
        .filter(child -> child.getFileName().toString().startsWith(prefix))
        .filter(child -> Files.exists(metadata(child)))
        .toList();
  }

  static Path metadata(Path checkpoint) {
    return checkpoint.resolve("_metadata");
  }

  private static List<Path> children(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> children = Files.list(folder)) {
      return children.filter(Files::isDirectory).toList();
    }
  }

  private static FileTime writtenAt(Path checkpoint) {
    try {
      return Files.getLastModifiedTime(metadata(checkpoint));
    } catch (IOException e) {
      return FileTime.fromMillis(0);
    }
  }
}
