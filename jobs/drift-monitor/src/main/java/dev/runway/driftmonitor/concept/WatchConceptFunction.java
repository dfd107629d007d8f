package dev.runway.driftmonitor.concept;

import dev.runway.driftmonitor.merge.TierWindows;
import dev.runway.flink.ModelDirectory;
import dev.runway.flink.ReachedTime;
import dev.runway.model.DriftReading;
import dev.runway.model.Limits;
import dev.runway.model.ModelDocument;
import dev.runway.model.OptionalDetector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.TimerService;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * Collects the truths of each minute until their window is complete, then has {@link VersionWatch}
 * judge it, once.
 *
 * <p>A window is complete when the horizon of its last prediction and the lateness have passed, by
 * the event time that the ground truth itself has reached. Until then records may come in any order
 * and more than once: of each prediction the highest revision counts.
 *
 * <p>State per model version: {@link WaitingTruths}, until their window is complete; {@code
 * version-watch}, some 100 KB at most, rewritten once a window, until nothing has come for 100
 * days; and what {@link GroupWatches} keeps as long. A timer reads the minutes that are due, and
 * has one of them in memory beside what is watched.
 *
 * <p>Main output: readings. Side output: {@link #MATURED}. Counters of truths: {@code late}; of
 * windows: {@code closed-windows}, and {@code out-of-order-windows}, which end before one that was
 * closed already: a shorter tier or horizon took effect in between. A window that is longer than
 * those before it takes what they have left of it.
 */
public final class WatchConceptFunction
    extends KeyedProcessFunction<VersionKey, TruthDelta, DriftReading>
    implements CheckpointedFunction {

  public static final OutputTag<MaturedWindow> MATURED =
      new OutputTag<>("matured-windows", MaturedWindowSerializer.TYPE);

  /**
   * A net below the timers, and the end of versions that have no traffic any more. Longer than a
   * reference lives, which ends by event time: a clock would end it in a quiet season, and not when
   * that season is read again in an hour.
   */
  private static final Duration TIME_TO_LIVE = VersionWatch.PAUSE.plusDays(10);

  private final ModelDirectory.Factory models;
  private final TierWindows windows;
  private final ConceptSettings settings;
  private final long latenessMillis;

  private transient ModelDirectory openModels;
  private transient WaitingTruths waiting;
  private transient ValueState<VersionWatch> watch;
  private transient GroupWatches groups;
  private transient Counter late;
  private transient Counter closed;
  private transient Counter outOfOrder;

  @SuppressWarnings("NullAway.Init") // initializeState() sets it before open().
  private transient ReachedTime reached;

  /** Takes the documents from {@code models}. */
  @SuppressWarnings("NullAway.Init") // open() sets the rest before the first truth.
  public WatchConceptFunction(
      ModelDirectory.Factory models, TierWindows windows, ConceptSettings settings) {
    this.models = models;
    this.windows = windows;
    this.settings = settings;
    this.latenessMillis = settings.lateness().toMillis();
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
    StateTtlConfig end = StateTtlConfig.newBuilder(TIME_TO_LIVE).build();
    waiting = new WaitingTruths(getRuntimeContext(), end);
    ValueStateDescriptor<VersionWatch> version =
        new ValueStateDescriptor<>("version-watch", VersionWatchSerializer.TYPE);
    version.enableTimeToLive(end);
    watch = getRuntimeContext().getState(version);
    groups = new GroupWatches(getRuntimeContext(), end, settings);
    MetricGroup metrics = getRuntimeContext().getMetricGroup();
    late = metrics.counter("late");
    closed = metrics.counter("closed-windows");
    outOfOrder = metrics.counter("out-of-order-windows");
  }

  @Override
  public void close() {
    if (openModels != null) {
      openModels.close();
    }
  }

  private @Nullable ModelDocument model(VersionKey key) {
    return openModels.find(key.modelId(), Long.MIN_VALUE);
  }

  private Window windowOf(long millis, @Nullable ModelDocument model) {
    return Window.of(millis, windows.of(model));
  }

  /** When all truths of a window are final and have been waited for. */
  private long completeAt(Window window, @Nullable ModelDocument model) {
    Duration horizon = model == null ? Limits.MAX_HORIZON : model.horizon();
    return window.endMillis() + horizon.toMillis() + latenessMillis;
  }

  @Override
  public void processElement(TruthDelta delta, Context context, Collector<DriftReading> out)
      throws Exception {
    ModelDocument model = model(delta.key());
    long completeAt = completeAt(windowOf(delta.minuteMillis(), model), model);
    long now = reached.now(context.timerService());
    if (completeAt <= now) {
      late.inc(delta.ledger().size());
      return;
    }
    // Before the first watermark there is no time yet.
    noteOlder(now == Long.MIN_VALUE ? delta.minuteMillis() : now, context.timerService());
    waiting.add(delta.minuteMillis(), delta.ledger());
    context.timerService().registerEventTimeTimer(completeAt);
  }

  @Override
  public void onTimer(long atMillis, OnTimerContext context, Collector<DriftReading> out)
      throws Exception {
    reached.now(context.timerService());
    noteOlder(atMillis, context.timerService());
    VersionKey key = context.getCurrentKey();
    ModelDocument model = model(key);
    // By the document of now: of a window that it has moved, nothing stays behind.
    NavigableMap<Window, List<Long>> complete = new TreeMap<>();
    long next = Long.MAX_VALUE;
    for (Long minute : waiting.starts()) {
      Window window = windowOf(minute, model);
      long completeAt = completeAt(window, model);
      if (completeAt > atMillis) {
        // Later minutes are complete later.
        next = completeAt;
        break;
      }
      complete.computeIfAbsent(window, w -> new ArrayList<>()).add(minute);
    }
    for (Map.Entry<Window, List<Long>> each : complete.entrySet()) {
      close(key, each.getKey(), each.getValue(), model, context, out);
    }
    if (next != Long.MAX_VALUE) {
      // A longer horizon or tier leaves minutes behind whose timer has gone. One wakes the next.
      context.timerService().registerEventTimeTimer(next);
    }
  }

  private void close(
      VersionKey key,
      Window window,
      List<Long> minutes,
      @Nullable ModelDocument model,
      Context context,
      Collector<DriftReading> out)
      throws Exception {
    VersionWatch known = watch.value();
    boolean over = known != null && known.isOverAt(window.startMillis());
    VersionWatch now = known == null || over ? new VersionWatch() : known;
    if (!now.isNext(window)) {
      for (Long minute : minutes) {
        late.inc(waiting.take(minute).size());
      }
      outOfOrder.inc();
      return;
    }
    List<OptionalDetector> chosen = model == null ? List.of() : model.changeDetectors();
    if (!play(minutes, now, chosen)) {
      return;
    }
    if (now.isWithoutScores()) {
      now.pass(window);
    } else {
      VersionWatch.Closed result =
          now.close(
              new WatchedGroup(key, DriftReading.ALL), window, completeAt(window, model), settings);
      result.readings().forEach(out::collect);
      context.output(MATURED, result.matured());
    }
    watch.update(now);
    groups.close(key, window, out);
    closed.inc();
  }

  /** Has the truths of a window watched. Says whether there was a minute that was not judged. */
  private boolean play(List<Long> minutes, VersionWatch all, List<OptionalDetector> chosen)
      throws Exception {
    all.begin(chosen);
    groups.begin(chosen);
    boolean open = false;
    for (Long minute : minutes) {
      // One at a time: a window may hold more than the heap.
      TruthLedger truths = waiting.take(minute);
      if (all.isOpen(minute)) {
        open = true;
        play(minute, truths, all);
      } else {
        late.inc(truths.size());
      }
    }
    return open;
  }

  private void play(long minuteMillis, TruthLedger truths, VersionWatch all) throws Exception {
    for (TruthLedger.Entry truth : truths.sorted()) {
      if (!truth.withdrawn()) {
        long atMillis = minuteMillis + truth.offsetMillis();
        if (!truth.measured()) {
          all.add(atMillis, truth);
        }
        groups.add(atMillis, truth);
      }
    }
  }

  /**
   * Once after an upgrade. Windows that were closed ask for nothing any more, no prediction is
   * later than now, and in a replay of years ago none is further ahead than truths can wait.
   */
  private void noteOlder(long eventMillis, TimerService timers) throws Exception {
    if (waiting.areNotNoted()) {
      VersionWatch known = watch.value();
      long longest = Limits.MAX_HORIZON.toMillis() + latenessMillis + windows.longest();
      waiting.note(
          Math.max(
              eventMillis - longest, known == null ? Long.MIN_VALUE : known.closedUntilMillis()),
          Math.min(eventMillis + longest, Math.max(eventMillis, timers.currentProcessingTime()))
              + Limits.MAX_AHEAD.toMillis());
    }
  }
}
