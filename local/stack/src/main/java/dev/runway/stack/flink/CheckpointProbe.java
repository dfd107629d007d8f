package dev.runway.stack.flink;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;

/**
 * Reads the metadata of a checkpoint with Flink's own reader and looks for every file it names.
 * Runs in a JVM of its own with Flink's class path; exit code 0 means it can be restored from.
 */
public final class CheckpointProbe {

  private CheckpointProbe() {}

  /**
   * Checks one checkpoint.
   *
   * @param arguments the checkpoint's folder
   */
  public static void main(String[] arguments) {
    Path checkpoint = Path.of(arguments[0]);
    String fault = fault(checkpoint);
    if (fault == null) {
      System.out.println("readable");
    } else {
      System.out.println("fault: " + fault);
      System.exit(1);
    }
  }

  static @org.jspecify.annotations.Nullable String fault(Path checkpoint) {
    try {
      CheckpointMetadata metadata = read(checkpoint);
      return StateFiles.of(metadata).stream()
          .map(StateFiles.Reference::fault)
          .filter(fault -> !fault.isEmpty())
          .findFirst()
          .orElse(null);
    } catch (IOException | RuntimeException e) {
      return "its metadata cannot be read (" + e + ")";
    }
  }

  private static CheckpointMetadata read(Path checkpoint) throws IOException {
    Path file = checkpoint.resolve("_metadata");
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      return Checkpoints.loadCheckpointMetadata(
          new DataInputStream(in),
          CheckpointProbe.class.getClassLoader(),
          FlinkConfiguration.address(checkpoint));
    }
  }
}
