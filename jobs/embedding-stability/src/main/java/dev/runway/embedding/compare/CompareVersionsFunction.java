package dev.runway.embedding.compare;

import dev.runway.drift.embedding.StabilityMeasures;
import dev.runway.embedding.space.SpaceDirectory;
import dev.runway.embedding.state.ItemVector;
import dev.runway.embedding.state.SampledVector;
import dev.runway.embedding.state.ToldPair;
import dev.runway.embedding.state.ToldPairSerializer;
import dev.runway.flink.DeadLetters;
import dev.runway.model.DeadLetter;
import dev.runway.model.Embedding;
import dev.runway.model.EmbeddingCodec;
import dev.runway.model.EmbeddingSpace;
import dev.runway.model.EmbeddingStability;
import dev.runway.model.MalformedEvent;
import dev.runway.model.Reason;
import java.io.IOException;
import java.io.Serializable;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
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
 * Keeps the sampled vectors of a space and compares the pairs of versions that its document names
 * (decision 0021). What it tells of a pair follows from the document and from which vectors came:
 * when it looks decides only when that is told.
 *
 * <p>State per space, for as long as there is a document that names its versions: {@link
 * KeptItems}; {@code told-pair}, what was last told of each pair; {@code next-look}, the time of
 * the one timer. A version that the document drops goes at the next look, a space without document
 * as a whole; one whose document cannot be read stays as it is.
 *
 * <p>A timer compares one pair and sets the next one, and all other spaces of the subtask wait
 * meanwhile (see {@link Turns}), so that records and checkpoints come between two pairs.
 *
 * <p>Counters of vectors, one per fate: {@code received = kept + replaced + superseded + repeated +
 * conflict + outside + unknown}; those that no document fits any more are dead letters. Of pairs:
 * those of {@link PairComparer}.
 */
