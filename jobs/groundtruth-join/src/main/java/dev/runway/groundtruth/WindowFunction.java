package dev.runway.groundtruth;

import dev.runway.drift.performance.KaplanMeier;
import dev.runway.flink.ReachedTime;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;
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
 * with the final reading; {@code due-windows}, which of them become final when, so that closing
 * some does not read all; {@code changed-windows}, those not shown since they changed; {@code
 * show-at}, when they will be; {@code closed-through}, how far windows of each length are final,
 * which a changed horizon must not open again. Only bundles come here, so a busy model is no hot
 * key.
 *
 * <p>A window that was final stays so: what still comes for it, as after a restore, is dropped and
 * counted as {@code late-deltas}. So is what a lengthened horizon would still let into a group that
 * had no counts when windows behind its own were closed.
 */
final class WindowFunction
    extends KeyedProcessFunction<ModelVersion, WindowDelta, PerformanceReading>
    implements CheckpointedFunction {
  /** Longer than any horizon, memory and standstill. */
  private static final Duration REMEMBERED = Duration.ofDays(90);

  private final Duration showEvery;

  private transient MapState<WindowKey, WindowCounts> windows;
  private transient MapState<Long, List<WindowKey>> due;
  private transient MapState<WindowKey, Boolean> changed;
  private transient ValueState<Long> showAt;
  private transient MapState<Long, Long> closedThrough;
  private transient DelayCurves curves;
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
    due =
        getRuntimeContext()
            .getMapState(
                new MapStateDescriptor<>(
                    "due-windows", Types.LONG, Types.LIST(WindowKeySerializer.TYPE)));
    curves = new DelayCurves();
    changed =
        getRuntimeContext()
            .getMapState(
                new MapStateDescriptor<>(
                    "changed-windows", WindowKeySerializer.TYPE, Types.BOOLEAN));
    showAt = getRuntimeContext().getState(new ValueStateDescriptor<>("show-at", Types.LONG));
    MapStateDescriptor<Long, Long> closed =
        new MapStateDescriptor<>("closed-through", Types.LONG, Types.LONG);
    closed.enableTimeToLive(StateTtlConfig.newBuilder(REMEMBERED).build());
    closedThrough = getRuntimeContext().getMapState(closed);
    late = getRuntimeContext().getMetricGroup().counter("late-deltas");
  }

  @Override
  public void processElement(WindowDelta delta, Context context, Collector<PerformanceReading> out)
      throws Exception {
    long now = reached.now(context.timerService());
    WindowKey window = delta.window();
    WindowCounts counts = windows.get(window);
    if (counts == null) {
      if (finalAt(window, delta.counts()) <= now || isClosed(window)) {
        late.inc();
        return;
      }
      counts = WindowCounts.empty(delta.counts().task());
      closeLater(window, finalAt(window, delta.counts()), context);
    } else if (delta.counts().horizonMillis() > counts.horizonMillis()) {
      closeLater(window, finalAt(window, delta.counts()), context);
    }
    counts.add(delta.counts());
    windows.put(window, counts);
    changed.put(window, true);
    if (showAt.value() == null) {
      long at = context.timerService().currentProcessingTime() + showEvery.toMillis();
      context.timerService().registerProcessingTimeTimer(at);
      showAt.update(at);
    }
  }

  private boolean isClosed(WindowKey window) throws Exception {
    Long end = closedThrough.get(lengthOf(window));
    return end != null && window.endMillis() <= end;
  }

  private static long lengthOf(WindowKey window) {
    return window.endMillis() - window.startMillis();
  }

  private void closeLater(WindowKey window, long atMillis, Context context) throws Exception {
    if (due.isEmpty()) {
      indexAll();
    }
    List<WindowKey> together = due.get(atMillis);
    List<WindowKey> more = together == null ? new ArrayList<>() : new ArrayList<>(together);
    if (!more.contains(window)) {
      more.add(window);
      due.put(atMillis, more);
    }
    context.timerService().registerEventTimeTimer(atMillis);
  }

  /** Windows of a release that kept no {@code due-windows}: they have timers and nothing else. */
  private void indexAll() throws Exception {
    Map<Long, List<WindowKey>> all = new HashMap<>();
    for (Map.Entry<WindowKey, WindowCounts> entry : windows.entries()) {
      long at = finalAt(entry.getKey(), entry.getValue());
      all.computeIfAbsent(at, none -> new ArrayList<>()).add(entry.getKey());
    }
    due.putAll(all);
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
    KaplanMeier delays =
        curves.of(
            context.getCurrentKey(),
            context.timerService().currentProcessingTime(),
            () -> delays(now));
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
    if (!due.contains(atMillis)) {
      indexAll();
    }
    List<WindowKey> ending = due.get(atMillis);
    due.remove(atMillis);
    for (WindowKey window : ending == null ? List.<WindowKey>of() : ending) {
      WindowCounts counts = windows.get(window);
      // A longer horizon may have come in between; then it is due once more.
      if (counts != null && finalAt(window, counts) <= atMillis) {
        out.collect(PerformanceReport.of(model, window, counts, Maturity.FINAL, null, atMillis));
        windows.remove(window);
        changed.remove(window);
        if (!isClosed(window)) {
          closedThrough.put(lengthOf(window), window.endMillis());
        }
      }
    }
  }

  /** When the horizon of the last prediction that can fall into the window has passed. */
  private static long finalAt(WindowKey window, WindowCounts counts) {
    return window.endMillis() + counts.horizonMillis();
  }
}
