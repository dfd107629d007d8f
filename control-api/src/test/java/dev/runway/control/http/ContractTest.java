package dev.runway.control.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
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

  @Test
  void everyObjectInARequest_refusesFieldsItDoesNotName() {
    CONTRACT
        .document()
        .path("components")
        .path("schemas")
        .properties()
        .forEach(
            schema -> {
              if (schema.getValue().path("type").asText().equals("object")) {
                assertThat(schema.getValue().has("additionalProperties"))
                    .as(schema.getKey())
                    .isTrue();
              }
            });
  }
}
