package dev.runway.driftmonitor.custom;

import dev.runway.drift.custom.DriftMetric;
import dev.runway.drift.custom.FeatureWindow;
import dev.runway.drift.custom.Measure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks a metric in a thread of its own, so that one that never answers holds nothing up. What it
 * throws is an answer.
 *
 * <p>One that took too long is not asked for {@link #REST} times as long: it never takes more than
 * that part of the task's time. One whose thread does not come back is not asked until it does.
 */
final class GuardedMetric implements AutoCloseable {
  static final int REST = 60;

  /** An answer, or why there is none. Neither where the metric does not apply. */
  record Answer(@Nullable Measure measure, @Nullable String failure) {
    static final Answer NOTHING = new Answer(null, null);

    static Answer failed(String reason) {
      return new Answer(null, reason);
    }
  }

  private final String name;
  private final DriftMetric metric;
  private final long timeoutNanos;
  private final LongSupplier nanoTime;
  private final ThreadPoolExecutor thread;
  private final Semaphore free = new Semaphore(1);
  private boolean rests;
  private long restsUntil;

  GuardedMetric(String name, DriftMetric metric, Duration timeout, LongSupplier nanoTime) {
    this.name = name;
    this.metric = metric;
    this.timeoutNanos = timeout.toNanos();
    this.nanoTime = nanoTime;
    this.thread =
        new ThreadPoolExecutor(
            1, 1, 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>(), this::newThread);
    thread.allowCoreThreadTimeOut(true);
  }

  private Thread newThread(Runnable work) {
    Thread made = new Thread(work, "drift-metric-" + name);
    made.setDaemon(true);
    made.setContextClassLoader(metric.getClass().getClassLoader());
    return made;
  }

  String name() {
    return name;
  }

  /**
   * Asks for all features of a window.
   *
   * @return one answer for each, in their order
   */
  List<Answer> measure(List<FeatureWindow> windows) throws InterruptedException {
    if (rests && nanoTime.getAsLong() - restsUntil < 0) {
      return failed(windows, "not asked for a while, for it took too long");
    }
    rests = false;
    if (!free.tryAcquire()) {
      return failed(windows, "still busy with an earlier window");
    }
    Ask ask = new Ask(windows);
    Future<List<Answer>> answers = thread.submit(ask);
    try {
      return answers.get(timeoutNanos, TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      ask.giveUp(answers);
      rests = true;
      restsUntil = nanoTime.getAsLong() + REST * timeoutNanos;
      return failed(windows, "took longer than " + Duration.ofNanos(timeoutNanos));
    } catch (InterruptedException e) {
      ask.giveUp(answers);
      throw e;
    } catch (ExecutionException | CancellationException e) {
      throw new IllegalStateException("metric " + name, e);
    }
  }

  /** What the thread does for one window, and how it is given up. */
  private final class Ask implements Callable<List<Answer>> {
    private final List<FeatureWindow> windows;
    private final AtomicBoolean begun = new AtomicBoolean();
    private volatile boolean givenUp;

    Ask(List<FeatureWindow> windows) {
      this.windows = windows;
    }

    /** Whoever begins, the thread or the one who gives up on it, answers for setting it free. */
    @Override
    public List<Answer> call() {
      if (!begun.compareAndSet(false, true)) {
        return List.of();
      }
      try {
        List<Answer> answers = new ArrayList<>(windows.size());
        for (int i = 0; i < windows.size() && !givenUp; i++) {
          answers.add(ask(windows.get(i)));
        }
        return answers;
      } finally {
        free.release();
      }
    }

    void giveUp(Future<List<Answer>> answers) {
      givenUp = true;
      answers.cancel(true);
      if (begun.compareAndSet(false, true)) {
        free.release();
      }
    }
  }

  private static List<Answer> failed(List<FeatureWindow> windows, String reason) {
    return windows.stream().map(window -> Answer.failed(reason)).toList();
  }

  private Answer ask(FeatureWindow window) {
    try {
      Optional<Measure> measure = metric.measure(window);
      return measure == null
          ? Answer.failed("returned null, not empty")
          : measure.map(GuardedMetric::checked).orElse(Answer.NOTHING);
    } catch (Throwable e) {
      if (isOfTheProcess(e)) {
        throw e;
      }
      return Answer.failed("threw " + e.getClass().getName() + message(e));
    }
  }

  /** Out of memory, for example: not the business of the metric alone that happened to meet it. */
  static boolean isOfTheProcess(Throwable thrown) {
    return thrown instanceof VirtualMachineError && !(thrown instanceof StackOverflowError);
  }

  private static String message(Throwable thrown) {
    try {
      return ": " + thrown.getMessage();
    } catch (Throwable e) {
      if (isOfTheProcess(e)) {
        throw e;
      }
      return "";
    }
  }

  private static Answer checked(Measure measure) {
    Double error = measure.standardError();
    Double threshold = measure.threshold();
    if (!Double.isFinite(measure.value())) {
      return Answer.failed("returned " + measure.value());
    }
    if (error != null && !(Double.isFinite(error) && error >= 0)) {
      return Answer.failed("returned a standard error of " + error);
    }
    return threshold == null || Double.isFinite(threshold)
        ? new Answer(measure, null)
        : Answer.failed("returned a threshold of " + threshold);
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
