package dev.runway.demo.loop;

import dev.runway.demo.train.FeatureRow;
import dev.runway.demo.train.LogisticModel;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Scores with the version of each model that the registry says is live, and beside it with the
 * first one, which would still serve if nobody had ever retrained.
 */
final class ModelServer {
  private final Registry registry;
  private final Map<String, Serving> serving = new HashMap<>();
  private final Map<String, LogisticModel> first = new HashMap<>();

  ModelServer(Registry registry) {
    this.registry = registry;
  }

  private record Serving(String version, LogisticModel model) {}

  /**
   * Looks up what serves.
   *
   * @return whether it is another version than before
   */
  boolean refresh(String modelId) throws IOException, InterruptedException {
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
    LogisticModel model = ModelStore.load(live.artefact());
    serving.put(modelId, new Serving(live.version(), model));
    first.putIfAbsent(modelId, model);
    return true;
  }

  String version(String modelId) {
    return of(modelId).version();
  }

  /** Probability of the positive class, by the live version. */
  double score(String modelId, FeatureRow features) {
    return of(modelId).model().probability(features);
  }

  /** The same by the first version. */
  double firstScore(String modelId, FeatureRow features) {
    return Objects.requireNonNull(first.get(modelId), modelId).probability(features);
  }

  /** The first version. */
  LogisticModel first(String modelId) {
    return Objects.requireNonNull(first.get(modelId), modelId);
  }

  private Serving of(String modelId) {
    return Objects.requireNonNull(serving.get(modelId), modelId);
  }
}
