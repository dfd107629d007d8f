package dev.runway.control.graph;

import dev.runway.lineage.Edge;
import dev.runway.lineage.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Dependencies that share an end.
 *
 * @param centre the end that they share
 * @param entersCentre whether it is what uses the others, and not what they use
 */
record Star(String centre, boolean entersCentre, List<Edge> edges) {

  /**
   * Puts dependencies into as few stars as is easily done: each goes to that one of its ends that
   * more of them share. What a job reads is one, what it writes another.
   */
  static List<Star> of(Collection<Edge> edges) {
    Map<NodeId, Integer> into = new HashMap<>();
    Map<NodeId, Integer> outOf = new HashMap<>();
    for (Edge edge : edges) {
      into.merge(edge.downstream(), 1, Integer::sum);
      outOf.merge(edge.upstream(), 1, Integer::sum);
    }
    record Key(NodeId centre, boolean enters) {}
    Map<Key, List<Edge>> stars = new LinkedHashMap<>();
    for (Edge edge : edges) {
      boolean enters =
          into.getOrDefault(edge.downstream(), 0) >= outOf.getOrDefault(edge.upstream(), 0);
      Key key = new Key(enters ? edge.downstream() : edge.upstream(), enters);
      stars.computeIfAbsent(key, any -> new ArrayList<>()).add(edge);
    }
    List<Star> all = new ArrayList<>();
    stars.forEach((key, of) -> all.add(new Star(key.centre().text(), key.enters(), of)));
    return all;
  }

  /** The end of one of them that the others do not share. */
  String other(Edge edge) {
    return (entersCentre ? edge.upstream() : edge.downstream()).text();
  }

  /** The ends that they do not share. */
  List<String> others() {
    return edges.stream().map(this::other).distinct().toList();
  }
}
