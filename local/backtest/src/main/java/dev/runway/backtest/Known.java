package dev.runway.backtest;

import dev.runway.retraintrigger.decision.DecisionInputs;
import dev.runway.retraintrigger.decision.Surroundings;
import dev.runway.retraintrigger.decision.TriggerSettings;
import dev.runway.retraintrigger.policy.PolicySet;
import dev.runway.retraintrigger.state.Dossier;
import dev.runway.retraintrigger.state.ModelFacts;
import dev.runway.retraintrigger.state.StoredValue;
import dev.runway.retraintrigger.state.VersionFile;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a model beside its readings. Decisions hold what they were made from: the newest
 * one says by which document, settings and policies the model is judged now, those of the time say
 * what the fleet had to do with it, and the first ones what its versions were when it began.
 *
 * @param decided whether a decision about it is stored; else this is what the registry says, and
 *     the settings are the usual ones
 * @param policies those that decide about it now
 * @param files of its versions when the time began, without what decisions made of them
 * @param around by tick
 * @param then by tick, by version: what was known of it beside readings, where that had changed
 */
record Known(
    String modelId,
    boolean decided,
    ModelFacts facts,
    TriggerSettings settings,
    List<PolicySet.Written> policies,
    SortedMap<String, VersionFile> files,
    NavigableMap<Long, Surroundings> around,
    NavigableMap<Long, SortedMap<String, KnownThen>> then) {

  private static final String NEWEST =
      "SELECT inputs FROM v_decisions WHERE model_id = ? ORDER BY decided_at DESC LIMIT 1";

  private static final String FIRST =
      """
      SELECT DISTINCT ON (model_version) model_version, inputs
      FROM v_decisions
      WHERE model_id = ? AND decided_at >= ? AND decided_at < ?
      ORDER BY model_version, decided_at
      """;

  private static final String AROUND =
      """
      SELECT decided_at, (inputs::jsonb -> 'around')::text AS around
      FROM v_decisions
      WHERE model_id = ? AND decided_at >= ? AND decided_at < ?
      """;

  private static final String THEN =
      """
      SELECT decided_at, model_version,
             jsonb_build_object('facts', d.dossier -> 'facts', 'spaces', d.dossier -> 'spaces',
                                'experiments', d.dossier -> 'experiments')::text AS known
      FROM v_decisions
      CROSS JOIN LATERAL (SELECT inputs::jsonb -> 'dossier' AS dossier) AS d
      WHERE model_id = ? AND decided_at >= ? AND decided_at < ?
      ORDER BY decided_at
      """;

  private static final String MODEL = "SELECT tier, team FROM v_models WHERE model_id = ?";

  private static final String VERSIONS =
      """
      SELECT version, data_end_at FROM v_model_versions
      WHERE model_id = ? AND data_end_at IS NOT NULL
      """;

  /** Tier of a model of which nothing is stored but readings. */
  private static final int USUAL_TIER = 3;

  /** Reads it, for the time between two times. */
  static Known of(Connection connection, String modelId, long from, long to) throws SQLException {
    SortedMap<String, VersionFile> files = first(connection, modelId, from, to);
    if (files.isEmpty()) {
      files = registered(connection, modelId, from);
    }
    Optional<DecisionInputs> newest = newest(connection, modelId);
    ModelFacts facts = newest.map(inputs -> inputs.dossier().facts).orElse(null);
    return new Known(
        modelId,
        newest.isPresent(),
        facts == null ? facts(connection, modelId) : facts,
        newest.map(DecisionInputs::settings).orElse(TriggerSettings.standard()),
        newest.map(DecisionInputs::policies).orElse(List.of()),
        files,
        around(connection, modelId, from, to),
        then(connection, modelId, from, to));
  }

  /** Whose time begins, for a replay of it; each call makes another one. */
  Dossier dossier() {
    Dossier dossier = new Dossier(modelId);
    dossier.facts = facts;
    files.forEach(
        (version, file) ->
            dossier.versions.put(
                version, StoredValue.read(StoredValue.write(file), VersionFile.class)));
    return dossier;
  }

  static Optional<DecisionInputs> newest(Connection connection, String modelId)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(NEWEST)) {
      statement.setString(1, modelId);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? Optional.of(inputs(row)) : Optional.empty();
      }
    }
  }

  private static DecisionInputs inputs(ResultSet row) throws SQLException {
    return StoredValue.read(
        row.getString("inputs").getBytes(StandardCharsets.UTF_8), DecisionInputs.class);
  }

  private static SortedMap<String, VersionFile> first(
      Connection connection, String modelId, long from, long to) throws SQLException {
    SortedMap<String, VersionFile> files = new TreeMap<>();
    try (PreparedStatement statement = between(connection, FIRST, modelId, from, to);
        ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        String version = row.getString("model_version");
        VersionFile file = inputs(row).dossier().versions.get(version);
        // One that began later is not known when the time begins: its readings say all of it.
        if (file != null && file.firstSeenMillis < from) {
          files.put(version, undecided(file));
        }
      }
    }
    return files;
  }

  private static PreparedStatement between(
      Connection connection, String sql, String modelId, long from, long to) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    statement.setString(1, modelId);
    statement.setObject(2, ReaderTables.time(from));
    statement.setObject(3, ReaderTables.time(to));
    return statement;
  }

  /** What readings have taught, and nothing that was decided by other policies. */
  private static VersionFile undecided(VersionFile file) {
    file.forgetLevel();
    file.looksAgain = false;
    file.rollbackPs.clear();
    file.rollbackPsBefore.clear();
    file.shown = null;
    return file;
  }

  private static SortedMap<String, VersionFile> registered(
      Connection connection, String modelId, long from) throws SQLException {
    SortedMap<String, VersionFile> files = new TreeMap<>();
    try (PreparedStatement statement = connection.prepareStatement(VERSIONS)) {
      statement.setString(1, modelId);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          long trainedTo = ReaderTables.millis(row, "data_end_at");
          if (trainedTo < from) {
            VersionFile file = new VersionFile();
            file.trainedToMillis = trainedTo;
            files.put(row.getString("version"), file);
          }
        }
      }
    }
    return files;
  }

  private static NavigableMap<Long, Surroundings> around(
      Connection connection, String modelId, long from, long to) throws SQLException {
    NavigableMap<Long, Surroundings> around = new TreeMap<>();
    try (PreparedStatement statement = between(connection, AROUND, modelId, from, to);
        ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        byte[] bytes = row.getString("around").getBytes(StandardCharsets.UTF_8);
        around.put(
            ReaderTables.millis(row, "decided_at"), StoredValue.read(bytes, Surroundings.class));
      }
    }
    return around;
  }

  private static NavigableMap<Long, SortedMap<String, KnownThen>> then(
      Connection connection, String modelId, long from, long to) throws SQLException {
    NavigableMap<Long, SortedMap<String, KnownThen>> then = new TreeMap<>();
    Map<String, KnownThen> last = new HashMap<>();
    try (PreparedStatement statement = between(connection, THEN, modelId, from, to);
        ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        String version = row.getString("model_version");
        byte[] bytes = row.getString("known").getBytes(StandardCharsets.UTF_8);
        KnownThen known = StoredValue.read(bytes, KnownThen.class);
        if (!known.equals(last.put(version, known))) {
          then.computeIfAbsent(ReaderTables.millis(row, "decided_at"), tick -> new TreeMap<>())
              .put(version, known);
        }
      }
    }
    return then;
  }

  private static ModelFacts facts(Connection connection, String modelId) throws SQLException {
    int tier = USUAL_TIER;
    @Nullable String team = null;
    try (PreparedStatement statement = connection.prepareStatement(MODEL)) {
      statement.setString(1, modelId);
      try (ResultSet row = statement.executeQuery()) {
        if (row.next()) {
          tier = row.getInt("tier");
          team = row.getString("team");
        }
      }
    }
    return ModelFacts.plain(0, tier, team, 0, List.of());
  }
}
