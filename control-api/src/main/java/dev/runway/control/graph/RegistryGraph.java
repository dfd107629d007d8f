package dev.runway.control.graph;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.database.Sql;
import dev.runway.control.http.Problem;
import dev.runway.control.outbox.Change;
import dev.runway.control.security.Subject;
import dev.runway.lineage.Edge;
import dev.runway.lineage.EdgeKind;
import dev.runway.lineage.NodeId;
import dev.runway.lineage.NodeKind;
import dev.runway.lineage.Source;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the graph knows from the registry, written in the transaction that changes the registry: a
 * version reads its features and is part of its model, a model is part of its deployments, and is
 * used by the models that are its consumers.
 */
public final class RegistryGraph {
  /** Versions that may serve or may yet: what the others read no longer matters. */
  private static final String VERSIONS_IN_USE =
      """
      SELECT v.model_id, v.version, v.features, v.training_run
      FROM model_versions AS v
      JOIN models AS m USING (model_id)
      WHERE v.state IN ('REGISTERED', 'LIVE', 'DEPRECATED') AND m.state <> 'RETIRED'
      """;

  private static final String OF_MODEL = VERSIONS_IN_USE + " AND v.model_id = ?";

  /** Begins the name of the pipeline of a flow. */
  private static final String METAFLOW = "metaflow/";

  private static final String VERSION_NODES =
      "SELECT node_id FROM graph_nodes WHERE model_id = ? AND kind = 'VERSION'";

  private RegistryGraph() {}

  /** A model has been registered; it may have been known as a consumer before. */
  public static void modelMade(Sql sql, String modelId) throws SQLException {
    put(sql, NodeId.model(modelId), modelId);
  }

  /** A version has been registered. */
  public static void versionMade(Change change, Subject subject, String modelId, String version)
      throws SQLException {
    put(change.sql(), NodeId.version(modelId, version), modelId);
    versionChanged(change, subject, modelId, version);
  }

  /**
   * The state of a version may have changed.
   *
   * @throws Problem 409 if what it reads would close a cycle
   */
  public static void versionChanged(Change change, Subject subject, String modelId, String version)
      throws SQLException {
    List<ObjectNode> inUse = change.sql().rows(OF_MODEL + " AND v.version = ?", modelId, version);
    if (inUse.isEmpty()) {
      String node = NodeId.version(modelId, version).text();
      Dependencies.endAt(change.sql(), List.of(node), Source.REGISTRY);
    }
    begin(change, subject, modelId, inUse);
  }

  /**
   * A model has been retired, or has come back.
   *
   * @throws Problem 409 if what its versions read would close a cycle
   */
  public static void modelChanged(Change change, Subject subject, String modelId)
      throws SQLException {
    List<ObjectNode> inUse = change.sql().rows(OF_MODEL, modelId);
    if (inUse.isEmpty()) {
      List<String> nodes = new ArrayList<>();
      for (ObjectNode row : change.sql().rows(VERSION_NODES, modelId)) {
        nodes.add(row.path("node_id").asText());
      }
      Dependencies.endAt(change.sql(), nodes, Source.REGISTRY);
    }
    begin(change, subject, modelId, inUse);
  }

  /** A deployment has begun. */
  public static void deploymentMade(Change change, String modelId, String deploymentId)
      throws SQLException {
    NodeId deployment = new NodeId(NodeKind.DEPLOYMENT, deploymentId);
    put(change.sql(), deployment, modelId);
    Dependencies.insert(
        change,
        List.of(NodeId.model(modelId).text()),
        deployment.text(),
        EdgeKind.PART_OF,
        Source.REGISTRY);
  }

  /** A deployment has ended. */
  public static void deploymentEnded(Sql sql, String deploymentId) throws SQLException {
    String deployment = new NodeId(NodeKind.DEPLOYMENT, deploymentId).text();
    Dependencies.endAt(sql, List.of(deployment), Source.REGISTRY);
  }

  /**
   * A model has been declared to use another one.
   *
   * @throws Problem 403 if the consumer belongs to another team or the subject is not for it, 409
   *     if a cycle would be closed
   */
  public static void consumerMade(
      Change change, Subject subject, String modelId, String consumer, String usage)
      throws SQLException {
    if (!subject.sees(consumer)) {
      throw Problem.forbidden("this token is not for model " + consumer);
    }
    Sql sql = change.sql();
    Edge edge = new Edge(NodeId.model(modelId), NodeId.model(consumer), EdgeKind.valueOf(usage));
    Dependencies.ensure(sql, edge.downstream(), Source.REGISTRY);
    Optional<String> team = Dependencies.team(sql, edge.downstream());
    if (team.isPresent() && !subject.isIn(team.get())) {
      throw Problem.forbidden("model %s belongs to team %s".formatted(consumer, team.get()));
    }
    Cycles.lock(sql);
    List<String> upstream = List.of(edge.upstream().text());
    requireNoCycle(sql, subject, upstream, edge.downstream().text());
    Dependencies.insert(change, upstream, edge.downstream().text(), edge.kind(), Source.REGISTRY);
  }

