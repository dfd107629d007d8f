package dev.runway.control.metaflow;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.database.Sql;
import dev.runway.lineage.EdgeKind;
import dev.runway.lineage.NodeId;
import dev.runway.lineage.Source;
import dev.runway.lineage.metaflow.FlowRun;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What holds of the order within a flow, by whoever told it: a folder that had the flow's graph, or
 * the times of an earlier run.
 *
 * @param steps the steps that follow each step
 * @param startedBy flows whose end starts this one
 */
record KnownOrder(Map<String, List<String>> steps, Set<String> startedBy) {
  private static final String HOLDS =
      """
      SELECT upstream, downstream FROM graph_edges
      WHERE downstream = ANY (?) AND source = ? AND kind = ? AND valid_to IS NULL
      ORDER BY upstream, downstream
      """;

  /** That of a flow, as far as it leads to these steps of it. */
  static KnownOrder of(Sql sql, String flow, Collection<String> steps) throws SQLException {
    String itself = FlowRun.pipeline(flow).map(NodeId::text).orElse("");
    String below = itself + "/";
    String all = itself.substring(0, Math.max(0, itself.length() - flow.length()));
    List<String> nodes =
        Stream.concat(Stream.of(flow), steps.stream().map(step -> flow + "/" + step))
            .map(FlowRun::pipeline)
            .flatMap(Optional::stream)
            .map(NodeId::text)
            .toList();
    Map<String, List<String>> order = new LinkedHashMap<>();
    Set<String> startedBy = new LinkedHashSet<>();
    for (ObjectNode row :
        sql.rows(HOLDS, nodes, Source.METAFLOW.word(), EdgeKind.DATA_ONLY.name())) {
      String from = row.path("upstream").asText();
      String to = row.path("downstream").asText();
      if (to.equals(itself)) {
        if (from.startsWith(all) && !from.startsWith(below)) {
          startedBy.add(from.substring(all.length()));
        }
      } else if (from.startsWith(below)) {
        order
            .computeIfAbsent(from.substring(below.length()), step -> new ArrayList<>())
            .add(to.substring(below.length()));
      }
    }
    return new KnownOrder(order, startedBy);
  }
}
