package dev.runway.driftmonitor.merge;

import dev.runway.drift.tile.Tile;
import dev.runway.drift.tile.TileLayout;
import dev.runway.drift.tile.WideCounts;
import dev.runway.drift.window.JudgedWindow;
import dev.runway.drift.window.Season;
import dev.runway.drift.window.Widening;
import dev.runway.driftmonitor.baseline.BaselineDirectory;
import dev.runway.driftmonitor.custom.CustomMetrics;
import dev.runway.driftmonitor.custom.CustomSettings;
import dev.runway.flink.DeadLetters;
import dev.runway.flink.ModelDirectory;
import dev.runway.flink.ReachedTime;
import dev.runway.model.DriftReading;
import dev.runway.model.DriftTile;
import dev.runway.model.Limits;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Merges tiles to minutes and minutes to evaluation windows, and scores each window against its
 * baseline when it ends, and again for what comes late.
 *
 * <p>The window's length is that of the model's tier. When that changes, the minutes that are still
 * kept go into windows of the new length; the first of these may lack minutes that were let go. A
 * window with too few events is judged together with up to five before it. Its reading says how it
 * changed since the window before and since the same hours of last week, which may excuse a drift
 * as a season.
 *
 * <p>State per model version and profile: {@code minute-tile}, and which segments a minute has in
 * {@code minute-segments}, until {@code lateness} after their window; {@code window-tile} and
 * {@code window-segments}, until no later window may take them in; {@code minute-uncounted} and
 * {@code window-uncounted}, of those with anything that tiles do not count, as long as the tiles;
 * as long as there is any of them the length of windows, {@code window-length}; and what {@link
 * PastWindows} says in {@code hour-counts} and {@code day-summary}. Everything is a sum of events,
 * so any order of arrival within the lateness ends in the same counts and decisions; sketches, and
 * the counts by name of more than eight unseen words, may differ within their error.
 *
 * <p>A version without baseline has a reading of each window too, which says that it has none and
 * how many predictions it makes. State per version: {@code window-predictions} and {@code
 * window-uncounted}, until {@code lateness} after the window.
 *
 * <p>A producer's tile is a part like those of the job's own subtasks, and may come again: {@code
 * minute-parts} says which ones a minute has of all its segments, by the segment that was sent, as
 * long as its tiles are there. A repeat changes nothing, one of the same id with other counts is a
 * dead letter, and so is what comes when a minute has {@link Limits#MAX_TILE_PARTS} already. What
 * is late is late as predictions are.
 *
 * <p>Main output: readings, and of a model with metrics of its users one more of these behind each.
 * Side outputs: {@link #TILES}, and {@link DeadLetters#TAG}.
 *
 * <p>Counters of predictions: {@code merged}, {@code late} and {@code without-baseline}, which add
 * up to those that were counted and those of producers' tiles that are neither repeated nor
 * refused, and {@code dropped}, merged ones that are in no minute any more because of {@code
 * other-layout}; of windows: {@code scored-windows}, and {@code unscored-windows} whose baseline is
 * gone; of tiles: {@code tiles-without-sketches}, shown without them because they would be too
 * large for a record, {@code oversized-tiles}, which are so even then and are not shown, though
 * readings rest on them, and {@code other-layout}, dropped because their bins are not those of the
 * profile that is now known under their id; of producers' tiles those of {@link ProducedParts}.
 * {@link CustomMetrics} has counters of its own.
 */
public final class MergeTilesFunction
    extends KeyedProcessFunction<BaselineKey, TileDelta, DriftReading>
    implements CheckpointedFunction {

  public static final OutputTag<DriftTile> TILES =
      new OutputTag<>("tiles", DriftTileSerializer.TYPE);

  /** Windows that are judged together at most. */
  static final int MAX_WINDOWS = Widening.MAX_WINDOWS;

  /** A net below the timers. */
  private static final Duration LEAST_TIME_TO_LIVE = Duration.ofDays(90);

  private static final Logger LOG = LoggerFactory.getLogger(MergeTilesFunction.class);

  // Minutes and windows end at whole minutes; timers that let state go stand just behind one.
  private static final long FORGET_MINUTES = 1;
  private static final long FORGET_WINDOW = 2;
  private static final long FORGET_HOUR = 3;
  private static final long FORGET_DAY = 4;

  private final ModelDirectory.Factory models;
  private final BaselineDirectory.Factory baselines;
  private final WindowReport.Settings settings;
  private final CustomSettings custom;
  private final TierWindows windows;
  private final long latenessMillis;

  private transient ModelDirectory openModels;
  private transient BaselineDirectory openBaselines;
  private transient WindowReport report;
  private transient CustomMetrics openCustom;
  private transient PastWindows past;
  private transient SegmentTiles minuteTiles;
  private transient ProducedParts parts;
  private transient SegmentTiles windowTiles;
  private transient MapState<Span, Long> windowPredictions;
  private transient ValueState<Long> windowLength;
  private transient Counter merged;
  private transient Counter late;
  private transient Counter withoutBaseline;
  private transient Counter scored;
  private transient Counter unscored;
  private transient Counter withoutSketches;
  private transient Counter oversized;
  private transient Counter dropped;
  private transient Counter otherLayout;

  @SuppressWarnings("NullAway.Init") // initializeState() sets it before open().
  private transient ReachedTime reached;

  /**
   * @param lateness how long after its end a window takes events; whole minutes
   */
  @SuppressWarnings("NullAway.Init") // open() sets the rest before the first tile.
  public MergeTilesFunction(
      ModelDirectory.Factory models,
      BaselineDirectory.Factory baselines,
      WindowReport.Settings settings,
      CustomSettings custom,
      TierWindows windows,
      Duration lateness) {
    this.models = models;
    this.baselines = baselines;
    this.settings = settings;
    this.custom = custom;
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
  public void open(OpenContext context) throws IOException {
    // What is malformed has been refused where predictions are counted.
    openModels = models.open(letter -> {});
    openBaselines = baselines.open(letter -> {});
    report = new WindowReport(settings);
    minuteTiles =
        new SegmentTiles(
            map("minute-tile", TileSerializer.TYPE),
            map("minute-segments", Types.LIST(Types.STRING)),
            map("minute-uncounted", UncountedSerializer.TYPE));
    windowTiles =
        new SegmentTiles(
            map("window-tile", TileSerializer.TYPE),
            map("window-segments", Types.LIST(Types.STRING)),
            map("window-uncounted", UncountedSerializer.TYPE));
    windowPredictions = map("window-predictions", Types.LONG);
    ValueStateDescriptor<Long> length = new ValueStateDescriptor<>("window-length", Types.LONG);
    length.enableTimeToLive(StateTtlConfig.newBuilder(timeToLive()).build());
    windowLength = getRuntimeContext().getState(length);
    past =
        new PastWindows(
            map("hour-counts", WideCountsSerializer.TYPE),
            map("day-summary", DaySummarySerializer.TYPE),
            latenessMillis);
    MetricGroup metrics = getRuntimeContext().getMetricGroup();
    openCustom = CustomMetrics.open(custom, getRuntimeContext().getUserCodeClassLoader(), metrics);
    merged = metrics.counter("merged");
    late = metrics.counter("late");
    withoutBaseline = metrics.counter("without-baseline");
    scored = metrics.counter("scored-windows");
    unscored = metrics.counter("unscored-windows");
    withoutSketches = metrics.counter("tiles-without-sketches");
    dropped = metrics.counter("dropped");
    oversized = metrics.counter("oversized-tiles");
    otherLayout = metrics.counter("other-layout");
    parts = new ProducedParts(map("minute-parts", TakenPartsSerializer.TYPE), metrics);
  }

  private <T> MapState<Span, T> map(String name, TypeInformation<T> type) {
    MapStateDescriptor<Span, T> descriptor =
        new MapStateDescriptor<>(name, SpanSerializer.TYPE, type);
    descriptor.enableTimeToLive(StateTtlConfig.newBuilder(timeToLive()).build());
    return getRuntimeContext().getMapState(descriptor);
  }

  /** A window is needed by those behind it, which end so much later. */
  private Duration timeToLive() {
    Duration needed = Duration.ofMillis((MAX_WINDOWS + 1) * windows.longest() + latenessMillis);
    return needed.compareTo(LEAST_TIME_TO_LIVE) > 0 ? needed : LEAST_TIME_TO_LIVE;
  }

  @Override
  public void close() {
    if (openModels != null) {
      openModels.close();
    }
    if (openBaselines != null) {
      openBaselines.close();
    }
    if (openCustom != null) {
      openCustom.close();
    }
  }

  @Override
  public void processElement(TileDelta delta, Context context, Collector<DriftReading> out)
      throws Exception {
    past.begin();
    if (delta.key().profileId().equals(BaselineKey.NONE)) {
      withoutBaseline.inc(delta.predictions());
      addUnprofiled(delta, context.timerService());
      return;
    }
    Span minute = delta.minute();
    long length = windowMillis(delta.key());
    Span window = minute.windowOf(length);
    ProducedPart part = delta.produced();
    if (window.endMillis() + latenessMillis <= reached.now(context.timerService())) {
      late.inc(delta.predictions());
      if (part != null) {
        parts.late();
      }
      return;
    }
    if (part != null
        && !parts.take(delta, part, letter -> context.output(DeadLetters.TAG, letter))) {
      return;
    }
    merged.inc(delta.predictions());
    Tile tile = Tile.fromBytes(delta.tile());
    Tile known = minuteTiles.get(minute);
    if (known == null) {
      minuteTiles.note(minute);
    } else if (tile.fits(known)) {
      tile.merge(known);
    } else {
      // Two contents of one profile id: some subtask counts, or counted, with one that is not known
      // here any more.
      drop(delta.key());
      if (isOfBaseline(delta.key(), known)) {
        dropped.inc(delta.predictions());
        return;
      }
      dropped.inc(known.events());
      minuteTiles.putUncounted(minute, Uncounted.NOTHING);
    }
    minuteTiles.put(minute, tile);
    minuteTiles.addUncounted(minute, delta.uncounted());
    // A time that has been reached already comes with the next watermark: late events of one bundle
    // are shown together.
    context.timerService().registerEventTimeTimer(minute.endMillis());
    expect(window, context.timerService());
    follow(length, context.timerService());
  }

  /** Predictions of a version without baseline: of each window there is their number alone. */
  private void addUnprofiled(TileDelta delta, TimerService timers) throws Exception {
    Span window = delta.minute().windowOf(windowMillis(delta.key())).of(DriftReading.ALL);
    if (window.endMillis() + latenessMillis <= reached.now(timers)) {
      return;
    }
    Long known = windowPredictions.get(window);
    windowPredictions.put(window, (known == null ? 0 : known) + delta.predictions());
    windowTiles.addUncounted(window, delta.uncounted());
    expect(window, timers);
  }

  /**
   * What is due of the windows of a version without baseline. They keep the length that they began
   * with, whatever becomes of the model's tier.
   */
  private void tellUnprofiled(BaselineKey key, long atMillis, Collector<DriftReading> out)
      throws Exception {
    List<Span> over = new ArrayList<>();
    for (Map.Entry<Span, Long> sum : windowPredictions.entries()) {
      Span window = sum.getKey();
      if (window.endMillis() == atMillis) {
        out.collect(
            report.unprofiled(key, window, sum.getValue(), windowTiles.uncountedOf(window)));
      } else if (window.endMillis() + latenessMillis + FORGET_MINUTES <= atMillis) {
        over.add(window);
      }
    }
    for (Span window : over) {
      windowPredictions.remove(window);
      windowTiles.putUncounted(window, Uncounted.NOTHING);
    }
  }

  /** Timers of a window that has minutes: when it is scored, and when these are let go. */
  private void expect(Span window, TimerService timers) {
    timers.registerEventTimeTimer(window.endMillis());
    timers.registerEventTimeTimer(window.endMillis() + latenessMillis + FORGET_MINUTES);
  }

  /**
   * Notices that windows have another length than those there are: the timers of these end nothing
   * any more, and their sums fit into no later window.
   */
  private void follow(long length, TimerService timers) throws Exception {
    Long before = windowLength.value();
    if (before != null && before == length) {
      return;
    }
    for (Span minute : minuteTiles.spans()) {
      expect(minute.windowOf(length), timers);
    }
    List<Span> others = new ArrayList<>();
    for (Span window : windowTiles.spans()) {
      if (window.endMillis() - window.startMillis() != length) {
        others.add(window);
      }
    }
    for (Span window : others) {
      windowTiles.forget(window);
    }
    windowLength.update(length);
    forgetLength();
  }

  private void forgetLength() throws Exception {
    if (minuteTiles.isEmpty() && windowTiles.isEmpty()) {
      windowLength.clear();
    }
  }

  private boolean isOfBaseline(BaselineKey key, Tile tile) {
    TileLayout baseline = openBaselines.find(key.modelId(), key.version(), key.profileId());
    return baseline != null && baseline.counted(tile);
  }

  private void drop(BaselineKey key) {
    if (otherLayout.getCount() == 0) {
      LOG.warn(
          "A tile of {} was not counted in the bins that its profile has now, and is dropped. More"
              + " of them are counted as other-layout and not logged.",
          key);
    }
    otherLayout.inc();
  }

  private long windowMillis(BaselineKey key) {
    return windows.of(openModels.find(key.modelId(), Long.MIN_VALUE));
  }

  @Override
  public void onTimer(long atMillis, OnTimerContext context, Collector<DriftReading> out)
      throws Exception {
    past.begin();
    reached.now(context.timerService());
    BaselineKey key = context.getCurrentKey();
    if (key.profileId().equals(BaselineKey.NONE)) {
      tellUnprofiled(key, atMillis, out);
      return;
    }
    long length = windowMillis(key);
    follow(length, context.timerService());
    long behind = Math.floorMod(atMillis, Span.MINUTE_MILLIS);
    if (behind == FORGET_MINUTES) {
      Span window = endingAt(atMillis - FORGET_MINUTES - latenessMillis, length);
      // With another tier these minutes are in another window, which has timers of its own.
      if (window != null) {
        settle(key, window, out);
        remember(key, window, context.timerService());
        forgetMinutes(window);
      }
      forgetLength();
    } else if (behind == FORGET_WINDOW) {
      Span last = endingAt(atMillis - FORGET_WINDOW - latenessMillis, length);
      if (last != null) {
        windowTiles.forget(last.plus(1 - MAX_WINDOWS));
      }
      forgetLength();
    } else if (behind == FORGET_HOUR) {
      past.forgetHours(atMillis - FORGET_HOUR);
    } else if (behind == FORGET_DAY) {
      past.forgetDays(atMillis - FORGET_DAY);
    } else {
      Span minute = Span.minuteOf(atMillis - Span.MINUTE_MILLIS, null);
      showAll(key, minute, context);
      Span window = minute.windowOf(length);
      if (window.endMillis() == atMillis) {
        endWindow(key, window, context, out);
      }
    }
  }

  /** The tiles of a minute: of all predictions and of each segment, as readings are. */
  private void showAll(BaselineKey key, Span minute, Context context) throws Exception {
    TileLayout baseline = openBaselines.find(key.modelId(), key.version(), key.profileId());
    Tile all = null;
    for (String segment : minuteTiles.segmentsOf(minute)) {
      Tile tile = tileOf(key, baseline, minuteTiles, minute.of(segment));
      if (tile == null) {
        continue;
      }
      all = all == null ? tile : merged(all, tile);
      if (!segment.equals(Span.NO_SEGMENT)) {
        show(key, minute.of(segment), tile, context);
      }
    }
    if (all != null) {
      show(key, minute.of(DriftReading.ALL), all, context);
    }
  }

  private void show(BaselineKey key, Span minute, Tile tile, Context context) {
    byte[] bytes = tile.toBytes();
    if (bytes.length > Limits.MAX_TILE_BYTES && tile.hasSketches()) {
      // The counts are what decides, and what another baseline is compared with.
      withoutSketches.inc();
      bytes = tile.withoutSketches().toBytes();
    }
    if (bytes.length > Limits.MAX_TILE_BYTES) {
      if (oversized.getCount() == 0) {
        LOG.warn(
            "A tile of {} has {} bytes, a record of tiles {} at most: it is not shown. More of them"
                + " are counted as oversized-tiles and not logged.",
            key,
            bytes.length,
            Limits.MAX_TILE_BYTES);
      }
      oversized.inc();
      return;
    }
    context.output(
        TILES,
        new DriftTile(
            key.modelId(),
            key.version(),
            minute.segment(),
            key.profileId(),
            minute.startMillis(),
            minute.endMillis(),
            tile.events(),
            tile.events(),
            bytes));
  }

  private void endWindow(
      BaselineKey key, Span window, OnTimerContext context, Collector<DriftReading> out)
      throws Exception {
    TileLayout baseline = openBaselines.find(key.modelId(), key.version(), key.profileId());
    Map<String, Tile> sums = new TreeMap<>();
    Map<String, Uncounted> notCounted = new TreeMap<>();
    // Mostly there is nothing: then nothing is asked for minute by minute and segment by segment.
    boolean counted = !minuteTiles.hasUncounted();
    for (Span minute = Span.minuteOf(window.startMillis(), null);
        minute.startMillis() < window.endMillis();
        minute = minute.plus(1)) {
      for (String segment : minuteTiles.segmentsOf(minute)) {
        Tile tile = tileOf(key, baseline, minuteTiles, minute.of(segment));
        if (tile != null) {
          sums.merge(segment, tile, MergeTilesFunction::merged);
        }
        if (!counted && tile != null) {
          notCounted.merge(segment, minuteTiles.uncountedOf(minute.of(segment)), Uncounted::plus);
        }
      }
    }
    boolean told = windowTiles.hasUncounted();
    for (Map.Entry<String, Tile> sum : sums.entrySet()) {
      Span span = window.of(sum.getKey());
      windowTiles.put(span, sum.getValue());
      // With the tile, so that a share of the window is never of two moments.
      Uncounted uncounted = notCounted.getOrDefault(sum.getKey(), Uncounted.NOTHING);
      if (told || !uncounted.isNothing()) {
        windowTiles.putUncounted(span, uncounted);
      }
      windowTiles.note(span);
    }
    Span last = window.plus(MAX_WINDOWS - 1);
    context
        .timerService()
        .registerEventTimeTimer(last.endMillis() + latenessMillis + FORGET_WINDOW);
    if (baseline == null) {
      unscored.inc();
      return;
    }
    // Later windows may have taken this one in, if it is told once more.
    for (int i = 0; i < MAX_WINDOWS; i++) {
      score(key, baseline, window.plus(i), false, out);
    }
  }

  /**
   * The tile of a span. Another content of its profile may have been written since it was counted,
   * or before the job was restored; then it says nothing about the baseline, and is dropped.
   *
   * @param baseline null when it is not known any more
   */
  private @Nullable Tile tileOf(
      BaselineKey key, @Nullable TileLayout baseline, SegmentTiles tiles, Span span)
      throws Exception {
    Tile tile = tiles.get(span);
    if (tile == null || baseline == null || baseline.counted(tile)) {
      return tile;
    }
    tiles.remove(span);
    drop(key);
    if (tiles == minuteTiles) {
      dropped.inc(tile.events());
    }
    return null;
  }

  /**
   * A sum of two; the second one alone where they do not fit. State on the heap hands out its own
   * objects, which must stay as they are.
   */
  private static Tile merged(Tile sum, Tile more) {
    return more.fits(sum) ? sum.plus(more) : more;
  }

  /**
   * The last word on a window that had too few predictions: from now on every window it may take in
   * is closed, whether it had traffic or not.
   */
  private void settle(BaselineKey key, Span window, Collector<DriftReading> out) throws Exception {
    TileLayout baseline = openBaselines.find(key.modelId(), key.version(), key.profileId());
    if (baseline != null) {
      score(key, baseline, window, true, out);
    }
  }

  /** All readings of a window: of all predictions and of each segment. */
  private void score(
      BaselineKey key,
      TileLayout baseline,
      Span window,
      boolean closed,
      Collector<DriftReading> out)
      throws Exception {
    List<String> segments = windowTiles.segmentsOf(window);
    if (segments.isEmpty()) {
      return;
    }
    if (!closed) {
      scored.inc();
    }
    boolean all = !windowTiles.hasUncounted();
    Uncounted ofAll = all ? Uncounted.NOTHING : uncounted(window, segments);
    score(key, baseline, window.of(DriftReading.ALL), null, ofAll, closed, out);
    for (String segment : segments) {
      if (!segment.equals(Span.NO_SEGMENT)) {
        Uncounted ofSegment = all ? Uncounted.NOTHING : uncounted(window, List.of(segment));
        score(key, baseline, window.of(segment), segment, ofSegment, closed, out);
      }
    }
  }

  /**
   * One reading.
   *
   * @param segment null for all predictions
   * @param uncounted of the window alone
   * @param closed nothing comes into the window any more: only what this changes is said again
   */
  private void score(
      BaselineKey key,
      TileLayout baseline,
      Span window,
      @Nullable String segment,
      Uncounted uncounted,
      boolean closed,
      Collector<DriftReading> out)
      throws Exception {
    Widening widening = widened(key, baseline, window, segment);
    Tile tile = widening.judged();
    if (tile == null) {
      return;
    }
    // Where a window before it has no traffic it may still fill up, until it is closed.
    if (closed && (widening.widest() || tile.events() >= settings.minimum())) {
      return;
    }
    JudgedWindow judged =
        report.judge(
            baseline,
            tile,
            widening.before(),
            window.plus(-widening.oldest()).startMillis(),
            window.endMillis(),
            past.of(window, baseline));
    // The last word has a revision of its own: the order of the topic may not be that of the job.
    long revision = closed ? widening.events() + 1 : widening.events();
    Tile own = uncounted.isNothing() ? null : tileOf(key, baseline, window, segment);
    DriftReading reading =
        report.read(
            key,
            baseline,
            window,
            judged,
            revision,
            widening.widest() || closed,
            uncounted,
            own == null ? 0 : own.events());
    out.collect(reading);
    DriftReading ofUsers =
        openCustom.read(
            openModels.find(key.modelId(), Long.MIN_VALUE),
            reading,
            baseline,
            tile,
            judged.report());
    if (ofUsers != null) {
      out.collect(ofUsers);
    }
  }

  /** What the predictions of a window had in them that its tiles do not count. */
  private Uncounted uncounted(Span window, List<String> segments) throws Exception {
    Uncounted sum = Uncounted.NOTHING;
    for (String segment : segments) {
      sum = sum.plus(windowTiles.uncountedOf(window.of(segment)));
    }
    return sum;
  }

  private Widening widened(
      BaselineKey key, TileLayout baseline, Span window, @Nullable String segment)
      throws Exception {
    Widening widening = new Widening(settings.minimum());
    for (int age = 0; age < MAX_WINDOWS; age++) {
      widening.offer(age, tileOf(key, baseline, window.plus(-age), segment));
    }
    return widening;
  }

  private @Nullable Tile tileOf(
      BaselineKey key, TileLayout baseline, Span window, @Nullable String segment)
      throws Exception {
    if (segment != null) {
      return tileOf(key, baseline, windowTiles, window.of(segment));
    }
    Tile sum = null;
    for (String part : windowTiles.segmentsOf(window)) {
      Tile tile = tileOf(key, baseline, windowTiles, window.of(part));
      if (tile != null) {
        sum = sum == null ? tile : merged(sum, tile);
      }
    }
    return sum;
  }

  /** The window of a length that ends at a time; null where none does. */
  private static @Nullable Span endingAt(long endMillis, long length) {
    Span window = Span.minuteOf(endMillis - 1, null).windowOf(length);
    return window.endMillis() == endMillis ? window : null;
  }

  /** Nothing can come late to a window any more: it becomes the past. */
  private void remember(BaselineKey key, Span window, TimerService timers) throws Exception {
    TileLayout baseline = openBaselines.find(key.modelId(), key.version(), key.profileId());
    if (baseline == null
        || !PastWindows.isKept(window)
        || windowTiles.segmentsOf(window).isEmpty()) {
      return;
    }
    for (Span minute = Span.minuteOf(window.startMillis(), null);
        minute.startMillis() < window.endMillis();
        minute = minute.plus(1)) {
      for (String segment : minuteTiles.segmentsOf(minute)) {
        Tile tile = tileOf(key, baseline, minuteTiles, minute.of(segment));
        if (tile != null) {
          WideCounts counts = WideCounts.of(baseline, tile);
          past.add(DriftReading.ALL, minute.startMillis(), counts, baseline);
          if (!segment.equals(Span.NO_SEGMENT)) {
            past.add(segment, minute.startMillis(), counts, baseline);
          }
        }
      }
    }
    rememberDay(key, baseline, window.of(DriftReading.ALL), null);
    for (String segment : windowTiles.segmentsOf(window)) {
      if (!segment.equals(Span.NO_SEGMENT)) {
        rememberDay(key, baseline, window.of(segment), segment);
      }
    }
    for (long hour = Season.hourOf(window.startMillis());
        hour < window.endMillis();
        hour += Season.HOUR) {
      timers.registerEventTimeTimer(past.hourForgottenAt(hour) + FORGET_HOUR);
    }
    timers.registerEventTimeTimer(past.dayForgottenAt(window.startMillis()) + FORGET_DAY);
  }

  private void rememberDay(
      BaselineKey key, TileLayout baseline, Span window, @Nullable String segment)
      throws Exception {
    Tile ended = tileOf(key, baseline, window, segment);
    if (ended != null) {
      Tile before = tileOf(key, baseline, window.plus(-1), segment);
      past.put(
          window.segment(),
          window.startMillis(),
          report.summarize(
              baseline,
              WideCounts.of(baseline, ended),
              before == null ? null : WideCounts.of(baseline, before),
              window,
              past.of(window, baseline)));
    }
  }

  private void forgetMinutes(Span window) throws Exception {
    for (Span minute = Span.minuteOf(window.startMillis(), null);
        minute.startMillis() < window.endMillis();
        minute = minute.plus(1)) {
      if (minuteTiles.forget(minute)) {
        parts.forget(minute);
      }
    }
  }
}