  /** A model no longer uses another one. */
  public static void consumerEnded(Sql sql, String modelId, String consumer, String usage)
      throws SQLException {
    sql.update(
        """
        UPDATE graph_edges SET valid_to = greatest(now(), valid_from)
        WHERE upstream = ? AND downstream = ? AND kind = ? AND source = 'registry'
            AND valid_to IS NULL
        """,
        NodeId.model(modelId).text(),
        NodeId.model(consumer).text(),
        usage);
  }

  /**
   * Pipelines may have become known: they train the versions that say so. The caller holds the lock
   * of the graph.
   *
   * @return how many versions more
   */
  static int flowsKnown(Change change, Collection<NodeId> nodes) throws SQLException {
    List<String> flows =
        nodes.stream()
            .filter(node -> node.kind() == NodeKind.PIPELINE && node.name().startsWith(METAFLOW))
            .map(node -> node.name().substring(METAFLOW.length()))
            .filter(flow -> !flow.contains("/")) // That is a step.
            .toList();
    if (flows.isEmpty()) {
      return 0;
    }
    Sql sql = change.sql();
    List<Edge> trained = new ArrayList<>();
    for (ObjectNode version :
        sql.rows(VERSIONS_IN_USE + " AND split_part(v.training_run, '/', 1) = ANY (?)", flows)) {
      NodeId node =
          NodeId.version(version.path("model_id").asText(), version.path("version").asText());
      flow(version)
          .ifPresent(pipeline -> trained.add(new Edge(pipeline, node, EdgeKind.DATA_ONLY)));
    }
    int edges = 0;
    for (Star star : Star.of(Dependencies.fresh(sql, trained, Source.REGISTRY))) {
      Set<String> closing = Cycles.closing(sql, star);
      for (Edge edge : star.edges()) {
        if (!closing.contains(star.other(edge))) {
          edges +=
              Dependencies.insert(
                  change,
                  List.of(edge.upstream().text()),
                  edge.downstream().text(),
                  edge.kind(),
                  Source.REGISTRY);
        }
      }
    }
    return edges;
  }

  private static void begin(
      Change change, Subject subject, String modelId, List<ObjectNode> versions)
      throws SQLException {
    if (versions.isEmpty()) {
      return;
    }
    Sql sql = change.sql();
    String model = NodeId.model(modelId).text();
    Cycles.lock(sql);
    for (ObjectNode version : versions) {
      String node = NodeId.version(modelId, version.path("version").asText()).text();
      requireNoCycle(sql, subject, List.of(node), model);
      Dependencies.insert(change, List.of(node), model, EdgeKind.PART_OF, Source.REGISTRY);
      List<String> upstream = features(sql, version);
      Optional<NodeId> flow = flow(version);
      if (flow.isPresent() && Dependencies.exists(sql, flow.get())) {
        upstream.add(flow.get().text());
      }
      requireNoCycle(sql, subject, upstream, node);
      Dependencies.insert(change, upstream, node, EdgeKind.DATA_ONLY, Source.REGISTRY);
    }
  }

  /** Nodes of the features that a version reads; made if they are not there. */
  private static List<String> features(Sql sql, ObjectNode version) throws SQLException {
    List<String> names = new ArrayList<>();
    version.path("features").forEach(name -> names.add(name.asText()));
    sql.update(
        """
        INSERT INTO graph_nodes (node_id, kind, name, source)
        SELECT 'feature:' || f.name, 'FEATURE', f.name, 'registry'
        FROM unnest(?) AS f (name)
        ON CONFLICT DO NOTHING
        """,
        names);
    List<String> nodes = new ArrayList<>();
    names.forEach(name -> nodes.add(new NodeId(NodeKind.FEATURE, name).text()));
    return nodes;
  }

  /** The pipeline of a version that names the run of its training, as {@code flow/run}. */
  private static Optional<NodeId> flow(ObjectNode version) {
    String run = version.path("training_run").asText();
    int slash = run.indexOf('/');
    return slash <= 0
        ? Optional.empty()
        : Optional.of(new NodeId(NodeKind.PIPELINE, METAFLOW + run.substring(0, slash)));
  }

  private static void requireNoCycle(
      Sql sql, Subject subject, List<String> upstream, String downstream) throws SQLException {
    Optional<List<String>> cycle = Cycles.closedBy(sql, upstream, downstream);
    if (cycle.isPresent()) {
      // The path may lead through any model, also such as do not exist for this subject.
      throw Problem.cycle(subject.models() == null ? cycle.get() : List.of());
    }
  }

  private static void put(Sql sql, NodeId node, String modelId) throws SQLException {
    sql.update(
        """
        INSERT INTO graph_nodes (node_id, kind, name, model_id, source)
        VALUES (?, ?, ?, ?, 'registry')
        ON CONFLICT (node_id) DO UPDATE SET model_id = excluded.model_id
        """,
        node.text(),
        node.kind().name(),
        node.name(),
        modelId);
  }
}
