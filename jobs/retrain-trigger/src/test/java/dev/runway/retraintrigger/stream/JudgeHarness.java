package dev.runway.retraintrigger.stream;

import dev.runway.flink.DeadLetters;
import dev.runway.flink.RawEvent;
import dev.runway.flink.TimeBounds;
import dev.runway.model.BaselineCodec;
import dev.runway.model.DeadLetter;
import dev.runway.model.Decision;
import dev.runway.model.DriftReading;
import dev.runway.model.DriftReadingCodec;
import dev.runway.model.EmbeddingStability;
import dev.runway.model.EmbeddingStabilityCodec;
import dev.runway.model.ModelDocumentCodec;
import dev.runway.model.RetrainCommand;
import dev.runway.model.Staleness;
import dev.runway.model.Topic;
import dev.runway.retraintrigger.Scene;
import dev.runway.retraintrigger.SomeReadings;
import dev.runway.retraintrigger.decision.Surroundings;
import dev.runway.retraintrigger.known.FixedKnown;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.TreeMap;
import org.apache.flink.api.common.functions.util.ListCollector;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/** {@link JudgeModelsOperator} in Flink's harness, which can be stopped and restored. */
final class JudgeHarness implements AutoCloseable {
  static final long MINUTE = Scene.MINUTE;

  /** How long after its minute a tick is appended. */
  static final long LATER = 400;

  private static final int KEY_GROUPS = 128;
  private static final TimeBounds BOUNDS = TimeBounds.earliest(Instant.EPOCH);

  final FixedKnown known;
  final List<Staleness> states = new ArrayList<>();
  final List<Decision> decisions = new ArrayList<>();

  /** Each id once: one that nobody answers is sent again with each window. */
  final List<RetrainCommand> commands = new ArrayList<>();

  final List<DeadLetter> dead = new ArrayList<>();

  long now = Scene.START;
  Surroundings usual = Surroundings.QUIET;
  private final int parallelism;
  private final int maxWaiting;
  private long offset;
  private boolean readsOn;
  private long clock;
  private JudgeModelsOperator operator;
  private KeyedTwoInputStreamOperatorTestHarness<String, SeenReading, FleetTick, Staleness> harness;

  JudgeHarness(FixedKnown known, int parallelism) throws Exception {
    this(known, parallelism, JudgeModelsOperator.MAX_WAITING);
  }

  private JudgeHarness(FixedKnown known, int parallelism, int maxWaiting) throws Exception {
    this.known = known;
    this.parallelism = parallelism;
    this.maxWaiting = maxWaiting;
    this.harness = open(null);
  }

  /** Of a tier, with a document and a baseline. */
  static JudgeHarness of(int tier) throws Exception {
    return of(tier, 1);
  }

  /** The same, of so many subtasks the one that has the model. */
  static JudgeHarness of(int tier, int parallelism) throws Exception {
    return new JudgeHarness(known(tier), parallelism);
  }

  /** The same, with room for so many readings. */
  static JudgeHarness withRoomFor(int maxWaiting, int tier) throws Exception {
    return new JudgeHarness(known(tier), 1, maxWaiting);
  }

  private static FixedKnown known(int tier) {
    FixedKnown known = new FixedKnown();
    known.write(
        Topic.MODELS,
        Scene.MODEL.getBytes(StandardCharsets.UTF_8),
        ModelDocumentCodec.write(Scene.document(tier)),
        0);
    known.write(
        Topic.BASELINES, Scene.baseline("v1").key(), BaselineCodec.write(Scene.baseline("v1")), 0);
    return known;
  }

  /** Which of so many subtasks has the model. */
  static int subtask(int parallelism) {
    return KeyGroupRangeAssignment.assignKeyToParallelOperator(
        Scene.MODEL, KEY_GROUPS, parallelism);
  }

  private KeyedTwoInputStreamOperatorTestHarness<String, SeenReading, FleetTick, Staleness> open(
      @Nullable OperatorSubtaskState state) throws Exception {
    operator = new JudgeModelsOperator(known, Scene.SETTINGS, maxWaiting);
    var opened =
        new KeyedTwoInputStreamOperatorTestHarness<String, SeenReading, FleetTick, Staleness>(
            operator,
            SeenReading::modelId,
            tick -> "any",
            Types.STRING,
            KEY_GROUPS,
            parallelism,
            subtask(parallelism));
    opened.setup(StalenessSerializer.TYPE.createSerializer(null));
    if (state != null) {
      opened.initializeState(state);
    }
    opened.open();
    return opened;
  }

