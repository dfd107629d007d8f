package dev.runway.driftmonitor.estimate;

import dev.runway.driftmonitor.concept.MaturedWindow;
import dev.runway.driftmonitor.concept.SomeTruths;
import dev.runway.driftmonitor.concept.VersionKey;
import dev.runway.driftmonitor.concept.VersionKeySerializer;
import dev.runway.driftmonitor.merge.DriftReadingSerializer;
import dev.runway.driftmonitor.merge.TierWindows;
import dev.runway.flink.ModelDirectory;
import dev.runway.model.DriftReading;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.co.KeyedCoProcessOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;

/** The estimating function in Flink's harness, and the newest of each reading. */
final class EstimateHarness implements AutoCloseable {
  static final Duration LATENESS = Duration.ofMinutes(30);

  private KeyedTwoInputStreamOperatorTestHarness<
          VersionKey, ScoreDelta, MaturedWindow, DriftReading>
      harness;
  private final Map<Long, DriftReading> readings = new TreeMap<>();

  EstimateHarness() throws Exception {
    harness = open(null);
  }

  private static KeyedTwoInputStreamOperatorTestHarness<
          VersionKey, ScoreDelta, MaturedWindow, DriftReading>
      open(@Nullable OperatorSubtaskState state) throws Exception {
    var opened =
        new KeyedTwoInputStreamOperatorTestHarness<
            VersionKey, ScoreDelta, MaturedWindow, DriftReading>(
            new KeyedCoProcessOperator<>(
                new EstimatePerformanceFunction(
                    ModelDirectory.fixed(SomeTruths.model()), TierWindows.standard(), LATENESS)),
            ScoreDelta::key,
            MaturedWindow::key,
            VersionKeySerializer.TYPE);
    opened.setup(DriftReadingSerializer.TYPE.createSerializer(null));
    if (state != null) {
      opened.initializeState(state);
    }
    opened.open();
    return opened;
  }

  void counted(ScoreDelta delta) throws Exception {
    harness.processElement1(new StreamRecord<>(delta));
    take();
  }

  void matured(MaturedWindow window) throws Exception {
    harness.processElement2(new StreamRecord<>(window));
    take();
  }

  /** Event time of both streams. */
  void reaches(long watermark) throws Exception {
    harness.processWatermark1(new Watermark(watermark));
    harness.processWatermark2(new Watermark(watermark));
    take();
  }

  void restart() throws Exception {
    OperatorSubtaskState state = harness.snapshot(1, 1);
    var stopped = harness;
    harness = open(state);
    stopped.close();
  }

  int entries() {
    return harness.numKeyedStateEntries();
  }

  int timers() {
    return harness.numEventTimeTimers();
  }

  /** The newest reading of each window, by its start. */
  Map<Long, DriftReading> readings() {
    return readings;
  }

  private void take() {
    for (DriftReading reading : harness.extractOutputValues()) {
      readings.merge(
          reading.windowStartMillis(), reading, (a, b) -> b.revision() >= a.revision() ? b : a);
    }
    harness.getOutput().clear();
  }

  @Override
  public void close() throws Exception {
    harness.close();
  }
}
