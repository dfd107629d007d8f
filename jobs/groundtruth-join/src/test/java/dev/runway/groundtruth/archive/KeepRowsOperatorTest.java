package dev.runway.groundtruth.archive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.groundtruth.join.AdmittedOutcome;
import dev.runway.groundtruth.join.AdmittedPrediction;
import dev.runway.groundtruth.join.PlainJoin;
import dev.runway.groundtruth.join.SomeModel;
import dev.runway.model.GroundTruth;
import dev.runway.testkit.GoldenFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OperatorSnapshotUtil;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeepRowsOperatorTest {
  private static final Path GOLDEN_STATE =
      Path.of("src", "test", "resources", "golden", "state", "keep-rows-v1.snapshot");
  private static final Path GOLDEN_ROWS =
      Path.of("src", "test", "resources", "golden", "state", "keep-rows-v2.snapshot");
  private static final long NOON = 20_000L * 86_400_000 + 43_200_000;
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
    try (var harness = open(OperatorSnapshotUtil.readStateHandle(GOLDEN_STATE.toString()))) {
      harness.processWatermark(100);
      harness.prepareSnapshotPreBarrier(2);
      assertThat(watermarks(harness)).as("since when they wait was not kept").isEmpty();
      add(harness, PART, 50);
      harness.prepareSnapshotPreBarrier(3);

      assertThat(watermarks(harness)).containsExactly(100L);
      assertThat(seen(harness))
          .containsExactly(
              chunk(PART, 30, true, false),
              chunk(PART, 30, false, false),
              chunk(PART, 50, false, true));
      assertNothingStays(harness);
    }
  }

  @Test
  void watermark_waitsForTheOldestRow_andMovesAtBarriersOnly() throws Exception {
    try (var harness = open(null)) {
      harness.processWatermark(100);
      harness.prepareSnapshotPreBarrier(1);
      assertThat(watermarks(harness)).containsExactly(100L);

      add(harness, PART, 10);
      harness.processWatermark(200);
      harness.prepareSnapshotPreBarrier(2);
      add(harness, OTHER, 10);
      harness.processWatermark(300);
      harness.prepareSnapshotPreBarrier(3);
      assertThat(watermarks(harness)).as("the first row waits since 100").containsExactly(100L);

      add(harness, PART, 100);
      assertThat(watermarks(harness)).as("no barrier yet").containsExactly(100L);
      harness.prepareSnapshotPreBarrier(4);
      assertThat(watermarks(harness)).as("the other waits since 200").containsExactly(100L, 200L);

      add(harness, OTHER, 100);
      // Came after the barrier at which 300 was reached, whatever its bundle was overtaken by.
      harness.processWatermark(400);
      add(harness, PART, 10);
      harness.prepareSnapshotPreBarrier(5);
      assertThat(watermarks(harness)).containsExactly(100L, 200L, 300L);

      harness.processWatermark(Long.MAX_VALUE);
      assertThat(watermarks(harness)).endsWith(Long.MAX_VALUE);
      assertNothingStays(harness);
    }
  }

  @Test
  void idleness_doesNotPassRowsThatWait() throws Exception {
    try (var harness = open(null)) {
      add(harness, PART, 10);
      harness.processWatermarkStatus(WatermarkStatus.IDLE);

      assertThat(harness.getOutput()).isEmpty();
    }
  }

  @Test
  void restoredRows_holdTheWatermarkAsBefore_andNewOnesFromThereOn() throws Exception {
    OperatorSubtaskState state;
    try (var harness = open(null)) {
      harness.processWatermark(100);
      harness.prepareSnapshotPreBarrier(1);
      add(harness, PART, 40);
      harness.processWatermark(200);
      harness.prepareSnapshotPreBarrier(2);
      state = harness.snapshot(2, 2);
    }
    try (var harness = open(state)) {
      add(harness, OTHER, 40);
      harness.processWatermark(300);
      harness.prepareSnapshotPreBarrier(3);
      assertThat(watermarks(harness)).containsExactly(100L);

      add(harness, PART, 70);
      harness.prepareSnapshotPreBarrier(4);
      assertThat(watermarks(harness)).containsExactly(100L, 200L);
    }
  }

  private static List<Long> watermarks(
      KeyedOneInputStreamOperatorTestHarness<ArchivePart, ArchiveChunk, ArchiveChunk> harness) {
    return harness.getOutput().stream()
        .filter(Watermark.class::isInstance)
        .map(mark -> ((Watermark) mark).getTimestamp())
        .toList();
  }

  /** Rows of every dataset that waited in a savepoint of an earlier release become files. */
  @Test
  void realRowsOfASnapshot_areWrittenAsFiles(@TempDir Path folder) throws Exception {
    SomeModel model = SomeModel.implicitNegative();
    List<AdmittedPrediction> predictions =
        List.of(model.prediction("p", NOON, 0.25), model.prediction("q", NOON + 1, 0.75));
    List<AdmittedOutcome> outcomes =
        List.of(model.label("p", NOON + 5, "true", 3), model.retraction("p", NOON + 6, 4, 3));
    PlainJoin join = new PlainJoin(10_000, 0);
    join.predicted(predictions.get(0));
    join.observed(outcomes.get(0));
    join.reaches(Long.MAX_VALUE);
    List<GroundTruth> truths = List.of(join.truths.get(join.truths.size() - 1));
    if (!Files.exists(GOLDEN_ROWS) && Boolean.getBoolean(GoldenFiles.WRITE)) {
      try (var harness = open(null)) {
        harness.processWatermark(NOON);
        harness.prepareSnapshotPreBarrier(1);
        List<ArchiveChunk> chunks = new ArrayList<>();
        chunks.addAll(ParquetFiles.chunks(new PredictionRows(), predictions, 1));
        chunks.addAll(ParquetFiles.chunks(new OutcomeRows(), outcomes, 2));
        chunks.addAll(ParquetFiles.chunks(new TruthRows(), truths, 1));
        for (ArchiveChunk chunk : chunks) {
          harness.processElement(chunk, 1);
        }
        OperatorSnapshotUtil.writeStateHandle(harness.snapshot(1, 1), GOLDEN_ROWS.toString());
      }
    }
    try (var harness = open(OperatorSnapshotUtil.readStateHandle(GOLDEN_ROWS.toString()))) {
      harness.processWatermark(NOON + 100);
      harness.prepareSnapshotPreBarrier(2);
      assertThat(watermarks(harness)).containsExactly(NOON);
      harness.processWatermark(Long.MAX_VALUE);

      Map<String, List<ArchiveChunk>> batches =
          harness.extractOutputValues().stream()
              .collect(Collectors.groupingBy(chunk -> chunk.part().dataset()));
      for (Map.Entry<String, List<ArchiveChunk>> batch : batches.entrySet()) {
        ParquetFiles.write(batch.getValue(), folder.resolve(batch.getKey()));
      }
      assertThat(ParquetFiles.read(new PredictionRows(), folder.resolve("predictions")))
          .isEqualTo(predictions);
      assertThat(ParquetFiles.read(new OutcomeRows(), folder.resolve("outcomes")))
          .isEqualTo(outcomes);
      assertThat(ParquetFiles.read(new TruthRows(), folder.resolve("groundtruth")))
          .isEqualTo(truths);
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
            new KeepRowsOperator(new KeepRowsFunction(FILE_BYTES, Duration.ofMillis(FLUSH_AFTER))),
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
