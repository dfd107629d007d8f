package dev.runway.control.graph;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runway.control.http.Answer;
import dev.runway.control.http.Call;
import dev.runway.control.http.Handlers;
import dev.runway.control.http.Operation;
import dev.runway.lineage.Edge;
import dev.runway.lineage.EdgeKind;
import dev.runway.lineage.Lineage;
import dev.runway.lineage.NodeId;
import dev.runway.lineage.Source;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Lineage that other systems send. */
public final class Imports {
  private Imports() {}

  public static void handle(Handlers handlers) {
    handlers
        .change(
            Operation.TAKE_LINEAGE,
            (call, change) ->
                Answer.ok(
                    LineageStore.store(change, call.subject(), OpenLineage.read(call.json()))))
        .change(
            Operation.IMPORT_LINEAGE,
            (call, change) -> Answer.ok(LineageStore.store(change, call.subject(), read(call))));
  }

  /** A lineage out of a body that the contract takes. */
  private static Lineage read(Call call) {
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
