package dev.runway.driftmonitor;

import static dev.runway.driftmonitor.PoisonedPredictions.NOON;

import dev.runway.flink.RawEvent;
import dev.runway.model.GroundTruth;
import dev.runway.model.GroundTruthCodec;
import dev.runway.model.LabelStatus;
import dev.runway.model.Maturity;
import dev.runway.model.Prediction;
import dev.runway.model.PredictionCodec;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.api.common.functions.MapFunction;

/**
 * Poison without end, an hour of it after the other: names, words and segments that never come
 * again, as long as an event may be. At the end of each hour the source says what the heap holds.
 *
 * <p>Static, for it runs within a cluster of this JVM.
 */
final class PoisonStream {
  static final int PER_HOUR = 5_000;
  static final long HOUR = Duration.ofHours(1).toMillis();

  /** Of a hundred predictions so many are of the version without baseline. */
  static final int BARE = 5;

  /** Names that no baseline has, of which every second comes again and again. */
  static final int UNSEEN_NAMES = 10_000;

  /** So many in most predictions; one of {@link #WIDE} has that many. */
  static final int UNSEEN = 100;

  static final int WIDE = 250;

  /** Of so many predictions one has names as long as they may be. */
  private static final int LONG_NAMES = 10;

  private static final String LONG_NAME = "n".repeat(200);

  /** Every so many predictions have a word that is longer than a text may be. */
  static final int TOO_LONG = 50;

  private static final int LONG_WORD = 60_000;
  private static final int BARE_NAMES = 4_000;

  /** Bytes of the predictions so far, and what the heap held at the end of each hour. */
  static final AtomicLong SENT = new AtomicLong();

  static final List<Long> HELD = new CopyOnWriteArrayList<>();

  private PoisonStream() {}

  static boolean isBare(long i) {
    return i % 100 < BARE;
  }

  static boolean isTooLong(long i) {
    return !isBare(i) && i % TOO_LONG == 24;
  }

  /** Names of the i-th prediction that its baseline does not have. */
  static int unseen(long i) {
    return i % WIDE == 50 ? UNSEEN_NAMES : UNSEEN;
  }

  private static long at(long i) {
    return NOON + i * HOUR / PER_HOUR;
  }

  private static RawEvent event(byte[] key, byte[] value, long offset, long at) {
    return new RawEvent(key, value, "poison", 0, offset, at, List.of());
  }

  /** Predictions by their number. */
  static final class Predictions implements MapFunction<Long, RawEvent> {
    @Override
    public RawEvent map(Long i) {
      if (i > 0 && i % PER_HOUR == 0) {
        HELD.add(held());
      }
      byte[] json = json(i);
      SENT.addAndGet(json.length);
      return event(JobTopics.bytes("p" + i), json, i, at(i));
    }

    private static byte[] json(long i) {
      String model = isBare(i) ? "bare" : "bad";
      Prediction prediction =
          PoisonedPredictions.prediction("p" + i, model, at(i), (i % 97) / 97.0, "segment-" + i);
      return PredictionCodec.write(
          prediction,
          sink -> {
            if (isBare(i)) {
              for (int name = 0; name < BARE_NAMES; name++) {
                sink.number("bare-" + i + '-' + name, name);
              }
              return;
            }
            sink.number("distance", (double) (i % 89));
            // Longer than a profile cuts them, and none comes twice.
            sink.category("city", "city-" + i + "c".repeat(2_000));
            sink.category("carrier", "carrier-" + i + "c".repeat(200));
            if (isTooLong(i)) {
              sink.category("text", "x".repeat(100_000));
            } else {
              sink.category("text", i + "x".repeat(i % 25 == 3 ? LONG_WORD : 200));
            }
            for (int name = 0; name < unseen(i); name++) {
              sink.number(unseenName(i, name), name);
            }
          });
    }

    private static String unseenName(long i, int name) {
      if (name % 2 == 0) {
        return "unseen-" + (i * UNSEEN + name) % UNSEEN_NAMES;
      }
      return "unseen-" + i + '-' + name + (i % LONG_NAMES == 1 ? LONG_NAME : "");
    }
  }

  /** Producers' tiles that are none. */
  static final class Tiles implements MapFunction<Long, RawEvent> {
    @Override
    public RawEvent map(Long i) {
      String json = "{\"producer_id\":\"p-%d\",\"sequence\":%d,\"tile\":\"AAAA\"}".formatted(i, i);
      return event(JobTopics.bytes("bad"), JobTopics.bytes(json), i, at(i));
    }
  }

  /** Truths of predicted numbers and, every second, of scores, each of a segment of its own. */
  static final class Truths implements MapFunction<Long, RawEvent> {
    @Override
    public RawEvent map(Long i) {
      boolean score = i % 2 == 1;
      GroundTruth truth =
          new GroundTruth(
              score ? "bad" : "price",
              "t" + i,
              GroundTruth.FINAL_REVISION,
              Maturity.FINAL,
              LabelStatus.LABELLED,
              "1",
              at(i),
              score ? (i % 97) / 97.0 : Double.NaN,
              null,
              score ? Double.NaN : i % 89,
              "segment-" + i,
              null,
              1,
              null,
              score ? i / 2 % 2 : i % 83,
              1,
              1);
      byte[] key = JobTopics.bytes("t" + i);
      return event(key, GroundTruthCodec.write(truth), i, at(i) + HOUR);
    }
  }

  private static long held() {
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    long least = Long.MAX_VALUE;
    // References that are cleared by one collection let go of more in the next.
    for (int i = 0; i < 3; i++) {
      memory.gc();
      least = Math.min(least, memory.getHeapMemoryUsage().getUsed());
    }
    return least;
  }
}
