package dev.runway.driftmonitor.estimate;

import dev.runway.drift.performance.EstimatedPerformance;
import dev.runway.drift.performance.LabelledScores;
import dev.runway.drift.performance.RateByScore;
import dev.runway.drift.performance.ScoreTallies;
import dev.runway.driftmonitor.concept.MaturedWindow;
import dev.runway.driftmonitor.concept.MaturedWindowSerializer;
import dev.runway.driftmonitor.concept.VersionKey;
import dev.runway.driftmonitor.concept.Window;
import dev.runway.driftmonitor.concept.WindowSerializer;
import dev.runway.driftmonitor.estimate.MaturedHistory.Comparison;
import dev.runway.driftmonitor.estimate.MaturedHistory.Known;
import dev.runway.driftmonitor.merge.TierWindows;
import dev.runway.flink.ModelDirectory;
import dev.runway.flink.ReachedTime;
import dev.runway.model.DriftReading;
import dev.runway.model.Limits;
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
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.TimerService;
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
 * after their window; {@code said-performance}, 32 bytes a window until its labels are known;
 * {@code labels-ahead}, some 1 KB a window whose labels have been read before the event time from
 * which they count, until then; {@code known-labels}, those that a window may still ask for: of the
 * last hours, and the newest before; {@code matured-windows}, 25 bytes for each of these and the
 * last comparisons. A timer looks up what is due by its time and never at all there is, for after a
 * start a month may be due in one step.
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

  /** A window without labels by then has none: longer than any horizon and what is waited for. */
  private static final long LABELS_COME_MILLIS = 2 * Limits.MAX_HORIZON.toMillis();

  /** A net below the timers; ends windows of a length that no tier has any more, too. */
  private static final Duration TIME_TO_LIVE = Duration.ofDays(90);

  private final ModelDirectory.Factory models;
  private final TierWindows windows;
  private final long latenessMillis;

  /** Of windows, whatever the tier is now. */
  private final long[] lengths;

  private transient ModelDirectory openModels;
  private transient MapState<Window, ScoreTallies> scores;
  private transient MapState<Window, Said> said;
  private transient MapState<Long, List<MaturedWindow>> ahead;
  private transient MapState<Window, MaturedWindow> labels;
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
    this.lengths = windows.millis().stream().mapToLong(Long::longValue).distinct().toArray();
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
    scores = map("window-scores", WindowSerializer.TYPE, ScoreTalliesSerializer.TYPE);
    said = map("said-performance", WindowSerializer.TYPE, SaidSerializer.TYPE);
    ahead = map("labels-ahead", Types.LONG, Types.LIST(MaturedWindowSerializer.TYPE));
    labels = map("known-labels", WindowSerializer.TYPE, MaturedWindowSerializer.TYPE);
    ValueStateDescriptor<MaturedHistory> history =
        new ValueStateDescriptor<>("matured-windows", MaturedHistorySerializer.TYPE);
    history.enableTimeToLive(StateTtlConfig.newBuilder(TIME_TO_LIVE).build());
    matured = getRuntimeContext().getState(history);
    MetricGroup metrics = getRuntimeContext().getMetricGroup();
    late = metrics.counter("late");
    estimated = metrics.counter("estimated-windows");
    notCalibrated = metrics.counter("not-calibrated-windows");
  }

  private <K, T> MapState<K, T> map(String name, TypeInformation<K> key, TypeInformation<T> type) {
    MapStateDescriptor<K, T> descriptor = new MapStateDescriptor<>(name, key, type);
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

  private long finalAt(Window window) {
    return window.endMillis() + latenessMillis;
  }

  @Override
  public void processElement2(MaturedWindow window, Context context, Collector<DriftReading> out)
      throws Exception {
    long now = reached.now(context.timerService());
    long knownAt = window.knownAtMillis();
    if (knownAt > now) {
      List<MaturedWindow> together = ahead.get(knownAt);
      List<MaturedWindow> all = together == null ? new ArrayList<>() : new ArrayList<>(together);
      all.add(window);
      ahead.put(knownAt, all);
      context.timerService().registerEventTimeTimer(knownAt);
      return;
    }
    // The truths are behind the event time, which happens only while they do not hold it up.
    MaturedHistory history = history();
    learn(window, history, now, context.timerService());
    matured.update(history);
    for (Window each : heldWindows()) {
      if (each.endMillis() <= now && window.window().equals(history.calibrationFor(each))) {
        estimate(window.key(), each, history, context.timerService(), out);
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

  /** From now on these labels count. */
  private void learn(
      MaturedWindow window, MaturedHistory history, long nowMillis, TimerService timers)
      throws Exception {
    labels.put(window.window(), window);
    history.add(window.window(), new Known(window.knownAtMillis(), window.calibration() != null));
    // An estimate that may still be made anew is compared when it is final.
    if (!scores.contains(window.window())) {
      compare(window, history, timers);
    }
    forget(history, nowMillis);
  }

  private void forget(MaturedHistory history, long nowMillis) throws Exception {
    // No window that starts earlier is estimated any more.
    for (Window each : history.forget(nowMillis - latenessMillis - windows.longest())) {
      labels.remove(each);
    }
  }

  /** Compares a window's labels with what was said of it. */
  private void compare(MaturedWindow window, MaturedHistory history, TimerService timers)
      throws Exception {
    Said estimate = said.get(window.window());
    if (estimate == null) {
      return;
    }
    said.remove(window.window());
    timers.deleteEventTimeTimer(window.window().endMillis() + LABELS_COME_MILLIS);
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
    TimerService timers = context.timerService();
    MaturedHistory history = history();
    boolean changed = false;
    List<MaturedWindow> due = ahead.get(atMillis);
    if (due != null) {
      ahead.remove(atMillis);
      for (MaturedWindow window : due) {
        // By the timer and not by the watermark, which may be days ahead of it in one step.
        learn(window, history, atMillis, timers);
      }
      changed = true;
    }
    for (long length : lengths) {
      Window ended = new Window(atMillis - length, atMillis);
      if (scores.contains(ended)) {
        estimate(context.getCurrentKey(), ended, history, timers, out);
      }
      changed |= close(endedBefore(atMillis, latenessMillis, length), history, atMillis, timers);
      said.remove(endedBefore(atMillis, LABELS_COME_MILLIS, length));
    }
    if (changed) {
      matured.update(history);
    }
  }

  private static Window endedBefore(long atMillis, long agoMillis, long length) {
    long end = atMillis - agoMillis;
    return new Window(end - length, end);
  }

  /** No more predictions of a window are taken. Says whether the history has changed. */
  private boolean close(Window window, MaturedHistory history, long atMillis, TimerService timers)
      throws Exception {
    if (!scores.contains(window)) {
      return false;
    }
    scores.remove(window);
    MaturedWindow known = labels.get(window);
    if (known == null) {
      return false;
    }
    compare(known, history, timers);
    forget(history, atMillis);
    return true;
  }

  private void estimate(
      VersionKey key,
      Window window,
      MaturedHistory history,
      TimerService timers,
      Collector<DriftReading> out)
      throws Exception {
    Window calibratedBy = history.calibrationFor(window);
    MaturedWindow newest = calibratedBy == null ? null : labels.get(calibratedBy);
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
      timers.registerEventTimeTimer(window.endMillis() + LABELS_COME_MILLIS);
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
