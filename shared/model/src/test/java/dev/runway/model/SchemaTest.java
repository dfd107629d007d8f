package dev.runway.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SchemaTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Values put in place of every field in turn: wrong types, edges and what lies beyond them. */
  private static final List<String> PROBES =
      List.of(
          "null",
          "true",
          "false",
          "0",
          "-1",
          "1",
          "4",
          "5",
          "101",
          "0.5",
          "1.5",
          "1.9",
          "-0.25",
          "1e12",
          "1e13",
          "-1e13",
          "1e39",
          "1000001",
          "2147483647",
          "2147483648",
          "9223372036854775807",
          "9223372036854775808",
          "983428200000",
          "253402300800000",
          "-62167219200001",
          "\"\"",
          "\"x\"",
          "\"12\"",
          "\"NaN\"",
          "\"a b\"",
          "\"\\u0000\"",
          "\"a\\u0007b\"",
          "\"\\u00fc\"",
          "\"" + "x".repeat(128) + "\"",
          "\"" + "x".repeat(129) + "\"",
          "\"" + "x".repeat(258) + "\"",
          "\"" + "x".repeat(1001) + "\"",
          "\"2001-03-01T06:15:00Z\"",
          "\"2001-03-01T06:15:00.123+01:00\"",
          "\"2001-03-01T06:15:00\"",
          "\"2001-03-01\"",
          "\"P7D\"",
          "\"PT30M\"",
          "\"P\"",
          "\"7 days\"",
          "\"FINAL\"",
          "\"final\"",
          "\"EVALUATED\"",
          "\"BINARY\"",
          "\"RANKING\"",
          "\"EXPLICIT\"",
          "\"REFUSED\"",
          "\"CANCEL\"",
          "\"AUTO\"",
          "\"HIGH\"",
          "\"MUTE\"",
          "\"SNOOZE\"",
          "\"KILL_SWITCH_OFF\"",
          "\"NONE\"",
          "\"STALE\"",
          "\"HEALTHY\"",
          "\"APPROVE\"",
          "\"AAAAgD8=\"",
          "\"AAAAgD8AAIA/\"",
          "\"*\"",
          "[]",
          "[1]",
          "[null]",
          "[\"x\"]",
          "[\"x\",\"\"]",
          "[\"x\",\"*\"]",
          "[\"__other__\"]",
          "[1,\"x\"]",
          "[1e39]",
          "[\"DDM\",\"EDDM\"]",
          "[\"DDM\",\"DDM\"]",
          "[\"KSWIN\"]",
          "[{}]",
          "{}",
          "{\"x\":1}",
          "{\"x\":{}}",
          "{\"\":1}",
          "{\"x\":\"\\u0000\"}",
          "{\"x\":[1]}",
          "[{\"name\":\"x\"}]",
          "[{\"name\":\"$score\",\"kind\":\"NUMERIC\"}]",
          "[{\"name\":\"x\",\"kind\":\"TEXT\"}]",
          "{\"name\":5}",
          "{\"received\":-1}",
          "{\"received\":\"1\"}",
          "{\"labels\":1.5}");

  static Stream<Contract<?>> contracts() {
    return Contract.ALL.stream();
  }

  @ParameterizedTest
  @MethodSource("contracts")
  void goldenFile_fitsItsSchema(Contract<?> contract) throws IOException {
    assertThat(schema(contract).validate(JSON.readTree(contract.goldenBytes()))).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("contracts")
  void writtenEvent_fitsItsSchema(Contract<?> contract) throws IOException {
    assertThat(schema(contract).validate(JSON.readTree(contract.written()))).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("contracts")
  void schema_isVersionedAndDescribesEveryField(Contract<?> contract) throws IOException {
    JsonNode schema = JSON.readTree(schemaBytes(contract));

    assertThat(schema.get("$id").asText())
        .isEqualTo("https://runway.dev/schemas/" + contract.name() + "/1");
    assertThat(schema.get("$schema").asText())
        .isEqualTo("https://json-schema.org/draft/2020-12/schema");
    assertThat(schema.get("properties").properties())
        .allSatisfy(field -> assertThat(field.getValue().get("description").asText()).isNotEmpty());
    assertThat(schema.get("properties").fieldNames())
        .toIterable()
        .as("the golden files have every field, so that every field is tested")
        .containsExactlyInAnyOrderElementsOf(goldenFields(contract));
  }

  /** Golden files are never edited; what came later, or excludes another field, is in its own. */
  private static Set<String> goldenFields(Contract<?> contract) throws IOException {
    Set<String> fields = new HashSet<>();
    for (ObjectNode golden : goldens(contract)) {
      fields.addAll(fieldNames(golden));
    }
    return fields;
  }

  private static List<ObjectNode> goldens(Contract<?> contract) throws IOException {
    List<String> more =
        switch (contract.name()) {
          case "model-document" ->
              List.of(
                  "model-document-team",
                  "model-document-detectors",
                  "model-document-embeddings",
                  "model-document-deprecated");
          case "drift" -> List.of("drift-excused", "drift-words");
          case "retrain-command" -> List.of("retrain-command-cancel");
          case "retrain-status" -> List.of("retrain-status-cooling");
          case "decision" -> List.of("decision-held");
          case "staleness" -> List.of("staleness-secondary", "staleness-source-down");
          case "experiment-result" -> List.of("experiment-result-valued");
          case "control" -> List.of("control-snooze", "control-team");
          case "embedding" -> List.of("embedding-gone");
          case "embedding-space" -> List.of("embedding-space-small", "embedding-space-thresholds");
          case "prediction" -> List.of("prediction-embeddings");
          case "dependency" -> List.of("dependency-source");
          default -> List.of();
        };
    List<ObjectNode> goldens = new ArrayList<>();
    goldens.add((ObjectNode) JSON.readTree(contract.goldenBytes()));
    for (String name : more) {
      byte[] file = Contract.resource("/golden/other/" + name + ".json");
      goldens.add((ObjectNode) JSON.readTree(file));
    }
    return goldens;
  }

  static Stream<Arguments> constants() {
    return Stream.of(
        Arguments.of("dead-letter", "reason", Reason.values()),
        Arguments.of(
            "embedding-space", "consumers/items/properties/usage", EmbeddingSpace.Usage.values()),
        Arguments.of(
            "embedding-stability", "compatibility", EmbeddingStability.Compatibility.values()),
        Arguments.of(
            "embedding-stability",
            "verdicts/items/properties/usage",
            EmbeddingSpace.Usage.values()),
        Arguments.of("embedding-mixture", "mixing", EmbeddingMixture.Mixing.values()),
        Arguments.of("groundtruth", "maturity", Maturity.values()),
        Arguments.of("groundtruth", "status", LabelStatus.values()),
        Arguments.of("late-outcome", "why", LateOutcome.Why.values()),
        Arguments.of("model-document", "task", Task.values()),
        Arguments.of("model-document", "label_policy", LabelPolicy.values()),
        Arguments.of("model-document", "reduction", Reduction.values()),
        Arguments.of("model-document", "change_detectors/items", OptionalDetector.values()),
        Arguments.of("performance", "maturity", Maturity.values()),
        Arguments.of("performance", "task", Task.values()),
        Arguments.of("drift", "status", DriftReading.Status.values()),
        Arguments.of("drift", "features/items/properties/kind", DriftReading.FeatureKind.values()),
        Arguments.of("retrain-command", "action", RetrainCommand.Action.values()),
        Arguments.of("retrain-command", "reason_class", RetrainCommand.ReasonClass.values()),
        Arguments.of("retrain-command", "severity_class", RetrainCommand.SeverityClass.values()),
        Arguments.of("retrain-command", "mode", RetrainCommand.Mode.values()),
        Arguments.of("retrain-status", "state", RetrainStatus.State.values()),
        Arguments.of("experiment-result", "better", ExperimentResult.Better.values()),
        Arguments.of("staleness", "state", ModelState.values()),
        Arguments.of("staleness", "previous_state", ModelState.values()),
        Arguments.of("staleness", "suspension", Suspension.values()),
        Arguments.of("staleness", "parts/items/properties/signal", SignalPart.Signal.values()),
        Arguments.of("decision", "verdict", Decision.Verdict.values()),
        Arguments.of("decision", "hold", Decision.Hold.values()),
        Arguments.of("decision", "mode", RetrainCommand.Mode.values()),
        Arguments.of("decision", "severity_class", RetrainCommand.SeverityClass.values()),
        Arguments.of("decision", "state_after", ModelState.values()),
        Arguments.of("decision", "parts/items/properties/signal", SignalPart.Signal.values()),
        Arguments.of("control", "action", Control.Action.values()));
  }

  @ParameterizedTest
  @MethodSource("constants")
  void schema_listsEveryConstant(String event, String field, Enum<?>[] constants)
      throws IOException {
    JsonNode schema = JSON.readTree(Contract.resource("/schemas/" + event + ".schema.json"));
    List<String> listed = new ArrayList<>();
    for (JsonNode constant : schema.at("/properties/" + field + "/enum")) {
      if (!constant.isNull()) {
        listed.add(constant.asText());
      }
    }
    assertThat(listed)
        .containsExactly(Arrays.stream(constants).map(Enum::name).toArray(String[]::new));
  }

  @ParameterizedTest
  @MethodSource("contracts")
  void document_thatTheSchemaRefuses_isRefusedByTheCodec(Contract<?> contract) throws IOException {
    JsonSchema schema = schema(contract);
    List<String> disagreements = new ArrayList<>();
    int refused = 0;
    for (ObjectNode document : variants(contract)) {
      if (!schema.validate(document).isEmpty()) {
        refused++;
        if (accepts(contract, document)) {
          disagreements.add(document.toString());
        }
      }
    }
    assertThat(refused).isGreaterThan(50);
    assertThat(disagreements).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("contracts")
  void document_thatTheCodecRefuses_isRefusedByTheSchemaWhereItCan(Contract<?> contract)
      throws IOException {
    JsonSchema schema = schema(contract);
    List<String> disagreements = new ArrayList<>();
    int accepted = 0;
    for (ObjectNode document : variants(contract)) {
      if (schema.validate(document).isEmpty()) {
        accepted++;
        String why = refusal(contract, document);
        if (why != null && BEYOND_SCHEMA.stream().noneMatch(why::contains)) {
          disagreements.add(why);
        }
      }
    }
    assertThat(accepted).isGreaterThan(20);
    assertThat(disagreements).isEmpty();
  }

  /**
   * What compares two fields, or looks into text, cannot be said in JSON Schema; and to it 1e12 is
   * an integer.
   */
  private static final List<String> BEYOND_SCHEMA =
      List.of(
          " is due, found a number",
          "retracts: an outcome cannot retract its own sequence",
          "label_policy: ",
          "change_detectors: ",
          "horizon: ",
          "negative_after: ",
          "classes: goes with",
          "window: 1 second",
          " makes more than ",
          "data_end: must be after",
          "window_end: must be after",
          "window_start: the start of a minute",
          "window_end: must be one minute after",
          "evaluated_from: must not be after",
          "difference: must lie within",
          "ended_at: must not be before",
          "vector: ",
          "command_id: not the id",
          "decision_id: not the id",
          "evidence_hash: not the SHA-256",
          "deadline_at: must be after");

  private static List<ObjectNode> variants(Contract<?> contract) throws IOException {
    List<ObjectNode> variants = new ArrayList<>();
    for (ObjectNode golden : goldens(contract)) {
      for (String field : goldenFields(contract)) {
        ObjectNode without = golden.deepCopy();
        without.remove(field);
        variants.add(without);
        for (String probe : PROBES) {
          variants.add(golden.deepCopy().set(field, JSON.readTree(probe)));
        }
      }
      for (String probe : PROBES) {
        variants.add(golden.deepCopy().set("field_of_a_newer_producer", JSON.readTree(probe)));
      }
    }
    return variants;
  }

  private static List<String> fieldNames(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static boolean accepts(Contract<?> contract, JsonNode document)
      throws JsonProcessingException {
    return refusal(contract, document) == null;
  }

  private static String refusal(Contract<?> contract, JsonNode document)
      throws JsonProcessingException {
    byte[] bytes = JSON.writeValueAsString(document).getBytes(StandardCharsets.UTF_8);
    try {
      contract.reader().read(bytes);
      return null;
    } catch (MalformedEvent e) {
      return e.field() + ": " + e.detail();
    }
  }

  private static JsonSchema schema(Contract<?> contract) {
    return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
        .getSchema(new ByteArrayInputStream(schemaBytes(contract)));
  }

  private static byte[] schemaBytes(Contract<?> contract) {
    return Contract.resource("/schemas/" + contract.name() + ".schema.json");
  }
}
