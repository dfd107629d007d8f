package dev.runway.control.dispatch;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.database.Database;
import dev.runway.control.database.Sql;
import dev.runway.control.ledger.Move;
import dev.runway.control.ledger.Transitions;
import dev.runway.control.outbox.Change;
import dev.runway.model.RetrainStatus.State;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The ledger, as the dispatcher sees it. */
final class CommandStore {
  private static final Logger LOG = LoggerFactory.getLogger(CommandStore.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SUBJECT = "dispatcher";

  /**
   * A kill switch holds what no person asked for; what is of no use any more ends all the same, and
   * before anything is tried. One that was not taken lets those go first that were not tried yet,
   * and takes turns with its like: so one that never is holds up nobody.
   */
  private static final String GRANTED =
      ActiveCommand.COLUMNS
          + """
          WHERE state = 'GRANTED' AND (next_try_at IS NULL OR next_try_at <= ?)
                AND command_id::text <> ALL (?)
                AND (cancel_asked_at IS NOT NULL OR deadline_at < ? OR NOT
          """
          + ActiveCommand.HELD
          + """
                )
          ORDER BY cancel_asked_at IS NULL AND (deadline_at IS NULL OR deadline_at >= ?),
                   next_try_at NULLS FIRST, rank_at, command_id
          LIMIT 1
          """;

  /** Also those whose next try is later. */
  private static final String WAITING =
      """
      SELECT count(*) FROM retrain_commands
      WHERE state = 'GRANTED' AND NOT
      """
          + ActiveCommand.HELD;

  private static final String HANDED_IN =
      ActiveCommand.COLUMNS
          + """
          WHERE state IN ('SUBMITTED', 'ACCEPTED', 'UNKNOWN', 'RUNNING')
          ORDER BY rank_at, command_id
          """;

  /** What was found out before may be long ago: a round asks a scheduler many things. */
  private static final String MAY_START =
      """
      SELECT command_id FROM retrain_commands
      WHERE command_id = ? AND cancel_asked_at IS NULL
            AND (deadline_at IS NULL OR deadline_at >= ?) AND NOT
      """
          + ActiveCommand.HELD
          + """
      FOR UPDATE
      """;

  /** A version says which run trained it; a run's own id counts only if it holds the command's. */
  private static final String TRAINED =
      """
      SELECT version FROM model_versions
      WHERE model_id = ? AND training_run IN (?, ?)
      ORDER BY created_at DESC
      LIMIT 1
      """;

  /** Going back makes no version: what says that it was done is where the old one decides again. */
  private static final String WENT_BACK =
      """
      SELECT version FROM deployments
      WHERE model_id = ? AND version = ? AND role = 'PRIMARY' AND started_at >= ?
      LIMIT 1
      """;

  /** What whoever trained a version says of it. */
  private static final String COST =
      """
      SELECT least(greatest((metrics ->> 'training_cost')::numeric, -1), 1e12)::double precision AS cost
      FROM model_versions
      WHERE model_id = ? AND version = ? AND jsonb_typeof(metrics -> 'training_cost') = 'number'
      """;

  private static final String TARGET =
      "UPDATE retrain_commands SET scheduler_target = ?::text WHERE command_id = ?";

  private final Database database;
  private final Transitions transitions;
  private final Consumer<State> changed;

  /**
   * @param changed told the new state after every change: there is a message to send
   */
  CommandStore(Database database, Transitions transitions, Consumer<State> changed) {
    this.database = database;
    this.transitions = transitions;
    this.changed = changed;
  }

  /**
   * The granted command that is to be handed in next.
   *
   * @param leftOut commands that are not looked at
   */
  Optional<ActiveCommand> next(Instant now, Set<UUID> leftOut) {
    List<String> without = leftOut.stream().map(UUID::toString).toList();
    return database
        .read(sql -> sql.row(GRANTED, now, now, without, now, now, now))
        .map(ActiveCommand::of);
  }

  /** Whether a granted command waits for nothing but the scheduler. */
  boolean isAnyWaiting(Instant now) {
    return database.read(sql -> sql.number(WAITING, now)) > 0;
  }

  /** Commands that were handed in and have not ended; the caps bound them. */
  List<ActiveCommand> handedIn(Instant now) {
    return database.read(sql -> sql.rows(HANDED_IN, now)).stream().map(ActiveCommand::of).toList();
  }

  /** A command as it goes to the scheduler: without its evidence, which is for people. */
  ObjectNode document(UUID commandId) {
    ObjectNode row =
        database
            .read(
                sql ->
                    sql.row("SELECT command FROM retrain_commands WHERE command_id = ?", commandId))
            .orElseThrow();
    try {
      byte[] bytes = HexFormat.of().parseHex(row.path("command").asText());
      ObjectNode document = (ObjectNode) JSON.readTree(bytes);
      document.remove("evidence");
      return document;
    } catch (IOException e) {
      throw new IllegalStateException("command " + commandId + " is not JSON", e);
    }
  }

  /** The version that a command led to, as somebody registered that; null while nobody has. */
  @Nullable String ledTo(ActiveCommand command) {
    if (command.target() == null) {
      return trained(command);
    }
    return database
        .read(
            sql ->
                sql.row(
                    WENT_BACK, command.order().modelId(), command.target(), command.submittedAt()))
        .map(row -> row.path("version").asText())
        .orElse(null);
  }

  /** The version that a command has trained, as somebody registered it; null while nobody has. */
  @Nullable String trained(ActiveCommand command) {
    String id = command.id().toString();
    String run = command.run();
    String ours = run != null && run.contains(id) ? run : id;
    return database
        .read(sql -> sql.row(TRAINED, command.order().modelId(), id, ours))
        .map(row -> row.path("version").asText())
        .orElse(null);
  }

  /**
   * What a version's training has cost by its metrics, in US dollars; null when they do not say.
   */
  @Nullable Double trainingCost(String modelId, String version) {
    return database
        .read(sql -> sql.row(COST, modelId, version))
        .map(row -> row.path("cost").asDouble())
        .orElse(null);
  }

  /**
   * Changes the state of a command.
   *
   * @return whether it was in one of the states it was to be changed from
   * @throws dev.runway.control.ledger.Fenced if another instance dispatches by now
   */
  boolean move(Move move) {
    return done(move, database.write(sql -> moved(sql, move)));
  }

  /**
   * The same before a command is started, unless somebody wants its end by now, it is of no use any
   * more or a kill switch is on; and writes down what there is asked to start it.
   */
  boolean mark(long epoch, Move move, @Nullable String target, Instant now) {
    return done(
        move,
        database.write(
            sql -> {
              Transitions.requireNewest(sql, epoch);
              return sql.row(MAY_START, move.commandId(), now, now).isPresent()
                  && moved(sql, move.under(epoch))
                  && sql.update(TARGET, target, move.commandId()) == 1;
            }));
  }

  private boolean moved(Sql sql, Move move) throws SQLException {
    Change change = Change.ofItself(sql, SUBJECT, "dispatch");
    return transitions.move(change, move).isPresent();
  }

  private boolean done(Move move, boolean moved) {
    if (moved) {
      LOG.info("command {} is {}: {}", move.commandId(), move.to(), move.reason());
      changed.accept(move.to());
    }
    return moved;
  }
}
