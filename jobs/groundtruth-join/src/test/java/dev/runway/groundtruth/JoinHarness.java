package dev.runway.groundtruth;

import dev.runway.flink.DeadLetters;
import dev.runway.groundtruth.join.AdmittedOutcome;
import dev.runway.groundtruth.join.AdmittedPrediction;
import dev.runway.groundtruth.join.Contribution;
import dev.runway.groundtruth.join.JoinKey;
import dev.runway.groundtruth.state.JoinKeySerializer;
import dev.runway.model.DeadLetter;
import dev.runway.model.GroundTruth;
import dev.runway.model.LateOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.streaming.api.operators.co.KeyedCoProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/** {@link JoinOutcomeFunction} in Flink's operator harness, which can be stopped and restored. */
final class JoinHarness implements AutoCloseable {
  private final StateBackend backend;
  private final long orphanWait;
  private final long lateMemory;
  private KeyedTwoInputStreamOperatorTestHarness<
          JoinKey, AdmittedPrediction, AdmittedOutcome, Contribution>
      harness;

  final List<Contribution> contributions = new ArrayList<>();
  final List<GroundTruth> truths = new ArrayList<>();
  final List<LateOutcome> late = new ArrayList<>();
  final List<DeadLetter> dead = new ArrayList<>();

  JoinHarness(StateBackend backend, long orphanWait, long lateMemory) throws Exception {
    this(backend, orphanWait, lateMemory, null);
  }

  JoinHarness(
      StateBackend backend, long orphanWait, long lateMemory, @Nullable OperatorSubtaskState state)
      throws Exception {
    this.backend = backend;
    this.orphanWait = orphanWait;
    this.lateMemory = lateMemory;
    this.harness = open(state);
  }

  private KeyedTwoInputStreamOperatorTestHarness<
          JoinKey, AdmittedPrediction, AdmittedOutcome, Contribution>
      open(@Nullable OperatorSubtaskState state) throws Exception {
    var opened =
        new KeyedTwoInputStreamOperatorTestHarness<
            JoinKey, AdmittedPrediction, AdmittedOutcome, Contribution>(
            new KeyedCoProcessOperator<>(
                new JoinOutcomeFunction(
                    "predictions",
                    "outcomes",
                    Duration.ofMillis(orphanWait),
                    Duration.ofMillis(lateMemory),
                    false)),
            AdmittedPrediction::key,
            AdmittedOutcome::key,
            JoinKeySerializer.TYPE);
    opened.setStateBackend(backend);
    opened.setup();
    if (state != null) {
      opened.initializeState(state);
    }
    opened.open();
    return opened;
  }

  void predicted(AdmittedPrediction event) throws Exception {
    harness.processElement1(new StreamRecord<>(event, event.predictedAtMillis()));
  }

  void observed(AdmittedOutcome event) throws Exception {
    harness.processElement2(new StreamRecord<>(event, event.observedAtMillis()));
  }

  void reaches(long watermark) throws Exception {
    harness.processBothWatermarks(
        new org.apache.flink.streaming.api.watermark.Watermark(watermark));
  }

  OperatorSubtaskState snapshot() throws Exception {
    return harness.snapshot(1, 1);
  }

  /** Stops the operator and starts a new one from its snapshot. */
  void restart() throws Exception {
    OperatorSubtaskState state = snapshot();
    takeOutput();
    var stopped = harness;
    harness = open(state);
    stopped.close();
  }

  int entriesLeft() {
    return harness.numKeyedStateEntries();
  }

  int timersLeft() {
    return harness.numEventTimeTimers() + harness.numProcessingTimeTimers();
  }

  /** Moves what came out into the lists. */
  void takeOutput() {
    contributions.addAll(harness.extractOutputValues());
    harness.getOutput().clear();
    take(JoinOutcomeFunction.TRUTH, truths);
    take(JoinOutcomeFunction.LATE, late);
    take(DeadLetters.TAG, dead);
  }

  private <T> void take(OutputTag<T> tag, List<T> into) {
    Queue<StreamRecord<T>> output = harness.getSideOutput(tag);
    if (output != null) {
      output.forEach(record -> into.add(record.getValue()));
      output.clear();
    }
  }

  @Override
  public void close() throws Exception {
    harness.close();
  }
}
