package dev.runway.driftmonitor.provisional;

import dev.runway.drift.profile.BaselineProfile;
import dev.runway.driftmonitor.baseline.FixedBaselines;
import dev.runway.driftmonitor.merge.BaselineKey;
import dev.runway.driftmonitor.merge.BaselineKeySerializer;
import dev.runway.driftmonitor.merge.TierWindows;
import dev.runway.flink.ModelDirectory;
import dev.runway.flink.Sampler;
import dev.runway.model.Baseline;
import dev.runway.model.LabelPolicy;
import dev.runway.model.ModelDocument;
import dev.runway.model.Reduction;
import dev.runway.model.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;

/** The function in Flink's harness, and what came out of it. */
final class ProvisionalHarness implements AutoCloseable {
  static final BaselineKey KEY = new BaselineKey("m", "1", BaselineKey.NONE);
  static final long WINDOW = Duration.ofMinutes(10).toMillis();
  static final long START = 1_700_000_000_000L / WINDOW * WINDOW;

  private final Duration lateness;
  private final BaselineProfile[] real;
  private final List<Baseline> baselines = new ArrayList<>();
  private KeyedOneInputStreamOperatorTestHarness<BaselineKey, SampledPrediction, Baseline> harness;

  /**
   * @param real baselines that are there
   */
  ProvisionalHarness(BaselineProfile... real) throws Exception {
    this(Duration.ZERO, real);
  }

  /**
   * @param lateness in which predictions may come after the end of their window
   */
  ProvisionalHarness(Duration lateness, BaselineProfile... real) throws Exception {
    this.lateness = lateness;
    this.real = real;
    harness = open(null);
  }

  private KeyedOneInputStreamOperatorTestHarness<BaselineKey, SampledPrediction, Baseline> open(
      @Nullable OperatorSubtaskState state) throws Exception {
    var opened =
        new KeyedOneInputStreamOperatorTestHarness<>(
            new KeyedProcessOperator<>(
                new ProvisionalFunction(
                    ModelDirectory.fixed(model()),
                    new FixedBaselines(false, real),
                    TierWindows.standard(),
                    new ProvisionalFunction.Settings(1_000, 500, lateness))),
            SampledPrediction::key,
            BaselineKeySerializer.TYPE);
    opened.setup(BaselineSerializer.TYPE.createSerializer(null));
    if (state != null) {
      opened.initializeState(state);
    }
    opened.open();
    return opened;
  }

  private static ModelDocument model() {
    return new ModelDocument(
        "m",
        1,
        1,
        null,
        Task.BINARY,
        LabelPolicy.EXPLICIT,
        Reduction.LAST,
        Duration.ofHours(1),
        null,
        null,
        1,
        0.5,
        Duration.ofHours(1),
        1,
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }

  /** A prediction with one number, one word, and its own id. */
  static SampledPrediction prediction(int id, long atMillis, double number) {
    SampledFeatures features = new SampledFeatures().begin();
    features.number("number", number);
    features.category("word", id % 3 == 0 ? "a" : "b");
    features.category("flag", id % 2 == 0 ? "true" : "false");
    return new SampledPrediction(KEY, atMillis, position(id), features.toBytes());
  }

  static long position(int id) {
    return Double.doubleToRawLongBits(Sampler.position("p" + id));
  }

  void sampled(SampledPrediction prediction) throws Exception {
    harness.processElement(new StreamRecord<>(prediction));
  }

  void reaches(long watermark) throws Exception {
    harness.processWatermark(watermark);
    baselines.addAll(harness.extractOutputValues());
    harness.getOutput().clear();
  }

  /** Stops the operator and starts a new one from its snapshot. */
  void restart() throws Exception {
    OperatorSubtaskState state = harness.snapshot(1, 1);
    var stopped = harness;
    harness = open(state);
    stopped.close();
  }

  List<Baseline> baselines() {
    return baselines;
  }

  int entriesLeft() {
    return harness.numKeyedStateEntries() + harness.numEventTimeTimers();
  }

  @Override
  public void close() throws Exception {
    harness.close();
  }
}
