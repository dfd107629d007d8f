package dev.runway.driftmonitor.estimate;

import dev.runway.drift.performance.EstimatedPerformance;
import dev.runway.drift.performance.LabelledScores;
import dev.runway.drift.performance.RateByScore;
import dev.runway.drift.performance.ScoreTallies;
import dev.runway.driftmonitor.concept.MaturedWindow;
import dev.runway.driftmonitor.concept.VersionKey;
import dev.runway.driftmonitor.concept.Window;
import dev.runway.driftmonitor.concept.WindowSerializer;
import dev.runway.driftmonitor.estimate.MaturedHistory.Comparison;
import dev.runway.driftmonitor.merge.TierWindows;
import dev.runway.flink.ModelDirectory;
import dev.runway.flink.ReachedTime;
import dev.runway.model.DriftReading;
import dev.runway.model.ModelDocument;
import dev.runway.model.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Estimates the performance of each window of predictions when it ends, from their scores and what
 * scores have meant in the newest labels known before the window began; and again for predictions
 * that come late, or a calibration that does. When the labels of a window come, its estimate is
 * compared with them: that makes the trust in later ones.
 *
 * <p>State per model version: {@code window-scores}, counts of 2 KB at most, until {@code lateness}
 * after their window; {@code said-performance}, 32 bytes a window until its labels have come;
 * {@code matured-windows}, those calibrations that a window may still ask for and the last
 * comparisons.
 *
 * <p>Revisions are predictions of the window and labels of the version up to the calibration: both
 * only rise, so the estimate that every run ends with has the highest.
 *
 * <p>Counters of predictions: {@code late}; of windows: {@code estimated-windows}, and {@code
 * not-calibrated-windows} while too few labels are known.
 */
