package dev.runway.bench;

import dev.runway.flink.RawEvent;
import dev.runway.model.LabelPolicy;
import dev.runway.model.ModelDocument;
import dev.runway.model.Reduction;
import dev.runway.model.Task;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Real flights: a prediction at each departure, in order of departure, whether the flight will be
 * more than 15 minutes late; its outcome when it lands, which the source does not tell and which is
 * estimated from the distance, as in the demo. The score is a formula of the hour; nothing was
 * trained. A step is a departure with all landings since the one before.
 */
final class FlightTraffic implements Workload {
  private static final int LATE_MINUTES = 15;
  private static final Duration HORIZON = Duration.ofDays(1);

  /** Minutes in the air: those of the demo's model late-arrival. */
  private static final double AIR_MINUTES = 28.82;

  private static final double AIR_MINUTES_PER_MILE = 0.12726;
  private static final int MINUTE_MILLIS = 60_000;

  private final String file;
  private final long seed;
  private transient volatile @Nullable Flights loaded;

  FlightTraffic(Path file, long seed) {
    this.file = file.toAbsolutePath().toString();
    this.seed = seed;
  }

  private Flights flights() {
    Flights here = loaded;
    if (here == null) {
      here = Flights.read(Path.of(file), FlightTraffic::airMillis, HORIZON.toMillis());
      loaded = here;
    }
    return here;
  }

  private static long airMillis(int miles) {
    return Math.round((AIR_MINUTES + AIR_MINUTES_PER_MILE * miles) * MINUTE_MILLIS);
  }

  @Override
  public int open() {
    Flights all = flights();
    long span = all.departedMillis(all.size() - 1) - all.departedMillis(0);
    return (int) (all.size() * HORIZON.toMillis() / Math.max(1, span));
  }

  @Override
  public long seed() {
    return seed;
  }

  @Override
  public String data() {
    return FLIGHTS + file;
  }

  @Override
  public long steps() {
    return flights().size();
  }

  @Override
  public long warmUp() {
    return Math.min(flights().size() / 2, open() * 5L / 2);
  }

  @Override
  public void step(long step, Events events) {
    Flights all = flights();
    int landed = step == 0 ? 0 : all.landedBefore((int) step - 1);
    for (int upTo = all.landedBefore((int) step); landed < upTo; landed++) {
      events.outcome(all.landing(landed), step);
    }
    events.prediction(step);
  }

  @Override
  public long watermarkMillis(long step) {
    return flights().departedMillis((int) step) - MINUTE_MILLIS;
  }

  @Override
  public long expiredBefore(long step) {
    return flights().expiredBefore((int) step);
  }

  @Override
  public Duration horizon() {
    return HORIZON;
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
        HORIZON,
        null,
        null,
        1,
        0.5,
        Duration.ofDays(1),
        1,
        List.of(VERSION),
        List.of(),
        List.of(),
        List.of());
  }

  @Override
  public long predictedAtMillis(long n) {
    return flights().departedMillis((int) n);
  }

  @Override
  public long observedAtMillis(long n, long step) {
    return predictedAtMillis(n) + airMillis(flights().miles((int) n));
  }

  @Override
  public String id(long n) {
    long high = Workload.mix(n ^ seed);
    return Workload.timeOrderedId(predictedAtMillis(n), high, Workload.mix(high ^ n));
  }

  private int hour(long n) {
    return (int) Math.floorMod(predictedAtMillis(n) / (60L * MINUTE_MILLIS), 24L);
  }

  @Override
  public RawEvent prediction(long n) {
    Flights all = flights();
    String id = id(n);
    int flight = (int) n;
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
            + "0."
            + (10 + 2 * hour(n))
            + ",\"features\":{\"distance\":"
            + all.miles(flight)
            + ",\"hour\":"
            + hour(n)
            + ",\"origin\":\""
            + all.origin(flight)
            + "\",\"destination\":\""
            + all.destination(flight)
            + "\"}}";
    return Workload.raw(PREDICTIONS, id, json, predictedAtMillis(n));
  }

  @Override
  public RawEvent outcome(long n, long step) {
    Flights all = flights();
    String id = id(n);
    String json =
        "{\"prediction_id\":\""
            + id
            + "\",\"model_id\":\""
            + MODEL
            + "\",\"observed_at\":"
            + observedAtMillis(n, step)
            + ",\"label\":\""
            + (all.delayMinutes((int) n) > LATE_MINUTES)
            + "\",\"sequence\":1,\"source\":\"landing-reports\"}";
    return Workload.raw(OUTCOMES, id, json, observedAtMillis(n, step));
  }
}
