package dev.runway.driftmonitor.merge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.driftmonitor.custom.CustomSettings;
import dev.runway.model.DriftReading;
import dev.runway.model.DriftTile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.TreeSet;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The merging function goes on with another number of subtasks than it was stopped with. */
class RescaleTest {
  private static final int KEY_GROUPS = 128;
  private static final int VERSIONS = 12;
  private static final long START = SomeTiles.START;
  private static final long LATENESS = Duration.ofMinutes(30).toMillis();

  /** Time that was reached before the stop: of the first window nothing is taken any more. */
  private static final long REACHED = START + SomeTiles.WINDOW + LATENESS;

  @ParameterizedTest
  @CsvSource({"1, 3", "3, 1", "2, 3"})
  void otherParallelism_givesTheSameTilesAndReadings(int before, int after) throws Exception {
    Told stayed = told(1, 1);
    Told moved = told(before, after);

    assertThat(moved.tiles).isEqualTo(stayed.tiles).hasSizeGreaterThan(3 * VERSIONS);
    assertThat(moved.readings).isEqualTo(stayed.readings).hasSizeGreaterThan(6 * VERSIONS);
    for (String part : List.of("effective_share", "segment=eu", "status=NO_BASELINE")) {
      assertThat(moved.readings).anyMatch(reading -> reading.contains(part));
    }
    assertThat(moved.readings)
        .filteredOn(reading -> reading.contains("NO_BASELINE"))
        .hasSize(VERSIONS)
        .allMatch(reading -> reading.contains("predictions=50,"));
    assertThat(moved.late).isEqualTo(stayed.late).isEqualTo(VERSIONS * 50L);
  }

  /** What came out, and how many predictions were late. */
  private static final class Told {
    private final TreeSet<String> tiles = new TreeSet<>();
    private final TreeSet<String> readings = new TreeSet<>();
    private long late;
  }

  private static Told told(int before, int after) throws Exception {
    Told told = new Told();
    Subtasks first = new Subtasks(before, null, 1);
    Random random = new Random(5);
    for (int version = 0; version < VERSIONS; version++) {
      first.take(delta(random, version, 3, 600));
      first.take(delta(random, version, 36, 300));
    }
    first.reach(REACHED);
    for (int version = 0; version < VERSIONS; version++) {
      first.take(delta(random, version, 41, 300));
      first.take(unprofiled(version, 42, 20));
    }
    OperatorSubtaskState state = first.stop(told);

    Subtasks second = new Subtasks(after, state, before);
    for (int version = 0; version < VERSIONS; version++) {
      // No watermark has come since the start, so only what was stored says that these are late.
      second.take(delta(random, version, 4, 50));
      second.take(delta(random, version, 37, 400));
      second.take(delta(random, version, 42, 400));
      second.take(unprofiled(version, 43, 30));
    }
    second.reach(START + Duration.ofDays(1).toMillis());
    second.stop(told);
    return told;
  }

  /** With segments, and with what tiles do not count. */
  private static TileDelta delta(Random random, int version, int minute, int predictions) {
    String segment = (version + minute) % 2 == 0 ? "eu" : null;
    TileDelta of =
        SomeTiles.calm(
            random, Span.minuteOf(START + minute * Span.MINUTE_MILLIS, segment), predictions, 0);
    BaselineKey key = new BaselineKey("m", "v" + version, SomeTiles.KEY.profileId());
    long weighted = predictions / 2;
    Uncounted uncounted = new Uncounted(version % 3, weighted, 4.0 * weighted, 16.0 * weighted);
    return new TileDelta(key, of.minute(), of.predictions(), uncounted, of.tile());
  }

  private static TileDelta unprofiled(int version, int minute, int predictions) {
    return new TileDelta(
        new BaselineKey("m", "v" + version, BaselineKey.NONE),
        Span.minuteOf(START + minute * Span.MINUTE_MILLIS, null),
        predictions,
        new Uncounted(3L * predictions, 0, 0, 0),
        new byte[0]);
  }

  private static final class Subtasks {
    private final List<KeyedOneInputStreamOperatorTestHarness<BaselineKey, TileDelta, DriftReading>>
        harnesses = new ArrayList<>();
    private final List<TestingCounters> counters = new ArrayList<>();

    Subtasks(int parallelism, @Nullable OperatorSubtaskState state, int stateOf) throws Exception {
      for (int i = 0; i < parallelism; i++) {
        TestingCounters counted = new TestingCounters();
        TestingBaselines baselines = new TestingBaselines();
        baselines.publish(SomeTiles.LAYOUT);
        var harness =
            new KeyedOneInputStreamOperatorTestHarness<>(
                new KeyedProcessOperator<>(
                    new MergeTilesFunction(
                        new TestingModels(SomeTiles.model()),
                        baselines,
                        new WindowReport.Settings(500, 0.05, 5),
                        CustomSettings.none(),
                        TierWindows.standard(),
                        Duration.ofMillis(LATENESS))),
                TileDelta::key,
                BaselineKeySerializer.TYPE,
                counted.environment(KEY_GROUPS, parallelism, i));
        harness.setup(DriftReadingSerializer.TYPE.createSerializer(null));
        if (state != null) {
          harness.initializeState(
              AbstractStreamOperatorTestHarness.repartitionOperatorState(
                  state, KEY_GROUPS, stateOf, parallelism, i));
        }
        harness.open();
        harnesses.add(harness);
        counters.add(counted);
      }
    }

    void take(TileDelta delta) throws Exception {
      int subtask =
          KeyGroupRangeAssignment.assignKeyToParallelOperator(
              delta.key(), KEY_GROUPS, harnesses.size());
      harnesses.get(subtask).processElement(new StreamRecord<>(delta));
    }

    void reach(long watermark) throws Exception {
      for (var harness : harnesses) {
        harness.processWatermark(watermark);
      }
    }

    OperatorSubtaskState stop(Told told) throws Exception {
      List<OperatorSubtaskState> states = new ArrayList<>();
      for (int i = 0; i < harnesses.size(); i++) {
        var harness = harnesses.get(i);
        states.add(harness.snapshot(1, 1));
        harness.extractOutputValues().forEach(reading -> told.readings.add(reading.toString()));
        Queue<StreamRecord<DriftTile>> tiles = harness.getSideOutput(MergeTilesFunction.TILES);
        if (tiles != null) {
          tiles.forEach(tile -> told.tiles.add(text(tile.getValue())));
        }
        told.late += counters.get(i).count("late");
        harness.close();
      }
      return AbstractStreamOperatorTestHarness.repackageState(
          states.toArray(OperatorSubtaskState[]::new));
    }

    private static String text(DriftTile tile) {
      return String.join(
          " ",
          tile.modelVersion(),
          tile.segment(),
          String.valueOf(tile.windowStartMillis()),
          String.valueOf(tile.predictions()),
          HexFormat.of().formatHex(tile.tile()));
    }
  }
}
