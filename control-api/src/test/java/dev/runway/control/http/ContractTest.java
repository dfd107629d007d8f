package dev.runway.control.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ContractTest {
  private static final Contract CONTRACT = Contract.load();

  @Test
  void contractAndProgram_haveTheSameOperations() {
    Set<String> ours =
        Arrays.stream(Operation.values()).map(Operation::id).collect(Collectors.toSet());
    assertThat(CONTRACT.operationIds()).isEqualTo(ours);
  }

  @Test
  void operationsThatNeedNoToken_areTheOnesThatTheContractCallsOpen() {
    for (Operation operation : Operation.values()) {
      Contract.Route route = CONTRACT.route(operation.id());
      JsonNode security =
          CONTRACT
              .document()
              .path("paths")
              .path(route.path())
              .path(route.method().toLowerCase(Locale.ROOT))
              .path("security");
      assertThat(!security.isMissingNode() && security.isEmpty())
          .as(operation.id())
          .isEqualTo(operation.access().isOpen());
    }
  }

  @Test
  void everyExample_isWhatItsSchemaSays() {
    List<String> wrong = new ArrayList<>();
    int[] examples = new int[1];
    walk(CONTRACT.document(), "", examples, wrong);
    assertThat(wrong).isEmpty();
    assertThat(examples[0]).isGreaterThan(40);
  }

  private static void walk(JsonNode node, String pointer, int[] examples, List<String> wrong) {
    if (node.has("schema") && node.has("example")) {
      examples[0]++;
      List<Fault> faults =
          Contract.faults(CONTRACT.schema(pointer + "/schema"), node.path("example"));
      if (!faults.isEmpty()) {
        wrong.add(pointer + " " + faults);
      }
    }
    if (node.isObject()) {
      node.properties()
          .forEach(
              field ->
                  walk(
                      field.getValue(),
                      pointer + "/" + Contract.escaped(field.getKey()),
                      examples,
                      wrong));
    }
    for (int i = 0; node.isArray() && i < node.size(); i++) {
      walk(node.get(i), pointer + "/" + i, examples, wrong);
    }
  }

  /** Within one another too; maps say what their values are. */
  @Test
  void everyObjectInARequest_refusesFieldsItDoesNotName() {
    Set<String> open = new TreeSet<>();
    Set<String> seen = new HashSet<>();
    for (Operation operation : Operation.values()) {
      Contract.Route route = CONTRACT.route(operation.id());
      CONTRACT
          .document()
          .path("paths")
          .path(route.path())
          .path(route.method().toLowerCase(Locale.ROOT))
          .path("requestBody")
          .path("content")
          .forEach(content -> open(content.path("schema"), operation.id(), seen, open));
    }
    assertThat(seen).hasSizeGreaterThan(20);
    assertThat(open)
        .containsExactly(
            // Read as drift-monitor reads it.
            "BaselineCreate/profile",
            "BaselineCreate/profile/features[]",
            // As OpenLineage has it, which lets everybody add.
            "LineageEvent",
            "LineageEvent/run",
            "LineageThing",
            "LineageThing/facets");
  }

  private static void open(JsonNode schema, String at, Set<String> seen, Set<String> open) {
    if (!schema.isObject()) {
      return;
    }
    if (schema.has("$ref")) {
      String name = schema.path("$ref").asText();
      if (seen.add(name)) {
        String last = name.substring(name.lastIndexOf('/') + 1);
        open(CONTRACT.document().at(name.substring(1)), last, seen, open);
      }
      return;
    }
    JsonNode type = schema.path("type");
    boolean object = type.asText().equals("object") || type.toString().contains("\"object\"");
    JsonNode others = schema.path("additionalProperties");
    if ((object || schema.has("properties")) && (others.isMissingNode() || others.asBoolean())) {
      open.add(at);
    }
    schema
        .path("properties")
        .properties()
        .forEach(each -> open(each.getValue(), at + "/" + each.getKey(), seen, open));
    open(schema.path("items"), at + "[]", seen, open);
    open(others, at + "{}", seen, open);
    for (String each : List.of("anyOf", "oneOf", "allOf")) {
      schema.path(each).forEach(one -> open(one, at, seen, open));
    }
  }
}
