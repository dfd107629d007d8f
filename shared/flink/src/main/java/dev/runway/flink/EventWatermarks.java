package dev.runway.flink;

import dev.runway.model.EventTime;
import dev.runway.model.MalformedEvent;
import java.time.Duration;
import org.apache.flink.api.common.eventtime.TimestampAssigner;
import org.apache.flink.api.common.eventtime.TimestampAssignerSupplier;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkGeneratorSupplier;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.eventtime.WatermarksWithIdleness;
import org.apache.flink.util.clock.RelativeClock;

/**
 * Watermarks from bytes, one per partition when given to a Kafka source.
 *
 * <ul>
 *   <li>A record with a sane time ({@link TimeBounds}) moves its partition's watermark to its time
 *       less the out-of-orderness. Its decoder may still refuse it for something else: only its
 *       time is looked at here, and live it is at most ten minutes ahead of its record.
 *   <li>In a replay of history any time up to today is sane, and one misdated record would make all
 *       after it late. There the newest time counts only when a second record has reached it: a
 *       partition's watermark follows its second newest time.
 *   <li>A heartbeat moves it to its own time at once, within {@link TimeBounds#isFutureHeartbeat}:
 *       that is the producer's explicit word.
 *   <li>Anything else neither moves it nor keeps the partition awake, so that a partition that
 *       holds nothing but garbage cannot hold up the job.
 *   <li>A partition is silent only while brokers answer ({@link AnsweredTime}): an outage makes
 *       none idle, however long it is.
 *   <li>Of a topic that few use ({@link UnusedAtFirst}) a partition that nothing is read from is
 *       silent as soon as brokers have answered for {@link UnusedAtFirst#PATIENCE}: nobody waits
 *       for it whenever a job starts. Nor does anybody wait for a partition that is behind: live, a
 *       record there that is older than itself, by more than the out-of-orderness and {@link
 *       #OVERDUE}, is like garbage here. Its decoder takes it all the same.
 * </ul>
 *
 * <p>The element's timestamp is the time found, or {@link EventTime#NONE} where there is no sane
 * one; that is below every watermark and moves none. Decoded events carry their own time.
 *
 * <p>There is no watermark alignment: it can stop partitions for good, together with idleness
 * (FLINK-40093) and after a restart of a source that has nothing new to read (FLINK-40505).
 */
final class EventWatermarks implements WatermarkStrategy<RawEvent> {
  /** What a record of a rarely used topic may take on its way, beside the out-of-orderness. */
  static final Duration OVERDUE = Duration.ofMinutes(1);

  private final EventTime eventTime;
  private final TimeBounds bounds;
  private final Duration outOfOrderness;
  private final Duration idleAfter;
  private final FetchAnswers answers;
  private final boolean rarelyUsed;

  /**
   * @param rarelyUsed whether nobody waits for a partition that has nothing from the start, nor for
   *     one whose records come long after their time
   */
  EventWatermarks(
      EventTime eventTime,
      TimeBounds bounds,
      Duration outOfOrderness,
      Duration idleAfter,
      FetchAnswers answers,
      boolean rarelyUsed) {
    this.eventTime = eventTime;
    this.bounds = bounds;
    this.outOfOrderness = outOfOrderness;
    this.idleAfter = idleAfter;
    this.answers = answers;
    this.rarelyUsed = rarelyUsed;
  }

  @Override
  public TimestampAssigner<RawEvent> createTimestampAssigner(
      TimestampAssignerSupplier.Context context) {
    return (event, kafkaTimestamp) -> timeOf(event);
  }

  private long timeOf(RawEvent event) {
    if (event.isHeartbeat()) {
      long word = event.heartbeatMillis();
      return bounds.isFutureHeartbeat(word, event.kafkaTimestampMillis()) ? EventTime.NONE : word;
    }
    long millis = millis(event);
    boolean counts =
        bounds.isSane(millis, event.kafkaTimestampMillis())
            && !isOverdue(millis, event.kafkaTimestampMillis());
    return counts ? millis : EventTime.NONE;
  }