  /** From now on a second of the clock passes with each reading and each tick. */
  void readsOn() throws Exception {
    readsOn = true;
    secondPasses();
  }

  private void secondPasses() throws Exception {
    if (readsOn) {
      clock += 1_000;
      harness.setProcessingTime(clock);
    }
  }

  /** How far a topic has been read. */
  long readTo(Topic topic) {
    return operator.feed().readTo(topic);
  }

  /** Records of topics of what is known that wait for their tick. */
  int held() {
    return operator.feed().held();
  }

  /** A reading that is appended at a time. */
  void reading(DriftReading reading, long appendedAt) throws Exception {
    secondPasses();
    RawEvent raw =
        new RawEvent(
            null,
            DriftReadingCodec.write(reading),
            "runway.drift",
            0,
            offset++,
            appendedAt,
            List.of());
    SeenReading seen = Objects.requireNonNull(ReadingDecoder.ofDrift(BOUNDS).decode(raw));
    harness.processElement1(new StreamRecord<>(seen, appendedAt));
  }

  /** What is said of a space at a time. */
  void space(EmbeddingStability result, long appendedAt) throws Exception {
    RawEvent raw =
        new RawEvent(
            null,
            EmbeddingStabilityCodec.write(result),
            "runway.embedding-stability",
            0,
            offset++,
            appendedAt,
            List.of());
    List<SeenReading> told = new ArrayList<>();
    new SpaceConsumers()
        .flatMap(
            Objects.requireNonNull(ReadingDecoder.ofSpaces(BOUNDS).decode(raw)),
            new ListCollector<>(told));
    for (SeenReading reading : told) {
      if (reading.modelId().equals(Scene.MODEL)) {
        harness.processElement1(new StreamRecord<>(reading, appendedAt));
      }
    }
  }

  /** A tick that comes and is acted upon at once. */
  void tick(long at) throws Exception {
    tickWaits(at);
    reaches(at + LATER + Settled.WAIT_MILLIS);
  }

  /** A tick that comes. */
  void tickWaits(long at) throws Exception {
    secondPasses();
    now = at;
    harness.processElement2(
        new StreamRecord<>(
            new FleetTick(new DatedTick(at, at + LATER), usual, new TreeMap<>()), at + LATER));
  }

  void reaches(long watermark) throws Exception {
    harness.processBothWatermarks(new Watermark(watermark));
    takeOutput();
  }

  /** A tick a minute to a time, that one included. */
  void tickTo(long until) throws Exception {
    while (now < until) {
      tick(now + MINUTE);
    }
  }

  /** So many windows of ten minutes, each with a reading of drift. */
  void windows(int count, double severity) throws Exception {
    windows(count, severity, Scene.COMES);
  }

  /**
   * The same.
   *
   * @param comes how long after the end of its window each reading is appended
   */
  void windows(int count, double severity, long comes) throws Exception {
    for (int i = 0; i < count; i++) {
      long end = Scene.nextEnd(now);
      tickTo(end + comes);
      reading(SomeReadings.drift("v1", end, severity), end + comes + 1_000);
      tickTo(end + 10 * MINUTE);
    }
  }

  OperatorSubtaskState snapshot() throws Exception {
    harness.prepareSnapshotPreBarrier(1);
    return harness.snapshot(1, 1);
  }

  /** Stops the operator and starts a new one from its snapshot. */
  void restart() throws Exception {
    restart(snapshot());
  }

  void restart(@Nullable OperatorSubtaskState state) throws Exception {
    var stopped = harness;
    harness = open(state);
    stopped.close();
  }

  int waitingReadings() {
    return operator.waitingReadings();
  }

  int entriesLeft() {
    return harness.numKeyedStateEntries();
  }

  private void takeOutput() {
    states.addAll(harness.extractOutputValues());
    harness.getOutput().clear();
    take(JudgeModelsOperator.DECISIONS, decisions);
    List<RetrainCommand> sent = new ArrayList<>();
    take(JudgeModelsOperator.COMMANDS, sent);
    for (RetrainCommand command : sent) {
      if (commands.stream().noneMatch(one -> one.commandId().equals(command.commandId()))) {
        commands.add(command);
      }
    }
    take(DeadLetters.TAG, dead);
  }

  private <T> void take(OutputTag<T> tag, List<T> into) {
    Queue<StreamRecord<T>> output = harness.getSideOutput(tag);
    if (output != null) {
      output.forEach(record -> into.add(record.getValue()));
      output.clear();
    }
  }

  @Override
  public void close() throws Exception {
    harness.close();
  }
}