public final class EstimatePerformanceFunction
    extends KeyedCoProcessFunction<VersionKey, ScoreDelta, MaturedWindow, DriftReading>
    implements CheckpointedFunction {

  /** Predictions of a window below which there is no estimate. */
  static final long LEAST_PREDICTIONS = 100;

  /** A net below the timers. */
  private static final Duration TIME_TO_LIVE = Duration.ofDays(90);

  private final ModelDirectory.Factory models;
  private final TierWindows windows;
  private final long latenessMillis;

  private transient ModelDirectory openModels;
  private transient MapState<Window, ScoreTallies> scores;
  private transient MapState<Window, Said> said;
  private transient ValueState<MaturedHistory> matured;
  private transient Counter late;
  private transient Counter estimated;
  private transient Counter notCalibrated;

  @SuppressWarnings("NullAway.Init") // initializeState() sets it before open().
  private transient ReachedTime reached;

  /**
   * @param lateness how long after its end a window takes predictions
   */
  @SuppressWarnings("NullAway.Init") // open() sets the rest before the first element.
  public EstimatePerformanceFunction(
      ModelDirectory.Factory models, TierWindows windows, Duration lateness) {
    this.models = models;
    this.windows = windows;
    this.latenessMillis = lateness.toMillis();
  }

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    reached = new ReachedTime(context);
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    reached.snapshot();
  }

  @Override
  public void open(OpenContext context) {
    // What is malformed has been refused where predictions are counted.
    openModels = models.open(letter -> {});
    scores = map("window-scores", ScoreTalliesSerializer.TYPE);
    said = map("said-performance", SaidSerializer.TYPE);
    ValueStateDescriptor<MaturedHistory> history =
        new ValueStateDescriptor<>("matured-windows", MaturedHistorySerializer.TYPE);
    history.enableTimeToLive(StateTtlConfig.newBuilder(TIME_TO_LIVE).build());
    matured = getRuntimeContext().getState(history);
    MetricGroup metrics = getRuntimeContext().getMetricGroup();
    late = metrics.counter("late");
    estimated = metrics.counter("estimated-windows");
    notCalibrated = metrics.counter("not-calibrated-windows");
  }

  private <T> MapState<Window, T> map(String name, TypeInformation<T> type) {
    MapStateDescriptor<Window, T> descriptor =
        new MapStateDescriptor<>(name, WindowSerializer.TYPE, type);
    descriptor.enableTimeToLive(StateTtlConfig.newBuilder(TIME_TO_LIVE).build());
    return getRuntimeContext().getMapState(descriptor);
  }

  @Override
  public void close() {
    if (openModels != null) {
      openModels.close();
    }
  }

  @Override
  public void processElement1(ScoreDelta delta, Context context, Collector<DriftReading> out)
      throws Exception {
    ModelDocument model = openModels.find(delta.key().modelId(), Long.MIN_VALUE);
    Window window = Window.of(delta.minuteMillis(), windows.of(model));
    if (window.endMillis() + latenessMillis <= reached.now(context.timerService())) {
      late.inc(delta.tallies().count());
      return;
    }
    ScoreTallies tallies = delta.tallies();
    ScoreTallies known = scores.get(window);
    if (known != null) {
      tallies.add(known);
    }
    scores.put(window, tallies);
    // A time that has been reached already comes with the next watermark: late predictions of one
    // bundle are shown together.
    context.timerService().registerEventTimeTimer(window.endMillis());
    context.timerService().registerEventTimeTimer(finalAt(window));
  }

  /** No window that starts earlier is estimated any more. */
  private long earliestStart(long now) {
    // While no time has been reached all of them may come.
    return now == Long.MIN_VALUE ? now : now - latenessMillis - windows.longest();
  }

  private long finalAt(Window window) {
    return window.endMillis() + latenessMillis;
  }

  @Override
  public void processElement2(MaturedWindow window, Context context, Collector<DriftReading> out)
      throws Exception {
    long now = reached.now(context.timerService());
    MaturedHistory history = history();
    history.add(window);
    measure(window, history);
    history.forget(earliestStart(now));
    matured.update(history);
    for (Window each : heldWindows()) {
      if (each.endMillis() <= now && window.equals(history.calibrationFor(each))) {
        estimate(window.key(), each, history, out);
      }
    }
  }

  private MaturedHistory history() throws Exception {
    MaturedHistory known = matured.value();
    return known == null ? new MaturedHistory() : known;
  }

  private List<Window> heldWindows() throws Exception {
    List<Window> held = new ArrayList<>();
    scores.keys().forEach(held::add);
    Collections.sort(held);
    return held;
  }

  /**
   * Compares a window's labels with what was said of it; where it may still be made anew, when it
   * is final.
   */
  private void measure(MaturedWindow window, MaturedHistory history) throws Exception {
    if (!scores.contains(window.window())) {
      compare(window, history);
    }
    // Truths come window by window: what is older has none.
    List<Window> without = new ArrayList<>();
    for (Window each : said.keys()) {
      if (each.endMillis() <= window.window().startMillis() && !scores.contains(each)) {
        without.add(each);
      }
    }
    for (Window each : without) {
      said.remove(each);
    }
  }

  private void compare(MaturedWindow window, MaturedHistory history) throws Exception {
    Said estimate = said.get(window.window());
    if (estimate == null) {
      return;
    }
    said.remove(window.window());
    if (Said.isTestedBy(window)) {
      // Counts from when both are known in every run, whichever was first in this one.
      long knownAt = Math.max(window.knownAtMillis(), finalAt(window.window()));
      history.add(window.window(), new Comparison(knownAt, estimate.agrees(window)));
    }
  }

  @Override
  public void onTimer(long atMillis, OnTimerContext context, Collector<DriftReading> out)
      throws Exception {
    reached.now(context.timerService());
    MaturedHistory history = history();
    for (Window window : heldWindows()) {
      if (window.endMillis() == atMillis) {
        estimate(context.getCurrentKey(), window, history, out);
      }
      if (finalAt(window) <= atMillis) {
        scores.remove(window);
        MaturedWindow labels = history.of(window);
        if (labels != null) {
          compare(labels, history);
          // By the timer and not by the watermark, which may be days ahead of it in one step.
          history.forget(earliestStart(atMillis));
          matured.update(history);
        }
      }
    }
  }

  private void estimate(
      VersionKey key, Window window, MaturedHistory history, Collector<DriftReading> out)
      throws Exception {
    MaturedWindow newest = history.calibrationFor(window);
    LabelledScores calibration = newest == null ? null : newest.calibration();
    if (newest == null || calibration == null) {
      notCalibrated.inc();
      return;
    }
    ScoreTallies tallies = scores.get(window);
    long predictions = tallies.count();
    RateByScore rates = RateByScore.of(calibration);
    List<EstimatedPerformance> estimates =
        predictions < LEAST_PREDICTIONS
            ? List.of()
            : shown(key, EstimatedPerformance.of(tallies, rates));
    if (!estimates.isEmpty()) {
      said.put(window, Said.of(estimates.get(0)));
    }
    estimated.inc();
    out.collect(
        EstimateReadings.of(
            key,
            window,
            predictions,
            predictions + newest.truths(),
            estimates,
            rates.labels(),
            history.trustFor(window)));
  }

  /** Of several classes one is always called, and whether it was right is all that is known. */
  private List<EstimatedPerformance> shown(VersionKey key, List<EstimatedPerformance> estimates) {
    ModelDocument model = openModels.find(key.modelId(), Long.MIN_VALUE);
    boolean accuracyAlone = model != null && model.task() == Task.MULTICLASS;
    return accuracyAlone ? List.of(estimates.get(0)) : estimates;
  }
}
