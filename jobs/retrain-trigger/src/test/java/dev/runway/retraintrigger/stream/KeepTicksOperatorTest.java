package dev.runway.retraintrigger.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.flink.DeadLetters;
import dev.runway.flink.RawEvent;
import dev.runway.model.Reason;
import dev.runway.model.Tick;
import dev.runway.model.TickCodec;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class KeepTicksOperatorTest {
  private static final long MINUTE = Tick.MINUTE_MILLIS;
  private static final long NOON = 983_448_000_000L;

  private static OneInputStreamOperatorTestHarness<RawEvent, DatedTick> open(
      boolean writes, @Nullable OperatorSubtaskState state) throws Exception {
    var harness = new OneInputStreamOperatorTestHarness<>(new KeepTicksOperator(writes));
    harness.setup(DatedTickSerializer.TYPE.createSerializer(null));
    harness.setProcessingTime(NOON + 20_000);
    if (state != null) {
      harness.initializeState(state);
    }
    harness.open();
    return harness;
  }

  private static StreamRecord<RawEvent> record(long at, long appendedAt) {
    byte[] json = TickCodec.write(new Tick(at));
    return new StreamRecord<>(
        new RawEvent(Tick.key(), json, "runway.ticks", 0, 7, appendedAt, List.of()), appendedAt);
  }

  private static List<Long> written(
      OneInputStreamOperatorTestHarness<RawEvent, DatedTick> harness) {
    var records = harness.getSideOutput(KeepTicksOperator.NEW);
    return records == null
        ? List.of()
        : records.stream().map(record -> record.getValue().atMillis()).toList();
  }

  @Test
  void tick_isWrittenAtTheStart_andWithEachMinute() throws Exception {
    try (var harness = open(true, null)) {
      harness.setProcessingTime(NOON + 2 * MINUTE + 1);

      assertThat(written(harness)).containsExactly(NOON, NOON + MINUTE, NOON + 2 * MINUTE);
      assertThat(harness.extractOutputValues()).isEmpty();
    }
  }

  @Test
  void jobThatOnlyReads_writesNone() throws Exception {
    try (var harness = open(false, null)) {
      harness.setProcessingTime(NOON + 5 * MINUTE);
      assertThat(written(harness)).isEmpty();
    }
  }

  /** Two copies of the job write each minute twice. */
  @Test
  void firstRecordOfAMinute_counts_alsoAfterARestart() throws Exception {
    OperatorSubtaskState state;
    try (var harness = open(false, null)) {
      harness.processElement(record(NOON, NOON + 300));
      harness.processElement(record(NOON, NOON + 700));
      harness.processElement(record(NOON - MINUTE, NOON + 800));
      harness.processElement(record(NOON + MINUTE + 17, NOON + MINUTE + 400));
      assertThat(harness.extractOutputValues())
          .containsExactly(
              new DatedTick(NOON, NOON + 300), new DatedTick(NOON + MINUTE, NOON + MINUTE + 400));
      state = harness.snapshot(1, 1);
    }
    try (var harness = open(false, state)) {
      harness.processElement(record(NOON + MINUTE, NOON + MINUTE + 900));
      assertThat(harness.extractOutputValues()).isEmpty();
    }
  }

  /** A clock that is minutes ahead would judge windows before their readings are there. */
  @Test
  void tickFromTheFuture_isADeadLetter_andTimeStandsStill() throws Exception {
    try (var harness = open(false, null)) {
      harness.processElement(record(NOON + 2 * MINUTE, NOON));
      harness.processElement(record(NOON, NOON + 1));

      assertThat(harness.extractOutputValues()).containsExactly(new DatedTick(NOON, NOON + 1));
      assertThat(harness.getSideOutput(DeadLetters.TAG))
          .singleElement()
          .returns(Reason.FUTURE, record -> record.getValue().reason());
    }
  }
}
