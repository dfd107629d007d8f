package dev.runway.drift.vectors;

import static dev.runway.drift.vectors.Generators.values;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runway.drift.concept.ConceptDrift;
import dev.runway.drift.concept.LabelledBins;
import dev.runway.drift.detect.Adwin;
import dev.runway.drift.detect.ChangeDetector;
import dev.runway.drift.detect.Ddm;
import dev.runway.drift.detect.Eddm;
import dev.runway.drift.detect.Kswin;
import dev.runway.drift.detect.PageHinkley;
import dev.runway.drift.distribution.BinnedShares;
import dev.runway.drift.performance.PerformanceVectors.Evaluator;
import java.util.LinkedHashMap;
import java.util.Map;

/** Evaluators of the concept drift vectors. */
final class ConceptVectors {

  private ConceptVectors() {}

  static Map<String, Evaluator> evaluators() {
    Map<String, Evaluator> evaluators = new LinkedHashMap<>();
    evaluators.put("conditional_kl", ConceptVectors::conditionalKl);
    evaluators.put("label_drift", ConceptVectors::labelDrift);
    evaluators.put("ddm", ConceptVectors::ddm);
    evaluators.put("eddm", ConceptVectors::eddm);
    evaluators.put("page_hinkley", ConceptVectors::pageHinkley);
    evaluators.put("adwin_eps", ConceptVectors::adwinThreshold);
    evaluators.put("adwin0", ConceptVectors::adwin0);
    evaluators.put("kswin", ConceptVectors::kswin);
    return evaluators;
  }

  private static LabelledBins bins(JsonNode events, JsonNode positives) {
    LabelledBins bins = new LabelledBins(events.size(), 2);
    for (int i = 0; i < events.size(); i++) {
      bins.add(i, 1, positives.get(i).asLong());
      bins.add(i, 0, events.get(i).asLong() - positives.get(i).asLong());
    }
    return bins;
  }

  private static Object conditionalKl(JsonNode input) {
    ConceptDrift drift =
        ConceptDrift.of(
            bins(input.get("refN"), input.get("refPos")),
            bins(input.get("curN"), input.get("curPos")));
    return Map.of(
        "jointKl", drift.jointKl(),
        "covariateKl", drift.covariateKl(),
        "conditionalKl", drift.conditionalKl(),
        "refLabelEntropy", drift.labelEntropy(),
        "normalised", drift.normalised(),
        "gTest", drift.g(),
        "gDf", (double) drift.degrees(),
        "gP", drift.p());
  }

  private static Object labelDrift(JsonNode input) {
    BinnedShares shares = DriftVectors.shares(input);
    return Map.of("psi", shares.psi(), "klCurRef", shares.klCurrentReference());
  }

  /** Where a detector first warned and first saw a change, counted from 1; 0 for never. */
  private record First(double warning, double drift) {

    static First of(ChangeDetector detector, double[] stream) {
      double warning = 0;
      for (int i = 0; i < stream.length; i++) {
        switch (detector.add(stream[i])) {
          case DRIFT -> {
            return new First(warning, i + 1);
          }
          case WARNING -> warning = warning == 0 ? i + 1 : warning;
          case STABLE -> {}
        }
      }
      return new First(warning, 0);
    }
  }

  private static Object ddm(JsonNode input) {
    Ddm ddm =
        new Ddm(
            input.get("warmStart").asInt(),
            input.get("warning").asDouble(),
            input.get("drift").asDouble());
    First first = First.of(ddm, values(input.get("stream")));
    return Map.of(
        "firstWarning", first.warning,
        "drift", first.drift,
        "pMin", ddm.lowestRate(),
        "sMin", ddm.lowestStandardError(),
        "p", ddm.rate(),
        "s", ddm.standardError());
  }

  private static Object eddm(JsonNode input) {
    Eddm eddm =
        new Eddm(
            input.get("warmStart").asInt(),
            input.get("alpha").asDouble(),
            input.get("beta").asDouble());
    First first = First.of(eddm, values(input.get("stream")));
    return Map.of(
        "firstWarning",
        first.warning,
        "drift",
        first.drift,
        "level",
        eddm.level(),
        "max",
        eddm.highest(),
        "errors",
        (double) eddm.errors());
  }

  private static Object pageHinkley(JsonNode input) {
    PageHinkley detector =
        new PageHinkley(
            input.get("delta").asDouble(),
            input.get("lam").asDouble(),
            input.get("alpha").asDouble(),
            input.get("minInstances").asInt());
    First first = First.of(detector, values(input.get("stream")));
    return Map.of("drift", first.drift, "S", detector.sum(), "mean", detector.mean());
  }

  private static Object adwinThreshold(JsonNode input) {
    return Adwin.threshold(
        input.get("n0").asDouble(),
        input.get("n1").asDouble(),
        input.get("variance").asDouble(),
        input.get("delta").asDouble());
  }

  /** With room for every value in the first row every cut is looked at. */
  private static Object adwin0(JsonNode input) {
    double[] stream = values(input.get("stream"));
    Adwin adwin =
        new Adwin(
            input.get("delta").asDouble(),
            input.get("clock").asInt(),
            10,
            input.get("minSub").asInt(),
            stream.length);
    return Map.of("drift", First.of(adwin, stream).drift);
  }

  private static Object kswin(JsonNode input) {
    Kswin kswin =
        new Kswin(
            input.get("alpha").asDouble(), input.get("window").asInt(), input.get("stat").asInt());
    First first = First.of(kswin, values(input.get("stream")));
    return Map.of("drift", first.drift, "D", kswin.distance(), "threshold", kswin.threshold());
  }
}
