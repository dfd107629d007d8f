package dev.runway.control.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import dev.runway.control.options.ControlOptions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The database: a pool of connections, and transactions over them.
 *
 * <p>Starts without the database and finds it when it is there. A transaction that lost a race is
 * tried again; one that the database could not take at all ends in {@link Unavailable}.
 */
public final class Database implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Database.class);
  private static final int TRIES = 4;

  /** Serialization failure, deadlock: the same again may well succeed. */
  private static final Set<String> LOST_A_RACE = Set.of("40001", "40P01");

  private final HikariDataSource pool;

  public Database(ControlOptions.Postgres options) {
    HikariConfig config = new HikariConfig();
    config.setDataSource(new Connections(options, "runway-control"));
    config.setPoolName("control");
    config.setMaximumPoolSize(options.poolSize());
    config.setMinimumIdle(Math.min(2, options.poolSize()));
    config.setConnectionTimeout(Math.max(250, options.connectTimeout().toMillis()));
    config.setValidationTimeout(Math.max(250, options.connectTimeout().toMillis() / 2));
    config.setAutoCommit(false);
    config.setInitializationFailTimeout(-1);
    pool = new HikariDataSource(config);
  }

  /** What is done within one transaction. */
  public interface Work<T> {
    T in(Sql sql) throws SQLException;
  }

  /**
   * Reads. Each statement sees what is committed when it begins; see {@link Sql#oneState}.
   *
   * @throws Unavailable if the database does not answer
   */
  public <T> T read(Work<T> work) {
    return tried(true, work);
  }

  /**
   * Changes, all of it or nothing. May run more than once, so it must change nothing else.
   *
   * @throws Unavailable if the database does not answer, or was lost before it could
   * @throws Refused if the change breaks a constraint
   */
  public <T> T write(Work<T> work) {
    return tried(false, work);
  }

  private <T> T tried(boolean readOnly, Work<T> work) {
    SQLException last = null;
    for (int i = 0; i < TRIES; i++) {
      try {
        return once(readOnly, work);
      } catch (SQLException e) {
        if (!LOST_A_RACE.contains(String.valueOf(e.getSQLState()))) {
          throw SqlStates.translate(e);
        }
        last = e;
      }
    }
    throw new Unavailable(
        "gave way to other changes " + TRIES + " times", last == null ? new SQLException() : last);
  }

  private <T> T once(boolean readOnly, Work<T> work) throws SQLException {
    try (Connection connection = pool.getConnection()) {
      connection.setReadOnly(readOnly);
      try {
        T result = work.in(new Sql(connection));
        connection.commit();
        return result;
      } catch (SQLException | RuntimeException | Error e) {
        rollback(connection, e);
        throw e;
      }
    }
  }

  private static void rollback(Connection connection, Throwable cause) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      cause.addSuppressed(e);
      LOG.debug("a transaction could not be rolled back: its connection is gone", e);
    }
  }

  /** How many connections are in use and idle, and how many requests wait for one. */
  public Map<String, Integer> use() {
    HikariPoolMXBean now = pool.getHikariPoolMXBean();
    return Map.of(
        "active", now.getActiveConnections(),
        "idle", now.getIdleConnections(),
        "waiting", now.getThreadsAwaitingConnection());
  }

  /** Lets go of all connections; what is under way fails. */
  @Override
  public void close() {
    pool.close();
  }
}
