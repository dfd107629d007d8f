package dev.runway.groundtruth.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OperatorSnapshotUtil;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class KeepRowsFunctionTest {
  private static final Path GOLDEN_STATE =
      Path.of("src", "test", "resources", "golden", "state", "keep-rows-v1.snapshot");
  private static final ArchivePart PART = new ArchivePart("outcomes", 20_000, "m");
  private static final ArchivePart OTHER = new ArchivePart("predictions", 20_000, "m");
  private static final long FLUSH_AFTER = 60_000;
  private static final long FILE_BYTES = 100;

  @Test
  void rows_waitUntilTheyAreWorthAFile() throws Exception {
    try (var harness = open(null)) {
      add(harness, PART, 40);
      add(harness, PART, 40);
      add(harness, OTHER, 99);
      assertThat(harness.getOutput()).isEmpty();

      add(harness, PART, 40);
      assertThat(seen(harness))
          .containsExactly(
              chunk(PART, 40, true, false),
              chunk(PART, 40, false, false),
              chunk(PART, 40, false, true));
      // The other part waits: its batch, its rows, its two timers.
      assertThat(harness.numKeyedStateEntries()).isEqualTo(2);
      assertThat(harness.numEventTimeTimers()).isEqualTo(1);
      assertThat(harness.numProcessingTimeTimers()).isEqualTo(1);
    }
  }

  @Test
  void oldRows_leaveWithinTheSpan_andNothingStays() throws Exception {
    try (var harness = open(null)) {
      harness.setProcessingTime(7);
      add(harness, PART, 10);
      harness.setProcessingTime(7 + FLUSH_AFTER);

      assertThat(seen(harness)).containsExactly(chunk(PART, 10, true, true));
      assertNothingStays(harness);
    }
  }

  @Test
  void parts_leaveAtDifferentTimes_eachInItsOwnRhythm() throws Exception {
    try (var harness = open(null)) {
      add(harness, PART, 1);
      add(harness, OTHER, 1);
      long first = harness.getProcessingTimeService().getCurrentProcessingTime();
      int after = 0;
      while (harness.getOutput().isEmpty()) {
        harness.setProcessingTime(first + ++after * 100L);
      }
      assertThat(harness.getOutput()).as("one of the two").hasSize(1);
    }
  }

  @Test
  void endOfInput_takesAllAlong() throws Exception {
    try (var harness = open(null)) {
      add(harness, PART, 10);
      add(harness, OTHER, 10);
      harness.processWatermark(20_000 * 86_400_000L);
      assertThat(seen(harness)).isEmpty();
      harness.processWatermark(Long.MAX_VALUE);

      assertThat(seen(harness))
          .containsExactlyInAnyOrder(chunk(PART, 10, true, true), chunk(OTHER, 10, true, true));
      assertNothingStays(harness);
    }
  }

  @Test
  void restore_goesOnWhereTheSnapshotWas() throws Exception {
    OperatorSubtaskState state;
    try (var harness = open(null)) {
      add(harness, PART, 40);
      state = harness.snapshot(1, 1);
    }
    try (var harness = open(state)) {
      add(harness, PART, 70);

      assertThat(seen(harness))
          .containsExactly(chunk(PART, 40, true, false), chunk(PART, 70, false, true));
      assertNothingStays(harness);
    }
  }

  /** What an earlier release left waiting goes on. */
  @Test
  void snapshotOfVersion1_isStillRead() throws Exception {
    if (!Files.exists(GOLDEN_STATE) && Boolean.getBoolean("golden.write")) {
      try (var harness = open(null)) {
        add(harness, PART, 30);
        add(harness, PART, 30);
        OperatorSnapshotUtil.writeStateHandle(harness.snapshot(1, 1), GOLDEN_STATE.toString());
      }
    }
    try (var harness = open(OperatorSnapshotUtil.readStateHandle(GOLDEN_STATE.toString()))) {
      add(harness, PART, 50);

      assertThat(seen(harness))
          .containsExactly(
              chunk(PART, 30, true, false),
              chunk(PART, 30, false, false),
              chunk(PART, 50, false, true));
      assertNothingStays(harness);
    }
  }

  private static void assertNothingStays(
      KeyedOneInputStreamOperatorTestHarness<ArchivePart, ArchiveChunk, ArchiveChunk> harness) {
    assertThat(harness.numKeyedStateEntries()).isZero();
    assertThat(harness.numEventTimeTimers()).isZero();
    assertThat(harness.numProcessingTimeTimers()).isZero();
  }

  private static void add(
      KeyedOneInputStreamOperatorTestHarness<ArchivePart, ArchiveChunk, ArchiveChunk> harness,
      ArchivePart part,
      int bytes)
      throws Exception {
    harness.processElement(ArchiveChunk.of(part, new RowBytes(1, 1, new byte[bytes])), 1);
  }

  /** Compares by size: arrays are only equal to themselves. */
  private record Seen(ArchivePart part, int bytes, boolean first, boolean last) {}

  private static Seen chunk(ArchivePart part, int bytes, boolean first, boolean last) {
    return new Seen(part, bytes, first, last);
  }

  private static List<Seen> seen(
      KeyedOneInputStreamOperatorTestHarness<ArchivePart, ArchiveChunk, ArchiveChunk> harness) {
    return harness.extractOutputValues().stream()
        .map(c -> new Seen(c.part(), c.rows().bytes().length, c.first(), c.last()))
        .toList();
  }

  private static KeyedOneInputStreamOperatorTestHarness<ArchivePart, ArchiveChunk, ArchiveChunk>
      open(@Nullable OperatorSubtaskState state) throws Exception {
    var harness =
        new KeyedOneInputStreamOperatorTestHarness<ArchivePart, ArchiveChunk, ArchiveChunk>(
            new KeyedProcessOperator<>(
                new KeepRowsFunction(FILE_BYTES, Duration.ofMillis(FLUSH_AFTER))),
            ArchiveChunk::part,
            ArchivePartSerializer.TYPE);
    harness.setStateBackend(new HashMapStateBackend());
    harness.setup();
    if (state != null) {
      harness.initializeState(state);
    }
    harness.open();
    return harness;
  }
}
