package dev.runway.drift.vectors;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runway.drift.performance.PerformanceVectors;
import dev.runway.drift.performance.PerformanceVectors.Evaluator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;

/** The deterministic samples that vectors name instead of listing them. */
final class Generators {

  /** s &lt;- (1664525 s + 1013904223) mod 2^32 from the seed on; u = (s + 0.5) / 2^32. */
  private static final class Lcg {
    private long state;

    Lcg(long seed) {
      state = seed & 0xffffffffL;
    }

    double next() {
      state = (1_664_525L * state + 1_013_904_223L) & 0xffffffffL;
      return (state + 0.5) / 4_294_967_296.0;
    }
  }

  private Generators() {}

  static Map<String, Evaluator> evaluators() {
    Map<String, Evaluator> evaluators = new LinkedHashMap<>();
    for (String name : List.of("lcg", "logistic", "irwinhall", "expo")) {
      evaluators.put(name, input -> list(generate(name, input)));
    }
    evaluators.put("bernoulli_switch", Generators::bernoulliSwitch);
    evaluators.put("splitmix64", Generators::splitMix);
    return evaluators;
  }

  static List<Double> list(double[] values) {
    return Arrays.stream(values).boxed().toList();
  }

  /** Values as listed, as generated, or as several of these one after the other. */
  static double[] values(JsonNode node) {
    if (node.isObject()) {
      return generate(node.get("gen").asText(), node);
    }
    if (!node.isEmpty() && node.get(0).isObject()) {
      return DoubleStream.concat(
              Arrays.stream(values(node.get(0))), Arrays.stream(values(node.get(1))))
          .toArray();
    }
    return PerformanceVectors.doubles(node);
  }

  private static double[] generate(String name, JsonNode input) {
    Lcg lcg = new Lcg(input.get("seed").asLong());
    double loc = input.path("loc").asDouble(0);
    double scale = input.path("scale").asDouble(1);
    if (name.equals("bernoulli_switch")) {
      int first = input.get("n1").asInt();
      double[] bits = new double[first + input.get("n2").asInt()];
      for (int i = 0; i < bits.length; i++) {
        bits[i] = lcg.next() < input.get(i < first ? "p1" : "p2").asDouble() ? 1 : 0;
      }
      return bits;
    }
    double[] values = new double[input.get("n").asInt()];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (name) {
            case "lcg" -> lcg.next();
            case "logistic" -> {
              double u = lcg.next();
              yield loc + scale * Math.log(u / (1 - u));
            }
            case "irwinhall" -> {
              double sum = 0;
              for (int k = 0; k < 12; k++) {
                sum += lcg.next();
              }
              yield loc + scale * (sum - 6);
            }
            case "expo" -> -scale * Math.log(1 - lcg.next());
            case "bernoulli" -> lcg.next() < input.get("p").asDouble() ? 1 : 0;
            default -> throw new IllegalArgumentException("no generator " + name);
          };
    }
    return values;
  }

  private static Object bernoulliSwitch(JsonNode input) {
    double[] bits = generate("bernoulli_switch", input);
    return Map.of("sum", Arrays.stream(bits).sum(), "first20", list(Arrays.copyOf(bits, 20)));
  }

  private static Object splitMix(JsonNode input) {
    List<Object> mixed = new ArrayList<>();
    for (JsonNode x : input.get("longs")) {
      long z = x.asLong() + 0x9E3779B97F4A7C15L;
      z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
      z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
      mixed.add(Long.toUnsignedString(z ^ (z >>> 31)));
    }
    return mixed;
  }
}
