package dev.runway.groundtruth;

import dev.runway.flink.ModelDirectory;
import dev.runway.flink.RawEvent;
import dev.runway.model.LabelPolicy;
import dev.runway.model.Limits;
import dev.runway.model.MalformedEvent;
import dev.runway.model.ModelDocument;
import dev.runway.model.ModelDocumentCodec;
import dev.runway.model.Outcome;
import dev.runway.model.OutcomeCodec;
import dev.runway.model.Prediction;
import dev.runway.model.PredictionCodec;
import dev.runway.model.Reduction;
import dev.runway.model.Task;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Thirty days of seeded traffic as it comes from Kafka, with the trouble of months: both orders of
 * arrival, repeats, conflicts, corrections, retractions, contradictions, orphans, outcomes behind
 * their horizon, ids that are used again, more outcomes of one prediction than are kept, several
 * versions, segments and variants, weights, every label policy, and documents that change at noon
 * of the fifteenth day, between copies of one prediction too.
 */
final class MonthOfTraffic {
  static final LocalDate FIRST_DAY = LocalDate.of(2026, 3, 1);
  static final int DAYS = 30;

  /** How late an event comes at most; watermarks wait a little longer. */
  static final Duration DISORDER = Duration.ofMinutes(4);

  static final Duration ORPHAN_WAIT = Duration.ofHours(1);
  static final Duration LATE_MEMORY = Duration.ofDays(1);

  private static final long HOUR = 3_600_000;
  private static final long DAY = 24 * HOUR;
  private static final long START = FIRST_DAY.toEpochDay() * DAY;
  private static final long CHANGE = START + 14 * DAY + 12 * HOUR;
  private static final int CASES_A_DAY = 9;

  private final Random random;
  private final SomeEvents events;
  private final List<RawEvent> predictions = new ArrayList<>();
  private final List<RawEvent> outcomes = new ArrayList<>();
  private int retractions;

  MonthOfTraffic(long seed) {
    random = new Random(seed);
    events = new SomeEvents(random);
    for (ModelDocument model : before()) {
      for (int day = 0; day < DAYS; day++) {
        for (int i = 0; i < CASES_A_DAY; i++) {
          addCase(model, "%s-%d-%d".formatted(model.modelId(), day, i), START + day * DAY);
        }
      }
      addCopiesAcrossTheChange(model);
    }
    addMoreOutcomesThanAreKept(before().get(3));
  }

  private void addCopiesAcrossTheChange(ModelDocument model) {
    for (int i = 0; i < CASES_A_DAY; i++) {
      String id = model.modelId() + "-both-" + i;
      long at = CHANGE - 1 - within(DISORDER.toMillis() / 2);
      Prediction event = events.prediction(model, id, at);
      byte[] value = PredictionCodec.write(event);
      add(predictions, id, value, CHANGE - 1);
      add(predictions, id, value, CHANGE + within(DISORDER.toMillis() / 2));
      send(events.outcome(model, id, at + within(model.horizon().toMillis() / 2)));
    }
  }

  private void addMoreOutcomesThanAreKept(ModelDocument model) {
    String id = model.modelId() + "-much";
    long at = START + 10 * DAY;
    send(events.prediction(model, id, at));
    for (int i = 0; i < Limits.MAX_OUTCOMES + 40; i++) {
      long observedAt = at + within(model.horizon().toMillis());
      add(
          outcomes,
          id,
          OutcomeCodec.write(
              new Outcome(
                  id, model.modelId(), observedAt, null, i, null, i, Outcome.RETRACTS_NOTHING)),
          observedAt + within(DISORDER.toMillis()));
    }
  }

  /** Predictions in the order they come. */
  List<RawEvent> predictions() {
    return inOrder(predictions, "predictions");
  }

  /** Outcomes in the order they come. */
  List<RawEvent> outcomes() {
    return inOrder(outcomes, "outcomes");
  }

  /** Outcomes that withdraw others. */
  int retractions() {
    return retractions;
  }

