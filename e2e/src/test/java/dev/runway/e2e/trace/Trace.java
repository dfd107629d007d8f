package dev.runway.e2e.trace;

import dev.runway.demo.play.EventTape;
import dev.runway.demo.play.Floors;
import dev.runway.model.ModelDocument;
import dev.runway.model.Outcome;
import dev.runway.model.OutcomeCodec;
import dev.runway.model.Prediction;
import dev.runway.model.Reason;
import dev.runway.model.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

/**
 * A day of several models, the same for the same seed: repeats, corrections, retractions,
 * contradictions, conflicts, orphans, late outcomes, broken records; some sent late, no outcome
 * later than the jobs' out-of-orderness of 5 minutes, and no prediction by more than 45.
 */
public final class Trace implements EventTape {
  static final long START = Instant.parse("2026-03-01T00:00:00Z").toEpochMilli();
  private static final long DAY = Duration.ofDays(1).toMillis();
  private static final int MOST_BEHIND = 299_000;
  private static final int MUCH_BEHIND = 2_400_000;
  private static final List<BrokenRecord> BROKEN = List.of(BrokenRecord.values());

  private final List<Case> cases = new ArrayList<>();
  private final List<Outcome> orphans = new ArrayList<>();
  private final Map<Reason, Long> broken = new EnumMap<>(Reason.class);
  private final List<Sent> events = new ArrayList<>();
  private final Random random;
  private final Floors floors;

  private Trace(long seed, int predictions) {
    this.random = new Random(seed);
    List<ModelDocument> models = TraceModels.all();
    CaseWriter writer = new CaseWriter(random);
    for (int i = 0; i < predictions; i++) {
      ModelDocument model = models.get(random.nextInt(models.size()));
      long at = START + (long) (random.nextDouble() * DAY);
      add(writer.write(model, id(i), at));
      if (i % 500 == 0) {
        addOrphan(model, i, at);
      }
      if (i % 100 == 0) {
        addBroken(i / 100, at);
      }
    }
    // Stable, so that what is sent at one time stays in the order it was written.
    events.sort(Comparator.comparingLong(Sent::sendMillis));
    this.floors = Floors.of(events.size(), new EventTimes(events));
  }

  /** Writes the trace of a seed. */
  public static Trace of(long seed, int predictions) {
    return new Trace(seed, predictions);
  }

  private static String id(int i) {
    return i % 2 == 0 ? "p-" + i : new UUID(i, ~i).toString();
  }

  private void add(Case c) {
    cases.add(c);
    send(c.prediction(), 1 + c.repeats());
    c.conflicts().forEach(conflict -> send(conflict, 1));
    c.outcomes().forEach(outcome -> send(outcome, random.nextInt(50) == 0 ? 2 : 1));
  }

  private void addOrphan(ModelDocument model, int i, long at) {
    Outcome orphan =
        new Outcome(
            "nobody-asked-" + i,
            model.modelId(),
            at,
            model.classes().isEmpty() ? null : model.classes().get(0),
            model.classes().isEmpty() ? 1 : Double.NaN,
            model.task() == dev.runway.model.Task.RANKING ? "a" : null,
            1,
            Outcome.RETRACTS_NOTHING);
    orphans.add(orphan);
    send(orphan, 1);
  }

  private void addBroken(int i, long at) {
    BrokenRecord kind = BROKEN.get(i % BROKEN.size());
    events.add(kind.of("churn", "broken-" + i, at));
    broken.merge(kind.reason, 1L, Long::sum);
  }

  private void send(Prediction event, int copies) {
    Sent sent =
        new Sent(
            Topic.PREDICTIONS,
            event.predictionId(),
            TraceFeatures.write(event),
            TraceFeatures.headers(event),
            event.predictedAtMillis(),
            event.predictedAtMillis());
    for (int i = 0; i < copies; i++) {
      events.add(sent.behind(random.nextInt(100) == 0 ? muchBehind() : behind()));
    }
  }

  private void send(Outcome event, int copies) {
    Sent sent =
        new Sent(
            Topic.OUTCOMES,
            event.predictionId(),
            OutcomeCodec.write(event),
            event.observedAtMillis(),
            event.observedAtMillis());
    for (int i = 0; i < copies; i++) {
      events.add(sent.behind(behind()));
    }
  }

  /** Behind the end of its window, perhaps, and within the hour that drift waits for it. */
  private long muchBehind() {
    return (long) MOST_BEHIND + random.nextInt(MUCH_BEHIND);
  }

  private long behind() {
    return random.nextInt(4) == 0 ? random.nextInt(MOST_BEHIND) : 0;
  }

  /** Every prediction that counts, with its outcomes. */
  public List<Case> cases() {
    return List.copyOf(cases);
  }

  /** Outcomes of predictions that nobody made. */
  public List<Outcome> orphans() {
    return List.copyOf(orphans);
  }

  /** Records that are broken in themselves, by reason. */
  public Map<Reason, Long> broken() {
    return Map.copyOf(broken);
  }

  /** Records sent to a topic. */
  public long sent(Topic topic) {
    return events.stream().filter(event -> event.topic() == topic).count();
  }

  @Override
  public int size() {
    return events.size();
  }

  @Override
  public Event at(int place) {
    Sent event = events.get(place);
    return new Event(
        event.topic(),
        event.key().getBytes(StandardCharsets.US_ASCII),
        event.value(),
        event.headers());
  }

  @Override
  public long floorMillis(Topic topic, int from) {
    return floors.millis(topic, from);
  }

  /** A day after the last window, its horizon and every wait. */
  @Override
  public long endMillis() {
    return START + 3 * DAY;
  }

  private record EventTimes(List<Sent> events) implements Floors.Times {
    @Override
    public boolean isPrediction(int place) {
      return events.get(place).topic() == Topic.PREDICTIONS;
    }

    @Override
    public long millis(int place) {
      return events.get(place).eventMillis();
    }
  }
}
