package dev.runway.drift.vectors;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.runway.drift.embedding.EmbeddingMetric;
import dev.runway.drift.embedding.EmbeddingVectors;
import dev.runway.drift.performance.PerformanceVectors;
import dev.runway.drift.performance.PerformanceVectors.Evaluator;
import dev.runway.drift.vectors.Verdict.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Runs the reference vectors of the metric specification by metric name. {@code ./runway test
 * --vectors FILE} runs those of another file of the same shape and prints each verdict.
 *
 * <p>An area joins by putting its evaluators into {@link #EVALUATORS}; {@link #LATER} lists the
 * metrics that are still to come, by name, so that none is forgotten and none is lost.
 */
class MathVectorsTest {

  private static final Map<String, Evaluator> EVALUATORS = evaluators();

  private static final Set<String> LATER = Set.of();

  private static Map<String, Evaluator> evaluators() {
    Map<String, Evaluator> all = new HashMap<>();
    all.putAll(Generators.evaluators());
    all.putAll(DriftVectors.evaluators());
    all.putAll(SketchVectors.evaluators());
    all.putAll(ConceptVectors.evaluators());
    all.putAll(PerformanceVectors.evaluators());
    all.putAll(FusionVectors.evaluators());
    all.putAll(ExperimentVectors.evaluators());
    all.putAll(EmbeddingVectors.evaluators());
    return all;
  }

  private static List<JsonNode> vectors(InputStream in) throws IOException {
    JsonNode root = new ObjectMapper().readTree(in);
    return StreamSupport.stream(root.path("vectors").spliterator(), false).toList();
  }

  private static List<JsonNode> builtIn() throws IOException {
    try (InputStream in = MathVectorsTest.class.getResourceAsStream("/math_vectors.json")) {
      return vectors(in);
    }
  }

  private static Verdict verdict(JsonNode vector) {
    return Verdict.of(vector, EVALUATORS.get(vector.path("metric").asText()));
  }

  @TestFactory
  Stream<DynamicTest> vector_ofAnImplementedMetric_hasTheReferenceValue() throws IOException {
    return builtIn().stream().map(MathVectorsTest::test);
  }

  private static DynamicTest test(JsonNode vector) {
    Verdict verdict = verdict(vector);
    String metric = vector.path("metric").asText();
    return dynamicTest(
        verdict.id()
            + (EmbeddingVectors.REFERENCE_ONLY.contains(metric) ? " (of the tests alone)" : ""),
        () -> {
          Assumptions.assumeTrue(verdict.outcome() != Outcome.NOT_IMPLEMENTED, verdict.detail());
          assertThat(verdict.outcome()).as(verdict.line()).isEqualTo(Outcome.PASSED);
        });
  }

  @Test
  void metrics_notImplemented_areThoseToCome() throws IOException {
    Set<String> missing =
        builtIn().stream()
            .filter(vector -> verdict(vector).outcome() == Outcome.NOT_IMPLEMENTED)
            .map(vector -> vector.get("metric").asText())
            .collect(toSet());

    assertThat(builtIn()).hasSize(150);
    assertThat(missing).isEqualTo(LATER);
  }

  /** Or green would say more of them than it does. */
  @Test
  void metrics_ofReferenceOnly_areThoseThatTheProductDoesNotTell() throws IOException {
    Set<String> known =
        builtIn().stream().map(each -> each.get("metric").asText()).collect(toSet());

    assertThat(known).containsAll(EmbeddingVectors.REFERENCE_ONLY);
    for (EmbeddingMetric metric : EmbeddingMetric.values()) {
      assertThat(metric.code()).doesNotContain("frechet", "mmd");
    }
  }

  @Test
  void vectors_ofWhichNoneIsKnown_areAProblem() {
    JsonNode misspelt =
        JsonNodeFactory.instance.objectNode().put("id", "psi-01").put("metric", "pssi");

    assertThat(Verdict.problems(List.of())).isNotEmpty();
    assertThat(Verdict.problems(List.of(verdict(misspelt))))
        .containsExactly("no metric of the 1 vectors is implemented");
  }

  /** Does nothing unless a file is named. */
  @Test
  void vectors_ofAnotherFile_pass() throws IOException {
    String file = System.getProperty("vectors", "");
    Assumptions.assumeFalse(file.isEmpty(), "no -Dvectors=FILE");
    List<Verdict> verdicts;
    try (InputStream in = Files.newInputStream(Path.of(file))) {
      verdicts = vectors(in).stream().map(MathVectorsTest::verdict).toList();
    }
    verdicts.forEach(verdict -> System.out.println(verdict.line()));
    Map<Outcome, Long> counts =
        verdicts.stream().collect(groupingBy(Verdict::outcome, TreeMap::new, counting()));
    System.out.println(verdicts.size() + " vectors: " + counts);

    assertThat(Verdict.problems(verdicts)).as("vectors in " + file).isEmpty();
  }
}