  private static List<RawEvent> inOrder(List<RawEvent> events, String topic) {
    List<RawEvent> sorted = new ArrayList<>(events);
    sorted.sort(Comparator.comparingLong(RawEvent::kafkaTimestampMillis));
    List<RawEvent> placed = new ArrayList<>();
    for (RawEvent event : sorted) {
      placed.add(
          new RawEvent(
              event.key(),
              event.value(),
              topic,
              0,
              placed.size(),
              event.kafkaTimestampMillis(),
              List.of()));
    }
    return placed;
  }

  /** Documents, which change in the middle. */
  static ModelDirectory.Factory models() {
    return new Changing(written(before()), written(after()));
  }

  /** The horizon of a model's predictions before the change. */
  static long firstHorizonMillis(String modelId) {
    return before().stream()
        .filter(model -> model.modelId().equals(modelId))
        .findFirst()
        .orElseThrow()
        .horizon()
        .toMillis();
  }

  private static List<ModelDocument> before() {
    return List.of(
        model("explicit", Task.BINARY, LabelPolicy.EXPLICIT, Reduction.LAST, 48, 60, 1),
        model("implicit", Task.BINARY, LabelPolicy.IMPLICIT_NEGATIVE, Reduction.FIRST, 24, 360, 1),
        model("graded", Task.BINARY, LabelPolicy.GRADED, Reduction.MAX, 72, 1440, 1),
        model("regression", Task.REGRESSION, LabelPolicy.REGRESSION, Reduction.SUM, 12, 120, 1),
        model("multiclass", Task.MULTICLASS, LabelPolicy.EXPLICIT, Reduction.FIRST, 24, 240, 1),
        model("ranking", Task.RANKING, LabelPolicy.RANKING, Reduction.MAX, 36, 180, 1),
        model("sampled", Task.BINARY, LabelPolicy.EXPLICIT, Reduction.LAST, 24, 300, 0.75),
        model("slow", Task.BINARY, LabelPolicy.EXPLICIT, Reduction.LAST, 20 * 24, 1440, 1));
  }

  /** Another horizon, window and policy; another rate; and what never changes. */
  private static List<ModelDocument> after() {
    List<ModelDocument> documents = new ArrayList<>(before());
    documents.set(
        0,
        model("explicit", Task.BINARY, LabelPolicy.IMPLICIT_NEGATIVE, Reduction.MAX, 24, 120, 1));
    documents.set(
        3,
        model("regression", Task.REGRESSION, LabelPolicy.REGRESSION, Reduction.LAST, 18, 120, 1));
    documents.set(
        6, model("sampled", Task.BINARY, LabelPolicy.EXPLICIT, Reduction.LAST, 24, 300, 0.25));
    return documents;
  }

  private static ModelDocument model(
      String id,
      Task task,
      LabelPolicy policy,
      Reduction reduction,
      long horizonHours,
      long windowMinutes,
      double sampleRate) {
    return new ModelDocument(
        id,
        1,
        3,
        null,
        task,
        policy,
        reduction,
        Duration.ofHours(horizonHours),
        policy == LabelPolicy.IMPLICIT_NEGATIVE ? Duration.ofHours(horizonHours / 4) : null,
        null,
        policy == LabelPolicy.GRADED ? 2 : 1,
        0.5,
        Duration.ofMinutes(windowMinutes),
        sampleRate,
        List.of(),
        List.of("eu", "us"),
        task == Task.MULTICLASS ? List.of("cat", "dog") : List.of(),
        List.of("x:a", "x:b", "b"));
  }

