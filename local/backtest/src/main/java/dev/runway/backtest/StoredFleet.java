package dev.runway.backtest;

import dev.runway.retraintrigger.cascade.Graph;
import dev.runway.retraintrigger.decision.DecisionInputs;
import dev.runway.retraintrigger.decision.TriggerSettings;
import dev.runway.retraintrigger.state.ModelFacts;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Models, what feeds them, and what is known of a retrain of each.
 *
 * @param models that are registered, or depend on others; not the retired ones
 * @param uses how a model uses another one, by {@code downstream<upstream}
 */
record StoredFleet(
    SortedSet<String> models, Graph graph, SortedMap<String, SortedSet<String>> uses) {

  private static final String MODELS = "SELECT model_id FROM v_models WHERE state <> 'RETIRED'";

  /** As they go to the job: of models and of what feeds them alone. */
  private static final String EDGES =
      """
      SELECT e.kind, u.kind = 'MODEL' AS of_model, u.name, u.node_id,
             coalesce(d.model_id, d.name) AS model
      FROM v_graph_edges AS e
      JOIN v_graph_nodes AS u ON u.node_id = e.upstream
      JOIN v_graph_nodes AS d ON d.node_id = e.downstream
      WHERE e.valid_to IS NULL AND u.kind IN ('MODEL', 'FEATURE', 'DATA_SOURCE', 'DATASET')
          AND (d.kind = 'MODEL' OR d.kind = 'VERSION' AND d.model_id IS NOT NULL)
      ORDER BY e.edge_id
      """;

  private static final String LAST_RETRAIN =
      """
      SELECT actual_cost::double precision AS cost,
             extract(epoch FROM ended_at - coalesce(started_at, accepted_at, granted_at))
                 ::double precision AS seconds
      FROM v_retrains
      WHERE model_id = ? AND action = 'RETRAIN' AND state = 'SUCCEEDED'
      ORDER BY ended_at DESC
      LIMIT 1
      """;

  /**
   * What is known of a retrain of a model.
   *
   * @param horizonMillis how long its labels take
   * @param horizonKnown whether a decision about it says so
   * @param cost the last one's, or else what is estimated
   * @param seconds of the last one; null when there was none
   * @param settings by which it is judged
   */
  record Retrain(
      long horizonMillis,
      boolean horizonKnown,
      double cost,
      @Nullable Double seconds,
      TriggerSettings settings) {}

  /** Reads them. */
  static StoredFleet read(Connection connection) throws SQLException {
    SortedSet<String> models = new TreeSet<>();
    try (PreparedStatement statement = connection.prepareStatement(MODELS);
        ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        models.add(row.getString(1));
      }
    }
    Graph graph = Graph.EMPTY;
    SortedMap<String, SortedSet<String>> uses = new TreeMap<>();
    try (PreparedStatement statement = connection.prepareStatement(EDGES);
        ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        String downstream = row.getString("model");
        models.add(downstream);
        if (row.getBoolean("of_model")) {
          String upstream = row.getString("name");
          models.add(upstream);
          graph = graph.uses(downstream, upstream);
          uses.computeIfAbsent(downstream + "<" + upstream, edge -> new TreeSet<>())
              .add(row.getString("kind"));
        } else {
          graph = graph.feeds(row.getString("node_id"), downstream);
        }
      }
    }
    return new StoredFleet(models, graph, uses);
  }

  /** How a model uses another one; empty when it does not. */
  SortedSet<String> uses(String downstream, String upstream) {
    SortedSet<String> kinds = uses.get(downstream + "<" + upstream);
    return kinds == null ? new TreeSet<>() : kinds;
  }

  /** Looks up what a retrain of a model means. */
  static Retrain retrain(Connection connection, String modelId) throws SQLException {
    Optional<DecisionInputs> newest = Known.newest(connection, modelId);
    TriggerSettings settings =
        newest.map(DecisionInputs::settings).orElse(TriggerSettings.standard());
    ModelFacts facts = newest.map(inputs -> inputs.dossier().facts).orElse(null);
    Double cost = null;
    Double seconds = null;
    try (PreparedStatement statement = connection.prepareStatement(LAST_RETRAIN)) {
      statement.setString(1, modelId);
      try (ResultSet row = statement.executeQuery()) {
        if (row.next()) {
          cost = row.getObject("cost", Double.class);
          seconds = row.getObject("seconds", Double.class);
        }
      }
    }
    return new Retrain(
        facts == null ? 0 : facts.horizonMillis(),
        facts != null,
        cost == null ? settings.estimatedCost() : cost,
        seconds,
        settings);
  }
}
