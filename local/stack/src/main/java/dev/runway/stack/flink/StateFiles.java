package dev.runway.stack.flink;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.runtime.state.IncrementalRemoteKeyedStateHandle;
import org.apache.flink.runtime.state.KeyGroupsStateHandle;
import org.apache.flink.runtime.state.OperatorStreamStateHandle;
import org.apache.flink.runtime.state.StreamStateHandle;
import org.apache.flink.runtime.state.filesystem.FileStateHandle;

/** The state files a checkpoint names: metadata that reads well is no use without them. */
final class StateFiles {

  /**
   * @param bytes size the checkpoint recorded
   */
  record Reference(Path file, long bytes) {

    /** What is wrong with the file, or an empty string. */
    String fault() {
      try {
        long found = Files.size(file);
        return found == bytes ? "" : file + " has " + found + " bytes instead of " + bytes;
      } catch (IOException e) {
        return "state file " + file + " is missing";
      }
    }
  }

  private StateFiles() {}

  static List<Reference> of(CheckpointMetadata metadata) {
    List<Reference> references = new ArrayList<>();
    for (OperatorState operator : metadata.getOperatorStates()) {
      for (OperatorSubtaskState subtask : operator.getStates()) {
        handles(subtask).forEach(handle -> add(handle, references));
      }
    }
    return references;
  }

  private static Stream<Object> handles(OperatorSubtaskState subtask) {
    return Stream.of(
            subtask.getManagedOperatorState(),
            subtask.getRawOperatorState(),
            subtask.getManagedKeyedState(),
            subtask.getRawKeyedState())
        .flatMap(collection -> collection.stream().map(Object.class::cast));
  }

  private static void add(Object handle, List<Reference> references) {
    if (handle instanceof FileStateHandle file) {
      Path path = Path.of(file.getFilePath().toUri().getPath());
      references.add(new Reference(path, file.getStateSize()));
    } else if (handle instanceof OperatorStreamStateHandle operator) {
      add(operator.getDelegateStateHandle(), references);
    } else if (handle instanceof KeyGroupsStateHandle groups) {
      add(groups.getDelegateStateHandle(), references);
    } else if (handle instanceof IncrementalRemoteKeyedStateHandle incremental) {
      try (Stream<StreamStateHandle> parts = incremental.streamSubHandles()) {
        parts.forEach(part -> add(part, references));
      }
    }
  }
}
