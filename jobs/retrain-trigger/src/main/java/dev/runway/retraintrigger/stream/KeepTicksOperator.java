package dev.runway.retraintrigger.stream;

import dev.runway.flink.DeadLetters;
import dev.runway.flink.EventChecks;
import dev.runway.flink.RawEvent;
import dev.runway.flink.TimeBounds;
import dev.runway.model.Limits;
import dev.runway.model.MalformedEvent;
import dev.runway.model.Reason;
import dev.runway.model.Tick;
import dev.runway.model.TickCodec;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * Makes time of the ticks topic, and writes a tick there when a minute of its clock begins.
 *
 * <p>Only what comes back from the topic is time. A minute that was there before ends here, so two
 * copies of the job write each minute twice and both go by the first record of it. A tick that is
 * more than a minute ahead of its own record is a dead letter: a clock that is fast would judge
 * windows before their readings are there.
 *
 * <p>State: {@code last-tick}, 8 bytes. Counters: {@code ticks}, {@code repeated-ticks}, {@code
 * written-ticks}. One subtask.
 */
public final class KeepTicksOperator extends AbstractStreamOperator<DatedTick>
    implements OneInputStreamOperator<RawEvent, DatedTick> {

  /** Ticks to be written. */
  public static final OutputTag<DatedTick> NEW =
      new OutputTag<>("new-ticks", DatedTickSerializer.TYPE);

  /** Of a replay any time before its record is right. */
  private static final TimeBounds BOUNDS =
      TimeBounds.earliest(Instant.ofEpochMilli(Limits.MIN_TIME));

  /** Windows are judged so much later than their readings are due, at least. */
  private static final long MAX_AHEAD_MILLIS = Tick.MINUTE_MILLIS;

  private static final ListStateDescriptor<Long> LAST =
      new ListStateDescriptor<>("last-tick", Types.LONG);

  private final boolean writes;

  private transient ListState<Long> lastState;
  private transient long last;
  private transient @Nullable ScheduledFuture<?> next;
  private transient Counter ticks;
  private transient Counter repeated;
  private transient Counter written;

  /**
   * @param writes false where somebody else writes the ticks, such as a replay of history
   */
  @SuppressWarnings("NullAway.Init") // initializeState() and open() set the rest.
  public KeepTicksOperator(boolean writes) {
    this.writes = writes;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    lastState = context.getOperatorStateStore().getListState(LAST);
    last = Long.MIN_VALUE;
    for (Long kept : lastState.get()) {
      last = Math.max(last, kept);
    }
  }

  @Override
  public void open() throws Exception {
    super.open();
    ticks = getMetricGroup().counter("ticks");
    repeated = getMetricGroup().counter("repeated-ticks");
    written = getMetricGroup().counter("written-ticks");
    if (writes) {
      // At once: a job that comes back after a pause shall not wait for the next minute.
      writeAt(getProcessingTimeService().getCurrentProcessingTime());
    }
  }

  private void writeAt(long millis) {
    next =
        getProcessingTimeService()
            .registerTimer(
                millis,
                time -> {
                  Tick tick = Tick.of(time);
                  if (tick.atMillis() > last) {
                    written.inc();
                    output.collect(NEW, new StreamRecord<>(new DatedTick(tick.atMillis(), time)));
                  }
                  writeAt(tick.atMillis() + Tick.MINUTE_MILLIS);
                });
  }

  @Override
  public void processElement(StreamRecord<RawEvent> element) {
    RawEvent raw = element.getValue();
    try {
      Tick tick = TickCodec.read(raw.value());
      EventChecks.requireSaneTime(raw, "at", tick.atMillis(), BOUNDS);
      requireNotAhead(tick, raw.kafkaTimestampMillis());
      if (tick.atMillis() <= last) {
        repeated.inc();
        return;
      }
      last = tick.atMillis();
      ticks.inc();
      output.collect(
          new StreamRecord<>(
              new DatedTick(tick.atMillis(), raw.kafkaTimestampMillis()), element.getTimestamp()));
    } catch (MalformedEvent cause) {
      output.collect(DeadLetters.TAG, new StreamRecord<>(DeadLetters.of(raw, cause)));
    }
  }

  private static void requireNotAhead(Tick tick, long recordedAtMillis) throws MalformedEvent {
    if (tick.atMillis() - recordedAtMillis > MAX_AHEAD_MILLIS) {
      throw new MalformedEvent(
          Reason.FUTURE,
          "at",
          "is %d s after its record: the clock of the job, or of the broker, is wrong"
              .formatted((tick.atMillis() - recordedAtMillis) / 1_000));
    }
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    lastState.update(List.of(last));
  }

  @Override
  public void close() throws Exception {
    if (next != null) {
      next.cancel(false);
    }
    super.close();
  }
}
