package dev.runway.retraintrigger.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.flink.DeadLetters;
import dev.runway.flink.RawEvent;
import dev.runway.model.Control;
import dev.runway.model.ControlCodec;
import dev.runway.model.Dependency;
import dev.runway.model.DependencyCodec;
import dev.runway.model.ModelState;
import dev.runway.model.Staleness;
import dev.runway.model.StalenessCodec;
import dev.runway.model.Topic;
import dev.runway.retraintrigger.Scene;
import dev.runway.retraintrigger.decision.Surroundings;
import dev.runway.retraintrigger.known.FixedKnown;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.TwoInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WatchFleetOperatorTest {
  private static final long MINUTE = Scene.MINUTE;
  private static final long START = Scene.START;

  private final FixedKnown known = new FixedKnown();
  private final List<FleetTick> said = new ArrayList<>();
  private WatchFleetOperator operator = new WatchFleetOperator(known, "runway.retrains");
  private TwoInputStreamOperatorTestHarness<DatedTick, RawEvent, FleetTick> harness;
  private long offset;

  @BeforeEach
  void start() throws Exception {
    for (int i = 0; i < 30; i++) {
      model("m" + i, "ranking");
    }
    model("pricing", "prices");
    harness = open(null);
  }

  @AfterEach
  void stop() throws Exception {
    harness.close();
  }

  private void model(String id, String team) {
    String json =
        "{\"model_id\":\"%s\",\"task\":\"BINARY\",\"horizon\":\"PT6H\",\"team\":\"%s\"}"
            .formatted(id, team);
    known.write(Topic.MODELS, utf8(id), utf8(json), 0);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static final Surroundings NOTHING =
      new Surroundings(null, 0, 0, null, null, false, false, 0);

  private TwoInputStreamOperatorTestHarness<DatedTick, RawEvent, FleetTick> open(
      @Nullable OperatorSubtaskState state) throws Exception {
    return open(state, WatchFleetOperator.MAX_WAITING_BYTES);
  }

  private TwoInputStreamOperatorTestHarness<DatedTick, RawEvent, FleetTick> open(
      @Nullable OperatorSubtaskState state, long maxWaitingBytes) throws Exception {
    operator =
        new WatchFleetOperator(known, "runway.retrains", Settled.WAIT_MILLIS, maxWaitingBytes);
    var opened = new TwoInputStreamOperatorTestHarness<DatedTick, RawEvent, FleetTick>(operator);
    opened.setup(FleetTickSerializer.TYPE.createSerializer(null));
    if (state != null) {
      opened.initializeState(state);
    }
    opened.open();
    return opened;
  }

  private void says(String model, ModelState state, long at, long appendedAt) throws Exception {
    Staleness staleness =
        new Staleness(
            model,
            "v1",
            state,
            ModelState.HEALTHY,
            at,
            state == ModelState.STALE ? "e" : null,
            0.8,
            1,
            List.of(),
            List.of(),
            List.of(),
            null,
            null,
            0,
            at,
            at,
            2,
            null,
            at,
            false);
    word("runway.staleness", StalenessCodec.write(staleness), appendedAt);
  }

  private void word(String topic, byte[] value, long appendedAt) throws Exception {
    RawEvent raw = new RawEvent(null, value, topic, 0, offset++, appendedAt, List.of());
    harness.processElement2(new StreamRecord<>(raw, appendedAt));
  }

  private FleetTick tick(long at) throws Exception {
    harness.processElement1(new StreamRecord<>(new DatedTick(at, at + 300), at + 300));
    harness.processBothWatermarks(new Watermark(at + 300 + Settled.WAIT_MILLIS));
    said.addAll(harness.extractOutputValues());
    harness.getOutput().clear();
    return said.get(said.size() - 1);
  }

  @Test
  void tickThatIsNotSettled_waits_alsoInASnapshot() throws Exception {
    harness.processElement1(new StreamRecord<>(new DatedTick(START, START + 300), START + 300));
    says("m1", ModelState.STALE, START - MINUTE, START - 1);
    harness.processBothWatermarks(new Watermark(START + 300));
    assertThat(harness.extractOutputValues()).isEmpty();

    OperatorSubtaskState state = harness.snapshot(1, 1);
    harness.close();
    harness = open(state);
    harness.processBothWatermarks(new Watermark(START + MINUTE));

    assertThat(harness.extractOutputValues())
        .singleElement()
        .returns(START, fleet -> fleet.tick().atMillis());
  }

  /** What was said at one tick is appended after it, and known two ticks later. */
  @Test
  void wordsCount_fromTheTickAfterTheyWereAppended() throws Exception {
    Dependency uses = new Dependency("e-1", "pricing", "m1", null);
    known.write(Topic.DEPENDENCIES, uses.key(), DependencyCodec.write(uses), START);
    tick(START + MINUTE);
    says("m1", ModelState.STALE, START + MINUTE, START + 2 * MINUTE + 301);

    assertThat(tick(START + 2 * MINUTE).of("pricing")).isEqualTo(NOTHING);
    assertThat(tick(START + 3 * MINUTE).of("pricing").attributedTo()).isEqualTo("m1");
    assertThat(said.get(2).of("m1").attributedTo()).isNull();
  }

  /** A job that begins anew reads months of them, and holds none that is due already. */
  @Test
  void wordsOfBeforeTheNextTick_doNotWait() throws Exception {
    harness.processElement1(new StreamRecord<>(new DatedTick(START, START + 300), START + 300));
    for (int i = 0; i < 30; i++) {
      says("m" + i, i < 6 ? ModelState.STALE : ModelState.HEALTHY, START - MINUTE, START + i);
    }
    assertThat(operator.waitingWords()).isZero();
    says("m7", ModelState.STALE, START, START + 301);
    assertThat(operator.waitingWords()).isEqualTo(1);

    harness.processBothWatermarks(new Watermark(START + 300 + Settled.WAIT_MILLIS));

    assertThat(harness.extractOutputValues())
        .singleElement()
        .satisfies(fleet -> assertThat(fleet.usual().storm()).startsWith("6 of 30 models"));
  }

  /** Far more than may wait: the oldest are heard before their tick, and none is lost. */
  @Test
  void wordsWithoutEnd_areBounded_andCounted_andAllHeard() throws Exception {
    harness.close();
    harness = open(null, 8_000);
    int most = 0;
    for (int round = 0; round < 100; round++) {
      for (int i = 0; i < 30; i++) {
        ModelState state = i < 6 ? ModelState.STALE : ModelState.HEALTHY;
        says("m" + i, state, START, START + 301 + round);
        most = Math.max(most, operator.waitingWords());
      }
    }
    assertThat(most).isBetween(5, 40);
    assertThat(operator.earlyWords()).isGreaterThan(2_900);
    assertThat(operator.waitingWords() + operator.earlyWords()).isEqualTo(3_000);

    OperatorSubtaskState state = harness.snapshot(1, 1);
    harness.close();
    harness = open(state, 8_000);
    assertThat(tick(START + MINUTE).usual().storm()).startsWith("6 of 30 models");
  }

  /** What the next tick is to know may be heard before it: nothing changes by that. */
  @Test
  void wordsOfBeforeTheNextTick_makeRoomWithoutBeingEarly() throws Exception {
    harness.close();
    harness = open(null, 8_000);
    for (int i = 0; i < 12; i++) {
      says("m" + i, ModelState.STALE, START - MINUTE, START + i);
    }
    assertThat(operator.waitingWords()).isEqualTo(12);
    harness.processElement1(new StreamRecord<>(new DatedTick(START, START + 300), START + 300));
    int before;
    int next = 12;
    do {
      before = operator.waitingWords();
      says("m" + next, ModelState.HEALTHY, START, START + 301 + next++);
    } while (operator.waitingWords() > before);

    assertThat(operator.earlyWords()).isZero();
    assertThat(operator.waitingWords()).isPositive();
    harness.processBothWatermarks(new Watermark(START + 300 + Settled.WAIT_MILLIS));
    assertThat(harness.extractOutputValues())
        .singleElement()
        .satisfies(fleet -> assertThat(fleet.usual().storm()).startsWith("12 of 12 models"));
  }

  /** What was known when the state was stored is known, and what came later counts at its tick. */
  @Test
  void switchThatCameAfterTheState_countsAtItsTick_alsoAfterARestart() throws Exception {
    tick(START + MINUTE);
    OperatorSubtaskState state = harness.snapshot(1, 1);
    control(null, Control.Action.KILL_SWITCH_ON, 1, START + 2 * MINUTE + 500);
    harness.close();
    harness = open(state);

    assertThat(tick(START + 2 * MINUTE).of("pricing").killSwitch()).isFalse();
    assertThat(tick(START + 3 * MINUTE).of("pricing").killSwitch()).isTrue();
  }

  @Test
  void switch_isReadAsItComes_andCountsAtItsTick() throws Exception {
    tick(START + MINUTE);
    control(null, Control.Action.KILL_SWITCH_ON, 1, START + 2 * MINUTE + 500);
    assertThat(operator.feed().readTo(Topic.CONTROLS)).isZero();
    harness.setProcessingTime(1_000);

    assertThat(operator.feed().readTo(Topic.CONTROLS)).isEqualTo(1);
    assertThat(tick(START + 2 * MINUTE).of("pricing").killSwitch()).isFalse();
    assertThat(operator.feed().held()).isEqualTo(1);
    assertThat(tick(START + 3 * MINUTE).of("pricing").killSwitch()).isTrue();
    assertThat(operator.feed().held()).isZero();
  }

  @Test
  void manyStaleModels_areAStorm_alsoAfterARestart() throws Exception {
    for (int i = 0; i < 30; i++) {
      says("m" + i, i < 6 ? ModelState.STALE : ModelState.HEALTHY, START, START + 1);
    }
    assertThat(tick(START + MINUTE).of("m29").storm()).isNotNull();

    OperatorSubtaskState state = harness.snapshot(1, 1);
    harness.close();
    harness = open(state);
    assertThat(tick(START + 2 * MINUTE).of("never-heard-of").storm())
        .isEqualTo("6 of 30 models became stale within 60 minutes, with nothing in common");
    assertThat(tick(START + 62 * MINUTE).of("m29").storm()).isNotNull();

    control(null, Control.Action.KILL_SWITCH_OFF, 1, START + 62 * MINUTE + 500);
    assertThat(tick(START + 63 * MINUTE).of("m29").storm()).isNull();
  }

  @Test
  void switchOfATeam_isAboutItsModels_andThatOfTheFleetAboutAll() throws Exception {
    control("ranking", Control.Action.KILL_SWITCH_ON, 1, START + 1);
    FleetTick first = tick(START + MINUTE);
    assertThat(first.of("m3").killSwitch()).isTrue();
    assertThat(first.of("pricing").killSwitch()).isFalse();

    control(null, Control.Action.KILL_SWITCH_ON, 1, START + MINUTE + 500);
    assertThat(tick(START + 2 * MINUTE).of("pricing").killSwitch()).isTrue();
    control(null, Control.Action.KILL_SWITCH_OFF, 2, START + 2 * MINUTE + 500);
    assertThat(tick(START + 3 * MINUTE).of("pricing").killSwitch()).isFalse();
  }

  private void control(@Nullable String team, Control.Action action, long revision, long at) {
    Control control =
        new Control(
            null,
            action,
            revision,
            "someone",
            at,
            Control.NEVER,
            null,
            null,
            null,
            team,
            null,
            null);
    known.write(Topic.CONTROLS, control.key(), ControlCodec.write(control), at);
  }

  @Test
  void brokenWord_isADeadLetter() throws Exception {
    word("runway.retrains", utf8("{}"), START);
    tick(START + MINUTE);

    assertThat(harness.getSideOutput(DeadLetters.TAG)).hasSize(1);
  }

  /**
   * A job that comes back writes a tick at once, before it has acted upon the one that it died
   * with: what it says with that one is appended after both.
   */
  @Test
  void stateThatWasSaidAfterAPause_isHeardWhenOthersOfItsTickCanBeToo() throws Exception {
    long died = START + 7 * MINUTE;
    long back = died + 4 * MINUTE;
    tick(died);
    says("m1", ModelState.STALE, died, back + 40_000);
    assertThat(tick(back).of("m1").heardMillis()).isZero();

    OperatorSubtaskState state = harness.snapshot(1, 1);
    harness.close();
    harness = open(state);

    assertThat(tick(back + MINUTE).of("m1").heardMillis()).isZero();
    assertThat(tick(back + 2 * MINUTE).of("m1").heardMillis()).isEqualTo(died);
    says("m1", ModelState.HEALTHY, back + 2 * MINUTE, back + 2 * MINUTE + 40_000);
    tick(back + 3 * MINUTE);
    assertThat(tick(back + 4 * MINUTE).of("m1")).isEqualTo(NOTHING);
  }
}
