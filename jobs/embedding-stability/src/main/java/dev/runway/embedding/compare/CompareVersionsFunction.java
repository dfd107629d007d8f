package dev.runway.embedding.compare;

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
 * as a whole.
 *
 * <p>Counters of vectors, one per fate: {@code received = kept + replaced + superseded + repeated +
 * conflict + outside + unknown}; of pairs: {@code compared}.
 */
public final class CompareVersionsFunction
    extends KeyedProcessFunction<String, SampledVector, EmbeddingStability> {

  /** Comparing takes at most one part in so many of the task's time. */
  private static final long SPARING = 10;

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

  private final SpaceDirectory.Factory spaces;
  private final Settings settings;

  private transient SpaceDirectory open;
  private transient @Nullable RotationFiles rotations;
  private transient KeptItems items;
  private transient MapState<String, ToldPair> told;
  private transient ValueState<Long> nextLook;
  private transient Counter received;
  private transient Counter unknown;
  private transient Counter compared;
  private transient Map<KeptItems.Fate, Counter> fates;

  @SuppressWarnings("NullAway.Init") // open() sets the rest before the first vector.
  public CompareVersionsFunction(SpaceDirectory.Factory spaces, Settings settings) {
    this.spaces = spaces;
    this.settings = settings;
  }

  @Override
  public void open(OpenContext context) {
    // What is malformed has been refused where embeddings are sampled.
    open = spaces.open(letter -> {});
    String folder = settings.artefacts();
    rotations = folder == null ? null : new RotationFiles(folder);
    items = new KeptItems(getRuntimeContext());
    told =
        getRuntimeContext()
            .getMapState(
                new MapStateDescriptor<>("told-pair", Types.STRING, ToldPairSerializer.TYPE));
    nextLook = getRuntimeContext().getState(new ValueStateDescriptor<>("next-look", Types.LONG));
    MetricGroup metrics = getRuntimeContext().getMetricGroup();
    received = metrics.counter("received");
    unknown = metrics.counter("unknown");
    compared = metrics.counter("compared");
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
    EmbeddingSpace space = open.find(vector.spaceId());
    if (space == null || !fits(space, vector)) {
      // Its document changed while it was on its way.
      unknown.inc();
      return;
    }
    KeptItems.Fate fate =
        items.add(
            vector,
            space.sampleSize(),
            loser -> context.output(DeadLetters.TAG, contradicted(vector, loser)));
    Counter counter = fates.get(fate);
    if (counter != null) {
      counter.inc();
    }
    if (nextLook.value() == null) {
      lookAfter(settings.refresh().toMillis(), context.timerService());
    }
  }

  private static boolean fits(EmbeddingSpace space, SampledVector vector) {
    EmbeddingSpace.Version version = space.find(vector.version());
    return version != null && version.dimensions() == vector.item().vector().length;
  }

  private DeadLetter contradicted(SampledVector of, ItemVector loser) {
    Embedding embedding =
        new Embedding(
            of.spaceId(),
            of.version(),
            loser.itemId(),
            loser.vector(),
            loser.eventAtMillis(),
            loser.storedAtMillis());
    return DeadLetter.of(
        settings.topic(),
        loser.partition(),
        loser.offset(),
        loser.recordedAtMillis(),
        EmbeddingCodec.write(embedding),
        new MalformedEvent(
            Reason.CONFLICT,
            "vector",
            "another vector of %s in %s was stored at the same time; the lower one counts"
                .formatted(loser.itemId(), of.version())));
  }

  private void lookAfter(long millis, TimerService timers) throws IOException {
    long next = timers.currentProcessingTime() + millis;
    nextLook.update(next);
    timers.registerProcessingTimeTimer(next);
  }

  @Override
  public void onTimer(long at, OnTimerContext context, Collector<EmbeddingStability> out)
      throws Exception {
    EmbeddingSpace space = open.find(context.getCurrentKey());
    if (space != null) {
      items.retain(space);
    }
    if (space == null || items.isEmpty()) {
      items.clear();
      told.clear();
      nextLook.clear();
      return;
    }
    long started = System.nanoTime();
    compared.inc(new SpaceLook(space, items, told, rotations, settings.neighbourItems()).tell(out));
    long tookMillis = Duration.ofNanos(System.nanoTime() - started).toMillis();
    lookAfter(
        Math.max(settings.refresh().toMillis(), SPARING * tookMillis), context.timerService());
  }
}
