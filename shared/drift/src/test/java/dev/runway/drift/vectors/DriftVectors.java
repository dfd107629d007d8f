package dev.runway.drift.vectors;

import static dev.runway.drift.vectors.Generators.list;
import static dev.runway.drift.vectors.Generators.values;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runway.drift.distribution.BinnedShares;
import dev.runway.drift.distribution.ContingencyTest;
import dev.runway.drift.distribution.Edges;
import dev.runway.drift.distribution.PsiTest;
import dev.runway.drift.distribution.Smoothing;
import dev.runway.drift.distribution.WeightedSample;
import dev.runway.drift.performance.PerformanceVectors.Evaluator;
import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.profile.BaselineProfile.Declared;
import dev.runway.drift.profile.ProfileBuilder.RowWriter;
import dev.runway.drift.profile.ProfileOptions;
import dev.runway.drift.reading.DriftPolicy;
import dev.runway.drift.reading.DriftReading;
import dev.runway.drift.reading.DriftScorer;
import dev.runway.drift.statistics.CentralMoments;
import dev.runway.drift.statistics.MeanShift;
import dev.runway.drift.statistics.MultipleTesting;
import dev.runway.drift.statistics.TwoProportions;
import dev.runway.drift.tile.Samples;
import dev.runway.drift.tile.TileLayout;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

/** Evaluators of the drift vectors. */
final class DriftVectors {

  private DriftVectors() {}

  static Map<String, Evaluator> evaluators() {
    Map<String, Evaluator> evaluators = new LinkedHashMap<>();
    evaluators.put("psi", input -> shares(input).psi());
    evaluators.put("psi_inference", DriftVectors::psiInference);
    evaluators.put("psi_critical", DriftVectors::psiCritical);
    evaluators.put("psi_values", DriftVectors::psiValues);
    evaluators.put("quantile_edges", input -> list(edges(input).toArray()));
    evaluators.put("histogram", DriftVectors::histogram);
    evaluators.put("kl", DriftVectors::kl);
    evaluators.put("js", DriftVectors::jensenShannon);
    evaluators.put("hellinger", input -> shares(input).hellinger());
    evaluators.put("linf_tvd", DriftVectors::largestDifference);
    evaluators.put("chi2", DriftVectors::chiSquare);
    evaluators.put("ks", DriftVectors::kolmogorovSmirnov);
    evaluators.put("ks_values", input -> ks(input));
    evaluators.put("ks_binned", input -> raw(input).kolmogorovSmirnov());
    evaluators.put("w1", DriftVectors::wasserstein);
    evaluators.put("w1_values", input -> w1(input));
    evaluators.put("w1_weighted", DriftVectors::weightedWasserstein);
    evaluators.put("new_category_mass", DriftVectors::newCategoryMass);
    evaluators.put("missing_rate", DriftVectors::missingRate);
    evaluators.put("mean_variance_shift", DriftVectors::meanVarianceShift);
    evaluators.put("moments_merge", DriftVectors::momentsMerge);
    evaluators.put("moments_values", DriftVectors::momentsValues);
    evaluators.put("multiple_testing", DriftVectors::multipleTesting);
    evaluators.put("alpha_for_precision", DriftVectors::alphaForPrecision);
    return evaluators;
  }

