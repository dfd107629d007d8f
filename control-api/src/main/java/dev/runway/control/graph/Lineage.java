package dev.runway.control.graph;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.http.Call;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What another system says of dependencies.
 *
 * @param what what it was said with, for the audit log
 * @param owners the nodes, each with its owner; empty if nobody said
 * @param whole nodes of which these are all the dependencies: others that this source said of them
 *     no longer hold
 */
public record Lineage(
    Source source, String what, Map<NodeId, String> owners, List<Edge> edges, Set<NodeId> whole) {

  public Lineage {
    owners = new LinkedHashMap<>(owners);
    edges = List.copyOf(edges);
    whole = Set.copyOf(whole);
  }

  /** As the body of an import. */
  public ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("source", source.word());
    json.put("what", what);
    ArrayNode nodes = json.putArray("nodes");
    owners.forEach(
        (node, owner) -> {
          ObjectNode one = nodes.addObject().put("node_id", node.text());
          if (!owner.isEmpty()) {
            one.put("owner", owner);
          }
        });
    ArrayNode array = json.putArray("edges");
    for (Edge edge : edges) {
      array
          .addObject()
          .put("upstream", edge.upstream().text())
          .put("downstream", edge.downstream().text())
          .put("kind", edge.kind().name());
    }
    ArrayNode all = json.putArray("whole");
    whole.stream().map(NodeId::text).sorted().forEach(all::add);
    return json;
  }

  /** The same from a body that the contract takes. */
  static Lineage of(Call call) {
    JsonNode body = call.json();
    Map<NodeId, String> owners = new LinkedHashMap<>();
    int i = 0;
    for (JsonNode node : body.path("nodes")) {
      owners.put(
          Nodes.id(node.path("node_id").asText(), "/nodes/" + i + "/node_id"),
          node.path("owner").asText());
      i++;
    }
    List<Edge> edges = new ArrayList<>();
    i = 0;
    for (JsonNode edge : body.path("edges")) {
      String place = "/edges/" + i;
      edges.add(
          new Edge(
              Nodes.id(edge.path("upstream").asText(), place + "/upstream"),
              Nodes.id(edge.path("downstream").asText(), place + "/downstream"),
              EdgeKind.valueOf(edge.path("kind").asText())));
      i++;
    }
    Set<NodeId> whole = new LinkedHashSet<>();
    i = 0;
    for (JsonNode node : body.path("whole")) {
      whole.add(Nodes.id(node.asText(), "/whole/" + i));
      i++;
    }
    return new Lineage(
        Source.valueOf(call.text("source").toUpperCase(Locale.ROOT)),
        call.text("what"),
        owners,
        edges,
        whole);
  }
}
