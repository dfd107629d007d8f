package dev.runway.bench;

import dev.runway.flink.RawEvent;
import dev.runway.model.ModelDocument;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/**
 * Traffic of one model in order of arrival, in steps; a step is mostly one prediction and an
 * outcome of an older one. Every run of it is the same, and every process that knows how it was
 * chosen makes the same bytes.
 */
public interface Workload extends Serializable {
  String MODEL = "bench-model";
  String VERSION = "1.0.0";
  String PREDICTIONS = "predictions";
  String OUTCOMES = "outcomes";

  /** Made up, with ids that rise with time (UUIDv7). */
  String TIME_ORDERED = "time";

  /** Made up, with random ids (UUIDv4). */
  String RANDOM = "random";

  /** Real flights; the file with them follows. */
  String FLIGHTS = "flights:";

  /** Where events go, in order of arrival. */
  interface Events {
    void prediction(long n);

    /**
     * An outcome.
     *
     * @param n its prediction
     * @param step when it comes
     */
    void outcome(long n, long step);
  }

  /**
   * The workload that was chosen.
   *
   * @param open predictions that wait once it is under way; flights bring their own number
   * @param data {@link #TIME_ORDERED}, {@link #RANDOM} or {@link #FLIGHTS} with a file
   */
  static Workload of(int open, long seed, String data) {
    return data.startsWith(FLIGHTS)
        ? new FlightTraffic(Path.of(data.substring(FLIGHTS.length())), seed)
        : new SyntheticTraffic(seed, open, data.equals(TIME_ORDERED));
  }

  /** Predictions that wait at any time once it is under way. */
  int open();

  long seed();

  /** As {@link #of} takes it. */
  String data();

  /** How many steps there are. */
  long steps();

  /** Steps after which as many predictions are let go as come. */
  long warmUp();

  /** The events of a step. */
  void step(long step, Events events);

  /** No event after this step has an earlier time, but for those that are late. */
  long watermarkMillis(long step);

  /** How many predictions, from the first on, have ended their horizon before a step. */
  long expiredBefore(long step);

  Duration horizon();

  ModelDocument document();

  long predictedAtMillis(long n);

  /** When an outcome was observed that comes in a step. */
  long observedAtMillis(long n, long step);

  String id(long n);

  RawEvent prediction(long n);

  RawEvent outcome(long n, long step);

  /** How many events some steps have. */
  default long events(long from, long to) {
    long[] count = new long[1];
    Events counting =
        new Events() {
          @Override
          public void prediction(long n) {
            count[0]++;
          }

          @Override
          public void outcome(long n, long step) {
            count[0]++;
          }
        };
    for (long step = from; step < to; step++) {
      step(step, counting);
    }
    return count[0];
  }

  /** An event as it comes from Kafka. */
  static RawEvent raw(String topic, String id, String json, long atMillis) {
    return new RawEvent(
        id.getBytes(StandardCharsets.ISO_8859_1),
        json.getBytes(StandardCharsets.ISO_8859_1),
        topic,
        0,
        atMillis,
        atMillis,
        List.of());
  }

  /** A UUIDv7 of a time and random bits. */
  static String timeOrderedId(long atMillis, long high, long low) {
    return new UUID((atMillis << 16) | 0x7000 | (high & 0xFFF), variant(low)).toString();
  }

  static long variant(long low) {
    return (low & 0x3FFFFFFFFFFFFFFFL) | 0x8000000000000000L;
  }

  /** The finaliser of SplitMix64. */
  static long mix(long z) {
    long mixed = z + 0x9E3779B97F4A7C15L;
    mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }
}
