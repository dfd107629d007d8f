package dev.runway.bench;

import dev.runway.flink.RawEvent;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.streaming.api.functions.source.legacy.SourceFunction;
import org.apache.flink.streaming.api.watermark.Watermark;

/**
 * Plays a {@link Workload} into a job of this JVM: first what fills the state, then, from a signal
 * on, what is measured, then nothing until it is cancelled. Both kinds of events come from one
 * thread, so that they stay in order.
 */
// The old interface: one thread that says where each watermark stands, without splits and readers.
@SuppressWarnings("deprecation")
final class Traffic implements SourceFunction<RawEvent> {
  private static final int STEPS_PER_WATERMARK = 2_048;

  /** Steps done in this JVM; jobs run one at a time. */
  static final AtomicLong STEPS = new AtomicLong();

  /** Events sent in this JVM. */
  static final AtomicLong EVENTS = new AtomicLong();

  /** How many steps may be done; raised by whoever measures. */
  static final AtomicLong ALLOWED = new AtomicLong();

  private final Workload workload;
  private volatile boolean running = true;

  Traffic(Workload workload) {
    this.workload = workload;
  }

  @Override
  public void run(SourceContext<RawEvent> out) throws Exception {
    Sending sending = new Sending(workload, out);
    for (long step = 0; running; step++) {
      if (step % STEPS_PER_WATERMARK == 0) {
        synchronized (out.getCheckpointLock()) {
          out.emitWatermark(new Watermark(workload.watermarkMillis(step)));
        }
        STEPS.set(step);
        EVENTS.set(sending.sent);
        awaitAllowed(step);
      }
      synchronized (out.getCheckpointLock()) {
        workload.step(step, sending);
      }
    }
  }

  private void awaitAllowed(long step) throws InterruptedException {
    synchronized (ALLOWED) {
      while (running && step >= ALLOWED.get()) {
        ALLOWED.wait(100);
      }
    }
  }

  /** Before each job: what the one before has left is gone. */
  static void reset() {
    STEPS.set(0);
    EVENTS.set(0);
    ALLOWED.set(0);
  }

  static void allow(long steps) {
    synchronized (ALLOWED) {
      ALLOWED.set(steps);
      ALLOWED.notifyAll();
    }
  }

  @Override
  public void cancel() {
    running = false;
  }

  private static final class Sending implements Workload.Events {
    private final Workload workload;
    private final SourceContext<RawEvent> out;
    private long sent;

    Sending(Workload workload, SourceContext<RawEvent> out) {
      this.workload = workload;
      this.out = out;
    }

    @Override
    public void prediction(long n) {
      out.collectWithTimestamp(workload.prediction(n), workload.predictedAtMillis(n));
      sent++;
    }

    @Override
    public void outcome(long n) {
      out.collectWithTimestamp(workload.outcome(n), workload.observedAtMillis(n));
      sent++;
    }
  }
}
