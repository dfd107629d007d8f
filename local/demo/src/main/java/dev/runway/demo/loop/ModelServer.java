package dev.runway.demo.loop;

import dev.runway.demo.train.FeatureRow;
import dev.runway.demo.train.LogisticModel;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Scores with what the registry says is deployed: the primary version of each model, and for its
 * share of the cases the one on canary; beside it with the first one, which would still serve if
 * nobody had ever retrained.
 */
final class ModelServer {
  private final Registry registry;
  private final Map<String, Serving> serving = new HashMap<>();
  private final Map<String, Serving> trials = new HashMap<>();
  private final Map<String, LogisticModel> first = new HashMap<>();

  ModelServer(Registry registry) {
    this.registry = registry;
  }

  private record Serving(String version, LogisticModel model, double share) {
    static Serving of(Registry.Live live) throws IOException {
      return new Serving(live.version(), ModelStore.load(live.artefact()), live.share());
    }
  }

  /** A version that has a share of the traffic on trial. */
  record Trial(String version, double share) {}

  /**
   * An answer.
   *
   * @param version that gave it
   * @param score probability of the positive class
   * @param arm of the canary that it is of; null while none is tried
   * @param propensity probability of that arm; NaN while none is tried
   */
  record Answer(String version, double score, @Nullable String arm, double propensity) {}

  /**
   * Looks up what serves.
   *
   * @return whether another version is primary than before
   */
  boolean refresh(String modelId) throws IOException, InterruptedException {
    Registry.Live canary = registry.canary(modelId);
    Serving tried = trials.get(modelId);
    if (canary == null) {
      trials.remove(modelId);
    } else if (tried == null || !tried.version().equals(canary.version())) {
      trials.put(modelId, Serving.of(canary));
    }
    Registry.Live live = registry.live(modelId);
    Serving before = serving.get(modelId);
    if (live == null) {
      // Between two deployments: what has answered goes on.
      Objects.requireNonNull(before, "nothing serves " + modelId);
      return false;
    }
    if (before != null && before.version().equals(live.version())) {
      return false;
    }
    Serving now = Serving.of(live);
    serving.put(modelId, now);
    first.putIfAbsent(modelId, now.model());
    return true;
  }

  /** The primary version. */
  String version(String modelId) {
    return of(modelId).version();
  }

  /** What is on canary; null when nothing is. */
  @Nullable Trial trial(String modelId) {
    Serving trial = trials.get(modelId);
    return trial == null ? null : new Trial(trial.version(), trial.share());
  }

  /** Answers a case, by the version whose turn it is. */
  Answer answer(String modelId, String caseId, FeatureRow features) {
    Serving primary = of(modelId);
    Serving trial = trials.get(modelId);
    if (trial == null) {
      return new Answer(primary.version(), primary.model().probability(features), null, Double.NaN);
    }
    return TrafficSplit.isTried(modelId, trial.version(), caseId, trial.share())
        ? new Answer(
            trial.version(),
            trial.model().probability(features),
            TrafficSplit.CHALLENGER,
            trial.share())
        : new Answer(
            primary.version(),
            primary.model().probability(features),
            TrafficSplit.CHAMPION,
            1 - trial.share());
  }

  /** Probability of the positive class by the first version. */
  double firstScore(String modelId, FeatureRow features) {
    return first(modelId).probability(features);
  }

  /** The first version. */
  LogisticModel first(String modelId) {
    return Objects.requireNonNull(first.get(modelId), modelId);
  }

  private Serving of(String modelId) {
    return Objects.requireNonNull(serving.get(modelId), modelId);
  }
}
