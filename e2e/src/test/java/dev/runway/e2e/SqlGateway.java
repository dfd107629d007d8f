package dev.runway.e2e;

import static org.awaitility.Awaitility.await;

import dev.runway.stack.Installation;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** {@code runway sql-gateway}, asked through JDBC as a tool asks it. */
final class SqlGateway implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofMinutes(5);

  private final Process process;
  private final Path said;
  private final int port;
  private final String namespace;

  private SqlGateway(Process process, Path said, int port, String namespace) {
    this.process = process;
    this.said = said;
    this.port = port;
    this.namespace = namespace;
  }

  /** Starts one and waits until it answers. */
  static SqlGateway start(TestStack stack, String namespace) throws Exception {
    int port = freePort();
    Path said =
        Files.createTempFile(
            stack.folder().root().toAbsolutePath().getParent(), "sql-gateway-", ".out");
    Process process = stack.runway().start(said, "sql-gateway", "--port", Integer.toString(port));
    SqlGateway gateway = new SqlGateway(process, said, port, namespace);
    try {
      await("the gateway answers")
          .atMost(LIMIT)
          .failFast("the gateway has ended", () -> !process.isAlive())
          .until(() -> Files.readString(said).contains("jdbc:flink://127.0.0.1:" + port));
    } catch (RuntimeException e) {
      String words = Files.readString(said);
      gateway.close();
      throw new AssertionError(words, e);
    }
    return gateway;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /**
   * Opens a session.
   *
   * @param mode {@code batch} or {@code streaming}
   */
  Connection connect(String mode) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:flink://127.0.0.1:%d?runway.namespace=%s&execution.runtime-mode=%s"
            .formatted(port, namespace, mode));
  }

  /** The answer to a question of {@code sql/flink/questions}: values by column, row by row. */
  static List<Map<String, @Nullable Object>> ask(Connection session, String question)
      throws SQLException, IOException {
    Path file =
        Installation.current().home().resolve("sql/flink/questions").resolve(question + ".sql");
    String sql = Files.readString(file).replaceAll("(?m)^--.*$", "").strip();
    return rows(session, sql.substring(0, sql.length() - 1));
  }

  static List<Map<String, @Nullable Object>> rows(Connection session, String sql)
      throws SQLException {
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    try (Statement statement = session.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      ResultSetMetaData columns = result.getMetaData();
      while (result.next()) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        for (int i = 1; i <= columns.getColumnCount(); i++) {
          row.put(columns.getColumnName(i), result.getObject(i));
        }
        rows.add(row);
      }
    } catch (SQLException e) {
      throw new SQLException("asked: " + sql, e);
    }
    return rows;
  }

  /** Ends it, and waits for the process that it has started. */
  @Override
  public void close() throws IOException, InterruptedException {
    List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
    process.destroy();
    if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    for (ProcessHandle child : all) {
      await("the gateway has ended").atMost(LIMIT).until(() -> !child.isAlive());
    }
    Files.deleteIfExists(said);
  }
}
