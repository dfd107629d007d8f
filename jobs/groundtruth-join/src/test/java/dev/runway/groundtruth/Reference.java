package dev.runway.groundtruth;

import dev.runway.drift.performance.BinaryCounts;
import dev.runway.drift.performance.DelayCounts;
import dev.runway.drift.performance.MulticlassCounts;
import dev.runway.drift.performance.OutcomeCounts;
import dev.runway.drift.performance.RankingCounts;
import dev.runway.drift.performance.RegressionCounts;
import dev.runway.drift.performance.Weight;
import dev.runway.groundtruth.join.Admission;
import dev.runway.model.GroundTruth;
import dev.runway.model.LabelPolicy;
import dev.runway.model.LabelStatus;
import dev.runway.model.LateOutcome;
import dev.runway.model.LateOutcome.Why;
import dev.runway.model.MalformedEvent;
import dev.runway.model.Maturity;
import dev.runway.model.ModelDocument;
import dev.runway.model.Outcome;
import dev.runway.model.PerformanceReading;
import dev.runway.model.Prediction;
import dev.runway.model.Reduction;
import dev.runway.model.Task;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a set of events amounts to in the end, computed from the whole set: no increments, no
 * arrival, no timers. Says the contract once more in the plainest way; shares with the join only
 * how events are admitted, the hash that breaks a tie, and the maths of {@code shared/drift}.
 */
final class Reference {
  /** The final record of an id. */
  record Truth(GroundTruth record, boolean revisionDependsOnArrival) {}

  /** The final reading of a group. */
  record Row(PerformanceReading reading) {}

  /** Names a group of a window. */
  record Group(
      String modelId, String version, long start, long end, String segment, String variant) {}

  private static final Comparator<Outcome> SOURCE_ORDER =
      Comparator.comparingLong(Outcome::observedAtMillis)
          .thenComparingLong(Outcome::sequence)
          .thenComparing(Outcome::item, Comparator.nullsFirst(Comparator.naturalOrder()))
          .thenComparingLong(Outcome::retracts)
          .thenComparing(Outcome::label, Comparator.nullsFirst(Comparator.naturalOrder()))
          .thenComparingDouble(Outcome::value);

  final Map<String, Truth> truths = new HashMap<>();
  final Set<LateOutcome> late = new HashSet<>();
  final Map<Group, Row> rows = new HashMap<>();

  private final SomeTraffic traffic;
  private final Map<Group, Sums> sums = new HashMap<>();

  Reference(SomeTraffic traffic) {
    this.traffic = traffic;
    Set<List<String>> keys = new LinkedHashSet<>();
    traffic.predictions.forEach(event -> keys.add(List.of(event.modelId(), event.predictionId())));
    traffic.outcomes.forEach(event -> keys.add(List.of(event.modelId(), event.predictionId())));
    for (List<String> key : keys) {
      judge(
          traffic.document(key.get(0)),
          traffic.predictions.stream()
              .filter(e -> e.modelId().equals(key.get(0)) && e.predictionId().equals(key.get(1)))
              .toList(),
          traffic.outcomes.stream()
              .filter(e -> e.modelId().equals(key.get(0)) && e.predictionId().equals(key.get(1)))
              .map(this::folded)
              .toList());
    }
    sums.forEach((group, sum) -> rows.put(group, sum.row(group)));
  }

  /** Undeclared classes are one. */
  private Outcome folded(Outcome event) {
    ModelDocument model = traffic.document(event.modelId());
    String label = event.label();
    return new Outcome(
        event.predictionId(),
        event.modelId(),
        event.observedAtMillis(),
        model.task() == Task.MULTICLASS && label != null ? classOf(model, label) : label,
        event.value(),
        event.item(),
        event.sequence(),
        event.retracts());
  }

  private static String classOf(ModelDocument model, String label) {
    return model.classes().contains(label) ? label : "__other__";
  }

