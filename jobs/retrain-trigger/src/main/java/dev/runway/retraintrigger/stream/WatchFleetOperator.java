package dev.runway.retraintrigger.stream;

import dev.runway.flink.DeadLetters;
import dev.runway.flink.RawEvent;
import dev.runway.model.DeadLetter;
import dev.runway.model.MalformedEvent;
import dev.runway.model.ModelDocument;
import dev.runway.model.RetrainCommandCodec;
import dev.runway.model.StalenessCodec;
import dev.runway.model.Topic;
import dev.runway.retraintrigger.cascade.Fleet;
import dev.runway.retraintrigger.cascade.FleetRules;
import dev.runway.retraintrigger.cascade.Graph;
import dev.runway.retraintrigger.known.Known;
import dev.runway.retraintrigger.known.KnownFeed;
import dev.runway.retraintrigger.state.StoredValue;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.jspecify.annotations.Nullable;

/**
 * Says with each tick what the fleet has to do with each model.
 *
 * <p>What models say comes back by the topics on which they say it: what was said at one tick is
 * appended after it, and so counts at the tick after next, in every run and every copy of the job;
 * where the job is behind its ticks, at the first ticks that are appended after it.
 *
 * <p>State: {@code fleet}, some 500 bytes a model; {@code waiting-ticks} and {@code waiting-words},
 * what has been read and belongs to ticks to come; {@code known-to}, up to when the topics of what
 * is known count. Words that wait are at most {@link #MAX_WAITING_BYTES}: beyond that the oldest
 * are taken in before their tick. One subtask.
 *
 * <p>Gauges: {@code stale-lately}, {@code storm}, {@code waiting-words}, and those of {@link
 * ReadOn}. Counter: {@code early-words}, taken in before their tick, for too many waited: a replay
 * may decide otherwise.
 */
