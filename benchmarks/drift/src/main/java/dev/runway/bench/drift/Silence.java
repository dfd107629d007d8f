package dev.runway.bench.drift;

import dev.runway.flink.RawEvent;
import java.util.concurrent.CountDownLatch;
import org.apache.flink.streaming.api.functions.source.legacy.SourceFunction;

/**
 * A source without events that never ends: ground truth and producers' tiles, of which there are
 * none.
 */
@SuppressWarnings("deprecation") // See Traffic.
final class Silence implements SourceFunction<RawEvent> {
  private transient volatile CountDownLatch cancelled;

  @SuppressWarnings("NullAway.Init") // run() sets it, on the other side of a serialization.
  Silence() {}

  @Override
  public void run(SourceContext<RawEvent> out) throws Exception {
    cancelled = new CountDownLatch(1);
    out.markAsTemporarilyIdle();
    cancelled.await();
  }

  @Override
  public void cancel() {
    if (cancelled != null) {
      cancelled.countDown();
    }
  }
}
