package dev.runway.retraintrigger.stream;

import dev.runway.drift.window.Tier;
import dev.runway.flink.DeadLetters;
import dev.runway.model.DeadLetter;
import dev.runway.model.Decision;
import dev.runway.model.Limits;
import dev.runway.model.MalformedEvent;
import dev.runway.model.Reason;
import dev.runway.model.RetrainCommand;
import dev.runway.model.Staleness;
import dev.runway.model.Topic;
import dev.runway.retraintrigger.decision.Rounds;
import dev.runway.retraintrigger.decision.TriggerSettings;
import dev.runway.retraintrigger.known.Known;
import dev.runway.retraintrigger.known.KnownFeed;
import dev.runway.retraintrigger.signal.LabelledWindow;
import dev.runway.retraintrigger.signal.Observation;
import dev.runway.retraintrigger.state.Dossier;
import dev.runway.retraintrigger.state.ModelFacts;
import dev.runway.retraintrigger.state.StoredValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
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
 * {@code decisions}, {@code commands}.
 */
public final class JudgeModelsOperator extends AbstractStreamOperator<Staleness>
    implements TwoInputStreamOperator<SeenReading, FleetTick, Staleness> {

  public static final OutputTag<Decision> DECISIONS =
      new OutputTag<>("decisions", DecisionSerializer.TYPE);

  public static final OutputTag<RetrainCommand> COMMANDS =
      new OutputTag<>("commands", RetrainCommandSerializer.TYPE);

  /** Readings that a subtask holds: 60 MB, and of a fleet of 5,000 models the readings of hours. */
  static final int MAX_WAITING = 200_000;

  private static final String DOSSIER = "dossier";
  private static final String WAITING = "waiting-readings";
  private static final StateTtlConfig TIME_TO_LIVE =
      StateTtlConfig.newBuilder(Duration.ofDays(90)).build();

  private static final ListStateDescriptor<FleetTick> TICKS =
      new ListStateDescriptor<>("fleet-ticks", FleetTickSerializer.TYPE);

  private static final ListStateDescriptor<Long> KNOWN_TO =
      new ListStateDescriptor<>("known-to", Types.LONG);

  private final KnownFeed.Factory feeds;
  private final TriggerSettings settings;
  private final int maxWaiting;
  private final long waitMillis;

  private transient ValueState<byte[]> dossiers;
  private transient ListState<SeenReading> waitingState;
  private transient ListState<FleetTick> tickState;
  private transient ListState<Long> knownToState;
  private transient long knownToMillis;

  private transient WaitingReadings waiting;
  private transient SortedMap<Long, FleetTick> ticks;
  private transient long reached;
  private transient DueModels due;
  private transient Known known;
  private transient @Nullable KnownFeed feed;
  private transient List<DeadLetter> refused;

  private transient Counter readings;
  private transient Counter early;
  private transient Counter ahead;
  private transient Counter unknown;
  private transient Counter judged;
  private transient Counter decisions;
  private transient Counter commands;

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
    // Every subtask needs all of them, however many there were before; most come from each.
    tickState = context.getOperatorStateStore().getUnionListState(TICKS);
    ticks = new TreeMap<>();
    for (FleetTick tick : tickState.get()) {
      ticks.put(tick.tick().atMillis(), tick);
    }
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
    count();
    openState();
    reached = Long.MIN_VALUE;
    refused = new ArrayList<>();
    known = new Known();
    feed =
        feeds.open(
            known,
            EnumSet.of(
                Topic.MODELS,
                Topic.BASELINES,
                Topic.POLICIES,
                Topic.RETRAIN_STATUS,
                Topic.CONTROLS),
            knownToMillis,
            refused::add);
  }

  private void count() {
    readings = getMetricGroup().counter("readings");
    early = getMetricGroup().counter("early-readings");
    ahead = getMetricGroup().counter("ahead-readings");
    unknown = getMetricGroup().counter("unknown-readings");
    judged = getMetricGroup().counter("judged-models");
    decisions = getMetricGroup().counter("decisions");
    commands = getMetricGroup().counter("commands");
    getMetricGroup().gauge("waiting-readings", this::waitingReadings);
  }

  int waitingReadings() {
    return waiting.count();
  }

  private void openState() throws Exception {
    ValueStateDescriptor<byte[]> dossier =
        new ValueStateDescriptor<>(DOSSIER, PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);
    dossier.enableTimeToLive(TIME_TO_LIVE);
    dossiers = getRuntimeContext().getState(dossier);
    ListStateDescriptor<SeenReading> readingsOfModel =
        new ListStateDescriptor<>(WAITING, SeenReadingSerializer.TYPE);
    readingsOfModel.enableTimeToLive(TIME_TO_LIVE);
    waitingState = getRuntimeContext().getListState(readingsOfModel);
    waiting = new WaitingReadings();
    due = new DueModels();
    KeyedStateBackend<String> backend = getKeyedStateBackend();
    for (String model : keys(backend, DOSSIER)) {
      // At the first tick: what is known may be new to each of them.
      due.put(model, Long.MIN_VALUE);
    }
    for (String model : keys(backend, WAITING)) {
      setCurrentKey(model);
      List<SeenReading> kept = new ArrayList<>();
      waitingState.get().forEach(kept::add);
      waiting.restore(model, kept);
    }
  }

  private static List<String> keys(KeyedStateBackend<String> backend, String state) {
    try (Stream<String> keys = backend.getKeys(state, VoidNamespace.INSTANCE)) {
      return keys.toList();
    }
  }

  @Override
  public void processElement1(StreamRecord<SeenReading> element) throws Exception {
    readings.inc();
    waiting.add(element.getValue());
    if (waiting.count() > maxWaiting) {
      makeRoom();
    }
  }

  @Override
  public void processElement2(StreamRecord<FleetTick> element) throws Exception {
    ticks.put(element.getValue().tick().atMillis(), element.getValue());
    judgeWhatIsSettled();
  }

  @Override
  public void processWatermark(Watermark mark) throws Exception {
    reached = mark.getTimestamp();
    judgeWhatIsSettled();
    super.processWatermark(mark);
  }

  private void judgeWhatIsSettled() throws Exception {
    while (!ticks.isEmpty()) {
      FleetTick next = ticks.values().iterator().next();
      if (!Settled.is(next.tick(), reached, waitMillis)) {
        return;
      }
      ticks.remove(next.tick().atMillis());
      judge(next);
    }
  }

  private void judge(FleetTick tick) throws Exception {
    long appended = tick.tick().appendedAtMillis();
    if (feed != null) {
      feed.upTo(appended);
    }
    Set<String> touched = due.at(tick.tick().atMillis());
    // A subtask knows the models of all; only of its own it has a dossier.
    known.drainChanged().stream().filter(due::has).forEach(touched::add);
    touched.addAll(waiting.modelsBefore(appended));
    known.drainStatuses();
    for (String model : touched) {
      judge(model, tick);
    }
    sayRefused();
  }

  private void sayRefused() {
    refused.forEach(letter -> output.collect(DeadLetters.TAG, new StreamRecord<>(letter)));
    refused.clear();
  }

  private void judge(String model, FleetTick tick) throws Exception {
    setCurrentKey(model);
    List<SeenReading> arrived = waiting.take(model, tick.tick().appendedAtMillis());
    Dossier dossier = read(model);
    if (dossier == null) {
      refuse(model, arrived);
      return;
    }
    judged.inc();
    take(dossier, arrived, tick.tick().atMillis());
    Rounds.Outputs out =
        Rounds.tick(dossier, known.policies(), tick.of(model), settings, tick.tick().atMillis());
    emit(out);
    for (String version : out.tooLarge()) {
      refused.add(tooLarge(dossier, version, tick.tick().appendedAtMillis()));
    }
    if (dossier.isOver(tick.tick().atMillis())) {
      dossiers.clear();
      due.remove(model);
    } else {
      dossiers.update(StoredValue.write(dossier));
      due.put(model, nextDue(dossier, tick.tick().atMillis()));
    }
  }

  /** The dossier with all that is known now; null for a model that nobody has registered. */
  private @Nullable Dossier read(String model) throws Exception {
    byte[] stored = dossiers.value();
    if (stored == null && known.document(model) == null) {
      due.remove(model);
      return null;
    }
    Dossier dossier = stored == null ? new Dossier(model) : StoredValue.read(stored, Dossier.class);
    known.tell(dossier, settings.cooldownMillis());
    return dossier;
  }

  private void take(Dossier dossier, List<SeenReading> arrived, long tickMillis) {
    for (SeenReading reading : arrived) {
      if (reading.labelled()) {
        LabelledWindow seen = StoredValue.read(reading.value(), LabelledWindow.class);
        if (Dossier.isAhead(seen.windowEndMillis(), tickMillis)) {
          ahead.inc();
        } else {
          dossier.take(reading.modelVersion(), seen);
        }
      } else {
        Observation seen = StoredValue.read(reading.value(), Observation.class);
        if (Dossier.isAhead(seen.windowEndMillis(), tickMillis)) {
          ahead.inc();
        } else {
          dossier.take(reading.modelVersion(), seen, tickMillis);
        }
      }
    }
    known.tellBaselines(dossier);
  }

  private void emit(Rounds.Outputs out) {
    for (Staleness state : out.states()) {
      output.collect(new StreamRecord<>(state));
    }
    for (Decision decision : out.decisions()) {
      decisions.inc();
      output.collect(DECISIONS, new StreamRecord<>(decision));
    }
    for (RetrainCommand command : out.commands()) {
      commands.inc();
      output.collect(COMMANDS, new StreamRecord<>(command));
    }
  }

  private void refuse(String model, List<SeenReading> arrived) {
    for (SeenReading reading : arrived) {
      unknown.inc();
      refused.add(
          reading.refused(
              new MalformedEvent(
                  Reason.UNKNOWN_MODEL, "model_id", model + " has no document: register it")));
    }
  }

  /** The others are judged all the same. */
  private static DeadLetter tooLarge(Dossier dossier, String version, long appendedAtMillis) {
    byte[] stored = StoredValue.write(dossier);
    return DeadLetter.of(
        DOSSIER,
        -1,
        -1,
        appendedAtMillis,
        stored,
        new MalformedEvent(
            Reason.TOO_LARGE,
            null,
            "%s of %s cannot be judged: what is known of it is more than %d bytes"
                .formatted(version, dossier.modelId, Limits.MAX_INPUTS_BYTES)));
  }

  /** The tick at which a window is judged, or looked at again; none while there is no document. */
  private long nextDue(Dossier dossier, long tickMillis) {
    ModelFacts facts = dossier.facts;
    if (facts == null) {
      return Long.MAX_VALUE;
    }
    long window = Tier.of(facts.tier()).windowMillis();
    long newest = Math.floorDiv(tickMillis - settings.latenessMillis(), window) * window;
    return Math.min(newest + window + settings.latenessMillis(), dossier.looksAgainAtMillis());
  }

  /**
   * Merging decides nothing, so what counts for the next tick may be merged before it. Where that
   * does not help memory is bounded before order is exact: nothing is lost, and the counter says
   * it.
   */
  private void makeRoom() throws Exception {
    if (!ticks.isEmpty()) {
      DatedTick next = ticks.values().iterator().next().tick();
      for (String model : waiting.modelsBefore(next.appendedAtMillis())) {
        setCurrentKey(model);
        // Another model may be registered until then.
        if (dossiers.value() != null || known.document(model) != null) {
          merge(model, next.appendedAtMillis(), next.atMillis());
        }
      }
    }
    if (waiting.count() > maxWaiting / 2) {
      long middle = waiting.middleMillis();
      for (String model : waiting.modelsBefore(middle)) {
        setCurrentKey(model);
        early.inc(merge(model, middle, middle));
      }
      sayRefused();
    }
  }

  /** Merges what was appended before a time; of the model whose key is set. */
  private int merge(String model, long appendedMillis, long tickMillis) throws Exception {
    List<SeenReading> arrived = waiting.take(model, appendedMillis);
    Dossier dossier = read(model);
    if (dossier == null) {
      refuse(model, arrived);
    } else {
      take(dossier, arrived, tickMillis);
      dossiers.update(StoredValue.write(dossier));
      due.put(model, Long.MIN_VALUE);
    }
    return arrived.size();
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
    for (String model : waiting.drainUnsaved()) {
      setCurrentKey(model);
      List<SeenReading> list = waiting.of(model);
      if (list == null) {
        waitingState.clear();
      } else {
        waitingState.update(list);
      }
    }
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    // One subtask may have acted upon a tick that another one still waits with.
    tickState.update(List.copyOf(ticks.values()));
    knownToState.update(feed == null ? List.of() : List.of(feed.knownToMillis()));
  }

  @Override
  public void close() throws Exception {
    if (feed != null) {
      feed.close();
    }
    super.close();
  }
}
