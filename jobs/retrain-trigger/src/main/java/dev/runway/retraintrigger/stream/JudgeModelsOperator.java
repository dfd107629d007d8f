package dev.runway.retraintrigger.stream;

import dev.runway.flink.DeadLetters;
import dev.runway.model.Decision;
import dev.runway.model.RetrainCommand;
import dev.runway.model.Staleness;
import dev.runway.model.Topic;
import dev.runway.retraintrigger.decision.Rounds;
import dev.runway.retraintrigger.decision.TriggerSettings;
import dev.runway.retraintrigger.known.Known;
import dev.runway.retraintrigger.known.KnownFeed;
import dev.runway.retraintrigger.state.Dossier;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * Judges models with each tick: those with a window that is due, and those of which something has
 * become known.
 *
 * <p>Readings wait in memory for the tick that they count for, the first one that was appended
 * after them, and are written to state before each barrier alone. So a dossier is read and written
 * once for a tick, however many readings came. Where more than {@link #MAX_WAITING} wait, as after
 * a pause of days, those that count for the next tick are merged before it is acted upon, which
 * changes nothing.
 *
 * <p>State per model: {@code dossier}, 10 to 100 KB, until the model's document was taken back and
 * all of it is said; {@code waiting-readings}, some 300 bytes each, until their tick. A net of 90
 * days is below both. For all: {@code fleet-ticks}, those that are not settled, and {@code
 * known-to}, up to when the topics of what is known count.
 *
 * <p>Counters: {@code readings}, {@code early-readings} (merged though the tick that they count for
 * is not the next one, for too many waited: a replay may decide otherwise), {@code ahead-readings}
 * (of windows that a tick has not come near), {@code unknown-readings}, {@code judged-models},
 * {@code decisions}, {@code commands}. Gauges: {@code waiting-readings}, and those of {@link
 * ReadOn}.
 */
public final class JudgeModelsOperator extends AbstractStreamOperator<Staleness>
    implements TwoInputStreamOperator<SeenReading, FleetTick, Staleness> {

  public static final OutputTag<Decision> DECISIONS =
      new OutputTag<>("decisions", DecisionSerializer.TYPE);

  public static final OutputTag<RetrainCommand> COMMANDS =
      new OutputTag<>("commands", RetrainCommandSerializer.TYPE);

  /** Readings that a subtask holds: 60 MB, and of a fleet of 5,000 models the readings of hours. */
  static final int MAX_WAITING = 200_000;

  private static final Set<Topic> KNOWN =
      Set.of(
          Topic.MODELS,
          Topic.BASELINES,
          Topic.EXPERIMENTS,
          Topic.POLICIES,
          Topic.RETRAIN_STATUS,
          Topic.CONTROLS);

  private static final StateTtlConfig TIME_TO_LIVE =
      StateTtlConfig.newBuilder(Duration.ofDays(90)).build();

  private static final ListStateDescriptor<Long> KNOWN_TO =
      new ListStateDescriptor<>("known-to", Types.LONG);

  private final KnownFeed.Factory feeds;
  private final TriggerSettings settings;
  private final int maxWaiting;
  private final long waitMillis;

  private transient ListState<Long> knownToState;
  private transient long knownToMillis;
  private transient TicksToCome ticks;
  private transient long reached;
  private transient Known known;
  private transient @Nullable KnownFeed feed;
  private transient @Nullable ReadOn readOn;
  private transient Dossiers dossiers;
  private transient SavedReadings saved;
  private transient WaitingReadings waiting;
  private transient Refusals refusals;
  private transient JudgeCounters counters;

  /**
   * @param waitMillis how long after its append a tick waits for records that are on the way
   */
  public JudgeModelsOperator(KnownFeed.Factory feeds, TriggerSettings settings, long waitMillis) {
    this(feeds, settings, MAX_WAITING, waitMillis);
  }

  JudgeModelsOperator(KnownFeed.Factory feeds, TriggerSettings settings, int maxWaiting) {
    this(feeds, settings, maxWaiting, Settled.WAIT_MILLIS);
  }

  @SuppressWarnings("NullAway.Init") // initializeState() and open() set the rest.
  private JudgeModelsOperator(
      KnownFeed.Factory feeds, TriggerSettings settings, int maxWaiting, long waitMillis) {
    this.feeds = feeds;
    this.settings = settings;
    this.maxWaiting = maxWaiting;
    this.waitMillis = waitMillis;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    ticks = new TicksToCome(context.getOperatorStateStore());
    knownToState = context.getOperatorStateStore().getUnionListState(KNOWN_TO);
    knownToMillis = KnownFeed.NOTHING;
    for (Long kept : knownToState.get()) {
      // A tick that one subtask has acted upon and another has not changes nothing where it comes
      // twice.
      knownToMillis = Math.min(knownToMillis, kept);
    }
  }

  @Override
  public void open() throws Exception {
    super.open();
    counters = new JudgeCounters(getMetricGroup());
    getMetricGroup().gauge("waiting-readings", this::waitingReadings);
    reached = Long.MIN_VALUE;
    refusals = new Refusals();
    known = new Known();
    openState();
    feed = feeds.open(known, KNOWN, knownToMillis, refusals::add);
    readOn = ReadOn.begin(getProcessingTimeService(), feed, KNOWN, getMetricGroup());
  }

  int waitingReadings() {
    return waiting.count();
  }

  /** The feed's, while it is open. */
  KnownFeed feed() {
    return Objects.requireNonNull(feed);
  }

  private void openState() throws Exception {
    KeyedStateBackend<String> backend = getKeyedStateBackend();
    dossiers =
        new Dossiers(
            getRuntimeContext().getState(Dossiers.descriptor(TIME_TO_LIVE)), known, settings);
    saved =
        new SavedReadings(
            backend, getRuntimeContext().getListState(SavedReadings.descriptor(TIME_TO_LIVE)));
    // At the first tick: what is known may be new to each of them.
    keys(backend, Dossiers.STATE).forEach(dossiers::lookAtNext);
    waiting = saved.restore(keys(backend, SavedReadings.STATE));
  }

  private static List<String> keys(KeyedStateBackend<String> backend, String state) {
    try (Stream<String> keys = backend.getKeys(state, VoidNamespace.INSTANCE)) {
      return keys.toList();
    }
  }

  @Override
  public void processElement1(StreamRecord<SeenReading> element) throws Exception {
    counters.readings.inc();
    waiting.add(element.getValue());
    if (waiting.count() > maxWaiting) {
      makeRoom();
    }
  }

  @Override
  public void processElement2(StreamRecord<FleetTick> element) throws Exception {
    ticks.add(element.getValue());
    judgeWhatIsSettled();
  }

  @Override
  public void processWatermark(Watermark mark) throws Exception {
    reached = mark.getTimestamp();
    judgeWhatIsSettled();
    super.processWatermark(mark);
  }

  private void judgeWhatIsSettled() throws Exception {
    for (FleetTick tick = ticks.takeSettled(reached, waitMillis);
        tick != null;
        tick = ticks.takeSettled(reached, waitMillis)) {
      judge(tick);
    }
  }

  private void judge(FleetTick tick) throws Exception {
    long appended = tick.tick().appendedAtMillis();
    if (feed != null) {
      feed.upTo(appended);
    }
    Set<String> touched = dossiers.dueAt(tick.tick().atMillis());
    // A subtask knows the models of all; only of its own it has a dossier.
    known.drainChanged().stream().filter(dossiers::has).forEach(touched::add);
    touched.addAll(waiting.modelsBefore(appended));
    known.drainStatuses();
    for (String model : touched) {
      judge(model, tick);
    }
    sayRefused();
  }

  private void sayRefused() {
    refusals.drainTo(letter -> output.collect(DeadLetters.TAG, new StreamRecord<>(letter)));
  }

  private void judge(String model, FleetTick tick) throws Exception {
    setCurrentKey(model);
    List<SeenReading> arrived = waiting.take(model, tick.tick().appendedAtMillis());
    Dossier dossier = dossiers.read(model);
    if (dossier == null) {
      refuse(model, arrived);
      return;
    }
    counters.judged.inc();
    long tickMillis = tick.tick().atMillis();
    take(dossier, arrived, tickMillis);
    Rounds.Outputs out =
        Rounds.tick(dossier, known.policies(), tick.of(model), settings, tickMillis);
    emit(out);
    for (String version : out.tooLarge()) {
      refusals.tooLarge(dossier, version, tick.tick().appendedAtMillis());
    }
    dossiers.judged(model, dossier, tickMillis);
  }

  private void take(Dossier dossier, List<SeenReading> arrived, long tickMillis) {
    for (SeenReading reading : arrived) {
      if (!reading.isTakenBy(dossier, tickMillis)) {
        counters.ahead.inc();
      }
    }
    known.tellBaselines(dossier);
    known.tellExperiments(dossier);
  }

  private void emit(Rounds.Outputs out) {
    for (Staleness state : out.states()) {
      output.collect(new StreamRecord<>(state));
    }
    for (Decision decision : out.decisions()) {
      counters.decisions.inc();
      output.collect(DECISIONS, new StreamRecord<>(decision));
    }
    for (RetrainCommand command : out.commands()) {
      counters.commands.inc();
      output.collect(COMMANDS, new StreamRecord<>(command));
    }
  }

  private void refuse(String model, List<SeenReading> arrived) {
    for (SeenReading reading : arrived) {
      counters.unknown.inc();
      if (reading.kind() != SeenReading.Kind.SPACE) {
        // A space may name users that nobody has registered, and is told again and again.
        refusals.unknown(model, reading);
      }
    }
  }

  /**
   * Merging decides nothing, so what counts for the next tick may be merged before it. Where that
   * does not help memory is bounded before order is exact: nothing is lost, and the counter says
   * it.
   */
  private void makeRoom() throws Exception {
    DatedTick next = ticks.next();
    if (next != null) {
      for (String model : waiting.modelsBefore(next.appendedAtMillis())) {
        setCurrentKey(model);
        // Another model may be registered until then.
        if (dossiers.isKnown(model)) {
          merge(model, next.appendedAtMillis(), next.atMillis());
        }
      }
    }
    if (waiting.count() > maxWaiting / 2) {
      long middle = waiting.middleMillis();
      for (String model : waiting.modelsBefore(middle)) {
        setCurrentKey(model);
        counters.early.inc(merge(model, middle, middle));
      }
      sayRefused();
    }
  }

  /** Merges what was appended before a time; of the model whose key is set. */
  private int merge(String model, long appendedMillis, long tickMillis) throws Exception {
    List<SeenReading> arrived = waiting.take(model, appendedMillis);
    Dossier dossier = dossiers.read(model);
    if (dossier == null) {
      refuse(model, arrived);
    } else {
      take(dossier, arrived, tickMillis);
      dossiers.merged(model, dossier);
    }
    return arrived.size();
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
    saved.save(waiting);
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    ticks.snapshot();
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
