package dev.runway.control.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What every contract of OpenAPI has to keep to, whatever it is about. */
class ContractLintTest {
  private static final JsonNode DOCUMENT = Contract.load().document();
  private static final Pattern IN_PATH = Pattern.compile("\\{(\\w+)}");
  private static final Set<String> METHODS = Set.of("get", "put", "post", "delete");

  private final List<String> faults = new ArrayList<>();

  @Test
  void whatIsReferredTo_isThere_andNothingElse() {
    Set<String> used = new HashSet<>();
    walk(
        DOCUMENT,
        "",
        (pointer, node) -> {
          if (node.path("$ref").isTextual()) {
            String ref = node.path("$ref").asText();
            used.add(ref);
            if (!ref.startsWith("#/") || DOCUMENT.at(ref.substring(1)).isMissingNode()) {
              faults.add(pointer + " refers to " + ref);
            }
          }
        });
    DOCUMENT
        .path("components")
        .properties()
        .forEach(
            kind ->
                kind.getValue()
                    .fieldNames()
                    .forEachRemaining(
                        name -> {
                          String ref = "#/components/" + kind.getKey() + "/" + name;
                          if (!kind.getKey().equals("securitySchemes") && !used.contains(ref)) {
                            faults.add(ref + " is used nowhere");
                          }
                        }));
    assertThat(faults).isEmpty();
    assertThat(used).hasSizeGreaterThan(50);
  }

  @Test
  void everyOperation_saysWhatItTakesAndAnswers() {
    int[] operations = new int[1];
    DOCUMENT
        .path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .properties()
                    .forEach(
                        method -> {
                          if (METHODS.contains(method.getKey())) {
                            operations[0]++;
                            look(path.getKey(), path.getValue(), method.getKey());
                          } else if (!method.getKey().equals("parameters")) {
                            faults.add(path.getKey() + " has a field " + method.getKey());
                          }
                        }));
    assertThat(faults).isEmpty();
    assertThat(operations[0]).isEqualTo(Operation.values().length);
  }

  private void look(String path, JsonNode item, String method) {
    String where = method + " " + path + " ";
    JsonNode operation = item.path(method);
    String summary = operation.path("summary").asText();
    require(
        !summary.isBlank() && !summary.endsWith("."), where + "needs a summary, and no sentence");
    Set<String> inPath = new TreeSet<>();
    Set<String> all = new HashSet<>();
    for (JsonNode list : List.of(item.path("parameters"), operation.path("parameters"))) {
      for (JsonNode each : list) {
        JsonNode parameter = resolved(each);
        String name = parameter.path("name").asText();
        String in = parameter.path("in").asText();
        require(all.add(in + " " + name), where + "names " + name + " twice");
        require(parameter.has("schema"), where + name + " has no schema");
        if (in.equals("path")) {
          inPath.add(name);
          require(parameter.path("required").asBoolean(), where + name + " is required");
        }
      }
    }
    Set<String> named = new TreeSet<>();
    IN_PATH.matcher(path).results().forEach(found -> named.add(found.group(1)));
    require(inPath.equals(named), where + "has other parameters than its path");
    require(!(method.equals("get") && operation.has("requestBody")), where + "takes a body");
    JsonNode responses = operation.path("responses");
    boolean good = false;
    for (var response : responses.properties()) {
      good |= response.getKey().startsWith("2");
      require(
          !resolved(response.getValue()).path("description").asText().isBlank(),
          where + response.getKey() + " needs a description");
    }
    require(good, where + "never succeeds");
    require(!path.startsWith("/v1/") || responses.has("default"), where + "says nothing of errors");
  }

  @Test
  void schemas_askForNothingThatTheyForbid() {
    walk(
        DOCUMENT.path("components").path("schemas"),
        "",
        (pointer, node) -> {
          if (node.path("type").asText().equals("array")) {
            require(node.has("items"), pointer + " does not say what it is a list of");
          }
          boolean closed =
              node.path("additionalProperties").isBoolean()
                  && !node.path("additionalProperties").asBoolean();
          for (JsonNode name : closed ? node.path("required") : node.path("none")) {
            require(
                node.path("properties").has(name.asText()), pointer + " asks for " + name.asText());
          }
        });
    assertThat(faults).isEmpty();
  }

  private void require(boolean holds, String fault) {
    if (!holds) {
      faults.add(fault);
    }
  }

  private static JsonNode resolved(JsonNode node) {
    return node.has("$ref") ? DOCUMENT.at(node.path("$ref").asText().substring(1)) : node;
  }

  private static void walk(JsonNode node, String pointer, BiConsumer<String, JsonNode> visitor) {
    if (node.isObject()) {
      visitor.accept(pointer, node);
      node.properties()
          .forEach(
              field ->
                  walk(
                      field.getValue(), pointer + "/" + Contract.escaped(field.getKey()), visitor));
    }
    for (int i = 0; node.isArray() && i < node.size(); i++) {
      walk(node.get(i), pointer + "/" + i, visitor);
    }
  }
}
