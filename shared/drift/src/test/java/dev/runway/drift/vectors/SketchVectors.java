package dev.runway.drift.vectors;

import static dev.runway.drift.vectors.Generators.list;
import static dev.runway.drift.vectors.Generators.values;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runway.drift.distribution.Edges;
import dev.runway.drift.distribution.SketchError;
import dev.runway.drift.distribution.WeightedSample;
import dev.runway.drift.performance.PerformanceVectors.Evaluator;
import dev.runway.drift.statistics.ChiSquared;
import dev.runway.drift.statistics.Kolmogorov;
import dev.runway.drift.statistics.NoncentralChiSquared;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.datasketches.kll.KllFloatsSketch;

/** Evaluators of the vectors of special functions and sketches. */
final class SketchVectors {

  private SketchVectors() {}

  static Map<String, Evaluator> evaluators() {
    Map<String, Evaluator> evaluators = new LinkedHashMap<>();
    evaluators.put("chi2_sf", in -> ChiSquared.survival(number(in, "x"), number(in, "df")));
    evaluators.put("chi2_ppf", in -> ChiSquared.quantile(number(in, "p"), number(in, "df")));
    evaluators.put(
        "ncx2_sf",
        in -> NoncentralChiSquared.survival(number(in, "x"), number(in, "df"), number(in, "lam")));
    evaluators.put(
        "ncx2_ppf",
        in -> NoncentralChiSquared.quantile(number(in, "p"), number(in, "df"), number(in, "lam")));
    evaluators.put("kolmogorov_sf", in -> Kolmogorov.survival(number(in, "lam")));
    evaluators.put("kll_eps", SketchVectors::kllError);
    evaluators.put("psi_error_bound", SketchVectors::psiErrorBound);
    evaluators.put("ks_threshold", SketchVectors::ksThreshold);
    evaluators.put("kll_pmf_exact", SketchVectors::kllPmf);
    evaluators.put(
        "distinct_rse",
        in ->
            SketchError.Distinct.valueOf(in.get("kind").asText())
                .relativeStandardError(in.get("lgK").asInt()));
    return evaluators;
  }

  private static double number(JsonNode input, String field) {
    return input.get(field).asDouble();
  }

  private static Object kllError(JsonNode input) {
    int k = input.get("k").asInt();
    return Map.of("cdf", SketchError.kllRank(k), "pmf", SketchError.kllMass(k));
  }

  private static Object psiErrorBound(JsonNode input) {
    double[] p = values(input.get("p"));
    double[] q = values(input.get("q"));
    double error = number(input, "rankError");
    return Map.of(
        "totalVariation", SketchError.variationOfG(p, q),
        "firstOrder", SketchError.psiFirstOrder(p, q, error),
        "nullQuadratic", SketchError.psiUnchanged(p, error));
  }

  private static Object ksThreshold(JsonNode input) {
    double n = number(input, "nRef");
    double m = number(input, "nCur");
    double alpha = number(input, "alpha");
    double epsilon = SketchError.kllRank(input.get("k").asInt());
    return Map.of(
        "epsilon", epsilon,
        "sampling", SketchError.ksSampling(n, m, alpha),
        "sketchSum", SketchError.ksThresholdStrict(n, m, epsilon, epsilon, alpha),
        "sketchRss", SketchError.ksThreshold(n, m, epsilon, epsilon, alpha));
  }

  /** Counted as the product counts: from the sketch's sorted view, in right-closed bins. */
  private static Object kllPmf(JsonNode input) {
    if (!input.get("inclusive").asBoolean()) {
      throw new IllegalArgumentException("bins are right-closed");
    }
    KllFloatsSketch sketch = KllFloatsSketch.newHeapInstance(input.get("k").asInt());
    for (double value : values(input.get("values"))) {
      sketch.update((float) value);
    }
    long[] counts = WeightedSample.of(sketch).count(Edges.of(values(input.get("splitPoints"))));
    return list(
        Arrays.stream(counts).mapToDouble(count -> (double) count / sketch.getN()).toArray());
  }
}
