package dev.runway.lineage;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
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
}