  /** By its own record and not by a clock: after an outage of the job none is. */
  private boolean isOverdue(long millis, long kafkaTimestampMillis) {
    return rarelyUsed
        && !bounds.isReplay()
        && millis < kafkaTimestampMillis - outOfOrderness.toMillis() - OVERDUE.toMillis();
  }

  private long millis(RawEvent event) {
    try {
      return PredictionForm.isAvro(event)
          ? eventTime.avroMillis(event.value())
          : eventTime.millis(event.value());
    } catch (MalformedEvent e) {
      // Its decoder says why.
      return EventTime.NONE;
    }
  }

  @Override
  public WatermarkGenerator<RawEvent> createWatermarkGenerator(
      WatermarkGeneratorSupplier.Context context) {
    RelativeClock clock = context.getInputActivityClock();
    WatermarkGenerator<RawEvent> highest =
        new WatermarksWithIdleness<>(
            new Highest(outOfOrderness.toMillis(), bounds.isReplay()),
            idleAfter,
            new AnsweredTime(clock, answers));
    return new SaneOnly(
        rarelyUsed
            ? new UnusedAtFirst(highest, answers, new AnsweredTime(clock, answers))
            : highest);
  }

  /** Lets through what has a time; the idleness behind it does not see the rest. */
  private record SaneOnly(WatermarkGenerator<RawEvent> next)
      implements WatermarkGenerator<RawEvent> {
    @Override
    public void onEvent(RawEvent event, long millis, WatermarkOutput output) {
      if (millis != EventTime.NONE) {
        next.onEvent(event, millis, output);
      }
    }

    @Override
    public void onPeriodicEmit(WatermarkOutput output) {
      next.onPeriodicEmit(output);
    }
  }

  /**
   * Does not wait for a partition that nothing is read from since the start. Where there is
   * anything the first answers of a broker hold it.
   */
  static final class UnusedAtFirst implements WatermarkGenerator<RawEvent> {
    /** How long brokers answer before what has not come is not there. */
    static final Duration PATIENCE = Duration.ofSeconds(3);

    private final WatermarkGenerator<RawEvent> next;
    private final FetchAnswers answers;
    private final AnsweredTime time;
    private boolean used;
    private boolean answered;
    private long answeredAtNanos;

    UnusedAtFirst(WatermarkGenerator<RawEvent> next, FetchAnswers answers, AnsweredTime time) {
      this.next = next;
      this.answers = answers;
      this.time = time;
    }

    @Override
    public void onEvent(RawEvent event, long millis, WatermarkOutput output) {
      used = true;
      next.onEvent(event, millis, output);
    }

    @Override
    public void onPeriodicEmit(WatermarkOutput output) {
      if (!used && isSilent()) {
        output.markIdle();
      } else {
        next.onPeriodicEmit(output);
      }
    }

    private boolean isSilent() {
      long now = time.relativeTimeNanos();
      if (!answered) {
        answered = answers.count() > 0;
        answeredAtNanos = now;
      }
      return answered && now - answeredAtNanos >= PATIENCE.toNanos();
    }
  }

  /** The highest watermark that events and heartbeats so far allow. */
  private static final class Highest implements WatermarkGenerator<RawEvent> {
    private final long outOfOrdernessMillis;
    private final boolean needsTwo;
    private long watermark = Long.MIN_VALUE;

    /** Newest event time that no second record has reached so far. */
    private long alone = Long.MIN_VALUE;

    Highest(long outOfOrdernessMillis, boolean needsTwo) {
      this.outOfOrdernessMillis = outOfOrdernessMillis;
      this.needsTwo = needsTwo;
    }

    @Override
    public void onEvent(RawEvent event, long millis, WatermarkOutput output) {
      if (event.isHeartbeat()) {
        watermark = Math.max(watermark, millis - 1);
        return;
      }
      long reached = needsTwo ? Math.min(alone, millis) : millis;
      alone = Math.max(alone, millis);
      if (reached != Long.MIN_VALUE) {
        watermark = Math.max(watermark, reached - outOfOrdernessMillis - 1);
      }
    }

    @Override
    public void onPeriodicEmit(WatermarkOutput output) {
      if (watermark != Long.MIN_VALUE) {
        output.emitWatermark(new Watermark(watermark));
      }
    }
  }
}
