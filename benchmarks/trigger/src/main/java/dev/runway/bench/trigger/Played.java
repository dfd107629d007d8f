package dev.runway.bench.trigger;

import dev.runway.flink.RawEvent;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.streaming.api.functions.source.legacy.SourceFunction;
import org.apache.flink.streaming.api.watermark.Watermark;

/** Plays readings into a job of this JVM, as far as whoever measures allows. */
// The old interface: one thread that says where each watermark stands, without splits and readers.
@SuppressWarnings("deprecation")
final class Played implements SourceFunction<RawEvent> {
  /** Sent together under the checkpoint's lock, as a fetch from Kafka is. */
  private static final int BATCH = 64;

  private static final Object SIGNAL = new Object();

  /** Of this JVM; jobs run one at a time. */
  private static final AtomicLong ALLOWED = new AtomicLong();

  private final Shape shape;
  private final int models;
  private final long seed;
  private volatile boolean running = true;

  Played(Shape shape, int models, long seed) {
    this.shape = shape;
    this.models = models;
    this.seed = seed;
  }

  @Override
  public void run(SourceContext<RawEvent> out) throws Exception {
    Readings readings = new Readings(shape, models, seed);
    long sent = 0;
    while (running) {
      long until = Math.min(sent + BATCH, awaitAllowed(sent));
      synchronized (out.getCheckpointLock()) {
        for (; sent < until; sent++) {
          RawEvent reading = readings.at(sent);
          out.collectWithTimestamp(reading, reading.kafkaTimestampMillis());
        }
        if (sent > 0) {
          out.emitWatermark(new Watermark(readings.readTo(sent)));
        }
      }
    }
  }

  private long awaitAllowed(long sent) throws InterruptedException {
    synchronized (SIGNAL) {
      while (running && sent >= ALLOWED.get()) {
        SIGNAL.wait(100);
      }
      return Math.max(sent, ALLOWED.get());
    }
  }

  /** Allows so many readings from the first one on; 0 before each job. */
  static void allow(long readings) {
    synchronized (SIGNAL) {
      ALLOWED.set(readings);
      SIGNAL.notifyAll();
    }
  }

  @Override
  public void cancel() {
    running = false;
  }
}
