package dev.runway.control.graph;

import dev.runway.lineage.Edge;
import dev.runway.lineage.EdgeKind;
import dev.runway.lineage.NodeId;
import dev.runway.lineage.NodeKind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * In which order models would be retrained: each after every other one that it stands on. A model's
 * wave is the number of models on the longest way to it.
 */
final class Waves {
  private final Map<NodeId, List<Edge>> below = new HashMap<>();
  private final Map<NodeId, Integer> awaited = new HashMap<>();
  private final Map<NodeId, Integer> wave = new HashMap<>();
  private final Map<NodeId, Set<EdgeKind>> uses = new HashMap<>();

  private Waves() {}

  /**
   * A model of a wave.
   *
   * @param uses how it, or what lies between, uses the models of earlier waves
   */
  record Member(int wave, String modelId, Set<EdgeKind> uses) {}

  /**
   * Puts models into waves.
   *
   * @param start whose wave is 0
   * @param edges dependencies without cycles, all of them below the start
   * @return the models, first waves first
   */
  static List<Member> of(NodeId start, Collection<Edge> edges) {
    Waves waves = new Waves();
    for (Edge edge : edges) {
      waves.below.computeIfAbsent(edge.upstream(), node -> new ArrayList<>()).add(edge);
      waves.awaited.merge(edge.downstream(), 1, Integer::sum);
    }
    waves.spread(start);
    List<Member> models = new ArrayList<>();
    waves.wave.forEach(
        (node, number) -> {
          if (node.kind() == NodeKind.MODEL) {
            models.add(new Member(number, node.name(), waves.uses.getOrDefault(node, Set.of())));
          }
        });
    models.sort(Comparator.comparingInt(Member::wave).thenComparing(Member::modelId));
    return models;
  }

  /** Every node after all that it waits for, so that the longest way to it is known. */
  private void spread(NodeId start) {
    Deque<NodeId> ready = new ArrayDeque<>();
    wave.put(start, 0);
    ready.add(start);
    while (!ready.isEmpty()) {
      NodeId node = ready.remove();
      for (Edge edge : below.getOrDefault(node, List.of())) {
        NodeId next = edge.downstream();
        int further = wave.getOrDefault(node, 0) + (next.kind() == NodeKind.MODEL ? 1 : 0);
        wave.merge(next, further, Math::max);
        Set<EdgeKind> how = uses.computeIfAbsent(next, any -> EnumSet.noneOf(EdgeKind.class));
        if (node.kind() == NodeKind.MODEL) {
          how.add(edge.kind());
        } else {
          how.addAll(uses.getOrDefault(node, Set.of()));
        }
        if (awaited.merge(next, -1, Integer::sum) == 0) {
          ready.add(next);
        }
      }
    }
  }
}
