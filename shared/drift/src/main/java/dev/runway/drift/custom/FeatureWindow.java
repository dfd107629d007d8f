package dev.runway.drift.custom;

import dev.runway.drift.profile.FeatureKind;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known about one feature of one window and in the baseline. Immutable.
 *
 * <p>Both populations are counted in the same bins. Those of a numeric feature are some hundred,
 * (-inf, e0], (e0, e1], ..., (ek, inf), of which the first and the last are beyond what the
 * baseline had. Of another kind there is one for each word of the baseline's vocabulary and one
 * more, the last, for all other words.
 *
 * @param modelId the model
 * @param modelVersion its version
 * @param feature name; the model's own outputs are {@code $score}, {@code $label} and {@code
 *     $value}
 * @param reference of the baseline
 * @param current of the window; may have fewer values than are needed to judge the feature
 * @param edges between the bins of a numeric feature, ascending; empty for words. Copied
 * @param words of the vocabulary, the most frequent first; empty for numbers
 * @param metrics the built-in metrics of the feature by name, as in its readings; those that could
 *     not be computed are not there
 */
public record FeatureWindow(
    String modelId,
    String modelVersion,
    String feature,
    FeatureKind kind,
    Population reference,
    Population current,
    double[] edges,
    List<String> words,
    Map<String, Double> metrics) {

  /** Keeps copies. */
  public FeatureWindow {
    edges = edges.clone();
    words = List.copyOf(words);
    metrics = Map.copyOf(metrics);
  }

  /** A copy. */
  @Override
  public double[] edges() {
    return edges.clone();
  }

  /** A built-in metric such as {@code psi}; NaN where it could not be computed. */
  public double metric(String name) {
    return metrics.getOrDefault(name, Double.NaN);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof FeatureWindow that
        && that.modelId.equals(modelId)
        && that.modelVersion.equals(modelVersion)
        && that.feature.equals(feature)
        && that.kind == kind
        && that.reference.equals(reference)
        && that.current.equals(current)
        && Arrays.equals(that.edges, edges)
        && that.words.equals(words)
        && that.metrics.equals(metrics);
  }

  @Override
  public int hashCode() {
    return 31 * feature.hashCode() + current.hashCode();
  }
}
