package dev.runway.embedding.mixture;

import dev.runway.embedding.space.SpaceDirectory;
import dev.runway.model.EmbeddingMixture;
import dev.runway.model.EmbeddingSpace;
import dev.runway.model.SpaceThresholds;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Says of each window of a model version's predictions on which versions of a space they rest, and
 * whether they mix two of them (decision 0029).
 *
 * <p>A window that is over is told when nothing came for it for the time between two looks, or when
 * something that came was not told for {@link #PATIENCE_MILLIS}, and again when more did, until
 * nothing came for the lateness; then it is let go. So the reading with the most predictions is the
 * same in whatever order they came within the lateness.
 *
 * <p>State per model and version, until its last window is let go: {@code use-window}, counts of
 * each open window; {@code next-use-look}, the time of the one timer.
 *
 * <p>Counters: {@code counted} predictions, {@code told} readings, {@code mixed} ones of them.
 */
public final class DetectMixturesFunction
    extends KeyedProcessFunction<String, UseDelta, EmbeddingMixture> {

  /** What trickles in must not silence a window. */
  private static final long PATIENCE_MILLIS = Duration.ofMinutes(5).toMillis();

  /**
   * What may be set.
   *
   * @param window length of the windows
   * @param refresh between two looks
   * @param lateness how long after its last prediction a window stays open
   */
  public record Settings(Duration window, Duration refresh, Duration lateness)
      implements Serializable {}

  private final SpaceDirectory.Factory spaces;
  private final Settings settings;

  private transient SpaceDirectory open;
  private transient MapState<Long, UseWindow> windows;
  private transient ValueState<Long> nextLook;
  private transient Counter counted;
  private transient Counter told;
  private transient Counter mixed;

  @SuppressWarnings("NullAway.Init") // open() sets the rest before the first counts.
  public DetectMixturesFunction(SpaceDirectory.Factory spaces, Settings settings) {
    this.spaces = spaces;
    this.settings = settings;
  }

  @Override
  public void open(OpenContext context) {
    // What is malformed has been refused where embeddings are sampled.
    open = spaces.open(letter -> {});
    windows =
        getRuntimeContext()
            .getMapState(
                new MapStateDescriptor<>("use-window", Types.LONG, UseWindowSerializer.TYPE));
    nextLook =
        getRuntimeContext().getState(new ValueStateDescriptor<>("next-use-look", Types.LONG));
    MetricGroup metrics = getRuntimeContext().getMetricGroup();
    counted = metrics.counter("counted");
    told = metrics.counter("told");
    mixed = metrics.counter("mixed");
  }

  @Override
  public void close() {
    if (open != null) {
      open.close();
    }
  }

  @Override
  public void processElement(UseDelta delta, Context context, Collector<EmbeddingMixture> out)
      throws Exception {
    long start = delta.windowStartMillis();
    long now = context.timerService().currentProcessingTime();
    counted.inc(delta.counts().predictions());
    UseWindow window = windows.get(start);
    windows.put(
        start,
        window == null
            ? new UseWindow(start + settings.window().toMillis(), now, now, 0, delta.counts())
            : window.with(delta.counts(), now));
    if (nextLook.value() == null) {
      look(context);
    }
  }

  private void look(Context context) throws Exception {
    long next = context.timerService().currentProcessingTime() + settings.refresh().toMillis();
    nextLook.update(next);
    context.timerService().registerProcessingTimeTimer(next);
  }

  @Override
  public void onTimer(long at, OnTimerContext context, Collector<EmbeddingMixture> out)
      throws Exception {
    long now = context.timerService().currentProcessingTime();
    boolean isOpen = false;
    for (long start : starts()) {
      UseWindow window = windows.get(start);
      if (window == null) {
        continue;
      }
      boolean isNew = window.counts().predictions() != window.told();
      boolean isLeaving = window.isQuiet(now, settings.lateness().toMillis());
      if (isNew && (isLeaving || isToBeTold(window, now))) {
        tell(context.getCurrentKey(), start, window).forEach(out::collect);
        windows.put(start, window.toldNow(now));
      }
      if (isLeaving) {
        windows.remove(start);
      } else {
        isOpen = true;
      }
    }
    if (isOpen) {
      look(context);
    } else {
      nextLook.clear();
    }
  }

  private boolean isToBeTold(UseWindow window, long now) {
    long refresh = settings.refresh().toMillis();
    return window.isQuiet(now, refresh)
        || window.isAwaited(now, Math.max(refresh, PATIENCE_MILLIS));
  }

  private SortedSet<Long> starts() throws Exception {
    SortedSet<Long> starts = new TreeSet<>();
    for (Long start : windows.keys()) {
      starts.add(start);
    }
    return starts;
  }

  private List<EmbeddingMixture> tell(String key, long start, UseWindow window) {
    List<EmbeddingMixture> mixtures = new ArrayList<>();
    for (Map.Entry<String, SpaceMix> each : window.counts().bySpace().entrySet()) {
      EmbeddingSpace space = open.find(each.getKey());
      // A space may be used that nobody has compared yet.
      SpaceThresholds thresholds = space == null ? SpaceThresholds.USUAL : space.thresholds();
      SpaceMix mix = each.getValue();
      EmbeddingMixture.Mixing mixing = mix.mixing(thresholds.mixedShare());
      told.inc();
      mixed.inc(mixing == EmbeddingMixture.Mixing.NONE ? 0 : 1);
      mixtures.add(
          new EmbeddingMixture(
              UseDelta.modelOf(key),
              UseDelta.versionOf(key),
              each.getKey(),
              start,
              window.endMillis(),
              mix.predictions(),
              mixing,
              thresholds.mixedShare(),
              mix.within(),
              mix.versions()));
    }
    return mixtures;
  }
}
