package dev.runway.driftmonitor.provisional;

import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.profile.ProfileJson;
import dev.runway.driftmonitor.baseline.BaselineDirectory;
import dev.runway.driftmonitor.merge.BaselineKey;
import dev.runway.driftmonitor.merge.Span;
import dev.runway.driftmonitor.merge.TierWindows;
import dev.runway.flink.ModelDirectory;
import dev.runway.model.Baseline;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.streaming.api.TimerService;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a baseline of the first windows of a version that has none (decision 0007).
 *
 * <p>Of each evaluation window the predictions with the lowest positions are kept, which are a
 * uniform sample. When a window has matured, which is the lateness of predictions after its end,
 * and three have traffic and the sample is full, or when six window lengths are over since the
 * first one's start and it is large enough to judge by, it becomes a profile. Matured, for it is
 * made once: so it is the same one in whatever order predictions come within their lateness, and
 * whatever is killed meanwhile.
 *
 * <p>State per version, until it has a baseline: {@code provisional-sample}, one sample of the
 * windows that have matured and one more of each of the others, until three together are full,
 * which no later one is needed beside, and {@code provisional-window}, for five window lengths
 * after a window has matured; then {@code provisional-published}, the time of what was made. It is
 * asked about predictions of the day behind it, and stays for 90 days, as all of it does at most.
 *
 * <p>Counters of predictions: {@code sampled}, and {@code unsampled} that came too late or too far
 * ahead; of versions: {@code provisional-baselines} that were made, {@code impossible-baselines}
 * whose sample does not fit into one; the log says why.
 */
