package dev.runway.bench;

import dev.runway.flink.RawEvent;
import dev.runway.model.LabelPolicy;
import dev.runway.model.ModelDocument;
import dev.runway.model.Reduction;
import dev.runway.model.Task;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/**
 * Seeded traffic of one model in order of arrival: a prediction each millisecond of event time, its
 * outcome within the label horizon in a shuffled order, events up to half a second out of order,
 * some repeated, some never labelled, some labelled after the horizon. An event is 300 bytes of
 * JSON.
 *
 * <p>{@code open} predictions wait at any time: the label horizon is {@code open} milliseconds, a
 * block is half of it.
 *
 * @param open predictions that wait once the traffic is under way; a multiple of 1,024
 * @param timeOrderedIds whether ids rise with time (UUIDv7) or are random (UUIDv4)
 */
public record SyntheticTraffic(long seed, int open, boolean timeOrderedIds) implements Workload {
  /** Predictions that change places with each other on their way. */
  static final int DISORDER = 512;

  private static final long START = 1_750_000_000_000L;
  private static final int LARGE = 10_000_000;
  private static final int REPEATED_PERCENT = 1;
  private static final int SILENT_PERCENT = 5;
  private static final int LATE_PERCENT = 2;

  public SyntheticTraffic {
    if (open < 1_024 || open % 1_024 != 0) {
      throw new IllegalArgumentException("open predictions: a multiple of 1,024, found " + open);
    }
  }

  @Override
  public String data() {
    return timeOrderedIds ? TIME_ORDERED : RANDOM;
  }

  @Override
  public long steps() {
    return Long.MAX_VALUE;
  }

  /** The events of step {@code step}: mostly one prediction, and an outcome of an older one. */
  @Override
  public void step(long step, Events events) {
    long n = disordered(step);
    events.prediction(n);
    if (percent(n, 1) < REPEATED_PERCENT) {
      events.prediction(n);
    }
    labelled(step, 1, false, events);
    labelled(step, 3, true, events);
  }

  /**
   * Steps after which as many predictions are let go as come: two horizons and a half, or one and a
   * quarter where that is an hour.
   */
  @Override
  public long warmUp() {
    return open >= LARGE ? open * 5L / 4 : open * 5L / 2;
  }

  private void labelled(long step, int blocksLater, boolean late, Events events) {
    long block = block();
    long of = shuffled(step - blocksLater * block);
    if (of < 0 || percent(of, 2) < SILENT_PERCENT || (percent(of, 3) < LATE_PERCENT) != late) {
      return;
    }
    events.outcome(of, step);
    if (percent(of, 4) < REPEATED_PERCENT) {
      events.outcome(of, step);
    }
  }

  /** No event after step {@code step} has an earlier time, but for those that are late. */
  @Override
  public long watermarkMillis(long step) {
    return START + step - DISORDER;
  }

  @Override
  public long expiredBefore(long step) {
    return Math.max(0, step - open);
  }

  @Override
  public Duration horizon() {
    return Duration.ofMillis(open);
  }

  @Override
  public ModelDocument document() {
    return new ModelDocument(
        MODEL,
        1,
        2,
        null,
        Task.BINARY,
        LabelPolicy.EXPLICIT,
        Reduction.LAST,
        horizon(),
        null,
        null,
        1,
        0.5,
        Duration.ofMinutes(10),
        1,
        List.of(VERSION),
        List.of("eu", "us"),
        List.of(),
        List.of());
  }

  private int block() {
    return open / 2;
  }

  /** A bijection within groups of {@link #DISORDER}: neighbours come in another order. */
  private long disordered(long step) {
    long group = step / DISORDER;
    return group * DISORDER + ((step % DISORDER) ^ (Workload.mix(group + seed) & (DISORDER - 1)));
  }

  /**
   * A bijection within blocks: multiplying by an odd number and adding, as in a linear generator.
   */
  private long shuffled(long step) {
    if (step < 0) {
      return -1;
    }
    long block = step / block();
    long place = step % block();
    long factor = 0x9E3779B1L;
    long moved = Math.floorMod(place * factor + Workload.mix(block ^ seed), (long) block());
    return block * block() + (coprime(factor) ? moved : place);
  }

  private boolean coprime(long factor) {
    long a = factor;
    long b = block();
    while (b != 0) {
      long rest = a % b;
      a = b;
      b = rest;
    }
    return a == 1;
  }

  private int percent(long n, int salt) {
    return (int) Math.floorMod(Workload.mix((n * 8 + salt) ^ seed), 100L);
  }

  @Override
  public long predictedAtMillis(long n) {
    return START + n;
  }

  /** Shortly before it comes, as out of order as predictions are. */
  @Override
  public long observedAtMillis(long n, long step) {
    return START + step - Math.floorMod(Workload.mix(n ^ ~seed), (long) DISORDER);
  }

  double score(long n) {
    return Math.floorMod(Workload.mix(n ^ seed), 10_000L) / 10_000.0;
  }

  boolean positive(long n) {
    return Math.floorMod(Workload.mix((n * 31) ^ seed), 10_000L) / 10_000.0 < score(n);
  }

  /** The id in its text form. */
  @Override
  public String id(long n) {
    long high = Workload.mix(n ^ seed);
    long low = Workload.mix(high ^ n);
    return timeOrderedIds
        ? Workload.timeOrderedId(predictedAtMillis(n), high, low)
        : new UUID((high & 0xFFFFFFFFFFFF0FFFL) | 0x4000, Workload.variant(low)).toString();
  }

  @Override
  public RawEvent prediction(long n) {
    String id = id(n);
    String json =
        "{\"prediction_id\":\""
            + id
            + "\",\"model_id\":\""
            + MODEL
            + "\",\"model_version\":\""
            + VERSION
            + "\",\"predicted_at\":"
            + predictedAtMillis(n)
            + ",\"score\":"
            + score(n)
            + ",\"segment\":\""
            + ((n & 1) == 0 ? "eu" : "us")
            + "\",\"entity_id\":\"member-"
            + (n & 0xFFFFF)
            + "\",\"features\":{\"distance\":731.5,\"hour\":17,\"carrier\":\"WN\",\"origin\":\"PHX\","
            + "\"destination\":\"SAN\",\"delay\":12.25}}";
    return Workload.raw(PREDICTIONS, id, json, predictedAtMillis(n));
  }

  @Override
  public RawEvent outcome(long n, long step) {
    String id = id(n);
    String json =
        "{\"prediction_id\":\""
            + id
            + "\",\"model_id\":\""
            + MODEL
            + "\",\"observed_at\":"
            + observedAtMillis(n, step)
            + ",\"label\":\""
            + positive(n)
            + "\",\"sequence\":1,\"source\":\"landing-reports\",\"note\":\"arrived at the gate, checked"
            + " against the schedule of the day and written by the operations desk of the station\"}";
    return Workload.raw(OUTCOMES, id, json, observedAtMillis(n, step));
  }
}
