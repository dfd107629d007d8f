package dev.runway.stack.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.state.OperatorStateHandle;
import org.apache.flink.runtime.state.OperatorStreamStateHandle;
import org.apache.flink.runtime.state.filesystem.FileStateHandle;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints written by Flink's own writer, then damaged in the ways disks damage them. */
class CheckpointProbeTest {

  @TempDir Path checkpoint;
  private Path state;

  @BeforeEach
  void writeCheckpoint() throws IOException {
    state = checkpoint.resolve("state-1");
    Files.write(state, new byte[100]);
    OperatorStreamStateHandle handle =
        new OperatorStreamStateHandle(
            Map.of(
                "offsets",
                new OperatorStateHandle.StateMetaInfo(
                    new long[] {0}, OperatorStateHandle.Mode.SPLIT_DISTRIBUTE)),
            new FileStateHandle(new org.apache.flink.core.fs.Path(state.toUri()), 100));
    OperatorState operator = new OperatorState("source", "source", new OperatorID(1, 2), 1, 128);
    operator.putState(0, OperatorSubtaskState.builder().setManagedOperatorState(handle).build());
    try (OutputStream out = Files.newOutputStream(metadata())) {
      Checkpoints.storeCheckpointMetadata(
          new CheckpointMetadata(7, List.of(operator), List.of()), out);
    }
  }

  @Test
  void fault_wholeCheckpoint_isNull() {
    assertThat(CheckpointProbe.fault(checkpoint)).isNull();
  }

  @Test
  void fault_metadataTruncatedAnywhere_isTold() throws IOException {
    byte[] whole = Files.readAllBytes(metadata());
    for (int length = 0; length < whole.length; length += 10) {
      Files.write(metadata(), Arrays.copyOf(whole, length));

      assertThat(CheckpointProbe.fault(checkpoint))
          .as("cut to %d of %d bytes", length, whole.length)
          .isNotNull();
    }
  }

  @Test
  void fault_stateFileMissing_isTold() throws IOException {
    Files.delete(state);

    assertThat(CheckpointProbe.fault(checkpoint)).contains("state-1").contains("missing");
  }

  @Test
  void fault_stateFileCut_isTold() throws IOException {
    Files.write(state, new byte[60]);

    assertThat(CheckpointProbe.fault(checkpoint)).contains("60 bytes instead of 100");
  }

  private Path metadata() {
    return checkpoint.resolve("_metadata");
  }
}
