package dev.runway.drift.vectors;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runway.drift.performance.PerformanceVectors.Evaluator;
import dev.runway.drift.staleness.Decay;
import dev.runway.drift.staleness.DriftScore;
import dev.runway.drift.staleness.Fusion;
import dev.runway.drift.staleness.Hysteresis;
import dev.runway.drift.staleness.SeverityScale;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/** Evaluators of the staleness vectors. */
final class FusionVectors {

  private FusionVectors() {}

  static Map<String, Evaluator> evaluators() {
    Map<String, Evaluator> evaluators = new LinkedHashMap<>();
    evaluators.put("severity", input -> scale(input).severity(input.get("x").asDouble()));
    evaluators.put("fuse", FusionVectors::fuse);
    evaluators.put("state_machine", FusionVectors::levels);
    evaluators.put("data_drift_score", FusionVectors::driftScore);
    evaluators.put("performance_severity", FusionVectors::performanceSeverity);
    return evaluators;
  }

  private static SeverityScale scale(JsonNode input) {
    return new SeverityScale(input.get("warn").asDouble(), input.get("crit").asDouble());
  }

  private static Object fuse(JsonNode input) {
    List<String> names = new ArrayList<>();
    input.get("signals").fieldNames().forEachRemaining(names::add);
    Fusion fusion =
        Fusion.of(
            values(names, input.get("signals")),
            values(names, input.get("weights")),
            values(names, input.get("overrides")));
    Map<String, Object> result = new HashMap<>();
    result.put("mean", fusion.mean());
    result.put("score", fusion.score());
    result.put("coverage", fusion.coverage());
    return result;
  }

  private static double[] values(List<String> names, JsonNode object) {
    return names.stream()
        .mapToDouble(name -> object.get(name).isNull() ? Double.NaN : object.get(name).asDouble())
        .toArray();
  }

  private static Object levels(JsonNode input) {
    Hysteresis hysteresis =
        new Hysteresis(
            input.at("/up/0").asDouble(),
            input.at("/up/1").asDouble(),
            input.at("/down/0").asDouble(),
            input.at("/down/1").asDouble(),
            input.get("consecutiveUp").asInt(),
            input.get("consecutiveDown").asInt());
    List<Double> levels = new ArrayList<>();
    Hysteresis.Position position = Hysteresis.Position.START;
    for (JsonNode score : input.get("scores")) {
      position = hysteresis.next(position, score.isNull() ? null : score.asDouble());
      levels.add((double) position.level());
    }
    return levels;
  }

  private static Object driftScore(JsonNode input) {
    List<DriftScore.Feature> features =
        StreamSupport.stream(input.get("features").spliterator(), false)
            .map(
                feature ->
                    new DriftScore.Feature(
                        feature.get("psiDebiased").asDouble(),
                        feature.get("importance").asDouble(),
                        feature.get("flagged").asBoolean()))
            .toList();
    DriftScore score = DriftScore.of(features, scale(input), input.get("shareFull").asDouble());
    return Map.of("top", score.top(), "share", score.share(), "score", score.score());
  }

  private static Object performanceSeverity(JsonNode input) {
    double reference = input.get("reference").asDouble();
    Decay decay = Decay.of(reference, input.get("current").asDouble(), input.get("se").asDouble());
    if (!input.get("mode").asText().equals("ABSOLUTE")) {
      decay = decay.relativeTo(reference);
    }
    return Map.of(
        "decayLowerBound",
        decay.lowerBound(),
        "severity",
        scale(input).severity(decay.lowerBound()));
  }
}
