package dev.runway.lineage.metaflow;

import dev.runway.lineage.Edge;
import dev.runway.lineage.EdgeKind;
import dev.runway.lineage.Lineage;
import dev.runway.lineage.NodeId;
import dev.runway.lineage.NodeKind;
import dev.runway.lineage.Source;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A run of a flow that came to its end.
 *
 * @param flow name of the flow
 * @param run id of the run, a text whatever it looks like
 * @param user who ran it; empty if unknown
 * @param tags of the user
 * @param steps the steps that follow each step; empty lists if unknown
 * @param startedBy flows whose end starts this one
 */
public record FlowRun(
    String flow,
    String run,
    String user,
    Set<String> tags,
    Map<String, List<String>> steps,
    Set<String> startedBy) {

  /** Begins the names of everything that Metaflow knows. */
  private static final String NAMESPACE = "metaflow/";

  /** A tag that begins with it names what the run read. */
  public static final String READS = "runway.reads:";

  /** A tag that begins with it names what the run wrote. */
  public static final String WRITES = "runway.writes:";

  private static final int MAX_OWNER = 128;

  /** The same with an order that was found out otherwise. */
  public FlowRun ordered(Map<String, List<String>> order, Set<String> starters) {
    return new FlowRun(flow, run, user, tags, order, starters);
  }

  /**
   * What the run says of dependencies: the flow is a pipeline that reads and writes what its tags
   * name and follows the flows that start it; its steps are parts of it. What has a name that no
   * node can have is left out.
   */
  public Lineage lineage() {
    return pipeline(flow)
        .map(this::lineage)
        .orElseGet(
            () -> new Lineage(Source.METAFLOW, flow + "/" + run, Map.of(), List.of(), Set.of()));
  }

  private Lineage lineage(NodeId pipeline) {
    Map<NodeId, String> owners = new LinkedHashMap<>();
    owners.put(pipeline, user.length() > MAX_OWNER ? "" : user);
    Set<Edge> edges = new LinkedHashSet<>();
    for (String tag : tags) {
      named(tag, READS, node -> edges.add(new Edge(node, pipeline, EdgeKind.DATA_ONLY)));
      named(tag, WRITES, node -> edges.add(new Edge(pipeline, node, EdgeKind.DATA_ONLY)));
    }
    for (String other : startedBy) {
      pipeline(other).ifPresent(node -> edges.add(new Edge(node, pipeline, EdgeKind.DATA_ONLY)));
    }
    List<NodeId> whole = new ArrayList<>(List.of(pipeline));
    steps.forEach(
        (step, next) ->
            pipeline(flow + "/" + step)
                .ifPresent(
                    part -> {
                      owners.put(part, "");
                      whole.add(part);
                      edges.add(new Edge(part, pipeline, EdgeKind.PART_OF));
                      for (String following : next) {
                        pipeline(flow + "/" + following)
                            .ifPresent(node -> edges.add(new Edge(part, node, EdgeKind.DATA_ONLY)));
                      }
                    }));
    return new Lineage(
        Source.METAFLOW, flow + "/" + run, owners, List.copyOf(edges), Set.copyOf(whole));
  }

  private static void named(String tag, String prefix, Consumer<NodeId> taker) {
    if (tag.startsWith(prefix)) {
      NodeId.parse(tag.substring(prefix.length())).ifPresent(taker);
    }
  }

  /**
   * The node of a flow, or of a step of it.
   *
   * @param name {@code FLOW} or {@code FLOW/STEP}
   * @return empty for a name that no node can have
   */
  public static Optional<NodeId> pipeline(String name) {
    return NodeId.parse(new NodeId(NodeKind.PIPELINE, NAMESPACE + name).text());
  }
}
