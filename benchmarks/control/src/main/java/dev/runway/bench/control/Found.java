package dev.runway.bench.control;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** What one kind of read has found. */
final class Found {
  private static final long HIGHEST_MICROS = TimeUnit.MINUTES.toMicros(1);
  private static final int TOO_MUCH_TO_DO = 503;

  private final Histogram micros = new ConcurrentHistogram(HIGHEST_MICROS, 3);
  private final LongAdder refused = new LongAdder();
  private final LongAdder errors = new LongAdder();

  /** One for each kind, with nothing in it. */
  static Map<Read, Found> ofEach() {
    Map<Read, Found> found = new EnumMap<>(Read.class);
    for (Read read : Read.values()) {
      found.put(read, new Found());
    }
    return found;
  }

  /** A request took so long, whatever its answer. */
  void took(long nanos) {
    micros.recordValue(Math.min(HIGHEST_MICROS, Math.max(0, TimeUnit.NANOSECONDS.toMicros(nanos))));
  }

  /**
   * An answer was not 200, or there was none.
   *
   * @param status of the answer, 0 if there was none
   * @param what is said of it to who runs the benchmark
   */
  void failed(int status, String what) {
    (status == TOO_MUCH_TO_DO ? refused : errors).increment();
    System.err.println(what);
  }

  long requests() {
    return micros.getTotalCount();
  }

  /** Answers that said there is too much to do: no connection of the pool got free in time. */
  long refused() {
    return refused.sum();
  }

  /** All other answers that were not 200, and requests that got none. */
  long errors() {
    return errors.sum();
  }

  double millis(double percentile) {
    return micros.getValueAtPercentile(percentile) / 1e3;
  }

  double maxMillis() {
    return micros.getMaxValue() / 1e3;
  }
}
