package dev.runway.driftmonitor.merge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.model.DriftReading;
import dev.runway.testkit.GoldenFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.flink.streaming.util.OperatorSnapshotUtil;
import org.junit.jupiter.api.Test;

/** State that the job of an earlier release has left: the file is never written anew. */
class SavepointOfBeforeTest {
  /** Of commit 0a409571, which knew no tiles of producers. */
  private static final Path SNAPSHOT =
      Path.of("src", "test", "resources", "golden", "state", "merge-tiles-0a409571.snapshot");

  private static final long START = SomeTiles.START;
  private static final long HALF = START + 15 * Span.MINUTE_MILLIS;

  @Test
  void savepointOfBeforeProducersTiles_goesOn() throws Exception {
    List<TileDelta> parts = parts();
    try (MergeHarness whole = new MergeHarness();
        MergeHarness restored = new MergeHarness()) {
      playFirstHalf(whole, parts);
      if (Boolean.getBoolean(GoldenFiles.WRITE) && !Files.exists(SNAPSHOT)) {
        OperatorSnapshotUtil.writeStateHandle(whole.snapshot(), SNAPSHOT.toString());
      }
      restored.restart(OperatorSnapshotUtil.readStateHandle(SNAPSHOT.toString()));
      playRest(whole, parts);
      playRest(restored, parts);

      Map<String, DriftReading> readings = restored.readings();
      assertThat(readings).containsKeys("*@10", "*@20", "*@30");
      assertThat(whole.readings()).containsAllEntriesOf(readings);
      assertThat(restored.entriesLeft()).isEqualTo(whole.entriesLeft());
    }
  }

  private static List<TileDelta> parts() {
    Random random = new Random(27);
    List<TileDelta> parts = new ArrayList<>();
    for (int minute = 0; minute < 40; minute++) {
      Span span = Span.minuteOf(START + minute * Span.MINUTE_MILLIS, minute % 4 == 0 ? "eu" : null);
      parts.add(SomeTiles.delta(random, span, 90, 0.2));
    }
    return parts;
  }

  /** Of two windows, the second of which is open. */
  private static void playFirstHalf(MergeHarness harness, List<TileDelta> parts) throws Exception {
    for (TileDelta part : parts.subList(0, 20)) {
      harness.counted(part);
    }
    harness.reaches(HALF);
  }

  private static void playRest(MergeHarness harness, List<TileDelta> parts) throws Exception {
    for (TileDelta part : parts.subList(20, parts.size())) {
      harness.counted(part);
    }
    harness.reaches(START + 40 * Span.MINUTE_MILLIS);
  }
}
