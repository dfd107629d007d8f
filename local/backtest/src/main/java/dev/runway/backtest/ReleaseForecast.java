package dev.runway.backtest;

import dev.runway.model.ModelState;
import dev.runway.model.RetrainStatus;
import dev.runway.model.RetrainStatus.State;
import dev.runway.model.Staleness;
import dev.runway.retraintrigger.cascade.Fleet;
import dev.runway.retraintrigger.cascade.FleetRules;
import dev.runway.retraintrigger.cascade.Graph;
import dev.runway.retraintrigger.decision.Surroundings;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a release of a model would set in motion, if all that use it drifted by it: whose drift is
 * explained by whom, until when, and who may be retrained then. Asked of the fleet's own code, at
 * the times at which its answers change; a retrain is taken to succeed.
 */
final class ReleaseForecast {
  private static final long MINUTE = 60_000;

  private final StoredFleet stored;
  private final FleetRules rules = FleetRules.standard();
  private final Fleet fleet = new Fleet(rules);
  private final Knowledge knowledge;
  private final long usualMillis;
  private final Map<String, Long> renewed = new HashMap<>();

  /** What is known of a retrain of a model. */
  interface Knowledge {
    StoredFleet.Retrain of(String modelId) throws SQLException;
  }

  /**
   * A model upstream that has another version.
   *
   * @param fromMillis after the release: since then
   */
  record Cause(String model, long fromMillis) {}

  /**
   * One model below.
   *
   * @param upstream whom its drift is explained by, near or far, in the order of their releases
   * @param settledMillis after the release: from then on it is judged for itself
   * @param generation retrains and releases that led to its own
   * @param retrains false when the chain is too long for that, and a person has to ask for it
   * @param deployedMillis after the release; when it is retrained at once
   */
  record Step(
      int wave,
      String modelId,
      List<Cause> upstream,
      long settledMillis,
      int generation,
      boolean retrains,
      long deployedMillis,
      StoredFleet.Retrain retrain) {}

  /**
   * All of it.
   *
   * @param storms waves so wide that, stale at once, they would be a storm
   */
  record Outlook(String model, List<Step> steps, List<Integer> storms) {
    double cost() {
      return steps.stream().filter(Step::retrains).mapToDouble(step -> step.retrain().cost()).sum();
    }

    /** Until the last one has its new version, or is judged for itself. */
    long endMillis() {
      return steps.stream()
          .mapToLong(step -> step.retrains() ? step.deployedMillis() : step.settledMillis())
          .max()
          .orElse(0);
    }
  }

  /**
   * @param usualMillis how long a retrain takes of which nothing is known
   */
  ReleaseForecast(StoredFleet stored, Knowledge knowledge, long usualMillis) {
    this.stored = stored;
    this.knowledge = knowledge;
    this.usualMillis = usualMillis;
    fleet.take(stored.graph());
  }

  /** Looks ahead. The graph must have no cycle below the model. */
  Outlook of(String model, long releaseMillis) throws SQLException {
    renew(model, releaseMillis, 0);
    SortedMap<Integer, List<String>> waves = new TreeMap<>();
    stored
        .graph()
        .wavesAfter(model)
        .forEach((one, wave) -> waves.computeIfAbsent(wave, any -> new ArrayList<>()).add(one));
    List<Step> steps = new ArrayList<>();
    List<Integer> storms = new ArrayList<>();
    for (var wave : waves.entrySet()) {
      List<Step> ofWave = new ArrayList<>();
      for (String one : wave.getValue()) {
        ofWave.add(step(one, wave.getKey(), releaseMillis));
      }
      if (isStorm(ofWave.stream().map(Step::modelId).toList(), releaseMillis)) {
        storms.add(wave.getKey());
      }
      steps.addAll(ofWave);
    }
    return new Outlook(model, steps, storms);
  }

  /** Waves are in order, so all that it uses, near or far, has been looked at. */
  private Step step(String model, int wave, long releaseMillis) throws SQLException {
    StoredFleet.Retrain retrain = knowledge.of(model);
    List<Cause> causes =
        stored.graph().allUpstreamOf(model).stream()
            .filter(renewed::containsKey)
            .map(upstream -> new Cause(upstream, renewed.getOrDefault(upstream, 0L)))
            .sorted(Comparator.comparingLong(Cause::fromMillis).thenComparing(Cause::model))
            .toList();
    long horizon = retrain.horizonMillis();
    for (Cause cause : causes) {
      if (fleet.of(model, horizon, cause.fromMillis()).attributedTo() == null) {
        throw new IllegalStateException("the fleet attributes " + model + " to nobody");
      }
    }
    long settled =
        causes.get(causes.size() - 1).fromMillis() + Math.max(rules.settleMillis(), horizon);
    Surroundings after = fleet.of(model, horizon, settled);
    if (after.attributedTo() != null) {
      throw new IllegalStateException("the fleet attributes " + model + " to others for ever");
    }
    boolean retrains = after.generation() <= retrain.settings().maxGeneration();
    Double seconds = retrain.seconds();
    long runs = seconds == null ? usualMillis : (long) (seconds * 1_000);
    if (retrains) {
      renew(model, settled + runs, after.generation());
    }
    return new Step(
        wave,
        model,
        causes.stream()
            .map(cause -> new Cause(cause.model(), cause.fromMillis() - releaseMillis))
            .toList(),
        settled - releaseMillis,
        after.generation(),
        retrains,
        settled + runs - releaseMillis,
        retrain);
  }

  private void renew(String model, long atMillis, int generation) {
    renewed.put(model, atMillis);
    RetrainStatus deployed =
        new RetrainStatus(
            "forecast-" + model,
            model,
            "now",
            State.SUCCEEDED,
            1,
            atMillis,
            null,
            "next",
            Double.NaN);
    fleet.take(deployed, generation);
  }

  /** Whether some models that are stale at once, and no others, are a storm of this fleet. */
  private boolean isStorm(Collection<String> stale, long atMillis) {
    Fleet all = new Fleet(rules);
    all.take(Graph.EMPTY);
    for (String model : stored.models()) {
      all.take(state(model, stale.contains(model), atMillis));
    }
    return all.isStorm(atMillis + MINUTE);
  }

  private static Staleness state(String model, boolean stale, long atMillis) {
    return new Staleness(
        model,
        "now",
        stale ? ModelState.STALE : ModelState.HEALTHY,
        ModelState.HEALTHY,
        atMillis,
        stale ? model + "/forecast" : null,
        null,
        0,
        List.of(),
        List.of(),
        List.of(),
        null,
        null,
        0,
        atMillis,
        atMillis,
        1,
        null,
        atMillis,
        false);
  }
}
