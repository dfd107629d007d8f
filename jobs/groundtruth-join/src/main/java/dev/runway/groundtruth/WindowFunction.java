package dev.runway.groundtruth;

import dev.runway.drift.performance.KaplanMeier;
import dev.runway.groundtruth.state.WindowCountsSerializer;
import dev.runway.groundtruth.state.WindowKeySerializer;
import dev.runway.groundtruth.window.ModelVersion;
import dev.runway.groundtruth.window.PerformanceReport;
import dev.runway.groundtruth.window.VersionDelays;
import dev.runway.groundtruth.window.WindowCounts;
import dev.runway.groundtruth.window.WindowDelta;
import dev.runway.groundtruth.window.WindowKey;
import dev.runway.model.Maturity;
import dev.runway.model.PerformanceReading;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.TimeDomain;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Adds bundles up to windows and says what they amount to: now and then while labels are due, and
 * finally when the label horizon of the window's last prediction has passed.
 *
 * <p>State per model version: {@code window-counts}, one entry per open window and group, let go
 * with the final reading; {@code changed-windows}, those not shown since they changed; {@code
 * show-at}, when they will be. Only bundles come here, so a busy model is no hot key.
 *
 * <p>A window that was final stays so: what still comes for it, as after a restore, is dropped and
 * counted as {@code late-deltas}.
 */
final class WindowFunction
    extends KeyedProcessFunction<ModelVersion, WindowDelta, PerformanceReading>
    implements CheckpointedFunction {
  private final Duration showEvery;

  private transient MapState<WindowKey, WindowCounts> windows;
  private transient MapState<WindowKey, Boolean> changed;
  private transient ValueState<Long> showAt;
  private transient Counter late;

  @SuppressWarnings("NullAway.Init") // initializeState() sets it before open().
  private transient ReachedTime reached;

  @SuppressWarnings("NullAway.Init") // open() sets the rest before the first bundle.
  WindowFunction(Duration showEvery) {
    this.showEvery = showEvery;
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
    windows =
        getRuntimeContext()
            .getMapState(
                new MapStateDescriptor<>(
                    "window-counts", WindowKeySerializer.TYPE, WindowCountsSerializer.TYPE));
    changed =
        getRuntimeContext()
            .getMapState(
                new MapStateDescriptor<>(
                    "changed-windows", WindowKeySerializer.TYPE, Types.BOOLEAN));
    showAt = getRuntimeContext().getState(new ValueStateDescriptor<>("show-at", Types.LONG));
    late = getRuntimeContext().getMetricGroup().counter("late-deltas");
  }

  @Override
  public void processElement(WindowDelta delta, Context context, Collector<PerformanceReading> out)
      throws Exception {
    long now = reached.now(context.timerService());
    WindowKey window = delta.window();
    WindowCounts counts = windows.get(window);
    if (counts == null) {
      if (finalAt(window, delta.counts()) <= now) {
        late.inc();
        return;
      }
      counts = WindowCounts.empty(delta.counts().task());
    }
    counts.add(delta.counts());
    windows.put(window, counts);
    changed.put(window, true);
    context.timerService().registerEventTimeTimer(finalAt(window, counts));
    if (showAt.value() == null) {
      long at = context.timerService().currentProcessingTime() + showEvery.toMillis();
      context.timerService().registerProcessingTimeTimer(at);
      showAt.update(at);
    }
  }

  @Override
  public void onTimer(long atMillis, OnTimerContext context, Collector<PerformanceReading> out)
      throws Exception {
    long now = reached.now(context.timerService());
    if (context.timeDomain() == TimeDomain.PROCESSING_TIME) {
      showChanged(now, context, out);
    } else {
      closeDue(atMillis, context.getCurrentKey(), out);
    }
  }

  private void showChanged(long now, OnTimerContext context, Collector<PerformanceReading> out)
      throws Exception {
    showAt.clear();
    KaplanMeier delays = delays(now);
    for (WindowKey window : changed.keys()) {
      WindowCounts counts = windows.get(window);
      if (counts != null) {
        out.collect(
            PerformanceReport.of(
                context.getCurrentKey(), window, counts, Maturity.PROVISIONAL, delays, now));
      }
    }
    changed.clear();
  }

  private @Nullable KaplanMeier delays(long now) throws Exception {
    VersionDelays delays = new VersionDelays();
    for (Map.Entry<WindowKey, WindowCounts> entry : windows.entries()) {
      if (entry.getKey().isWhole()) {
        delays.add(entry.getKey(), entry.getValue(), now);
      }
    }
    return delays.distribution();
  }

  private void closeDue(long atMillis, ModelVersion model, Collector<PerformanceReading> out)
      throws Exception {
    List<WindowKey> due = new ArrayList<>();
    for (Map.Entry<WindowKey, WindowCounts> entry : windows.entries()) {
      if (finalAt(entry.getKey(), entry.getValue()) <= atMillis) {
        due.add(entry.getKey());
        out.collect(
            PerformanceReport.of(
                model, entry.getKey(), entry.getValue(), Maturity.FINAL, null, atMillis));
      }
    }
    for (WindowKey window : due) {
      windows.remove(window);
      changed.remove(window);
    }
  }

  /** When the horizon of the last prediction that can fall into the window has passed. */
  private static long finalAt(WindowKey window, WindowCounts counts) {
    return window.endMillis() + counts.horizonMillis();
  }
}
