package dev.runway.control.security;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * A bucket of tokens per subject. A bucket that nobody has asked for lately is full again and so
 * need not be kept: at most {@link #MAX_BUCKETS} are.
 */
public final class RateLimit {
  private static final int MAX_BUCKETS = 10_000;

  private final double perNano;
  private final double burst;
  private final LongSupplier nanos;
  private final Map<String, Bucket> buckets =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
          return size() > MAX_BUCKETS;
        }
      };

  private static final class Bucket {
    double tokens;
    long atNanos;

    Bucket(double tokens, long atNanos) {
      this.tokens = tokens;
      this.atNanos = atNanos;
    }
  }

  /**
   * @param perSecond requests a second in the long run
   * @param burst requests at once
   * @param nanos a clock that never goes back
   */
  public RateLimit(int perSecond, int burst, LongSupplier nanos) {
    this.perNano = perSecond / 1e9;
    this.burst = burst;
    this.nanos = nanos;
  }

  /**
   * Takes one token of a subject.
   *
   * @return 0, or the seconds after which there will be one
   */
  public synchronized long take(String subject) {
    Bucket bucket = filled(subject);
    long seconds = secondsUntilOne(bucket);
    if (seconds == 0) {
      bucket.tokens -= 1;
    }
    return seconds;
  }

  /**
   * Looks whether a subject has a token, and takes none.
   *
   * @return 0, or the seconds after which there will be one
   */
  public synchronized long look(String subject) {
    return buckets.containsKey(subject) ? secondsUntilOne(filled(subject)) : 0;
  }

  private Bucket filled(String subject) {
    long now = nanos.getAsLong();
    Bucket bucket = buckets.computeIfAbsent(subject, name -> new Bucket(burst, now));
    bucket.tokens = Math.min(burst, bucket.tokens + (now - bucket.atNanos) * perNano);
    bucket.atNanos = now;
    return bucket;
  }

  private long secondsUntilOne(Bucket bucket) {
    return bucket.tokens >= 1
        ? 0
        : Math.max(1, (long) Math.ceil((1 - bucket.tokens) / perNano / 1e9));
  }
}
