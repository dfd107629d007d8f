package dev.runway.driftmonitor.merge;

import dev.runway.driftmonitor.custom.CustomSettings;
import dev.runway.flink.DeadLetters;
import dev.runway.model.DeadLetter;
import dev.runway.model.DriftReading;
import dev.runway.model.DriftTile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;

/** The merging function in Flink's harness, and what came out of it. */
final class MergeHarness implements AutoCloseable {
  static final Duration LATENESS = Duration.ofMinutes(30);

  /** What the function finds in its directories; a test may change it at any time. */
  final TestingModels models = new TestingModels(SomeTiles.model());

  final TestingBaselines baselines = new TestingBaselines();

  private KeyedOneInputStreamOperatorTestHarness<BaselineKey, TileDelta, DriftReading> harness;
  private TestingCounters counters = new TestingCounters();
  private final List<DriftReading> readings = new ArrayList<>();
  private final List<DriftTile> tiles = new ArrayList<>();
  private final List<DeadLetter> letters = new ArrayList<>();

  private final CustomSettings custom;
  private final StateBackend backend;

  MergeHarness() throws Exception {
    this(CustomSettings.none());
  }

  /** With metrics of users. */
  MergeHarness(CustomSettings custom) throws Exception {
    this(custom, new HashMapStateBackend());
  }

  private MergeHarness(CustomSettings custom, StateBackend backend) throws Exception {
    this.custom = custom;
    this.backend = backend;
    baselines.publish(SomeTiles.LAYOUT);
    harness = open(null);
  }

  /** Whose state is written and read again with each access, as it is where the job runs. */
  static MergeHarness onDisk() throws Exception {
    return new MergeHarness(CustomSettings.none(), new EmbeddedRocksDBStateBackend());
  }

  private KeyedOneInputStreamOperatorTestHarness<BaselineKey, TileDelta, DriftReading> open(
      @Nullable OperatorSubtaskState state) throws Exception {
    counters = new TestingCounters();
    var opened =
        new KeyedOneInputStreamOperatorTestHarness<>(
            new KeyedProcessOperator<>(
                new MergeTilesFunction(
                    models,
                    baselines,
                    new WindowReport.Settings(500, 0.05, 5),
                    custom,
                    TierWindows.standard(),
                    LATENESS)),
            TileDelta::key,
            BaselineKeySerializer.TYPE,
            counters.environment());
    opened.setStateBackend(backend);
    opened.setup(DriftReadingSerializer.TYPE.createSerializer(null));
    if (state != null) {
      opened.initializeState(state);
    }
    opened.open();
    return opened;
  }

  /** Since the last start. */
  long count(String counter) {
    return counters.count(counter);
  }

  void counted(TileDelta delta) throws Exception {
    harness.processElement(new StreamRecord<>(delta));
  }

  void reaches(long watermark) throws Exception {
    harness.processWatermark(watermark);
    takeOutput();
  }

  /** Stops the operator and starts a new one from its snapshot. */
  void restart() throws Exception {
    restart(snapshot());
  }

  OperatorSubtaskState snapshot() throws Exception {
    OperatorSubtaskState state = harness.snapshot(1, 1);
    takeOutput();
    return state;
  }

  /** The same from another one's snapshot. */
  void restart(OperatorSubtaskState state) throws Exception {
    var stopped = harness;
    harness = open(state);
    stopped.close();
  }

  int entriesLeft() {
    return harness.numKeyedStateEntries() + harness.numEventTimeTimers();
  }

  List<DriftReading> allReadings() {
    return readings;
  }

  /** The newest reading of each window and segment. */
  Map<String, DriftReading> readings() {
    TreeMap<String, DriftReading> newest = new TreeMap<>();
    for (DriftReading reading : readings) {
      newest.merge(
          reading.segment() + "@" + (reading.windowStartMillis() - SomeTiles.START) / 60_000,
          reading,
          (a, b) -> b.revision() >= a.revision() ? b : a);
    }
    return newest;
  }

  List<DeadLetter> letters() {
    return letters;
  }

  List<DriftTile> allTiles() {
    return tiles;
  }

  /** The newest tile of each minute and segment, its bytes as text. */
  Map<String, String> tiles() {
    TreeMap<String, DriftTile> newest = new TreeMap<>();
    for (DriftTile tile : tiles) {
      newest.merge(
          tile.segment() + "@" + (tile.windowStartMillis() - SomeTiles.START) / 60_000,
          tile,
          (a, b) -> b.revision() >= a.revision() ? b : a);
    }
    TreeMap<String, String> texts = new TreeMap<>();
    newest.forEach(
        (name, tile) ->
            texts.put(name, tile.predictions() + " " + HexFormat.of().formatHex(tile.tile())));
    return texts;
  }

  private void takeOutput() {
    readings.addAll(harness.extractOutputValues());
    harness.getOutput().clear();
    Queue<StreamRecord<DriftTile>> output = harness.getSideOutput(MergeTilesFunction.TILES);
    if (output != null) {
      output.forEach(record -> tiles.add(record.getValue()));
      output.clear();
    }
    Queue<StreamRecord<DeadLetter>> refused = harness.getSideOutput(DeadLetters.TAG);
    if (refused != null) {
      refused.forEach(record -> letters.add(record.getValue()));
      refused.clear();
    }
  }

  @Override
  public void close() throws Exception {
    harness.close();
  }
}