  private void judge(ModelDocument model, List<Prediction> predictions, List<Outcome> heard) {
    TreeSet<Outcome> outcomes = new TreeSet<>(SOURCE_ORDER);
    outcomes.addAll(heard);
    if (predictions.isEmpty()) {
      outcomes.forEach(outcome -> late.add(new LateOutcome(outcome, Why.ORPHAN, -1, null)));
      return;
    }
    Prediction winner = predictions.stream().min(this::compare).orElseThrow();
    long finalAt = winner.predictedAtMillis() + model.horizon().toMillis();
    List<Outcome> inTime = new ArrayList<>();
    for (Outcome outcome : outcomes) {
      long at = outcome.observedAtMillis();
      if (at < winner.predictedAtMillis() - traffic.orphanWait
          || at > finalAt + traffic.lateMemory) {
        late.add(new LateOutcome(outcome, Why.ORPHAN, -1, null));
      } else if (at > finalAt) {
        late.add(
            new LateOutcome(
                outcome, Why.AFTER_HORIZON, winner.predictedAtMillis(), winner.modelVersion()));
      } else {
        inTime.add(outcome);
      }
    }
    List<Prediction> losers =
        predictions.stream().filter(event -> compare(event, winner) != 0).toList();
    boolean far = losers.stream().anyMatch(event -> event.predictedAtMillis() > finalAt);
    Label label = label(model, winner, inTime);
    boolean negativeWasShown =
        model.negativeAfter() != null && model.negativeAfter().compareTo(model.horizon()) < 0;
    long revision = 4 * (1 + inTime.size() + 128L * losers.size()) + 2 + (negativeWasShown ? 1 : 0);
    truths.put(
        winner.modelId() + "|" + winner.predictionId(),
        new Truth(truth(model, winner, label, revision), far));
    for (Sums group : groups(model, winner)) {
      group.repeats += predictions.size() - losers.size() - 1;
      group.add(model, winner, label, units(winner));
    }
    for (Prediction loser : losers) {
      for (Sums group : groups(model, loser)) {
        group.conflicts++;
      }
    }
  }

  private int compare(Prediction a, Prediction b) {
    int byTime = Long.compare(a.predictedAtMillis(), b.predictedAtMillis());
    return byTime != 0 ? byTime : Long.compareUnsigned(fingerprint(a), fingerprint(b));
  }

  private long fingerprint(Prediction event) {
    try {
      return Admission.admit(event, traffic.document(event.modelId()), 1, 0, 0, 0).fingerprint();
    } catch (MalformedEvent e) {
      throw new AssertionError(e);
    }
  }

  private long units(Prediction event) {
    return Weight.ofDouble(event.weight() / traffic.samplingRate);
  }

  /** What the outcomes say; {@code status} is null for nothing at all. */
  private record Label(
      LabelStatus status,
      double actual,
      @Nullable String actualClass,
      double @Nullable [] relevances,
      long delay,
      int outcomes) {}

  private static Label label(ModelDocument model, Prediction winner, List<Outcome> inTime) {
    List<Outcome> firsts = new ArrayList<>();
    for (Outcome outcome : inTime) {
      if (firsts.stream().noneMatch(first -> samePlace(first, outcome))) {
        firsts.add(outcome);
      }
    }
    List<Outcome> counting =
        firsts.stream()
            .filter(outcome -> outcome.label() != null || !Double.isNaN(outcome.value()))
            .filter(outcome -> firsts.stream().noneMatch(r -> r.retracts() == outcome.sequence()))
            .toList();
    if (counting.isEmpty()) {
      return model.labelPolicy() == LabelPolicy.IMPLICIT_NEGATIVE
          ? new Label(LabelStatus.NEGATIVE_BY_DEFAULT, 0, null, null, -1, 0)
          : new Label(LabelStatus.UNLABELLED, Double.NaN, null, null, -1, 0);
    }
    Reduction reduction = model.reduction();
    boolean classes =
        model.labelPolicy() == LabelPolicy.EXPLICIT
            || model.labelPolicy() == LabelPolicy.IMPLICIT_NEGATIVE;
    if (classes && reduction == Reduction.SUM) {
      reduction = Reduction.MAX;
    }
    Outcome deciding = deciding(model, reduction, counting);
    long delay = Math.max(0, deciding.observedAtMillis() - winner.predictedAtMillis());
    int size = counting.size();
    if (model.task() == Task.MULTICLASS) {
      return new Label(LabelStatus.LABELLED, Double.NaN, deciding.label(), null, delay, size);
    }
    if (model.task() == Task.RANKING) {
      return rankingLabel(model, winner, counting);
    }
    double reduced = reduced(model, reduction, counting);
    double actual =
        model.task() == Task.REGRESSION
            ? Math.min(1e12, Math.max(-1e12, reduced))
            : reduced >= (classes ? 1 : model.positiveFrom()) ? 1 : 0;
    return new Label(LabelStatus.LABELLED, actual, null, null, delay, size);
  }

