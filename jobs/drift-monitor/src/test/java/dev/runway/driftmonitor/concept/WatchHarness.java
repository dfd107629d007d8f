package dev.runway.driftmonitor.concept;

import dev.runway.driftmonitor.merge.DriftReadingSerializer;
import dev.runway.driftmonitor.merge.TestingModels;
import dev.runway.driftmonitor.merge.TierWindows;
import dev.runway.model.DriftReading;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;

/** The watching function in Flink's harness, and what came out of it. */
final class WatchHarness implements AutoCloseable {
  /** What the function finds; a test may change it at any time. */
  final TestingModels models = new TestingModels(SomeTruths.model());

  private KeyedOneInputStreamOperatorTestHarness<VersionKey, TruthDelta, DriftReading> harness;
  private final List<DriftReading> readings = new ArrayList<>();
  private final List<MaturedWindow> matured = new ArrayList<>();

  WatchHarness() throws Exception {
    harness = open(null);
  }

  private KeyedOneInputStreamOperatorTestHarness<VersionKey, TruthDelta, DriftReading> open(
      @Nullable OperatorSubtaskState state) throws Exception {
    var opened =
        new KeyedOneInputStreamOperatorTestHarness<>(
            new KeyedProcessOperator<>(
                new WatchConceptFunction(models, TierWindows.standard(), SomeTruths.SETTINGS)),
            TruthDelta::key,
            VersionKeySerializer.TYPE);
    opened.setup(DriftReadingSerializer.TYPE.createSerializer(null));
    if (state != null) {
      opened.initializeState(state);
    }
    opened.open();
    return opened;
  }

  void hears(Truth truth) throws Exception {
    harness.processElement(new StreamRecord<>(SomeTruths.delta(truth)));
  }

  /** All of a window at once. */
  void hears(List<Truth> truths) throws Exception {
    Map<Long, TruthLedger> minutes = new TreeMap<>();
    for (Truth truth : truths) {
      long minute = SomeTruths.minuteOf(truth);
      minutes.computeIfAbsent(minute, m -> new TruthLedger()).add(truth, minute);
    }
    for (Map.Entry<Long, TruthLedger> minute : minutes.entrySet()) {
      harness.processElement(
          new StreamRecord<>(new TruthDelta(SomeTruths.KEY, minute.getKey(), minute.getValue())));
    }
  }

  void reaches(long watermark) throws Exception {
    harness.processWatermark(watermark);
    readings.addAll(harness.extractOutputValues());
    harness.getOutput().clear();
    Queue<StreamRecord<MaturedWindow>> output = harness.getSideOutput(WatchConceptFunction.MATURED);
    if (output != null) {
      output.forEach(record -> matured.add(record.getValue()));
      output.clear();
    }
  }

  /** Stops the operator and starts a new one from its snapshot. */
  void restart() throws Exception {
    OperatorSubtaskState state = harness.snapshot(1, 1);
    var stopped = harness;
    harness = open(state);
    stopped.close();
  }

  /** Entries and timers beside the watch itself, which stays. */
  int waiting() {
    return harness.numKeyedStateEntries() - 1 + harness.numEventTimeTimers();
  }

  List<DriftReading> readings() {
    return readings;
  }

  List<MaturedWindow> matured() {
    return matured;
  }

  @Override
  public void close() throws Exception {
    harness.close();
  }
}