public final class CompareVersionsFunction
    extends KeyedProcessFunction<String, SampledVector, EmbeddingStability> {

  /** Comparing takes at most one part in so many of the task's time. */
  private static final long SPARING = 10;

  /** What a comparison may take: the rest is for all others who share the process. */
  private static final long HALF_THE_HEAP = 0;

  /** Between two pairs that are both due. */
  private static final long SOON_MILLIS = 100;

  /**
   * What may be set.
   *
   * @param topic that the vectors come from, for their dead letters
   * @param refresh how often a space is looked at
   * @param neighbourItems items among which neighbours are looked for
   * @param artefacts folder for rotations; null for none
   */
  public record Settings(
      String topic, Duration refresh, int neighbourItems, @Nullable String artefacts)
      implements Serializable {}

  /** What tells how long comparing took. */
  @FunctionalInterface
  interface Clock extends Serializable {
    long nanos();
  }

  private final SpaceDirectory.Factory spaces;
  private final Settings settings;
  private final PairComparer.Measures measures;
  private final Clock clock;
  private final long mostBytes;

  private transient SpaceDirectory open;
  private transient KeptItems items;
  private transient PairComparer comparer;
  private transient Endings endings;
  private transient Turns turns;
  private transient MapState<String, ToldPair> told;
  private transient ValueState<Long> nextLook;
  private transient Counter received;
  private transient Counter unknown;
  private transient Map<KeptItems.Fate, Counter> fates;

  public CompareVersionsFunction(SpaceDirectory.Factory spaces, Settings settings) {
    this(spaces, settings, StabilityMeasures::of, System::nanoTime, HALF_THE_HEAP);
  }

  @SuppressWarnings("NullAway.Init") // open() sets the rest before the first vector.
  CompareVersionsFunction(
      SpaceDirectory.Factory spaces,
      Settings settings,
      PairComparer.Measures measures,
      Clock clock,
      long mostBytes) {
    this.spaces = spaces;
    this.settings = settings;
    this.measures = measures;
    this.clock = clock;
    this.mostBytes = mostBytes;
  }

  @Override
  public void open(OpenContext context) {
    // What is malformed has been refused where embeddings are sampled.
    open = spaces.open(letter -> {});
    items = new KeptItems(getRuntimeContext());
    told =
        getRuntimeContext()
            .getMapState(
                new MapStateDescriptor<>("told-pair", Types.STRING, ToldPairSerializer.TYPE));
    nextLook = getRuntimeContext().getState(new ValueStateDescriptor<>("next-look", Types.LONG));
    MetricGroup metrics = getRuntimeContext().getMetricGroup();
    received = metrics.counter("received");
    unknown = metrics.counter("unknown");
    String folder = settings.artefacts();
    RotationFiles rotations = folder == null ? null : new RotationFiles(folder);
    // Of this process, and not of the one that made the graph.
    long memory = mostBytes == HALF_THE_HEAP ? Runtime.getRuntime().maxMemory() / 2 : mostBytes;
    comparer =
        new PairComparer(items, rotations, settings.neighbourItems(), measures, memory, metrics);
    endings = new Endings(told, rotations);
    turns = new Turns();
    fates = new EnumMap<>(KeptItems.Fate.class);
    for (KeptItems.Fate fate : KeptItems.Fate.values()) {
      fates.put(fate, metrics.counter(fate.name().toLowerCase(Locale.ROOT)));
    }
  }

  @Override
  public void close() {
    if (open != null) {
      open.close();
    }
  }

  @Override
  public void processElement(
      SampledVector vector, Context context, Collector<EmbeddingStability> out) throws Exception {
    received.inc();
    EmbeddingSpace space;
    try {
      // A document that the sampler saw is seen here too, however soon the vector followed it.
      space = open.require(vector.spaceId(), version(vector), vector.item().recordedAtMillis());
    } catch (MalformedEvent cause) {
      unknown.inc();
      context.output(DeadLetters.TAG, letter(vector, vector.item(), cause));
      return;
    }
    KeptItems.Fate fate =
        items.add(
            vector, space, loser -> context.output(DeadLetters.TAG, contradicted(vector, loser)));
    Counter counter = fates.get(fate);
    if (counter != null) {
      counter.inc();
    }
    if (nextLook.value() == null) {
      lookAfter(settings.refresh().toMillis(), context.timerService());
    }
  }

  private static EmbeddingSpace.Version version(SampledVector vector) {
    return new EmbeddingSpace.Version(vector.version(), vector.item().vector().length);
  }

  private DeadLetter contradicted(SampledVector of, ItemVector loser) {
    return letter(
        of,
        loser,
        new MalformedEvent(
            Reason.CONFLICT,
            "vector",
            "another vector of %s in %s was stored at the same time; the lower one counts"
                .formatted(loser.itemId(), of.version())));
  }

  private DeadLetter letter(SampledVector of, ItemVector item, MalformedEvent cause) {
    Embedding embedding =
        new Embedding(
            of.spaceId(),
            of.version(),
            item.itemId(),
            item.vector(),
            item.eventAtMillis(),
            item.storedAtMillis());
    return DeadLetter.of(
        settings.topic(),
        item.partition(),
        item.offset(),
        item.recordedAtMillis(),
        EmbeddingCodec.write(embedding),
        cause);
  }

  private void lookAfter(long millis, TimerService timers) throws IOException {
    long next = timers.currentProcessingTime() + millis;
    nextLook.update(next);
    timers.registerProcessingTimeTimer(next);
  }

  @Override
  public void onTimer(long at, OnTimerContext context, Collector<EmbeddingStability> out)
      throws Exception {
    String spaceId = context.getCurrentKey();
    long refreshMillis = settings.refresh().toMillis();
    TimerService timers = context.timerService();
    long toWait = turns.millisToWait(spaceId, timers.currentProcessingTime());
    if (toWait > 0) {
      lookAfter(toWait, timers);
      return;
    }
    EmbeddingSpace space = open.find(spaceId);
    if (space == null && open.isUnreadable(spaceId)) {
      lookAfter(refreshMillis, timers);
      return;
    }
    if (space != null) {
      items.retain(space);
    }
    if (space == null || items.isEmpty()) {
      endings.tell(spaceId, space == null ? 0 : space.revision(), List.of(), out);
      items.clear();
      nextLook.clear();
      return;
    }
    long started = clock.nanos();
    boolean isMore =
        new SpaceLook(space, items, told, comparer, endings)
            .tell(timers.currentProcessingTime(), out);
    long restMillis = SPARING * Duration.ofNanos(clock.nanos() - started).toMillis();
    turns.rest(timers.currentProcessingTime(), restMillis);
    lookAfter(Math.max(isMore ? SOON_MILLIS : refreshMillis, restMillis), timers);
  }
}
