package dev.runway.stack.erasure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Savepoints, and checkpoints of runs that are over: they hold what a job knew, until deleted. */
final class OldState {
  private OldState() {}

  /**
   * Their folders.
   *
   * @param data Flink's folder of the stack
   * @param running ids of jobs that run: their checkpoints are replaced within seconds
   */
  static List<Path> folders(Path data, Set<String> running) throws IOException {
    List<Path> found = new ArrayList<>();
    for (Path job : children(data.resolve("savepoints"))) {
      found.addAll(children(job));
    }
    for (Path job : children(data.resolve("checkpoints"))) {
      for (Path run : children(job)) {
        if (!running.contains(run.getFileName().toString()) && holdsACheckpoint(run)) {
          found.add(run);
        }
      }
    }
    return found;
  }

  private static boolean holdsACheckpoint(Path run) throws IOException {
    return children(run).stream().anyMatch(f -> f.getFileName().toString().startsWith("chk-"));
  }

  private static List<Path> children(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> children = Files.list(folder)) {
      return children.filter(Files::isDirectory).sorted().toList();
    }
  }
}
