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

  /**
   * Each of them plans the deep questions for itself once, which takes many times as long as to
   * answer them: of a pool of ten that would be felt ten times and again whenever it grows, of two
   * hardly. When many ask at once they wait for each other in place of planning beside each other.
   */
  private static final int DEEP = 2;

  private final HikariDataSource pool;
  private final HikariDataSource deep;

  public Database(ControlOptions.Postgres options) {
    pool =
        pool(
            options,
            new Connections(options, "runway-control"),
            "control",
            Math.min(2, options.poolSize()),
            options.poolSize());
    deep =
        pool(
            options,
            Connections.planningOnce(options, "runway-control-deep"),
            "control-deep",
            0,
            DEEP);
  }

  private static HikariDataSource pool(
      ControlOptions.Postgres options, Connections connections, String name, int least, int most) {
    HikariConfig config = new HikariConfig();
    config.setDataSource(connections);
    config.setPoolName(name);
    config.setMaximumPoolSize(most);
    config.setMinimumIdle(least);
    if (least == 0) {
      config.setIdleTimeout(0); // Made when they are needed, and kept for what they have planned.
    }
    config.setConnectionTimeout(Math.max(250, options.connectTimeout().toMillis()));
    config.setValidationTimeout(Math.max(250, options.connectTimeout().toMillis() / 2));
    config.setAutoCommit(false);
    config.setInitializationFailTimeout(-1);
    return new HikariDataSource(config);
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
    return tried(pool, true, work);
  }

  /**
   * The same over connections of their own, for questions over deep views that go by the same keys
   * whatever their values are: to plan one takes longer than to answer it. The database never finds
   * that out by itself, for a span whose ends it does not know looks dear.
   *
   * @throws Unavailable if the database does not answer
   */
  public <T> T readDeep(Work<T> work) {
    return tried(deep, true, work);
  }

  /**
   * Changes, all of it or nothing. May run more than once, so it must change nothing else.
   *
   * @throws Unavailable if the database does not answer, or was lost before it could
   * @throws Refused if the change breaks a constraint
   */
  public <T> T write(Work<T> work) {
    return tried(pool, false, work);
  }

  private static <T> T tried(HikariDataSource pool, boolean readOnly, Work<T> work) {
    SQLException last = null;
    for (int i = 0; i < TRIES; i++) {
      try {
        return once(pool, readOnly, work);
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

  private static <T> T once(HikariDataSource pool, boolean readOnly, Work<T> work)
      throws SQLException {
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
    deep.close();
  }
}
