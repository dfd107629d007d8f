package dev.runway.driftmonitor.estimate;

import dev.runway.driftmonitor.concept.MaturedWindow;
import dev.runway.driftmonitor.concept.SomeTruths;
import dev.runway.driftmonitor.concept.VersionKey;
import dev.runway.driftmonitor.concept.VersionKeySerializer;
import dev.runway.driftmonitor.concept.Window;
import dev.runway.driftmonitor.merge.DriftReadingSerializer;
import dev.runway.driftmonitor.merge.TestingModels;
import dev.runway.driftmonitor.merge.TierWindows;
import dev.runway.model.DriftReading;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.co.KeyedCoProcessOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;

/** The estimating function in Flink's harness, and the newest of each reading. */
final class EstimateHarness implements AutoCloseable {
  static final Duration LATENESS = Duration.ofMinutes(30);

  /** What the function finds; a test may change it at any time. */
  final TestingModels models = new TestingModels(SomeTruths.model());

  private KeyedTwoInputStreamOperatorTestHarness<
          VersionKey, ScoreDelta, MaturedWindow, DriftReading>
      harness;
  private final Map<Long, DriftReading> readings = new TreeMap<>();
  private final List<Window> told = new ArrayList<>();

  EstimateHarness() throws Exception {
    harness = open(null);
  }

  private KeyedTwoInputStreamOperatorTestHarness<
          VersionKey, ScoreDelta, MaturedWindow, DriftReading>
      open(@Nullable OperatorSubtaskState state) throws Exception {
    var opened =
        new KeyedTwoInputStreamOperatorTestHarness<
            VersionKey, ScoreDelta, MaturedWindow, DriftReading>(
            new KeyedCoProcessOperator<>(
                new EstimatePerformanceFunction(models, TierWindows.standard(), LATENESS)),
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

  /** Event time of the predictions, while the truths have none yet and hold nobody up. */
  void predictionsReach(long watermark) throws Exception {
    harness.processWatermarkStatus2(WatermarkStatus.IDLE);
    harness.processWatermark1(new Watermark(watermark));
    take();
  }

  /** Event time of both streams. */
  void reaches(long watermark) throws Exception {
    harness.processWatermarkStatus2(WatermarkStatus.ACTIVE);
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

  /** Lengths of the windows from a time on of which there were readings. */
  Set<Long> lengths(long startMillis) {
    return told.stream()
        .filter(window -> window.startMillis() == startMillis)
        .map(Window::lengthMillis)
        .collect(Collectors.toSet());
  }

  private void take() {
    for (DriftReading reading : harness.extractOutputValues()) {
      told.add(new Window(reading.windowStartMillis(), reading.windowEndMillis()));
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