  private static Label rankingLabel(
      ModelDocument model, Prediction winner, List<Outcome> counting) {
    double[] relevances =
        winner.ranking().stream()
            .map(item -> counting.stream().filter(o -> item.equals(o.item())).toList())
            .mapToDouble(
                of -> of.isEmpty() ? 0 : Math.min(64, reduced(model, model.reduction(), of)))
            .toArray();
    double total = 0;
    for (double relevance : relevances) {
      total += relevance;
    }
    long delay = Math.max(0, counting.get(0).observedAtMillis() - winner.predictedAtMillis());
    return new Label(LabelStatus.LABELLED, total, null, relevances, delay, counting.size());
  }

  private static boolean samePlace(Outcome a, Outcome b) {
    return a.observedAtMillis() == b.observedAtMillis()
        && a.sequence() == b.sequence()
        && java.util.Objects.equals(a.item(), b.item());
  }

  private static double reduced(ModelDocument model, Reduction reduction, List<Outcome> counting) {
    return reduction == Reduction.SUM
        ? counting.stream().map(o -> actual(model, o)).reduce(0.0, Double::sum)
        : actual(model, deciding(model, reduction, counting));
  }

  private static Outcome deciding(
      ModelDocument model, Reduction reduction, List<Outcome> counting) {
    if (reduction == Reduction.FIRST) {
      return counting.get(0);
    }
    if (reduction != Reduction.MAX) {
      return counting.get(counting.size() - 1);
    }
    if (model.task() == Task.MULTICLASS) {
      return counting.get(0);
    }
    double greatest = counting.stream().mapToDouble(o -> actual(model, o)).max().orElseThrow();
    return counting.stream().filter(o -> actual(model, o) == greatest).findFirst().orElseThrow();
  }

  private static double actual(ModelDocument model, Outcome outcome) {
    return switch (model.labelPolicy()) {
      case REGRESSION, GRADED -> outcome.value();
      case RANKING -> outcome.label() == null ? outcome.value() : 1;
      case EXPLICIT, IMPLICIT_NEGATIVE -> {
        if (outcome.label() == null) {
          yield outcome.value() >= model.positiveFrom() ? 1 : 0;
        }
        Set<String> positive =
            model.positiveLabel() == null ? Set.of("true", "1") : Set.of(model.positiveLabel());
        yield positive.contains(outcome.label()) ? 1 : 0;
      }
    };
  }

  private GroundTruth truth(ModelDocument model, Prediction winner, Label label, long revision) {
    return new GroundTruth(
        winner.modelId(),
        winner.predictionId(),
        revision,
        Maturity.FINAL,
        label.status(),
        winner.modelVersion(),
        winner.predictedAtMillis(),
        winner.score(),
        winner.label() == null ? null : classOf(model, winner.label()),
        winner.value(),
        segment(model, winner),
        variant(model, winner),
        Weight.toDouble(units(winner)),
        label.actualClass(),
        label.actual(),
        label.delay(),
        label.outcomes());
  }

  private static @Nullable String segment(ModelDocument model, Prediction event) {
    String segment = event.segment();
    return segment == null || model.segments().contains(segment) ? segment : "__other__";
  }

