package dev.runway.groundtruth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.groundtruth.join.AdmittedPrediction;
import dev.runway.groundtruth.join.Contribution;
import dev.runway.groundtruth.join.PlainJoin;
import dev.runway.groundtruth.join.SomeModel;
import dev.runway.groundtruth.join.Terms;
import dev.runway.groundtruth.join.Verdict;
import dev.runway.groundtruth.state.ModelVersionSerializer;
import dev.runway.groundtruth.window.ModelVersion;
import dev.runway.groundtruth.window.WindowCounts;
import dev.runway.groundtruth.window.WindowDelta;
import dev.runway.groundtruth.window.WindowKey;
import dev.runway.model.LabelStatus;
import dev.runway.model.Maturity;
import dev.runway.model.PerformanceReading;
import dev.runway.model.Prediction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.util.ListCollector;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OperatorSnapshotUtil;
import org.assertj.core.groups.Tuple;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WindowFunctionTest {
  /** A whole minute, where a window begins. */
  private static final long T = 1_750_000_020_000L;

  private static final long FINAL_AT = T + 60_000 + SomeModel.HORIZON;

  private static final Path GOLDEN_STATE =
      Path.of("src", "test", "resources", "golden", "state", "add-window-v1.snapshot");

  private final SomeModel model = SomeModel.explicit();
  private final PlainJoin join = new PlainJoin(10_000, 0);
  private int taken;

  @Test
  void changedWindow_isShownOncePerPeriod_asProvisional() throws Exception {
    try (var harness = open(new HashMapStateBackend(), null)) {
      harness.setProcessingTime(1_000);
      join.predicted(model.prediction("p", T));
      send(harness, deltas());
      join.observed(model.label("p", T + 1, "true", 1));
      send(harness, deltas());
      assertThat(harness.extractOutputValues()).isEmpty();

      harness.setProcessingTime(11_000);
      harness.setProcessingTime(60_000);

      assertThat(harness.extractOutputValues()).hasSize(1);
      PerformanceReading reading = harness.extractOutputValues().get(0);
      assertThat(reading.maturity()).isEqualTo(Maturity.PROVISIONAL);
      assertThat(reading.coverage().joined()).isEqualTo(1);
      assertThat(reading.coverage().waiting()).isZero();
      assertThat(harness.numProcessingTimeTimers()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void window_isFinalWhenItsLastHorizonHasPassed_andNothingStays(boolean rocksDb) throws Exception {
    StateBackend backend =
        rocksDb ? new EmbeddedRocksDBStateBackend(false) : new HashMapStateBackend();
    OperatorSubtaskState state;
    try (var harness = open(backend, null)) {
      join.predicted(model.prediction("p", T));
      join.predicted(model.prediction("q", T + 59_999));
      join.observed(model.label("p", T + 1, "true", 1));
      send(harness, deltas());
      state = harness.snapshot(1, 1);
    }
    try (var harness = open(backend, state)) {
      join.reaches(FINAL_AT - 1);
      send(harness, deltas());
      harness.processWatermark(FINAL_AT - 1);
      harness.setProcessingTime(100_000);
      assertThat(harness.extractOutputValues())
          .extracting(PerformanceReading::maturity)
          .containsOnly(Maturity.PROVISIONAL);
      long shown = harness.extractOutputValues().get(0).revision();

      harness.processWatermark(FINAL_AT);

      List<PerformanceReading> readings = harness.extractOutputValues();
      PerformanceReading last = readings.get(readings.size() - 1);
      assertThat(last.maturity()).isEqualTo(Maturity.FINAL);
      assertThat(last.revision()).isGreaterThan(shown);
      assertThat(last.coverage().received()).isEqualTo(2);
      assertThat(last.coverage().joined()).isEqualTo(1);
      assertThat(last.coverage().unlabelled()).isEqualTo(1);
      assertThat(last.coverage().coverage()).isEqualTo(0.5);
      harness.setProcessingTime(1_000_000);
      assertThat(harness.extractOutputValues()).hasSameSizeAs(readings);
      if (!rocksDb) {
        // The harness cannot count what is in RocksDB.
        assertThat(harness.numKeyedStateEntries()).as("how far all is closed").isOne();
      }
      assertThat(harness.numEventTimeTimers()).isZero();
      assertThat(harness.numProcessingTimeTimers()).isZero();
    }
  }

  @Test
  void finalWindow_isNotOpenedAgain_byALongerHorizon() throws Exception {
    try (var harness = open(new HashMapStateBackend(), null)) {
      join.predicted(model.prediction("p", T));
      send(harness, deltas());
      harness.processWatermark(FINAL_AT);
      int readings = harness.extractOutputValues().size();
      join.predicted(withHorizonOfAWeek(model.prediction("late-comer", T + 1)));
      send(harness, deltas());
      harness.processWatermark(Long.MAX_VALUE);

      assertThat(harness.extractOutputValues()).hasSize(readings);
    }
  }

  private static AdmittedPrediction withHorizonOfAWeek(AdmittedPrediction of) {
    Terms terms = of.terms();
    return new AdmittedPrediction(
        of.key(),
        new Terms(
            terms.task(),
            terms.policy(),
            terms.reduction(),
            Duration.ofDays(7).toMillis(),
            terms.negativeAfterMillis(),
            terms.windowMillis(),
            terms.positiveFrom()),
        of.version(),
        of.predictedAtMillis(),
        of.score(),
        of.decision(),
        of.label(),
        of.value(),
        of.ranking(),
        of.segment(),
        of.variant(),
        of.weightUnits(),
        of.fingerprint(),
        of.partition(),
        of.offset(),
        of.recordedAtMillis());
  }

  @Test
  void finalWindow_isNotOpenedAgain_afterRestoresWithoutWatermark() throws Exception {
    join.predicted(model.prediction("p", T));
    List<WindowDelta> first = deltas();
    join.predicted(model.prediction("late", T + 1));
    List<WindowDelta> behind = deltas();
    join.predicted(model.prediction("open", T + 60_000));
    List<WindowDelta> open = deltas();
    OperatorSubtaskState state;
    try (var harness = open(new HashMapStateBackend(), null)) {
      send(harness, first);
      harness.processWatermark(FINAL_AT);
      assertThat(harness.extractOutputValues()).hasSize(1);
      state = harness.snapshot(1, 1);
    }
    // Restored twice: the first time nothing comes before the next checkpoint.
    try (var harness = open(new HashMapStateBackend(), state)) {
      state = harness.snapshot(2, 2);
    }
    try (var harness = open(new HashMapStateBackend(), state)) {
      send(harness, behind);
      send(harness, open);
      harness.setProcessingTime(100_000);
      harness.processWatermark(FINAL_AT + 60_000);

      assertThat(harness.extractOutputValues())
          .extracting(PerformanceReading::windowStartMillis)
          .containsOnly(T + 60_000)
          .hasSize(2);
    }
  }

  /** The document's horizon grew while the window was open. */
  @Test
  void window_staysOpenForItsLongestHorizon() throws Exception {
    try (var harness = open(new HashMapStateBackend(), null)) {
      join.predicted(model.prediction("p", T));
      send(harness, deltas());
      send(harness, List.of(withHorizon("q", 2 * SomeModel.HORIZON)));
      send(harness, List.of(withHorizon("r", SomeModel.HORIZON)));
      harness.processWatermark(FINAL_AT + SomeModel.HORIZON - 1);
      assertThat(harness.extractOutputValues()).isEmpty();

      harness.processWatermark(FINAL_AT + SomeModel.HORIZON);

      assertThat(harness.extractOutputValues())
          .extracting(reading -> reading.coverage().received())
          .containsExactly(3L);
      harness.setProcessingTime(1_000_000);
      assertThat(harness.numKeyedStateEntries()).as("how far all is closed").isOne();
    }
  }

  private WindowDelta withHorizon(String id, long horizonMillis) {
    AdmittedPrediction usual = model.prediction(id, T);
    Terms terms = usual.terms();
    AdmittedPrediction prediction =
        new AdmittedPrediction(
            usual.key(),
            new Terms(
                terms.task(),
                terms.policy(),
                terms.reduction(),
                horizonMillis,
                terms.negativeAfterMillis(),
                terms.windowMillis(),
                terms.positiveFrom()),
            usual.version(),
            usual.predictedAtMillis(),
            usual.score(),
            usual.decision(),
            usual.label(),
            usual.value(),
            usual.ranking(),
            usual.segment(),
            usual.variant(),
            usual.weightUnits(),
            usual.fingerprint(),
            usual.partition(),
            usual.offset(),
            usual.recordedAtMillis());
    Verdict waiting =
        new Verdict(4, Maturity.PROVISIONAL, LabelStatus.UNLABELLED, Double.NaN, null, null, -1, 0);
    WindowCounts counts = WindowCounts.empty(dev.runway.model.Task.BINARY);
    counts.add(new Contribution(prediction, waiting, 1, 0, 0, 4));
    return new WindowDelta(new ModelVersion("m", "v1"), WindowKey.of(prediction), counts);
  }

  @Test
  void reachedTime_isTheLeastOfTheSubtasksThatSawEvents() throws Exception {
    join.predicted(model.prediction("p", T));
    List<WindowDelta> first = deltas();
    OperatorSubtaskState ahead = reached(first, FINAL_AT + 5);
    OperatorSubtaskState behind = reached(first, FINAL_AT - 1);
    OperatorSubtaskState unused = reached(List.of(), FINAL_AT - 2);

    for (boolean late : new boolean[] {true, false}) {
      OperatorSubtaskState state =
          late ? together(ahead, unused, ahead) : together(ahead, unused, behind);
      try (var harness = open(new HashMapStateBackend(), state)) {
        send(harness, first);
        assertThat(harness.numEventTimeTimers()).isEqualTo(late ? 0 : 1);
      }
    }
  }

  /** The operator state after these deltas and this watermark; its windows are left out. */
  private static OperatorSubtaskState reached(List<WindowDelta> deltas, long watermark)
      throws Exception {
    try (var harness = open(new HashMapStateBackend(), null)) {
      send(harness, deltas);
      harness.processWatermark(watermark);
      return OperatorSubtaskState.builder()
          .setManagedOperatorState(harness.snapshot(1, 1).getManagedOperatorState())
          .build();
    }
  }

  private static OperatorSubtaskState together(OperatorSubtaskState... states) throws Exception {
    return AbstractStreamOperatorTestHarness.repartitionOperatorState(
        AbstractStreamOperatorTestHarness.repackageState(states), 1, states.length, 1, 0);
  }

  @Test
  void taskThatChangesWithinAWindow_isCountedApart() throws Exception {
    SomeModel regression =
        SomeModel.of(dev.runway.model.LabelPolicy.REGRESSION, dev.runway.model.Reduction.LAST);
    try (var harness = open(new HashMapStateBackend(), null)) {
      join.predicted(model.prediction("p", T));
      join.observed(model.label("p", T + 1, "true", 1));
      join.predicted(regression.prediction("q", T));
      join.observed(regression.value("q", T + 1, 5, 1));
      join.reaches(Long.MAX_VALUE);
      send(harness, deltas());
      harness.processWatermark(FINAL_AT);

      assertThat(harness.extractOutputValues())
          .extracting(PerformanceReading::task)
          .containsExactlyInAnyOrder(
              dev.runway.model.Task.BINARY, dev.runway.model.Task.REGRESSION);
      assertThat(harness.extractOutputValues())
          .allMatch(reading -> reading.coverage().joined() == 1);
    }
  }

  @Test
  void goldenState_isRestored_andGoesOn() throws Exception {
    try (var harness = open(new HashMapStateBackend(), goldenState())) {
      harness.setProcessingTime(100_000);
      assertThat(harness.extractOutputValues())
          .extracting(PerformanceReading::segment, reading -> reading.coverage().joined())
          .containsExactlyInAnyOrder(
              Tuple.tuple("*", 1L), Tuple.tuple("eu", 1L), Tuple.tuple("*", 0L));
      // A new group that ends with a window of the old state.
      int before = join.contributions.size();
      join.predicted(model.admit(ofSegment("r", T + 60_000)));
      taken = before;
      send(harness, deltas());
      harness.processWatermark(FINAL_AT + 60_000);

      assertThat(harness.extractOutputValues())
          .filteredOn(reading -> reading.maturity() == Maturity.FINAL)
          .extracting(PerformanceReading::windowStartMillis, PerformanceReading::revision)
          .containsExactlyInAnyOrder(
              Tuple.tuple(T, PerformanceReading.FINAL_REVISION + 2),
              Tuple.tuple(T, PerformanceReading.FINAL_REVISION + 2),
              Tuple.tuple(T + 60_000, PerformanceReading.FINAL_REVISION + 2),
              Tuple.tuple(T + 60_000, PerformanceReading.FINAL_REVISION + 1));
      harness.setProcessingTime(1_000_000);
      assertThat(harness.numKeyedStateEntries()).as("how far all is closed").isOne();
    }
  }

  /** Written once per stored layout with -Dgolden.write=true; never overwritten. */
  private OperatorSubtaskState goldenState() throws Exception {
    if (!Files.exists(GOLDEN_STATE)) {
      assertThat(Boolean.getBoolean("golden.write"))
          .as("%s is missing; -Dgolden.write=true writes it", GOLDEN_STATE)
          .isTrue();
      try (var harness = open(new HashMapStateBackend(), null)) {
        harness.setProcessingTime(1_000);
        join.predicted(model.admit(ofSegment("p", T)));
        join.observed(model.label("p", T + 1, "true", 1));
        join.predicted(model.prediction("q", T + 60_000));
        send(harness, deltas());
        OperatorSnapshotUtil.writeStateHandle(harness.snapshot(1, 1), GOLDEN_STATE.toString());
      }
    }
    return OperatorSnapshotUtil.readStateHandle(GOLDEN_STATE.toString());
  }

  private static Prediction ofSegment(String id, long at) {
    return new Prediction(
        id, "m", "v1", at, 0.25, null, Double.NaN, null, null, "eu", null, null, Double.NaN, 1);
  }

  private List<WindowDelta> deltas() {
    WindowBundle bundling = new WindowBundle();
    List<WindowDelta> deltas = new ArrayList<>();
    for (; taken < join.contributions.size(); taken++) {
      var change = join.contributions.get(taken);
      var key = bundling.key(change);
      var groups = bundling.create(key);
      bundling.add(groups, change);
      bundling.emit(key, groups, new ListCollector<>(deltas));
    }
    return deltas;
  }

  private static void send(
      KeyedOneInputStreamOperatorTestHarness<ModelVersion, WindowDelta, PerformanceReading> harness,
      List<WindowDelta> deltas)
      throws Exception {
    for (WindowDelta delta : deltas) {
      harness.processElement(delta, 0);
    }
  }

  private static KeyedOneInputStreamOperatorTestHarness<
          ModelVersion, WindowDelta, PerformanceReading>
      open(StateBackend backend, @Nullable OperatorSubtaskState state) throws Exception {
    var harness =
        new KeyedOneInputStreamOperatorTestHarness<ModelVersion, WindowDelta, PerformanceReading>(
            new KeyedProcessOperator<>(new WindowFunction(Duration.ofSeconds(10))),
            WindowDelta::model,
            ModelVersionSerializer.TYPE);
    harness.setStateBackend(backend);
    harness.setup();
    if (state != null) {
      harness.initializeState(state);
    }
    harness.open();
    return harness;
  }
}
