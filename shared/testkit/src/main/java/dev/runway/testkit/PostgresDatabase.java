package dev.runway.testkit;

import dev.runway.postgres.PostgresServer;
import dev.runway.sql.Migrations;
import dev.runway.sql.RolePasswords;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A fresh, migrated database on a real PostgreSQL 18 for the tests of one class; the server is one
 * per JVM and ends with it.
 *
 * <pre>{@code
 * @RegisterExtension static final PostgresDatabase POSTGRES = new PostgresDatabase();
 * }</pre>
 *
 * <p>Durable settings and passwords as in production; roles are those of {@link RolePasswords} and
 * {@link #SUPERUSER}.
 */
public final class PostgresDatabase implements BeforeAllCallback, AfterAllCallback {

  /** May do everything; tests use it to look, and to break things. */
  public static final String SUPERUSER = PostgresServer.SUPERUSER;

  private static final AtomicInteger NUMBER = new AtomicInteger();

  /** Connections that nobody uses now: a new one costs more than most questions. */
  private final Map<String, Deque<Connection>> idle = new ConcurrentHashMap<>();

  private final String name = "test_" + NUMBER.incrementAndGet();
  private @Nullable TestPostgres postgres;

  @Override
  public void beforeAll(ExtensionContext context) throws SQLException {
    TestPostgres started =
        context
            .getRoot()
            .getStore(ExtensionContext.Namespace.create(PostgresDatabase.class))
            .computeIfAbsent(TestPostgres.class, type -> TestPostgres.get(), TestPostgres.class);
    started.start();
    postgres = started;
    started.copyMigrated(name);
    migrate(Migrations.SCHEMA); // Rights to a database are not copied with it.
  }

  @Override
  public void afterAll(ExtensionContext context) throws SQLException {
    closeIdle();
    postgres().start();
    try (Connection connection = server().connect(SUPERUSER, SUPERUSER);
        Statement statement = connection.createStatement()) {
      statement.execute("DROP DATABASE " + name + " WITH (FORCE)");
    }
  }

  /**
   * Applies the migrations to another schema of this database.
   *
   * @return number of migrations applied
   */
  public int migrate(String schema) {
    RolePasswords passwords = RolePasswords.from(this::password);
    return Migrations.migrate(jdbcUrl(), SUPERUSER, password(SUPERUSER), schema, passwords);
  }

  /** Address of this class's database, without user and password; the same after a restart. */
  public String jdbcUrl() {
    return server().jdbcUrl(name);
  }

  /** Password of a role. */
  public String password(String role) {
    return server().secrets().password(role);
  }

  /** A new connection to this class's database; the caller closes it. */
  public Connection connect(String role) throws SQLException {
    return server().connect(role, name);
  }

  /** Runs statements as a role, each in a transaction of its own. */
  public void execute(String role, String... statements) throws SQLException {
    Connection connection = take(role);
    try (Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
    giveBack(role, connection);
  }

  private Connection take(String role) throws SQLException {
    Deque<Connection> free = idle.getOrDefault(role, new ConcurrentLinkedDeque<>());
    for (Connection one = free.poll(); one != null; one = free.poll()) {
      if (one.isValid(1)) {
        return one;
      }
      one.close();
    }
    return connect(role);
  }

  /** As good as new: whatever a test has set in it holds no longer. */
  private void giveBack(String role, Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("DISCARD ALL");
    }
    idle.computeIfAbsent(role, key -> new ConcurrentLinkedDeque<>()).add(connection);
  }

  private void closeIdle() throws SQLException {
    for (Deque<Connection> free : idle.values()) {
      for (Connection one = free.poll(); one != null; one = free.poll()) {
        one.close();
      }
    }
  }

  /** The rows of a query as a role, each with its columns as text, null for SQL's null. */
  public List<List<@Nullable String>> query(String role, String sql) throws SQLException {
    Connection connection = take(role);
    List<List<@Nullable String>> found = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      int columns = rows.getMetaData().getColumnCount();
      while (rows.next()) {
        List<@Nullable String> row = new ArrayList<>();
        for (int i = 1; i <= columns; i++) {
          row.add(rows.getString(i));
        }
        found.add(row);
      }
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
    giveBack(role, connection);
    return found;
  }

  /** Kills the server as a crash would (SIGKILL), all its processes included. */
  public void kill() {
    postgres().kill();
  }

  /** Starts the server again after {@link #kill}, on the same port and data. */
  public void restart() {
    postgres().start();
  }

  /** Process id of the running server, to send it other signals. */
  public long pid() {
    return server().running().orElseThrow().pid();
  }

  private PostgresServer server() {
    return postgres().server();
  }

  private TestPostgres postgres() {
    if (postgres == null) {
      throw new IllegalStateException("register this as a JUnit extension");
    }
    return postgres;
  }
}
