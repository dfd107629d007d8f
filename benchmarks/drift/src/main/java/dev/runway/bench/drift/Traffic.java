package dev.runway.bench.drift;

import dev.runway.flink.RawEvent;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLongArray;
import org.apache.flink.streaming.api.functions.source.legacy.RichParallelSourceFunction;
import org.apache.flink.streaming.api.watermark.Watermark;

/**
 * Plays predictions into a job of this JVM, each subtask its share, as far as whoever measures
 * allows.
 */
// The old interface: one thread that says where each watermark stands, without splits and readers.
@SuppressWarnings("deprecation")
final class Traffic extends RichParallelSourceFunction<RawEvent> {
  static final int MOST_SUBTASKS = 16;

  /**
   * The first minute ends after a fifth of its predictions; the window of ten minutes that has
   * begun ends after all of them.
   */
  static final long START = 1_750_000_260_000L + 48_000;

  /** Sent together under the checkpoint's lock, as a fetch from Kafka is. */
  private static final int BATCH = 256;

  private static final int BATCHES_PER_WATERMARK = 16;
  private static final long MINUTE = Duration.ofMinutes(1).toMillis();

  /** Predictions sent by each subtask in this JVM; jobs run one at a time. */
  static final AtomicLongArray SENT = new AtomicLongArray(MOST_SUBTASKS);

  private static final Object SIGNAL = new Object();
  private static long allowed;

  private final Load load;
  private final long perMinute;
  private final long seed;
  private volatile boolean running = true;

  /**
   * @param perMinute predictions of all subtasks in a minute of event time
   */
  Traffic(Load load, long perMinute, long seed) {
    this.load = load;
    this.perMinute = perMinute;
    this.seed = seed;
  }

  @Override
  public void run(SourceContext<RawEvent> out) throws Exception {
    int subtask = getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
    int subtasks = getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks();
    Predictions predictions =
        new Predictions(
            new Fleet(load.features(), load.models()), load, seed, false, subtask, subtasks);
    long sent = 0;
    for (long batch = 0; running; batch++) {
      int size = awaitAllowed(sent, subtask, subtasks);
      synchronized (out.getCheckpointLock()) {
        for (int i = 0; i < size; i++) {
          long at = START + predictions.position() * MINUTE / perMinute;
          out.collectWithTimestamp(predictions.next(at), at);
        }
        if (batch % BATCHES_PER_WATERMARK == 0 || size < BATCH) {
          out.emitWatermark(new Watermark(START + predictions.position() * MINUTE / perMinute - 1));
        }
      }
      sent += size;
      SENT.set(subtask, sent);
    }
  }

  private int awaitAllowed(long sent, int subtask, int subtasks) throws InterruptedException {
    synchronized (SIGNAL) {
      if (sent >= share(subtask, subtasks)) {
        SIGNAL.notifyAll();
      }
      while (running && sent >= share(subtask, subtasks)) {
        SIGNAL.wait(100);
      }
      return (int) Math.max(0, Math.min(BATCH, share(subtask, subtasks) - sent));
    }
  }

  /** Shares of all subtasks add up to what is allowed, also where it does not divide. */
  private static long share(int subtask, int subtasks) {
    return (allowed + subtasks - 1 - subtask) / subtasks;
  }

  /** Predictions sent by all subtasks. */
  static long sent() {
    long all = 0;
    for (int i = 0; i < MOST_SUBTASKS; i++) {
      all += SENT.get(i);
    }
    return all;
  }

  /** How many of so many predictions, sent by one subtask, are of minutes that have ended. */
  static long inEndedMinutes(long predictions, long perMinute) {
    long reached = START + predictions * MINUTE / perMinute;
    long ended = reached / MINUTE * MINUTE - START;
    return ended <= 0 ? 0 : (ended * perMinute + MINUTE - 1) / MINUTE;
  }

  /** Before each job: what the one before has left is gone. */
  static void reset() {
    allow(0);
    for (int i = 0; i < MOST_SUBTASKS; i++) {
      SENT.set(i, 0);
    }
  }

  /** Allows as many predictions, of all subtasks together. */
  static void allow(long predictions) {
    synchronized (SIGNAL) {
      allowed = predictions;
      SIGNAL.notifyAll();
    }
  }

  /** Waits until all that is allowed was sent, or the time is over. */
  static void awaitProgress(Duration atMost) throws InterruptedException {
    long deadline = System.nanoTime() + atMost.toNanos();
    synchronized (SIGNAL) {
      while (sent() < allowed && System.nanoTime() < deadline) {
        SIGNAL.wait(100);
      }
    }
  }

  @Override
  public void cancel() {
    running = false;
  }
}
