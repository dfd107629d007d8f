package dev.runway.groundtruth.archive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.groundtruth.archive.Coverage.Span;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CoverageOperatorTest {
  private static final long T = 1_750_000_020_000L;
  private static final long TEN_MINUTES = 600_000;

  @TempDir Path folder;

  @Test
  void whatWasReached_isSaidOneCheckpointLater() throws Exception {
    try (var harness = open(folder, null)) {
      checkpoint(harness, 1);
      harness.processWatermark(T);
      harness.snapshot(2, 2);
      harness.processWatermark(T + 1);
      assertThat(said(folder)).isEmpty();

      harness.notifyOfCompletedCheckpoint(2);
      assertThat(said(folder)).as("files of checkpoint 2 may still be on their way").isEmpty();

      checkpoint(harness, 3);
      assertThat(said(folder)).containsExactly(new Span(Long.MIN_VALUE, T));
      checkpoint(harness, 4);
      assertThat(said(folder)).containsExactly(new Span(Long.MIN_VALUE, T + 1));
    }
  }

  @Test
  void checkpointThatIsNeverComplete_isNotBelieved() throws Exception {
    try (var harness = open(folder, null)) {
      harness.processWatermark(T);
      checkpoint(harness, 1);
      harness.processWatermark(T + 1);
      harness.snapshot(2, 2);
      checkpoint(harness, 3);
      assertThat(said(folder)).containsExactly(new Span(Long.MIN_VALUE, T));
    }
  }

  @Test
  void endOfInput_isNoTime() throws Exception {
    try (var harness = open(folder, null)) {
      harness.processWatermark(T);
      harness.processWatermark(Long.MAX_VALUE);
      checkpoint(harness, 1);
      checkpoint(harness, 2);

      assertThat(said(folder)).containsExactly(new Span(Long.MIN_VALUE, T));
    }
  }

  @Test
  void restore_goesOnWithTheEpoch() throws Exception {
    OperatorSubtaskState state;
    try (var harness = open(folder, null)) {
      harness.processWatermark(T);
      state = checkpoint(harness, 1);
    }
    try (var harness = open(folder, state)) {
      // Watermarks begin anew and may begin lower.
      harness.processWatermark(T - 5);
      checkpoint(harness, 2);
      assertThat(said(folder)).containsExactly(new Span(Long.MIN_VALUE, T));
      harness.processWatermark(T + 5);
      checkpoint(harness, 3);
      checkpoint(harness, 4);
      assertThat(said(folder)).containsExactly(new Span(Long.MIN_VALUE, T + 5));
    }
  }

  /** The archive is switched on later, or retention has taken what was first. */
  @Test
  void jobThatDoesNotReadAll_beginsBehindAllThatWasRecordedSoFar() throws Exception {
    try (var harness = open(folder, null, false)) {
      harness.processWatermark(T + 10 * TEN_MINUTES);
      checkpoint(harness, 1);
      checkpoint(harness, 2);

      assertThat(said(folder)).containsExactly(new Span(T + TEN_MINUTES, T + 10 * TEN_MINUTES));
    }
  }

  /** A task failed before the first checkpoint was complete, and all is read once more. */
  @Test
  void restartWithoutState_hasNothingBeforeStill() throws Exception {
    try (var harness = open(folder, null)) {
      harness.processWatermark(T);
      harness.snapshot(1, 1);
    }
    try (var harness = open(folder, null)) {
      harness.processWatermark(T);
      checkpoint(harness, 2);
      checkpoint(harness, 3);

      assertThat(said(folder)).containsExactly(new Span(Long.MIN_VALUE, T));
    }
  }

  /** Its topics may have lost what the job before it knew. */
  @Test
  void secondJobOfAFolder_beginsBehindAllThatWasRecordedSoFar() throws Exception {
    try (var harness = open(folder, null)) {
      harness.processWatermark(T - 1);
      checkpoint(harness, 1);
      checkpoint(harness, 2);
    }
    try (var harness = open(folder, null)) {
      harness.processWatermark(T + 10 * TEN_MINUTES);
      checkpoint(harness, 1);
      checkpoint(harness, 2);

      assertThat(said(folder))
          .containsExactly(
              new Span(Long.MIN_VALUE, T - 1), new Span(T + TEN_MINUTES, T + 10 * TEN_MINUTES));
    }
  }

  @Test
  void otherFolder_beginsAnEpochOfItsOwn() throws Exception {
    OperatorSubtaskState state;
    try (var harness = open(folder, null)) {
      harness.processWatermark(T);
      state = checkpoint(harness, 1);
    }
    Path other = folder.resolve("other");
    try (var harness = open(other, state)) {
      harness.processWatermark(T + 10 * TEN_MINUTES);
      checkpoint(harness, 2);
      checkpoint(harness, 3);

      assertThat(said(other)).containsExactly(new Span(T + TEN_MINUTES, T + 10 * TEN_MINUTES));
    }
  }

  @Test
  void folderThatCannotBeWritten_isTriedAgain() throws Exception {
    Path file = folder.resolve("archive");
    Files.createDirectories(file);
    try (var harness = open(file, null)) {
      harness.processWatermark(T);
      checkpoint(harness, 1);
      Files.delete(file);
      Files.createFile(file);
      checkpoint(harness, 2);
      Files.delete(file);
      checkpoint(harness, 3);

      assertThat(said(file)).containsExactly(new Span(Long.MIN_VALUE, T));
    }
  }

  private static OperatorSubtaskState checkpoint(
      OneInputStreamOperatorTestHarness<Void, Void> harness, long id) throws Exception {
    OperatorSubtaskState state = harness.snapshot(id, id);
    harness.notifyOfCompletedCheckpoint(id);
    return state;
  }

  private static List<Span> said(Path archive) throws IOException {
    CoverageFiles files = new CoverageFiles(archive.toUri().toString());
    return files.areThere() ? Coverage.read(archive.toUri().toString()).spans() : List.of();
  }

  private static OneInputStreamOperatorTestHarness<Void, Void> open(
      Path archive, @Nullable OperatorSubtaskState state) throws Exception {
    return open(archive, state, true);
  }

  private static OneInputStreamOperatorTestHarness<Void, Void> open(
      Path archive, @Nullable OperatorSubtaskState state, boolean fromTheBeginning)
      throws Exception {
    var harness =
        new OneInputStreamOperatorTestHarness<>(
            new CoverageOperator(archive.toUri().toString(), fromTheBeginning));
    harness.setProcessingTime(T);
    harness.setup();
    if (state != null) {
      harness.initializeState(state);
    }
    harness.open();
    return harness;
  }
}
