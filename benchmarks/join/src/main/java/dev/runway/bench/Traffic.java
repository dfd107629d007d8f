package dev.runway.bench;

import dev.runway.flink.RawEvent;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.source.legacy.SourceFunction;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.jspecify.annotations.Nullable;

/**
 * Plays a {@link Workload} into a job of this JVM: first what fills the state, then, from a signal
 * on, what is measured, then nothing until it is cancelled. Both kinds of events come from one
 * thread, so that they stay in order.
 */
// The old interface: one thread that says where each watermark stands, without splits and readers.
@SuppressWarnings("deprecation")
final class Traffic implements SourceFunction<RawEvent>, CheckpointedFunction {
  private static final int STEPS_PER_WATERMARK = 2_048;

  /** Steps done in this JVM; jobs run one at a time. */
  static final AtomicLong STEPS = new AtomicLong();

  /** Events sent in this JVM. */
  static final AtomicLong EVENTS = new AtomicLong();

  /** How many steps may be done; raised by whoever measures. */
  static final AtomicLong ALLOWED = new AtomicLong();

  private final Workload workload;
  private volatile boolean running = true;

  /** The step that comes next; changed under the checkpoint lock. */
  private long next;

  private transient @Nullable ListState<Long> stored;

  Traffic(Workload workload) {
    this.workload = workload;
  }

  @Override
  public void run(SourceContext<RawEvent> out) throws Exception {
    Sending sending = new Sending(workload, out);
    while (running) {
      long step = next;
      if (step % STEPS_PER_WATERMARK == 0 || step == workload.steps()) {
        synchronized (out.getCheckpointLock()) {
          long last = Math.min(step, workload.steps() - 1);
          out.emitWatermark(new Watermark(workload.watermarkMillis(last)));
        }
        EVENTS.set(sending.sent);
        STEPS.set(step);
        awaitAllowed(step);
      }
      synchronized (out.getCheckpointLock()) {
        workload.step(step, sending);
        next = step + 1;
      }
    }
  }

  private void awaitAllowed(long step) throws InterruptedException {
    synchronized (ALLOWED) {
      while (running && (step >= ALLOWED.get() || step == workload.steps())) {
        ALLOWED.notifyAll();
        ALLOWED.wait(100);
      }
    }
  }

  /** Waits until all that is allowed is done, or the time is over. */
  static void awaitProgress(Duration atMost) throws InterruptedException {
    synchronized (ALLOWED) {
      if (STEPS.get() < ALLOWED.get()) {
        ALLOWED.wait(atMost.toMillis());
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
  public void initializeState(FunctionInitializationContext context) throws Exception {
    ListState<Long> state =
        context
            .getOperatorStateStore()
            .getListState(new ListStateDescriptor<>("next-step", LongSerializer.INSTANCE));
    for (long step : state.get()) {
      next = step;
    }
    stored = state;
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    Objects.requireNonNull(stored).update(List.of(next));
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
    public void outcome(long n, long step) {
      out.collectWithTimestamp(workload.outcome(n, step), workload.observedAtMillis(n, step));
      sent++;
    }
  }
}