  private void addCase(ModelDocument model, String id, long midnight) {
    long at = quiet(midnight + within(DAY - 1));
    if (random.nextInt(50) > 0) {
      for (int i = events.pick(1, 1, 1, 1, 2, 3); i > 0; i--) {
        // The same id again, within what a batch of a day looks back.
        long later = predictions.isEmpty() ? 0 : events.pick(0L, 1L, within(6 * HOUR));
        send(events.prediction(model, id, quiet(at + later)));
      }
      if (model.modelId().equals("regression") && at < START + 20 * DAY && random.nextInt(5) == 0) {
        // And again when the first one is surely forgotten: another prediction.
        send(events.prediction(model, id, quiet(at + 8 * DAY)));
      }
    }
    for (int i = random.nextInt(5); i > 0; i--) {
      Outcome event = events.outcome(model, id, at + delay(model));
      send(event);
      if (random.nextInt(6) == 0) {
        send(events.contradiction(model, event));
      }
    }
  }

  /**
   * Where other predictions of the id come in between, copies around the change have two windows.
   */
  private static long quiet(long at) {
    return Math.abs(at - CHANGE) <= DISORDER.toMillis() ? at + 3 * DISORDER.toMillis() : at;
  }

  private long delay(ModelDocument model) {
    long horizon = model.horizon().toMillis();
    return events.pick(
        within(horizon),
        within(horizon),
        within(horizon / 4),
        within(horizon / 4),
        0L,
        -within(ORPHAN_WAIT.toMillis()),
        -ORPHAN_WAIT.toMillis(),
        -ORPHAN_WAIT.toMillis() - 1,
        horizon,
        horizon + 1,
        horizon + within(LATE_MEMORY.toMillis()),
        horizon + LATE_MEMORY.toMillis() + 1);
  }

  private void send(Prediction event) {
    for (int i = events.pick(1, 1, 1, 1, 2); i > 0; i--) {
      add(
          predictions,
          event.predictionId(),
          PredictionCodec.write(event),
          event.predictedAtMillis() + within(DISORDER.toMillis()));
    }
  }

  private void send(Outcome event) {
    retractions += event.retracts() == Outcome.RETRACTS_NOTHING ? 0 : 1;
    byte[] value = OutcomeCodec.write(event);
    add(
        outcomes,
        event.predictionId(),
        value,
        event.observedAtMillis() + within(DISORDER.toMillis()));
    if (random.nextInt(5) == 0) {
      // A copy may come at any time: what it says is known.
      add(outcomes, event.predictionId(), value, event.observedAtMillis() + within(5 * DAY));
    }
  }

  private static void add(List<RawEvent> into, String id, byte[] value, long arrivesAt) {
    into.add(
        new RawEvent(
            id.getBytes(StandardCharsets.US_ASCII), value, "", 0, 0, arrivesAt, List.of()));
  }

  private long within(long span) {
    return events.within(span);
  }

  private static List<byte[]> written(List<ModelDocument> documents) {
    return documents.stream().map(ModelDocumentCodec::write).toList();
  }

  private record Changing(List<byte[]> before, List<byte[]> after)
      implements ModelDirectory.Factory {
    @Override
    public ModelDirectory open(ModelDirectory.Refused refused) {
      Map<String, ModelDocument> then = read(before);
      Map<String, ModelDocument> now = read(after);
      return new ModelDirectory() {
        @Override
        public @Nullable ModelDocument find(String modelId, long asOfMillis) {
          return (asOfMillis < CHANGE ? then : now).get(modelId);
        }

        @Override
        public double rateOfOpenPredictions(ModelDocument model, long asOfMillis) {
          ModelDocument old = then.get(model.modelId());
          return old == null ? model.sampleRate() : Math.max(old.sampleRate(), model.sampleRate());
        }

        @Override
        public void close() {}
      };
    }

    private static Map<String, ModelDocument> read(List<byte[]> documents) {
      Map<String, ModelDocument> byId = new LinkedHashMap<>();
      for (byte[] document : documents) {
        try {
          ModelDocument model = ModelDocumentCodec.read(document);
          byId.put(model.modelId(), model);
        } catch (MalformedEvent e) {
          throw new AssertionError(e.field() + ": " + e.detail(), e);
        }
      }
      return byId;
    }
  }
}