  private static @Nullable String variant(ModelDocument model, Prediction event) {
    String variant = event.variant();
    if (variant == null) {
      return null;
    }
    String arm = event.experiment() == null ? variant : event.experiment() + ":" + variant;
    return model.variants().contains(arm) ? arm : "__other__";
  }

  private List<Sums> groups(ModelDocument model, Prediction event) {
    List<String> segments = new ArrayList<>(List.of("*"));
    if (event.segment() != null) {
      segments.add(segment(model, event));
    }
    List<String> variants = new ArrayList<>(List.of("*"));
    if (event.variant() != null) {
      variants.add(variant(model, event));
    }
    long length = model.window().toMillis();
    long start = event.predictedAtMillis() - Math.floorMod(event.predictedAtMillis(), length);
    List<Sums> groups = new ArrayList<>();
    for (String segment : segments) {
      for (String variant : variants) {
        Group group =
            new Group(
                event.modelId(), event.modelVersion(), start, start + length, segment, variant);
        groups.add(sums.computeIfAbsent(group, key -> new Sums(model.task())));
      }
    }
    return groups;
  }

  private static final class Sums {
    private final Task task;
    private final OutcomeCounts outcomes;
    private final DelayCounts delays = new DelayCounts();
    private long predictions;
    private long joined;
    private long repeats;
    private long conflicts;
    private long units;
    private long joinedUnits;

    Sums(Task task) {
      this.task = task;
      this.outcomes =
          switch (task) {
            case BINARY -> new BinaryCounts();
            case MULTICLASS -> new MulticlassCounts();
            case REGRESSION -> new RegressionCounts();
            case RANKING -> new RankingCounts();
          };
    }

    void add(ModelDocument model, Prediction event, Label label, long weight) {
      predictions++;
      units += weight;
      if (label.status() == LabelStatus.UNLABELLED) {
        return;
      }
      joined++;
      joinedUnits += weight;
      if (label.delay() >= 0) {
        delays.add(label.delay(), 1);
      }
      switch (task) {
        case BINARY ->
            ((BinaryCounts) outcomes)
                .add(
                    event.score(),
                    event.score() >= model.threshold(),
                    label.actual() == 1,
                    weight,
                    1);
        case MULTICLASS ->
            ((MulticlassCounts) outcomes)
                .add(classOf(model, event.label()), label.actualClass(), weight, 1);
        case REGRESSION ->
            ((RegressionCounts) outcomes).add(event.value(), label.actual(), weight, 1);
        case RANKING -> ((RankingCounts) outcomes).add(label.relevances(), null, weight, 1);
      }
    }

    Row row(Group group) {
      Double coverage = units == 0 ? null : (double) joinedUnits / units;
      return new Row(
          new PerformanceReading(
              group.modelId(),
              group.version(),
              group.segment(),
              group.variant(),
              group.start(),
              group.end(),
              PerformanceReading.FINAL_REVISION + predictions + repeats + conflicts + joined,
              Maturity.FINAL,
              task,
              false,
              new PerformanceReading.Coverage(
                  predictions + repeats + conflicts,
                  joined,
                  0,
                  predictions - joined,
                  repeats,
                  conflicts,
                  predictions,
                  joined,
                  coverage,
                  coverage,
                  coverage),
              new PerformanceReading.Delay(
                  delays.count(),
                  predictions - delays.count(),
                  delays.meanMillis(),
                  delays.quantile(0.5),
                  delays.quantile(0.95),
                  delays.quantile(0.99),
                  DelayCounts.RELATIVE_ERROR),
              outcomes.metrics().stream()
                  .map(
                      m ->
                          new PerformanceReading.Metric(
                              m.name(),
                              m.value(),
                              m.low(),
                              m.high(),
                              m.se(),
                              m.boundLow(),
                              m.boundHigh(),
                              m.n(),
                              m.effectiveN()))
                  .toList(),
              bytes(outcomes::write),
              bytes(delays::write)));
    }

    private interface Content {
      void write(DataOutputStream out) throws IOException;
    }

    private static byte[] bytes(Content content) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try {
        content.write(new DataOutputStream(bytes));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return bytes.toByteArray();
    }
  }
}