  static long[] longs(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).mapToLong(JsonNode::asLong).toArray();
  }

  private static Smoothing smoothing(JsonNode input) {
    return switch (input.path("smoothing").asText("ADDITIVE")) {
      case "ADDITIVE" -> new Smoothing(Smoothing.Mode.ADDITIVE, input.get("alpha").asDouble());
      case "EPSILON" -> Smoothing.epsilon(input.get("epsilon").asDouble());
      default -> Smoothing.NONE;
    };
  }

  static BinnedShares shares(JsonNode input) {
    return BinnedShares.of(longs(input.get("ref")), longs(input.get("cur")), smoothing(input));
  }

  private static BinnedShares raw(JsonNode input) {
    return BinnedShares.of(longs(input.get("ref")), longs(input.get("cur")), Smoothing.NONE);
  }

  private static Object psiInference(JsonNode input) {
    PsiTest test = PsiTest.of(shares(input), 1);
    double delta = input.get("delta0").asDouble();
    Map<String, Object> result = new HashMap<>();
    result.put("psi", test.psi());
    result.put("k", test.k());
    result.put("df", (double) test.degrees());
    result.put("debiased", test.debiased());
    result.put("debiasedRaw", test.debiasedRaw());
    result.put("se", test.se());
    result.put("ciLow", test.interval().low());
    result.put("ciHigh", test.interval().high());
    result.put("pAnyDrift", test.pAny());
    result.put("crit95", test.critical(0.05));
    result.put("crit99", test.critical(0.01));
    result.put("delta0", delta);
    result.put("lambda0", delta / test.k());
    result.put("pMaterial", test.pMaterial(delta));
    result.put("threshold95", test.threshold(delta, 0.05));
    result.put("threshold99", test.threshold(delta, 0.01));
    result.put("pMaterialDelta", test.pMaterialNormal(delta));
    return result;
  }

  private static Object psiCritical(JsonNode input) {
    int bins = input.get("bins").asInt();
    double k = 1 / input.get("nRef").asDouble() + 1 / input.get("nCur").asDouble();
    double delta = input.get("delta0").asDouble();
    return Map.of(
        "expectedNull", new PsiTest(0, bins, k, 0).expectedUnchanged(),
        "crit95", PsiTest.critical(bins, k, 0.05),
        "crit99", PsiTest.critical(bins, k, 0.01),
        "material95", PsiTest.threshold(bins, k, delta, 0.05),
        "material99", PsiTest.threshold(bins, k, delta, 0.01));
  }

  private static Edges edges(JsonNode input) {
    if (input.has("edges")) {
      return Edges.of(values(input.get("edges")));
    }
    double[] sorted = values(input.has("ref") ? input.get("ref") : input.get("values"));
    Arrays.sort(sorted);
    return Edges.quantiles(sorted, input.get("bins").asInt());
  }

  private static List<Double> counts(long[] counts) {
    return Arrays.stream(counts).asDoubleStream().boxed().toList();
  }

  private static Object histogram(JsonNode input) {
    Edges edges = edges(input);
    if (input.has("ref")) {
      return Map.of(
          "ref", counts(edges.count(values(input.get("ref")))),
          "cur", counts(edges.count(values(input.get("cur")))));
    }
    String field = input.has("values") ? "values" : "cur";
    return counts(edges.count(values(input.get(field))));
  }

  private static Object psiValues(JsonNode input) {
    Edges edges = edges(input);
    return BinnedShares.of(
            edges.count(values(input.get("ref"))),
            edges.count(values(input.get("cur"))),
            smoothing(input))
        .psi();
  }

  private static Object kl(JsonNode input) {
    BinnedShares shares = shares(input);
    return Map.of(
        "klCurRefNats", shares.klCurrentReference(),
        "klCurRefBits", shares.klCurrentReference() / Math.log(2),
        "klRefCurNats", shares.klReferenceCurrent());
  }

  private static Object jensenShannon(JsonNode input) {
    double divergence = shares(input).jensenShannon();
    return Map.of(
        "divergenceNats", divergence,
        "distanceNats", Math.sqrt(divergence),
        "distanceBase2", Math.sqrt(divergence / Math.log(2)));
  }

  private static Object largestDifference(JsonNode input) {
    BinnedShares shares = raw(input);
    return Map.of(
        "linf", shares.lInfinity(),
        "tvd", shares.totalVariation(),
        "linfRobust", shares.lInfinityRobust());
  }

  private static Object chiSquare(JsonNode input) {
    ContingencyTest test = ContingencyTest.of(longs(input.get("ref")), longs(input.get("cur")));
    return Map.of(
        "chi2", test.chiSquare(),
        "df", (double) test.degrees(),
        "p", test.pChiSquare(),
        "g", test.g(),
        "gP", test.pG(),
        "cramersV", test.cramersV(),
        "cramersVCorrected", test.cramersVCorrected());
  }

  private static WeightedSample sample(JsonNode input, String field) {
    return WeightedSample.of(values(input.get(field)));
  }

  private static double ks(JsonNode input) {
    return WeightedSample.kolmogorovSmirnov(sample(input, "ref"), sample(input, "cur"));
  }

  private static Object kolmogorovSmirnov(JsonNode input) {
    double n = values(input.get("ref")).length;
    double m = values(input.get("cur")).length;
    double distance = ks(input);
    return Map.of(
        "d",
        distance,
        "lam",
        distance * Math.sqrt(n * m / (n + m)),
        "p",
        WeightedSample.kolmogorovSmirnovP(distance, n, m));
  }

  private static double w1(JsonNode input) {
    return WeightedSample.wasserstein(sample(input, "ref"), sample(input, "cur"));
  }

  private static Object wasserstein(JsonNode input) {
    CentralMoments reference = CentralMoments.of(values(input.get("ref")));
    double sd = Math.sqrt(reference.m2() / reference.n());
    return Map.of("w1", w1(input), "w1Norm", w1(input) / sd);
  }

  private static Object weightedWasserstein(JsonNode input) {
    return WeightedSample.wasserstein(
        WeightedSample.of(values(input.get("refValues")), values(input.get("refWeights"))),
        WeightedSample.of(values(input.get("curValues")), values(input.get("curWeights"))));
  }

  /** Through profile, tile and reading, with a policy that judges few values too. */
  private static Object newCategoryMass(JsonNode input) {
    BaselineProfile profile =
        Samples.profile(
            List.of(Declared.categorical("word")),
            ProfileOptions.standard(1),
            rows(input.get("refCounts")));
    TileLayout layout = TileLayout.of(profile, false);
    DriftPolicy standard = DriftPolicy.standard();
    DriftPolicy policy =
        new DriftPolicy(
            standard.warning(),
            standard.critical(),
            standard.level(),
            standard.correction(),
            2,
            standard.missingWarning(),
            standard.missingCritical(),
            standard.newMass());
    DriftReading reading =
        new DriftScorer(policy)
            .score(layout, Samples.tile(layout, rows(input.get("curCounts"))))
            .features()
            .get(0)
            .reading("new_category")
            .orElseThrow();
    return Map.of(
        "mass", reading.value(),
        "wilsonLow", Objects.requireNonNull(reading.low()),
        "wilsonHigh", Objects.requireNonNull(reading.high()),
        "goodTuring", Objects.requireNonNull(reading.threshold()) - policy.newMass());
  }

  private static List<RowWriter> rows(JsonNode counts) {
    return counts.properties().stream()
        .flatMap(entry -> Collections.nCopies(entry.getValue().asInt(), entry.getKey()).stream())
        .<RowWriter>map(word -> row -> row.category(0, word))
        .toList();
  }

  private static Object missingRate(JsonNode input) {
    TwoProportions test =
        TwoProportions.of(
            input.get("refNull").asDouble(),
            input.get("refN").asDouble(),
            input.get("curNull").asDouble(),
            input.get("curN").asDouble(),
            1);
    return Map.of("delta", test.delta(), "z", test.z(), "p", test.p(), "cohensH", test.cohensH());
  }

  private static Object meanVarianceShift(JsonNode input) {
    MeanShift shift =
        MeanShift.of(
            CentralMoments.of(values(input.get("ref"))),
            CentralMoments.of(values(input.get("cur"))));
    return Map.of(
        "smd", shift.smd(),
        "varRatio", shift.varianceRatio(),
        "logVarRatio", Math.log(shift.varianceRatio()),
        "welchT", shift.welchT(),
        "welchP", shift.p());
  }

  private static Object momentsMerge(JsonNode input) {
    double[] values = values(input.get("values"));
    CentralMoments merged = CentralMoments.EMPTY;
    int from = 0;
    for (long split : longs(input.get("splits"))) {
      merged = merged.plus(CentralMoments.of(Arrays.copyOfRange(values, from, from + (int) split)));
      from += (int) split;
    }
    merged = merged.plus(CentralMoments.of(Arrays.copyOfRange(values, from, values.length)));
    return Map.of(
        "n", (double) merged.n(),
        "mean", merged.mean(),
        "variance", merged.variance(),
        "skewness", merged.skewness(),
        "kurtosisExcess", merged.kurtosisExcess());
  }

  private static Object momentsValues(JsonNode input) {
    if (!input.get("formula").asText().equals("1e9 + (i mod 7), i=1..100")) {
      throw new IllegalArgumentException("formula " + input.get("formula"));
    }
    CentralMoments moments =
        CentralMoments.of(IntStream.rangeClosed(1, 100).mapToDouble(i -> 1e9 + i % 7).toArray());
    return Map.of("mean", moments.mean(), "variance", moments.variance());
  }

  private static Object multipleTesting(JsonNode input) {
    MultipleTesting method =
        switch (input.get("method").asText()) {
          case "BH" -> MultipleTesting.BENJAMINI_HOCHBERG;
          case "BY" -> MultipleTesting.BENJAMINI_YEKUTIELI;
          default -> MultipleTesting.valueOf(input.get("method").asText());
        };
    double[] adjusted = method.adjust(values(input.get("p")));
    double alpha = input.get("alpha").asDouble();
    return Map.of(
        "adjusted", list(adjusted),
        "rejected", Arrays.stream(adjusted).mapToObj(q -> q <= alpha).toList());
  }

  private static Object alphaForPrecision(JsonNode input) {
    return MultipleTesting.falseAlarmRateFor(
        input.get("prevalence").asDouble(),
        input.get("power").asDouble(),
        input.get("precision").asDouble());
  }
}
