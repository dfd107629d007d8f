package dev.runway.bench.control;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Sends reads at a steady rate, whether or not those before have been answered. A time counts from
 * when the request was due, not from when it was sent: whatever holds one up makes those behind it
 * late, as it would for the people who ask.
 */
final class OpenLoop {
  private static final long HIGHEST_MICROS = TimeUnit.MINUTES.toMicros(1);

  /** What one kind of read has found; times in microseconds. */
  static final class Found {
    private final Histogram micros = new ConcurrentHistogram(HIGHEST_MICROS, 3);
    private final LongAdder errors = new LongAdder();

    long requests() {
      return micros.getTotalCount();
    }

    /** Answers that were not 200, and requests that got none. */
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

  private final Api api;
  private final int rate;
  private final Random random;

  /**
   * @param rate requests a second, of all kinds together
   */
  OpenLoop(Api api, int rate, Random random) {
    this.api = api;
    this.rate = rate;
    this.random = random;
  }

  /** Sends for so long, and waits for the last answer. */
  Map<Read, Found> run(Duration length) {
    Map<Read, Found> found = new EnumMap<>(Read.class);
    for (Read read : Read.values()) {
      found.put(read, new Found());
    }
    long requests = length.toMillis() * rate / 1_000;
    long pause = TimeUnit.SECONDS.toNanos(1) / rate;
    Phaser underWay = new Phaser(1);
    long begun = System.nanoTime();
    for (long i = 0; i < requests; i++) {
      long due = begun + i * pause;
      for (long early = due - System.nanoTime(); early > 0; early = due - System.nanoTime()) {
        LockSupport.parkNanos(early);
      }
      Read[] kinds = Read.values();
      Read read = kinds[random.nextInt(kinds.length)];
      underWay.register();
      send(read, due, Objects.requireNonNull(found.get(read)), underWay);
    }
    underWay.arriveAndAwaitAdvance();
    return found;
  }

  private void send(Read read, long due, Found found, Phaser underWay) {
    HttpRequest request = api.request(read.path(random)).build();
    HttpClient client = api.client();
    // As text: a client that throws the body away would not see that it is cut off.
    var unused =
        client
            .sendAsync(request, HttpResponse.BodyHandlers.ofString())
            .whenComplete(
                (answer, failure) -> {
                  long micros = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - due);
                  found.micros.recordValue(Math.min(HIGHEST_MICROS, Math.max(0, micros)));
                  if (failure != null || answer.statusCode() != 200) {
                    found.errors.increment();
                  }
                  underWay.arriveAndDeregister();
                });
  }
}
