package dev.runway.bench.trigger;

import dev.runway.flink.RawEvent;
import dev.runway.model.Tick;
import dev.runway.model.TickCodec;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.flink.streaming.api.functions.source.legacy.SourceFunction;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.jspecify.annotations.Nullable;

/**
 * The ticks of so many minutes, all there from the beginning, as they are for a job that catches
 * up; with none a source without records. It never ends.
 */
@SuppressWarnings("deprecation") // See Played.
final class Ticks implements SourceFunction<RawEvent> {
  /** How long after its minute a tick is on its topic. */
  private static final long LATER = 400;

  private final int minutes;
  private transient volatile @Nullable CountDownLatch cancelled;

  Ticks(int minutes) {
    this.minutes = minutes;
  }

  @Override
  public void run(SourceContext<RawEvent> out) throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    cancelled = end;
    for (int minute = 1; minute <= minutes; minute++) {
      Tick tick = new Tick(Readings.START + minute * Tick.MINUTE_MILLIS);
      long appended = tick.atMillis() + LATER;
      synchronized (out.getCheckpointLock()) {
        out.collectWithTimestamp(
            new RawEvent(
                Tick.key(), TickCodec.write(tick), "ticks", 0, minute, appended, List.of()),
            appended);
      }
    }
    if (minutes > 0) {
      out.emitWatermark(Watermark.MAX_WATERMARK);
    } else {
      out.markAsTemporarilyIdle();
    }
    end.await();
  }

  @Override
  public void cancel() {
    CountDownLatch end = cancelled;
    if (end != null) {
      end.countDown();
    }
  }
}
