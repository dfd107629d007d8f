package dev.runway.driftmonitor.concept;

import dev.runway.driftmonitor.merge.TestingCounters;
import dev.runway.driftmonitor.merge.TestingModels;
import dev.runway.driftmonitor.merge.TierWindows;
import dev.runway.flink.types.VersionedSerializer;
import dev.runway.model.DriftReading;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
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

  private TestingCounters counters = new TestingCounters();
  private final StateBackend backend;
  private final Runnable said;

  WatchHarness() throws Exception {
    this(new HashMapStateBackend(), null, () -> {});
  }

  /**
   * @param state of an operator before; null for a new one
   * @param said called in the middle of things, with each reading
   */
  WatchHarness(StateBackend backend, @Nullable OperatorSubtaskState state, Runnable said)
      throws Exception {
    this.backend = backend;
    this.said = said;
    harness = open(state);
  }

  private KeyedOneInputStreamOperatorTestHarness<VersionKey, TruthDelta, DriftReading> open(
      @Nullable OperatorSubtaskState state) throws Exception {
    counters = new TestingCounters();
    var opened =
        new KeyedOneInputStreamOperatorTestHarness<>(
            new KeyedProcessOperator<>(
                new WatchConceptFunction(models, TierWindows.standard(), SomeTruths.SETTINGS)),
            TruthDelta::key,
            VersionKeySerializer.TYPE,
            counters.environment());
    opened.setStateBackend(backend);
    opened.setup(new Listening());
    if (state != null) {
      opened.initializeState(state);
    }
    opened.open();
    return opened;
  }

  /** The harness copies each reading when it comes. */
  private final class Listening extends VersionedSerializer<DriftReading> {
    @Override
    public int version() {
      return 1;
    }

    @Override
    protected void write(DriftReading value, DataOutputView out) {
      throw new UnsupportedOperationException("readings stay here");
    }

    @Override
    protected DriftReading read(int version, DataInputView in) {
      throw new UnsupportedOperationException("readings stay here");
    }

    @Override
    public DriftReading copy(DriftReading value) {
      said.run();
      return value;
    }
  }

  void hears(Truth truth) throws Exception {
    harness.processElement(new StreamRecord<>(SomeTruths.delta(truth)));
  }

  /** All of a window at once. */
  void hears(List<Truth> truths) throws Exception {
    for (Map.Entry<Long, TruthLedger> minute : SomeTruths.minutes(truths).entrySet()) {
      harness.processElement(
          new StreamRecord<>(new TruthDelta(SomeTruths.KEY, minute.getKey(), minute.getValue())));
    }
  }

  void processingTime(long millis) throws Exception {
    harness.setProcessingTime(millis);
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

  /** Since the last start. */
  long count(String counter) {
    return counters.count(counter);
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
