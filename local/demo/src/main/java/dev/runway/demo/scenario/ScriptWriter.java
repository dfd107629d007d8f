package dev.runway.demo.scenario;

import dev.runway.model.Outcome;
import dev.runway.model.OutcomeCodec;
import dev.runway.model.Prediction;
import dev.runway.model.PredictionCodec;
import dev.runway.model.Reason;
import dev.runway.model.Topic;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Merges the models' predictions and outcomes by time and mixes the faults in. */
public final class ScriptWriter {
  // An outcome without prediction waits an hour; a day more than that and the horizon is plenty.
  private static final long AFTER_THE_LAST = 2 * Times.DAY;

  private static final List<Breakage> BREAKAGES = List.of(Breakage.values());

  private final Faults faults;
  private final Random random;
  private final List<Sent> sent = new ArrayList<>();
  private final Map<String, Long> duplicates = new TreeMap<>();
  private final Map<String, Long> conflicts = new TreeMap<>();
  private final Map<Reason, Long> dead = new EnumMap<>(Reason.class);
  private long orphans;
  private int broken;
  private long end;

  private record Sent(long sendMillis, PlannedEvent event) {}

  private ScriptWriter(Faults faults) {
    this.faults = faults;
    this.random = new Random(faults.seed());
  }

  /** Writes the script of some models; the same models and faults give the same script. */
  public static Script write(List<DemoModel> models, Faults faults) {
    ScriptWriter writer = new ScriptWriter(faults);
    for (DemoModel model : models) {
      model.cases().forEach(c -> writer.add(model, c));
    }
    return writer.script();
  }

  private Script script() {
    sent.sort(Comparator.comparingLong(Sent::sendMillis));
    return new Script(
        sent.stream().map(Sent::event).toList(),
        end + AFTER_THE_LAST,
        duplicates,
        conflicts,
        dead,
        orphans);
  }

  private void add(DemoModel model, DemoCase c) {
    Prediction prediction = c.prediction();
    long predictedAt = prediction.predictedAtMillis();
    PlannedEvent event = predictionEvent(prediction, c, predictedAt);
    send(event, predictedAt);
    // A window is final when the horizon of the last prediction it could hold has passed.
    long window = model.document().window().toMillis();
    end = Math.max(end, predictedAt + window + model.document().horizon().toMillis());
    end = Math.max(end, predictedAt + model.drift().window().toMillis());
    if (hits(faults.repeated())) {
      send(event, predictedAt);
      duplicates.merge(model.id(), 1L, Long::sum);
    }
    if (hits(faults.conflicting())) {
      conflict(model, c);
    }
    if (c.observed()) {
      addOutcome(model, c);
    }
  }

  private void addOutcome(DemoModel model, DemoCase c) {
    Outcome outcome = model.outcome(c);
    PlannedEvent event = outcomeEvent(outcome);
    send(event, c.observedAtMillis());
    end = Math.max(end, c.observedAtMillis());
    if (hits(faults.repeated())) {
      send(event, c.observedAtMillis());
    }
    if (hits(faults.broken())) {
      breakOne(model, c);
    }
    if (hits(faults.orphans())) {
      orphans++;
      Outcome orphan =
          new Outcome(
              "nobody-asked-" + orphans,
              model.id(),
              outcome.observedAtMillis(),
              outcome.label(),
              outcome.value(),
              null,
              0,
              Outcome.RETRACTS_NOTHING);
      send(outcomeEvent(orphan), c.observedAtMillis());
    }
  }

  /** The same id again, a second later and with another score: the first one counts. */
  private void conflict(DemoModel model, DemoCase c) {
    Prediction first = c.prediction();
    long predictedAt = first.predictedAtMillis() + 1_000;
    Prediction other =
        new Prediction(
            first.predictionId(),
            first.modelId(),
            first.modelVersion(),
            predictedAt,
            1 - first.score(),
            first.label(),
            first.value(),
            first.ranking(),
            first.entityId(),
            first.segment(),
            first.experiment(),
            first.variant(),
            first.propensity(),
            first.weight());
    // Sent as late as disorder allows, so after the first one whatever happens to that.
    long sendAt = predictedAt + faults.disorder().toMillis();
    sent.add(new Sent(sendAt, predictionEvent(other, c, predictedAt)));
    conflicts.merge(model.id(), 1L, Long::sum);
    dead.merge(Reason.CONFLICT, 1L, Long::sum);
  }

  private void breakOne(DemoModel model, DemoCase c) {
    Breakage breakage = BREAKAGES.get(broken % BREAKAGES.size());
    broken++;
    PlannedEvent event = breakage.of(model, c, "broken-" + broken);
    boolean prediction = event.topic() == Topic.PREDICTIONS;
    send(event, prediction ? c.prediction().predictedAtMillis() : c.observedAtMillis());
    dead.merge(breakage.reason(), 1L, Long::sum);
  }

  private void send(PlannedEvent event, long eventMillis) {
    long behind =
        hits(faults.displaced()) ? (long) (random.nextDouble() * faults.disorder().toMillis()) : 0;
    sent.add(new Sent(eventMillis + behind, event));
  }

  private boolean hits(double rate) {
    return random.nextDouble() < rate;
  }

  private static PlannedEvent predictionEvent(Prediction prediction, DemoCase c, long time) {
    return new PlannedEvent(
        Topic.PREDICTIONS,
        prediction.predictionId(),
        PredictionCodec.write(prediction, c.features()::writeTo),
        time);
  }

  private static PlannedEvent outcomeEvent(Outcome outcome) {
    return new PlannedEvent(
        Topic.OUTCOMES,
        outcome.predictionId(),
        OutcomeCodec.write(outcome),
        outcome.observedAtMillis());
  }
}
