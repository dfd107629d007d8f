package dev.runway.embedding.traffic;

import dev.runway.drift.embedding.traffic.TrafficSums;
import dev.runway.embedding.space.SpaceDirectory;
import dev.runway.model.EmbeddingSpace;
import dev.runway.model.EmbeddingSpace.Version;
import dev.runway.model.EmbeddingTraffic;
import java.io.IOException;
import java.io.Serializable;
import java.time.Duration;
import java.util.NavigableSet;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.streaming.api.TimerService;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Tells of each window what its vectors are beside those that the version began with (decision
 * 0029).
 *
 * <p>A window that is over is told when nothing came for it for the time between two looks, or when
 * something that came was not told for {@link #PATIENCE_MILLIS}, and again when more did. When
 * nothing came for the lateness it is let go; while the reference has not enough vectors, windows
 * join it as they go, the earliest first, and later ones wait for it. So the reference, and the
 * reading of a window with the most vectors, follow from the vectors, in whatever order they came
 * within the lateness. What comes later still makes a window of its own, whose reading has fewer
 * vectors and counts for nothing.
 *
 * <p>An early window that never falls silent must not keep all others: of more than {@link
 * #MOST_WAITING} the earliest joins the reference as it is.
 *
 * <p>State per space and version, while the document names it: {@link OpenWindows}; {@code
 * traffic-reference}, once; {@code next-traffic-look}, the time of the one timer. All of it goes
 * with the version. What is written at once is a sum of one bundle; a look reads the counts of the
 * open windows, and the sums of those that are told or leave.
 *
 * <p>Counters of vectors and items that left: {@code measured}; {@code unknown} of no document. Of
 * readings: {@code told}.
 */
public final class MeasureTrafficFunction
    extends KeyedProcessFunction<String, TrafficDelta, EmbeddingTraffic> {

  /** Windows that wait for an earlier one: a day of them, 28 MB of 512 dimensions. */
  static final int MOST_WAITING = 144;

  /** What trickles in must not silence a window. */
  private static final long PATIENCE_MILLIS = Duration.ofMinutes(5).toMillis();

  /** A version without traffic is looked at for whether its document still names it. */
  private static final long REST_MILLIS = Duration.ofDays(1).toMillis();

  /**
   * What may be set.
   *
   * @param window length of the windows
   * @param refresh between two looks
   * @param lateness how long after its last vector a window stays open
   * @param referenceVectors usable vectors that make a reference
   */
  public record Settings(Duration window, Duration refresh, Duration lateness, int referenceVectors)
      implements Serializable {}

  private final SpaceDirectory.Factory spaces;
  private final Settings settings;

  private transient SpaceDirectory open;
  private transient OpenWindows windows;
  private transient ValueState<TrafficReference> reference;
  private transient ValueState<Long> nextLook;
  private transient Counter measured;
  private transient Counter unknown;
  private transient Counter told;

  @SuppressWarnings("NullAway.Init") // open() sets the rest before the first sums.
  public MeasureTrafficFunction(SpaceDirectory.Factory spaces, Settings settings) {
    this.spaces = spaces;
    this.settings = settings;
  }

  @Override
  public void open(OpenContext context) {
    // What is malformed has been refused where embeddings are sampled.
    open = spaces.open(letter -> {});
    windows = new OpenWindows(getRuntimeContext());
    reference =
        getRuntimeContext()
            .getState(
                new ValueStateDescriptor<>("traffic-reference", TrafficReferenceSerializer.TYPE));
    nextLook =
        getRuntimeContext().getState(new ValueStateDescriptor<>("next-traffic-look", Types.LONG));
    MetricGroup metrics = getRuntimeContext().getMetricGroup();
    measured = metrics.counter("measured");
    unknown = metrics.counter("unknown");
    told = metrics.counter("told");
  }

  @Override
  public void close() {
    if (open != null) {
      open.close();
    }
  }

  @Override
  public void processElement(TrafficDelta delta, Context context, Collector<EmbeddingTraffic> out)
      throws Exception {
    long start = delta.windowStartMillis();
    long now = context.timerService().currentProcessingTime();
    measured.inc(delta.sums().vectors() + delta.sums().gone());
    windows.add(start, start + settings.window().toMillis(), delta.sums(), now);
    Long next = nextLook.value();
    if (next == null || next > now + settings.refresh().toMillis()) {
      look(settings.refresh().toMillis(), context.timerService());
    }
  }

  private void look(long afterMillis, TimerService timers) throws IOException {
    Long before = nextLook.value();
    if (before != null) {
      timers.deleteProcessingTimeTimer(before);
    }
    long next = timers.currentProcessingTime() + afterMillis;
    nextLook.update(next);
    timers.registerProcessingTimeTimer(next);
  }

  @Override
  public void onTimer(long at, OnTimerContext context, Collector<EmbeddingTraffic> out)
      throws Exception {
    String spaceId = TrafficDelta.spaceOf(context.getCurrentKey());
    String version = TrafficDelta.versionOf(context.getCurrentKey());
    EmbeddingSpace space = open.find(spaceId);
    if (space == null && open.isUnreadable(spaceId)) {
      look(settings.refresh().toMillis(), context.timerService());
      return;
    }
    Version declared = space == null ? null : space.find(version);
    if (space == null || declared == null) {
      forget();
      return;
    }
    boolean isOpen = tell(space, declared, context.timerService().currentProcessingTime(), out);
    if (isOpen || reference.value() != null) {
      look(isOpen ? settings.refresh().toMillis() : REST_MILLIS, context.timerService());
    } else {
      nextLook.clear();
    }
  }

  private void forget() throws Exception {
    for (long start : windows.starts()) {
      OpenWindow window = windows.require(start);
      unknown.inc(window.counts().events() - window.told());
    }
    windows.clear();
    reference.clear();
    nextLook.clear();
  }

  /** Tells what is new; says whether a window is still open. */
  private boolean tell(
      EmbeddingSpace space, Version declared, long now, Collector<EmbeddingTraffic> out)
      throws Exception {
    TrafficReference known = ofSame(reference.value(), declared);
    NavigableSet<Long> starts = windows.starts();
    int open = starts.size();
    boolean isEarliest = true;
    // One window at a time in memory: after a pause there may be a week of them.
    for (long start : starts) {
      OpenWindow window = windows.require(start);
      if (isOfAnother(window, declared)) {
        windows.remove(start);
        open--;
        continue;
      }
      TrafficReference full = isFull(known) ? known : null;
      boolean isInTheWay = full == null && isEarliest && open > MOST_WAITING && window.isOver(now);
      boolean isLeaving =
          isInTheWay
              || ((full != null || isEarliest)
                  && window.isQuiet(now, settings.lateness().toMillis()));
      boolean isDue = window.isNew(full != null) && (isLeaving || isToBeTold(window, now));
      boolean isJoining = isLeaving && full == null && window.counts().vectors() > 0;
      TrafficSums sums = isDue || isJoining ? windows.sums(start, window) : null;
      if (sums != null && isDue) {
        out.collect(
            TrafficReport.of(space, declared.version(), start, window.endMillis(), sums, full));
        told.inc();
        windows.put(start, window.toldNow(full != null, now));
      }
      if (sums != null && isJoining) {
        known =
            known == null
                ? new TrafficReference(start, window.endMillis(), sums)
                : known.with(start, window.endMillis(), sums);
        reference.update(known);
      }
      if (isLeaving) {
        windows.remove(start);
        open--;
      } else {
        isEarliest = false;
      }
    }
    return open > 0;
  }

  private boolean isToBeTold(OpenWindow window, long now) {
    long refresh = settings.refresh().toMillis();
    return window.isQuiet(now, refresh)
        || window.isAwaited(now, Math.max(refresh, PATIENCE_MILLIS));
  }

  /** The version has had other dimensions since. */
  private static boolean isOfAnother(OpenWindow window, Version declared) {
    int dimensions = window.counts().dimensions();
    return dimensions != 0 && dimensions != declared.dimensions();
  }

  /** Of vectors as the document says they are; those before it became another are let go. */
  private @Nullable TrafficReference ofSame(@Nullable TrafficReference known, Version declared) {
    if (known != null && known.sums().dimensions() != declared.dimensions()) {
      reference.clear();
      return null;
    }
    return known;
  }

  private boolean isFull(@Nullable TrafficReference known) {
    return known != null && known.sums().usable() >= settings.referenceVectors();
  }
}
