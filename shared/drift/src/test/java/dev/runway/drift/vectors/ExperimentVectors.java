package dev.runway.drift.vectors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.runway.drift.experiment.BetaPosterior;
import dev.runway.drift.experiment.SampleRatio;
import dev.runway.drift.experiment.SequentialTest;
import dev.runway.drift.performance.PerformanceVectors.Evaluator;
import dev.runway.drift.statistics.TwoProportions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Evaluators of the vectors of tests that may be looked at at any time. */
final class ExperimentVectors {

  private ExperimentVectors() {}

  static Map<String, Evaluator> evaluators() {
    Map<String, Evaluator> evaluators = new LinkedHashMap<>();
    evaluators.put("msprt", ExperimentVectors::once);
    evaluators.put("msprt_sequence", ExperimentVectors::often);
    evaluators.put(
        "asymptotic_cs",
        input ->
            SequentialTest.halfWidth(
                input.get("t").asDouble(),
                input.get("sigma").asDouble(),
                input.get("rho2").asDouble(),
                input.get("alpha").asDouble()));
    evaluators.put("two_proportion", ExperimentVectors::shares);
    evaluators.put("beta_posterior", ExperimentVectors::posteriors);
    evaluators.put("srm", ExperimentVectors::sampleRatio);
    evaluators.put("discounted_thompson", ExperimentVectors::discounted);
    return evaluators;
  }

  private static Object once(JsonNode input) {
    SequentialTest test =
        SequentialTest.ofShares(
            input.get("xA").asLong(),
            input.get("nA").asLong(),
            input.get("xB").asLong(),
            input.get("nB").asLong(),
            input.get("tau2").asDouble());
    double half = test.halfWidth(input.get("alpha").asDouble());
    return Map.of(
        "delta", test.delta(),
        "V", test.variance(),
        "Lambda", test.lambda(),
        "p", test.p(),
        "halfWidth", half,
        "ciLow", test.delta() - half,
        "ciHigh", test.delta() + half);
  }

  private static Object often(JsonNode input) {
    double[] a = arm(input, "A");
    double[] b = arm(input, "B");
    int every = input.get("lookEvery").asInt();
    double lowest = 1;
    List<Object> looks = new ArrayList<>();
    for (int n = every; n <= a.length; n += every) {
      long inA = (long) Arrays.stream(a, 0, n).sum();
      long inB = (long) Arrays.stream(b, 0, n).sum();
      lowest = SequentialTest.ofShares(inA, n, inB, n, input.get("tau2").asDouble()).p(lowest);
      looks.add(Map.of("n", (double) n, "xA", (double) inA, "xB", (double) inB, "p", lowest));
    }
    return looks;
  }

  private static Object shares(JsonNode input) {
    TwoProportions test =
        TwoProportions.of(
            input.get("xA").asDouble(),
            input.get("nA").asDouble(),
            input.get("xB").asDouble(),
            input.get("nB").asDouble(),
            1);
    return Map.of(
        "delta", test.delta(),
        "z", test.z(),
        "p", test.p(),
        "newcombeLow", test.interval().low(),
        "newcombeHigh", test.interval().high());
  }

  private static BetaPosterior posterior(JsonNode input, String arm) {
    return new BetaPosterior(
        input.get("alpha" + arm).asDouble(), input.get("beta" + arm).asDouble());
  }

  private static Object posteriors(JsonNode input) {
    BetaPosterior a = posterior(input, "A");
    BetaPosterior b = posterior(input, "B");
    return Map.of(
        "probBBeatsA", b.probabilityAbove(a),
        "expectedLossChooseB", b.expectedLoss(a),
        "meanA", a.mean(),
        "meanB", b.mean());
  }

  private static Object sampleRatio(JsonNode input) {
    SampleRatio ratio =
        SampleRatio.of(
            DriftVectors.longs(input.get("counts")), Generators.values(input.get("weights")));
    return Map.of("chi2", ratio.chiSquare(), "p", ratio.p());
  }

  private static Object discounted(JsonNode input) {
    BetaPosterior prior = posterior(input, "0");
    BetaPosterior now = prior;
    for (JsonNode reward : input.get("rewards")) {
      now = now.discounted(input.get("gamma").asDouble(), prior, reward.asDouble());
    }
    return Map.of("alpha", now.alpha(), "beta", now.beta());
  }

  private static double[] arm(JsonNode input, String name) {
    return Generators.values(
        JsonNodeFactory.instance
            .objectNode()
            .put("gen", "bernoulli")
            .put("seed", input.get("seed" + name).asLong())
            .put("n", input.get("n").asInt())
            .put("p", input.get("p" + name).asDouble()));
  }
}