public final class WatchFleetOperator extends AbstractStreamOperator<FleetTick>
    implements TwoInputStreamOperator<DatedTick, RawEvent, FleetTick> {
  /**
   * Words of about a kilobyte: 50,000 of them, which is what a fleet of 5,000 models says at ten
   * ticks at which every one is judged.
   */
  static final long MAX_WAITING_BYTES = 64L << 20;

  private static final Set<Topic> KNOWN =
      Set.of(Topic.MODELS, Topic.RETRAIN_STATUS, Topic.CONTROLS, Topic.DEPENDENCIES);

  private static final ListStateDescriptor<byte[]> FLEET =
      new ListStateDescriptor<>("fleet", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

  private static final ListStateDescriptor<DatedTick> TICKS =
      new ListStateDescriptor<>("waiting-ticks", DatedTickSerializer.TYPE);

  private static final ListStateDescriptor<RawEvent> WORDS =
      new ListStateDescriptor<>("waiting-words", RawEvent.TYPE);

  private static final ListStateDescriptor<Long> KNOWN_TO =
      new ListStateDescriptor<>("known-to", Types.LONG);

  private final KnownFeed.Factory feeds;
  private final String retrains;
  private final long waitMillis;
  private final long maxWaitingBytes;

  private transient ListState<byte[]> fleetState;
  private transient ListState<DatedTick> tickState;
  private transient ListState<RawEvent> wordState;
  private transient ListState<Long> knownToState;
  private transient long knownToMillis;
  private transient Fleet fleet;
  private transient Deque<DatedTick> ticks;
  private transient WaitingWords words;
  private transient Known known;
  private transient @Nullable KnownFeed feed;
  private transient @Nullable ReadOn readOn;
  private transient List<DeadLetter> refused;
  private transient long reached;
  private transient int staleLately;
  private transient int storm;
  private transient Counter early;

  WatchFleetOperator(KnownFeed.Factory feeds, String retrains) {
    this(feeds, retrains, Settled.WAIT_MILLIS);
  }

  /**
   * @param retrains full name of the topic of commands; the other words are states
   * @param waitMillis how long after its append a tick waits for records that are on the way
   */
  public WatchFleetOperator(KnownFeed.Factory feeds, String retrains, long waitMillis) {
    this(feeds, retrains, waitMillis, MAX_WAITING_BYTES);
  }

  @SuppressWarnings("NullAway.Init") // initializeState() and open() set the rest.
  WatchFleetOperator(
      KnownFeed.Factory feeds, String retrains, long waitMillis, long maxWaitingBytes) {
    this.feeds = feeds;
    this.retrains = retrains;
    this.waitMillis = waitMillis;
    this.maxWaitingBytes = maxWaitingBytes;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    fleetState = context.getOperatorStateStore().getListState(FLEET);
    tickState = context.getOperatorStateStore().getListState(TICKS);
    wordState = context.getOperatorStateStore().getListState(WORDS);
    fleet = new Fleet(FleetRules.standard());
    for (byte[] kept : fleetState.get()) {
      fleet = StoredValue.read(kept, Fleet.class);
    }
    ticks = new ArrayDeque<>();
    tickState.get().forEach(ticks::add);
    words = new WaitingWords();
    wordState.get().forEach(words::add);
    knownToState = context.getOperatorStateStore().getListState(KNOWN_TO);
    knownToMillis = KnownFeed.NOTHING;
    for (Long kept : knownToState.get()) {
      knownToMillis = kept;
    }
  }

  @Override
  public void open() throws Exception {
    super.open();
    reached = Long.MIN_VALUE;
    refused = new ArrayList<>();
    known = new Known();
    feed = feeds.open(known, KNOWN, knownToMillis, refused::add);
    readOn = ReadOn.begin(getProcessingTimeService(), feed, KNOWN, getMetricGroup());
    getMetricGroup().gauge("stale-lately", () -> staleLately);
    getMetricGroup().gauge("storm", () -> storm);
    getMetricGroup().gauge("waiting-words", this::waitingWords);
    early = getMetricGroup().counter("early-words");
  }

  @Override
  public void processElement1(StreamRecord<DatedTick> element) {
    ticks.add(element.getValue());
    sayWhatIsSettled();
  }

  @Override
  public void processElement2(StreamRecord<RawEvent> element) {
    RawEvent word = element.getValue();
    if (isDue(word)) {
      take(word);
    } else {
      words.add(word);
      if (words.bytes() > maxWaitingBytes) {
        makeRoom();
      }
    }
    sayRefused();
  }

  int waitingWords() {
    return words.count();
  }

  /** The feed's, while it is open. */
  KnownFeed feed() {
    return Objects.requireNonNull(feed);
  }

  long earlyWords() {
    return early.getCount();
  }

  /**
   * Hearing decides nothing, so what counts for the next tick may be heard before it. Where that
   * does not help memory is bounded before order is exact: nothing is lost, and the counter says
   * it.
   */
  private void makeRoom() {
    DatedTick next = ticks.peekFirst();
    if (next != null) {
      hear(next.appendedAtMillis());
    }
    while (words.bytes() > maxWaitingBytes / 2) {
      early.inc(hear(words.middleMillis()));
    }
  }

  /**
   * Whether it counts for the next tick: of a job that begins anew most words are of before its
   * first one.
   */
  private boolean isDue(RawEvent word) {
    DatedTick next = ticks.peekFirst();
    return next != null && word.kafkaTimestampMillis() < next.appendedAtMillis();
  }

  @Override
  public void processWatermark(Watermark mark) throws Exception {
    reached = mark.getTimestamp();
    sayWhatIsSettled();
    super.processWatermark(mark);
  }

  private void sayWhatIsSettled() {
    while (!ticks.isEmpty() && Settled.is(ticks.getFirst(), reached, waitMillis)) {
      say(ticks.removeFirst());
    }
  }

  private void say(DatedTick tick) {
    if (feed != null) {
      feed.upTo(tick.appendedAtMillis());
    }
    hear(tick.appendedAtMillis());
    Graph graph = known.drainGraph();
    if (graph != null) {
      fleet.take(graph);
    }
    known.drainStatuses().forEach(fleet::take);
    known.drainChanged();
    fleet.switchOff(known.isFleetOff(tick.atMillis()));
    fleet.letGo(known.fleetOnAgainMillis());
    SortedMap<String, Long> horizons = new TreeMap<>();
    for (ModelDocument document : known.documents()) {
      horizons.put(document.modelId(), document.horizon().toMillis());
    }
    fleet.keepOnly(horizons.keySet());
    staleLately = fleet.newlyStale(tick.atMillis()).size();
    storm = fleet.isStorm(tick.atMillis()) ? 1 : 0;
    output.collect(
        new StreamRecord<>(
            new FleetTick(
                tick,
                fleet.usual(tick.atMillis()),
                fleet.all(horizons, known.ofTeamsThatAreOff(tick.atMillis()), tick.atMillis()))));
    fleet.tickIsOver();
    sayRefused();
  }

  private void sayRefused() {
    refused.forEach(letter -> output.collect(DeadLetters.TAG, new StreamRecord<>(letter)));
    refused.clear();
  }

  /**
   * Takes what was said before a time; of several states the order makes no difference.
   *
   * @return how many words
   */
  private int hear(long appendedMillis) {
    List<RawEvent> said = words.takeBefore(appendedMillis);
    said.forEach(this::take);
    return said.size();
  }

  private void take(RawEvent word) {
    try {
      if (word.topic().equals(retrains)) {
        fleet.take(RetrainCommandCodec.read(word.value()));
      } else {
        fleet.take(StalenessCodec.read(word.value()));
      }
    } catch (MalformedEvent cause) {
      refused.add(DeadLetters.of(word, cause));
    }
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    fleetState.update(List.of(StoredValue.write(fleet)));
    tickState.update(List.copyOf(ticks));
    wordState.update(words.all());
    knownToState.update(feed == null ? List.of() : List.of(feed.knownToMillis()));
  }

  @Override
  public void close() throws Exception {
    if (readOn != null) {
      readOn.close();
    }
    if (feed != null) {
      feed.close();
    }
    super.close();
  }
}
