package dev.runway.demo.result;

import dev.runway.demo.drift.DriftStory;
import dev.runway.model.LateOutcome;
import dev.runway.model.Reason;
import dev.runway.model.Topic;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * What a run came to, made from result topics alone.
 *
 * @param deadPredictions refused records of predictions by reason
 * @param deadOutcomes refused records of outcomes by reason
 * @param drift of the models whose drift something is known of
 */
public record Summary(
    String namespace,
    Sent sent,
    List<ModelSummary> models,
    Map<Reason, Long> deadPredictions,
    Map<Reason, Long> deadOutcomes,
    Map<LateOutcome.Why, Long> late,
    List<DriftSummary> drift,
    boolean allFinal) {

  public Summary {
    models = List.copyOf(models);
    deadPredictions = Map.copyOf(deadPredictions);
    deadOutcomes = Map.copyOf(deadOutcomes);
    late = Map.copyOf(late);
    drift = List.copyOf(drift);
  }

  /** Summarises what has been read of a namespace. */
  public static Summary of(
      String namespace, Results results, Sent sent, ModelSummary.Periods periods) {
    return of(namespace, results, sent, periods, List.of());
  }

  /** The same, with what was found of the drift that stories tell of. */
  public static Summary of(
      String namespace,
      Results results,
      Sent sent,
      ModelSummary.Periods periods,
      List<DriftStory> stories) {
    return new Summary(
        namespace,
        sent,
        ModelSummary.of(results.readings(), periods),
        results.dead(Topic.PREDICTIONS.in(namespace)),
        results.dead(Topic.OUTCOMES.in(namespace)),
        results.late(),
        stories.stream().map(story -> DriftSummary.of(story, results.drift())).toList(),
        results.allFinal());
  }

  /** Sum of a count over all models. */
  public long sum(ToLongFunction<Group> count) {
    return models.stream().map(ModelSummary::total).mapToLong(count).sum();
  }

  /**
   * Predictions the broker took that no counter accounts for; 0 when the counters add up. Every
   * prediction is counted by its window or is a dead letter; a conflicting one is both.
   */
  public long unaccounted() {
    long counted = sum(Group::received) - sum(Group::conflicts);
    return sent.takenPredictions() - counted - total(deadPredictions);
  }

  /** Whether every prediction sent is joined, unlabelled, a duplicate, a conflict or dead. */
  public boolean addsUp() {
    long fates =
        sum(Group::joined)
            + sum(Group::waiting)
            + sum(Group::unlabelled)
            + sum(Group::duplicates)
            + sum(Group::conflicts);
    return unaccounted() == 0 && fates == sum(Group::received);
  }

  /** Whether nothing is open, missing or left out: every event sent is in these numbers. */
  public boolean isWhole() {
    return allFinal && addsUp() && sent.tooLarge() == 0;
  }

  /** Whether that is so, every known shift was found, and no control fired. */
  public boolean isWell() {
    return isWhole() && drift.stream().allMatch(DriftSummary::asKnown);
  }

  /** Refused records of both topics by reason. */
  public Map<Reason, Long> dead() {
    Map<Reason, Long> both = new EnumMap<>(Reason.class);
    deadPredictions.forEach((reason, n) -> both.merge(reason, n, Long::sum));
    deadOutcomes.forEach((reason, n) -> both.merge(reason, n, Long::sum));
    return both;
  }

  private static long total(Map<Reason, Long> counts) {
    return counts.values().stream().mapToLong(n -> n).sum();
  }
}
