package dev.runway.driftmonitor.concept;

import dev.runway.model.Limits;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;

/**
 * Gives a stream of final truths the event time that the join had reached when it wrote them.
 *
 * <p>The time of a record on the topic cannot be had from its bytes: it is final when its model's
 * horizon has passed, which its document says. So the source's watermarks say up to which append
 * time every partition has been read, and this operator turns that into event time: the latest end
 * of a horizon among the truths up to there. The join writes them in that order. No pace of reading
 * changes it, also where a week is read again and one partition is far ahead of another.
 *
 * <p>A truth cannot have become final after it was written, so a horizon that was made longer does
 * not carry the time ahead. A truth that is not judged ends here: it only tells the time.
 *
 * <p>Before the first horizon ends there is no final truth, for a week or a month, although records
 * are read all the time. Once all that was written before the start has been read without one, this
 * says that it is idle, so that nobody waits for its time. A truth that comes later was written
 * later, and is not behind what other subtasks read by more than they differ in pace. Later the
 * same is said when all that was written since the last final truth, for as long as truths are
 * waited for, has been read without another: a horizon has become longer, or there was no traffic
 * one horizon ago. What has been written before the start is read again with the time it had.
 *
 * <p>No state: after a restart there is no time until the first truth, and functions behind this
 * keep what they have reached. Counters: {@code judged}, {@code not-judged}.
 */
public final class TruthTimeOperator extends AbstractStreamOperator<Truth>
    implements OneInputStreamOperator<Truth, Truth> {

  /** Steps of time that wait for slower partitions; beyond it they become coarser. */
  private static final int MAX_STEPS = 10_000;

  private final long latenessMillis;

  private transient TreeMap<Long, Long> finalAtByAppend;
  private transient long reached;

  /** Append time from which on nobody waits, unless something final comes before. */
  private transient long silentAfter;

  private transient WatermarkStatus source;

  /** Whether those behind this have been told not to wait for a time. */
  private transient boolean silent;

  private transient Counter judged;
  private transient Counter notJudged;

  @SuppressWarnings("NullAway.Init") // open() sets all before the first record.
  TruthTimeOperator(Duration lateness) {
    latenessMillis = lateness.toMillis();
  }

  /**
   * Adds the operator.
   *
   * @param lateness how long truths are waited for
   */
  public static SingleOutputStreamOperator<Truth> add(
      DataStream<Truth> truths, Duration lateness, String uid) {
    return truths.transform(uid, TruthSerializer.TYPE, new TruthTimeOperator(lateness)).uid(uid);
  }

  @Override
  public void open() throws Exception {
    super.open();
    finalAtByAppend = new TreeMap<>();
    reached = Long.MIN_VALUE;
    silentAfter = getProcessingTimeService().getCurrentProcessingTime();
    source = WatermarkStatus.ACTIVE;
    silent = false;
    judged = getMetricGroup().counter("judged");
    notJudged = getMetricGroup().counter("not-judged");
  }

  @Override
  public void processElement(StreamRecord<Truth> record) {
    Truth truth = record.getValue();
    speak();
    silentAfter = Math.max(silentAfter, record.getTimestamp() + latenessMillis);
    note(
        record.getTimestamp(),
        Math.min(truth.finalAtMillis(), record.getTimestamp() + Limits.MAX_AHEAD.toMillis()));
    (truth.judged() && !truth.withdrawn() ? judged : notJudged).inc();
    if (truth.judged()) {
      output.collect(record);
    }
  }

  private void note(long appendedAt, long finalAt) {
    Map.Entry<Long, Long> before = finalAtByAppend.floorEntry(appendedAt);
    if (finalAt <= reached || (before != null && before.getValue() >= finalAt)) {
      return;
    }
    finalAtByAppend.put(appendedAt, finalAt);
    // Later ones that say no more are never asked for.
    Map.Entry<Long, Long> next = finalAtByAppend.higherEntry(appendedAt);
    while (next != null && next.getValue() <= finalAt) {
      finalAtByAppend.remove(next.getKey());
      next = finalAtByAppend.higherEntry(appendedAt);
    }
    if (finalAtByAppend.size() > MAX_STEPS) {
      coarsen();
    }
  }

  /** Leaves out every second step: the time of one is reached with the next, so never too early. */
  private void coarsen() {
    boolean[] drop = {false};
    long last = finalAtByAppend.lastKey();
    finalAtByAppend
        .keySet()
        .removeIf(
            appendedAt -> {
              drop[0] = !drop[0];
              return drop[0] && appendedAt != last;
            });
  }

  @Override
  public void processWatermark(Watermark mark) throws Exception {
    if (mark.getTimestamp() == Long.MAX_VALUE) {
      speak();
      super.processWatermark(mark);
      return;
    }
    Map.Entry<Long, Long> newest = finalAtByAppend.floorEntry(mark.getTimestamp());
    if (newest == null) {
      if (finalAtByAppend.isEmpty() && !silent && mark.getTimestamp() >= silentAfter) {
        silent = true;
        output.emitWatermarkStatus(WatermarkStatus.IDLE);
      }
      return;
    }
    reached = Math.max(reached, newest.getValue());
    finalAtByAppend.headMap(newest.getKey(), true).clear();
    // Others that became final at the same millisecond may follow.
    super.processWatermark(new Watermark(reached - 1));
  }

  @Override
  public void processWatermarkStatus(WatermarkStatus status) throws Exception {
    source = status;
    if (!silent) {
      super.processWatermarkStatus(status);
    }
  }

  private void speak() {
    if (silent) {
      silent = false;
      output.emitWatermarkStatus(source);
    }
  }
}