public final class ProvisionalFunction
    extends KeyedProcessFunction<BaselineKey, SampledPrediction, Baseline> {

  private static final Logger LOG = LoggerFactory.getLogger(ProvisionalFunction.class);

  /** Windows with traffic that a baseline is made of at least: one may be a quiet or odd one. */
  static final int MIN_WINDOWS = 3;

  /** Window lengths after which a version makes do with less than a full sample. */
  static final int MAX_WINDOWS = 6;

  /** Windows held of a version beside those that are maturing: that wait, and as many open. */
  private static final int MAX_HELD = 2 * MAX_WINDOWS;

  /** Bytes of a sample, which end it before its number of predictions does. */
  private static final long MAX_BYTES = 16L << 20;

  private static final Duration TIME_TO_LIVE = Duration.ofDays(90);

  /** What was made has long been read by then; what comes later still asks for one anew. */
  private static final long SETTLED_MILLIS = Duration.ofDays(1).toMillis();

  // Windows end at whole minutes; timers that let them go stand just behind one.
  private static final long FORGET = 1;

  /**
   * What may be set.
   *
   * @param predictions of a full sample
   * @param minimum predictions below which no distribution is judged
   * @param lateness after a window's end, in whole minutes, in which its predictions may come
   */
  public record Settings(int predictions, long minimum, Duration lateness)
      implements Serializable {}

  private final ModelDirectory.Factory models;
  private final BaselineDirectory.Factory baselines;
  private final TierWindows tiers;
  private final Settings settings;

  private transient ModelDirectory openModels;
  private transient @Nullable BaselineDirectory openBaselines;
  private transient MapState<SampleKey, byte[]> sample;
  private transient MapState<Long, SampledWindow> windows;
  private transient ValueState<Long> published;
  private transient Counter sampled;
  private transient Counter unsampled;
  private transient Counter made;
  private transient Counter impossible;

  @SuppressWarnings("NullAway.Init") // open() sets the rest before the first prediction.
  public ProvisionalFunction(
      ModelDirectory.Factory models,
      BaselineDirectory.Factory baselines,
      TierWindows tiers,
      Settings settings) {
    this.models = models;
    this.baselines = baselines;
    this.tiers = tiers;
    this.settings = settings;
  }

  @Override
  public void open(OpenContext context) {
    // What is malformed has been refused where predictions are counted.
    openModels = models.open(letter -> {});
    StateTtlConfig end = StateTtlConfig.newBuilder(TIME_TO_LIVE).build();
    var sampleState =
        new MapStateDescriptor<>(
            "provisional-sample",
            SampleKeySerializer.TYPE,
            PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);
    sampleState.enableTimeToLive(end);
    sample = getRuntimeContext().getMapState(sampleState);
    var windowState =
        new MapStateDescriptor<>("provisional-window", Types.LONG, SampledWindowSerializer.TYPE);
    windowState.enableTimeToLive(end);
    windows = getRuntimeContext().getMapState(windowState);
    var publishedState = new ValueStateDescriptor<>("provisional-published", Types.LONG);
    publishedState.enableTimeToLive(end);
    published = getRuntimeContext().getState(publishedState);
    MetricGroup metrics = getRuntimeContext().getMetricGroup();
    sampled = metrics.counter("sampled");
    unsampled = metrics.counter("unsampled");
    made = metrics.counter("provisional-baselines");
    impossible = metrics.counter("impossible-baselines");
  }

  @Override
  public void close() {
    if (openModels != null) {
      openModels.close();
    }
    if (openBaselines != null) {
      openBaselines.close();
    }
  }

  /**
   * Whether the version has one by now. The directory holds all baselines there are, so it is
   * opened for the first version without one: where every version has one, never.
   */
  private boolean hasBaseline(BaselineKey key) {
    BaselineDirectory directory = openBaselines;
    if (directory == null) {
      directory = baselines.open(letter -> {});
      openBaselines = directory;
    }
    return directory.has(key.modelId(), key.version(), Long.MIN_VALUE);
  }

  @Override
  public void processElement(SampledPrediction prediction, Context context, Collector<Baseline> out)
      throws Exception {
    Long madeAt = published.value();
    if (madeAt != null && prediction.predictedAtMillis() < madeAt + SETTLED_MILLIS) {
      unsampled.inc();
      return;
    }
    Span span =
        Span.minuteOf(prediction.predictedAtMillis(), null)
            .windowOf(tiers.of(openModels.find(prediction.key().modelId(), Long.MIN_VALUE)));
    SampledWindow window = windows.get(span.startMillis());
    if (window == null) {
      window = begin(span, context.timerService());
    }
    if (window == null) {
      unsampled.inc();
      return;
    }
    SampleKey key = new SampleKey(span.startMillis(), prediction.position());
    if (prediction.position() >= window.below() || sample.contains(key)) {
      // Not one of the lowest; or sent twice, and the first one counts.
      return;
    }
    sample.put(key, prediction.features());
    sampled.inc();
    window = window.with(prediction.features().length);
    boolean over =
        window.count() > settings.predictions() + settings.predictions() / 4
            || window.bytes() > MAX_BYTES + MAX_BYTES / 4;
    windows.put(span.startMillis(), window);
    if (over) {
      cut(List.of(span.startMillis()));
    }
  }

  /** A new window; null if there are too many, or those before it are enough. */
  private @Nullable SampledWindow begin(Span span, TimerService timers) throws Exception {
    int held = 0;
    long below = Long.MAX_VALUE;
    List<SampledWindow> before = new ArrayList<>();
    for (Map.Entry<Long, SampledWindow> other : windows.entries()) {
      held++;
      if (other.getKey() < span.startMillis()) {
        // Where this one is in the sample that one is too, and it has so many below already.
        below = Math.min(below, other.getValue().below());
        before.add(other.getValue());
      }
    }
    long length = span.endMillis() - span.startMillis();
    if (held >= MAX_HELD + settings.lateness().toMillis() / length) {
      return null;
    }
    if (before.size() >= MIN_WINDOWS && isFull(before)) {
      return null;
    }
    long maturedAt = span.endMillis() + settings.lateness().toMillis();
    long forgottenAt = forgottenAt(span.startMillis(), span.endMillis());
    timers.registerEventTimeTimer(maturedAt);
    // The last look at it: a model that is scored once a day has no other window by then.
    timers.registerEventTimeTimer(forgottenAt - FORGET);
    timers.registerEventTimeTimer(forgottenAt);
    return SampledWindow.empty(span.endMillis(), below);
  }

  private long forgottenAt(long startMillis, long endMillis) {
    return endMillis
        + settings.lateness().toMillis()
        + (MAX_WINDOWS - 1) * (endMillis - startMillis)
        + FORGET;
  }

  /** The predictions of some windows, lowest positions first, as many as make a sample. */
  private NavigableMap<Long, Kept> lowest(List<Long> starts) throws Exception {
    NavigableMap<Long, Kept> lowest = new TreeMap<>();
    long bytes = 0;
    for (Map.Entry<SampleKey, byte[]> entry : sample.entries()) {
      SampleKey key = entry.getKey();
      if (!starts.contains(key.windowStartMillis())) {
        continue;
      }
      // Two windows never hold one prediction: its time is that of the one that came first.
      Kept before = lowest.put(key.position(), new Kept(key, entry.getValue()));
      bytes += entry.getValue().length - (before == null ? 0 : before.features.length);
      while (lowest.size() > settings.predictions() || bytes > MAX_BYTES) {
        bytes -= lowest.pollLastEntry().getValue().features.length;
      }
    }
    return lowest;
  }

  private record Kept(SampleKey key, byte[] features) {}

  /** Cuts some windows together to the size of one sample. */
  private void cut(List<Long> starts) throws Exception {
    NavigableMap<Long, Kept> lowest = lowest(starts);
    List<SampleKey> above = new ArrayList<>();
    for (SampleKey key : sample.keys()) {
      if (starts.contains(key.windowStartMillis()) && !lowest.containsKey(key.position())) {
        above.add(key);
      }
    }
    for (SampleKey key : above) {
      sample.remove(key);
    }
    for (Long start : starts) {
      int count = 0;
      long bytes = 0;
      for (Kept kept : lowest.values()) {
        if (kept.key.windowStartMillis() == start) {
          count++;
          bytes += kept.features.length;
        }
      }
      SampledWindow window = windows.get(start);
      windows.put(start, new SampledWindow(window.endMillis(), count, bytes, lowest.lastKey() + 1));
    }
  }

  @Override
  public void onTimer(long atMillis, OnTimerContext context, Collector<Baseline> out)
      throws Exception {
    if (Math.floorMod(atMillis, Span.MINUTE_MILLIS) == FORGET) {
      forget(atMillis);
      return;
    }
    BaselineKey key = context.getCurrentKey();
    // What came until then is all there is of the windows that had ended by this time.
    long endMillis = atMillis - settings.lateness().toMillis();
    NavigableMap<Long, SampledWindow> ended = endedBy(endMillis);
    if (ended.isEmpty()) {
      return;
    }
    if (hasBaseline(key)) {
      // A real one came meanwhile, or the one made here came back.
      windows.clear();
      sample.clear();
      return;
    }
    if (suffices(ended, endMillis)) {
      publish(key, ended, atMillis, endMillis, out);
    } else if (isFull(ended.values())) {
      // They wait for others, but not with more than will be used.
      cut(List.copyOf(ended.keySet()));
    }
  }

  private NavigableMap<Long, SampledWindow> endedBy(long endMillis) throws Exception {
    NavigableMap<Long, SampledWindow> ended = new TreeMap<>();
    for (Map.Entry<Long, SampledWindow> window : windows.entries()) {
      if (window.getValue().endMillis() <= endMillis) {
        ended.put(window.getKey(), window.getValue());
      }
    }
    return ended;
  }

  private boolean suffices(NavigableMap<Long, SampledWindow> ended, long endMillis) {
    if (isFull(ended.values()) && ended.size() >= MIN_WINDOWS) {
      return true;
    }
    boolean waited = false;
    long predictions = 0;
    for (Map.Entry<Long, SampledWindow> window : ended.entrySet()) {
      long length = window.getValue().endMillis() - window.getKey();
      waited |= endMillis - window.getKey() >= MAX_WINDOWS * length;
      predictions += window.getValue().count();
    }
    return waited && predictions >= settings.minimum();
  }

  private boolean isFull(Collection<SampledWindow> some) {
    long predictions = 0;
    long bytes = 0;
    for (SampledWindow window : some) {
      predictions += window.count();
      bytes += window.bytes();
    }
    return predictions >= settings.predictions() || bytes >= MAX_BYTES;
  }

  private void publish(
      BaselineKey key,
      NavigableMap<Long, SampledWindow> ended,
      long atMillis,
      long endMillis,
      Collector<Baseline> out)
      throws Exception {
    List<byte[]> rows =
        lowest(List.copyOf(ended.keySet())).values().stream().map(Kept::features).toList();
    windows.clear();
    sample.clear();
    try {
      if (rows.size() < settings.minimum()) {
        throw new ProvisionalProfile.Impossible(
            "%d predictions fill the sample, %d are judged at least"
                .formatted(rows.size(), settings.minimum()));
      }
      BaselineProfile profile = ProvisionalProfile.of(key.modelId(), key.version(), atMillis, rows);
      out.collect(
          new Baseline(
              key.modelId(),
              key.version(),
              profile.id(),
              atMillis,
              ended.firstKey(),
              endMillis,
              true,
              ProfileJson.write(profile)));
      made.inc();
    } catch (ProvisionalProfile.Impossible e) {
      impossible.inc();
      // Once a day and version at most.
      LOG.warn(
          "no provisional baseline of {} {}: {}", key.modelId(), key.version(), e.getMessage());
    }
    // One that is impossible is not tried again in each window either.
    published.update(atMillis);
  }

  private void forget(long atMillis) throws Exception {
    List<Long> over = new ArrayList<>();
    for (Map.Entry<Long, SampledWindow> window : windows.entries()) {
      if (forgottenAt(window.getKey(), window.getValue().endMillis()) <= atMillis) {
        over.add(window.getKey());
      }
    }
    if (over.isEmpty()) {
      return;
    }
    for (Long start : over) {
      windows.remove(start);
    }
    List<SampleKey> gone = new ArrayList<>();
    for (SampleKey key : sample.keys()) {
      if (over.contains(key.windowStartMillis())) {
        gone.add(key);
      }
    }
    for (SampleKey key : gone) {
      sample.remove(key);
    }
    raise();
  }

  /**
   * Lets the windows that are left take more, where theirs are not enough: they were held down by
   * what would have been in the same sample, and is gone.
   */
  private void raise() throws Exception {
    NavigableMap<Long, SampledWindow> left = endedBy(Long.MAX_VALUE);
    if (isFull(left.values())) {
      return;
    }
    for (Map.Entry<Long, SampledWindow> window : left.entrySet()) {
      windows.put(window.getKey(), window.getValue().below(Long.MAX_VALUE));
    }
  }
}
