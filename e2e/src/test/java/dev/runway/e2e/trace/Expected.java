package dev.runway.e2e.trace;

import dev.runway.model.LabelStatus;
import dev.runway.model.LateOutcome;
import dev.runway.model.LateOutcome.Why;
import dev.runway.model.ModelDocument;
import dev.runway.model.Outcome;
import dev.runway.model.Prediction;
import dev.runway.model.Reason;
import dev.runway.model.Task;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a trace must come to, computed from its cases alone: no stream, no state, no clock. Shares
 * nothing with the job but the types of its events.
 */
public final class Expected {
  private final Map<String, CaseLabel> labels = new HashMap<>();
  private final Map<Window, WindowSums> windows = new HashMap<>();
  private final Set<LateOutcome> late = new HashSet<>();
  private final Map<Reason, Long> dead = new EnumMap<>(Reason.class);

  /** Predictions of a model version from a time on. */
  public record Window(String modelId, String version, long startMillis) {}

  public Expected(Trace trace) {
    dead.putAll(trace.broken());
    trace.cases().forEach(this::add);
    for (Outcome orphan : trace.orphans()) {
      late.add(new LateOutcome(orphan, Why.ORPHAN, LateOutcome.NO_PREDICTION, null));
    }
  }

  private void add(Case c) {
    Prediction prediction = c.prediction();
    long finalAt = prediction.predictedAtMillis() + c.model().horizon().toMillis();
    Set<Outcome> inTime = new LinkedHashSet<>();
    for (Outcome outcome : c.outcomes()) {
      if (outcome.observedAtMillis() <= finalAt) {
        inTime.add(outcome);
      } else {
        late.add(
            new LateOutcome(
                outcome,
                Why.AFTER_HORIZON,
                prediction.predictedAtMillis(),
                prediction.modelVersion()));
      }
    }
    List<Outcome> counting = CaseLabel.undisputed(inTime);
    died(Reason.CONFLICT, c.conflicts().size() + inTime.size() - counting.size());
    CaseLabel label = CaseLabel.of(c.model(), prediction, counting);
    labels.put(prediction.modelId() + "|" + prediction.predictionId(), label);
    count(c, label);
  }

  private void died(Reason reason, long n) {
    if (n > 0) {
      dead.merge(reason, n, Long::sum);
    }
  }

  private void count(Case c, CaseLabel label) {
    WindowSums sums = sums(c.model(), c.prediction());
    sums.duplicates += c.repeats();
    for (Prediction conflict : c.conflicts()) {
      sums(c.model(), conflict).conflicts++;
    }
    if (label.status() == LabelStatus.UNLABELLED) {
      sums.unlabelled++;
      return;
    }
    sums.joined++;
    if (c.model().task() == Task.BINARY) {
      sums.binary(c.prediction().score(), c.model().threshold(), label.actual() == 1);
    } else if (c.model().task() == Task.REGRESSION) {
      sums.regression(c.prediction().value(), label.actual());
    }
  }

  private WindowSums sums(ModelDocument model, Prediction of) {
    long length = model.window().toMillis();
    long start = Math.floorDiv(of.predictedAtMillis(), length) * length;
    return windows.computeIfAbsent(
        new Window(of.modelId(), of.modelVersion(), start), window -> new WindowSums());
  }

  /** The last word on every prediction, by {@code model|prediction id}. */
  public Map<String, CaseLabel> labels() {
    return Map.copyOf(labels);
  }

  /** Sums of every window over all segments and variants. */
  public Map<Window, WindowSums> windows() {
    return Map.copyOf(windows);
  }

  /** Every outcome that is late. */
  public Collection<LateOutcome> late() {
    return Set.copyOf(late);
  }

  /** Refused records by reason, those of conflicts included. */
  public Map<Reason, Long> dead() {
    return Map.copyOf(dead);
  }
}
