package dev.runway.bench;

import dev.runway.flink.RawEvent;
import dev.runway.model.LabelPolicy;
import dev.runway.model.ModelDocument;
import dev.runway.model.Reduction;
import dev.runway.model.Task;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/**
 * Seeded traffic of one model in order of arrival: a prediction each millisecond of event time, its
 * outcome one to three blocks later in a shuffled order, events up to half a second out of order,
 * some repeated, some never labelled, some labelled too late. An event is 300 bytes of JSON.
 *
 * <p>{@code open} predictions wait at any time: the label horizon is {@code open} milliseconds, a
 * block is half of it.
 *
 * @param open predictions that wait once the traffic is under way; a multiple of 1,024
 * @param timeOrderedIds whether ids rise with time (UUIDv7) or are random (UUIDv4)
 */
public record Workload(long seed, int open, boolean timeOrderedIds) implements Serializable {
  static final String MODEL = "bench-model";
  static final String VERSION = "1.0.0";
  static final String PREDICTIONS = "predictions";
  static final String OUTCOMES = "outcomes";

  /** Predictions that change places with each other on their way. */
  static final int DISORDER = 512;

  private static final long START = 1_750_000_000_000L;
  private static final int REPEATED_PERCENT = 1;
  private static final int SILENT_PERCENT = 5;
  private static final int LATE_PERCENT = 2;

  public Workload {
    if (open < 1_024 || open % 1_024 != 0) {
      throw new IllegalArgumentException("open predictions: a multiple of 1,024, found " + open);
    }
  }

  /** Where events go, in order of arrival. */
  interface Events {
    void prediction(long n);

    void outcome(long n);
  }

  /** The events of step {@code step}: mostly one prediction, and an outcome of an older one. */
  void step(long step, Events events) {
    long n = disordered(step);
    events.prediction(n);
    if (percent(n, 1) < REPEATED_PERCENT) {
      events.prediction(n);
    }
    labelled(step, 1, false, events);
    labelled(step, 3, true, events);
  }

  private void labelled(long step, int blocksLater, boolean late, Events events) {
    long block = block();
    long of = shuffled(step - blocksLater * block);
    if (of < 0 || percent(of, 2) < SILENT_PERCENT || (percent(of, 3) < LATE_PERCENT) != late) {
      return;
    }
    events.outcome(of);
    if (percent(of, 4) < REPEATED_PERCENT) {
      events.outcome(of);
    }
  }

  /** No event after step {@code step} has an earlier time, but for those that are late. */
  long watermarkMillis(long step) {
    return START + step - DISORDER;
  }

  Duration horizon() {
    return Duration.ofMillis(open);
  }

  ModelDocument document() {
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
    return group * DISORDER + ((step % DISORDER) ^ (mix(group + seed) & (DISORDER - 1)));
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
    long moved = Math.floorMod(place * factor + mix(block ^ seed), (long) block());
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
    return (int) Math.floorMod(mix((n * 8 + salt) ^ seed), 100L);
  }

  long predictedAtMillis(long n) {
    return START + n;
  }

  long observedAtMillis(long n) {
    boolean late = percent(n, 3) < LATE_PERCENT;
    long delay = Math.floorMod(mix(n ^ ~seed), (long) open);
    return predictedAtMillis(n) + (late ? open + 1 + delay / 4 : delay);
  }

  double score(long n) {
    return Math.floorMod(mix(n ^ seed), 10_000L) / 10_000.0;
  }

  boolean positive(long n) {
    return Math.floorMod(mix((n * 31) ^ seed), 10_000L) / 10_000.0 < score(n);
  }

  /** The id in its text form. */
  String id(long n) {
    long high = mix(n ^ seed);
    long low = mix(high ^ n);
    UUID id =
        timeOrderedIds
            ? new UUID((predictedAtMillis(n) << 16) | 0x7000 | (high & 0xFFF), variant(low))
            : new UUID((high & 0xFFFFFFFFFFFF0FFFL) | 0x4000, variant(low));
    return id.toString();
  }

  private static long variant(long low) {
    return (low & 0x3FFFFFFFFFFFFFFFL) | 0x8000000000000000L;
  }

  RawEvent prediction(long n) {
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
    return raw(PREDICTIONS, id, json, predictedAtMillis(n));
  }

  RawEvent outcome(long n) {
    String id = id(n);
    String json =
        "{\"prediction_id\":\""
            + id
            + "\",\"model_id\":\""
            + MODEL
            + "\",\"observed_at\":"
            + observedAtMillis(n)
            + ",\"label\":\""
            + positive(n)
            + "\",\"sequence\":1,\"source\":\"landing-reports\",\"note\":\"arrived at the gate, checked"
            + " against the schedule of the day and written by the operations desk of the station\"}";
    return raw(OUTCOMES, id, json, observedAtMillis(n));
  }

  private static RawEvent raw(String topic, String id, String json, long atMillis) {
    return new RawEvent(
        id.getBytes(StandardCharsets.ISO_8859_1),
        json.getBytes(StandardCharsets.ISO_8859_1),
        topic,
        0,
        atMillis,
        atMillis,
        List.of());
  }

  /** The finaliser of SplitMix64. */
  private static long mix(long z) {
    long mixed = z + 0x9E3779B97F4A7C15L;
    mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }
}
