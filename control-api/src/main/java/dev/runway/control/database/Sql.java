package dev.runway.control.database;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PGobject;

/**
 * Statements within one transaction. Values are bound, never written into the text; the text is
 * always a constant of the program.
 */
public final class Sql {
  /** After a statement's limit: so long may the server's word that it gave up be on its way. */
  private static final int ANSWER_MILLIS = 5_000;

  /** Statement and lock timeout. */
  private static final Set<String> TOOK_TOO_LONG = Set.of("57014", "55P03");

  private final Connection connection;

  Sql(Connection connection) {
    this.connection = connection;
  }

  /** Statements over a connection that belongs to the caller. */
  public static Sql over(Connection connection) {
    return new Sql(connection);
  }

  /** Runs a statement and gives the number of rows it changed. */
  public int update(String sql, @Nullable Object... values) throws SQLException {
    try (PreparedStatement statement = prepare(sql, values)) {
      return statement.executeUpdate();
    }
  }

  /** The rows of a query, each as an object with a field per column; null columns are left out. */
  public List<ObjectNode> rows(String sql, @Nullable Object... values) throws SQLException {
    try (PreparedStatement statement = prepare(sql, values);
        ResultSet rows = statement.executeQuery()) {
      return read(rows);
    }
  }

  private static List<ObjectNode> read(ResultSet rows) throws SQLException {
    List<ObjectNode> found = new ArrayList<>();
    while (rows.next()) {
      found.add(JsonRow.of(rows));
    }
    return found;
  }

  /** A query and what is bound in it. It has no semicolon in it. */
  public record Question(String sql, List<Object> values) {
    public static Question of(String sql, Object... values) {
      return new Question(sql, List.of(values));
    }
  }

  /**
   * The rows of each of several queries, in their order. They reach the database in one message, so
   * whoever asks waits for it, and for a free core, once and not as often as there are queries.
   */
  public List<List<ObjectNode>> rowsOfEach(List<Question> questions) throws SQLException {
    String text = questions.stream().map(Question::sql).collect(Collectors.joining(";\n"));
    Object[] values = questions.stream().flatMap(each -> each.values().stream()).toArray();
    try (PreparedStatement statement = prepare(text, values)) {
      List<List<ObjectNode>> answers = new ArrayList<>();
      for (boolean more = statement.execute(); more; more = statement.getMoreResults()) {
        answers.add(read(statement.getResultSet()));
      }
      if (answers.size() != questions.size()) {
        throw new IllegalArgumentException(
            questions.size() + " questions, " + answers.size() + " answers");
      }
      return answers;
    }
  }

  /** The first row of a query, if there is one. */
  public Optional<ObjectNode> row(String sql, @Nullable Object... values) throws SQLException {
    List<ObjectNode> found = rows(sql, values);
    return found.isEmpty() ? Optional.empty() : Optional.of(found.get(0));
  }

  /** The one value of a query that always has one. */
  public long number(String sql, @Nullable Object... values) throws SQLException {
    try (PreparedStatement statement = prepare(sql, values);
        ResultSet rows = statement.executeQuery()) {
      rows.next();
      return rows.getLong(1);
    }
  }

  /** Takes one row. */
  public interface RowReader {
    void take(ResultSet row) throws SQLException;
  }

  /** Reads rows of a query one after the other, without holding them all. */
  public void each(int fetchSize, RowReader reader, String sql, @Nullable Object... values)
      throws SQLException {
    try (PreparedStatement statement = prepare(sql, values)) {
      statement.setFetchSize(fetchSize);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          reader.take(rows);
        }
      }
    }
  }

  /** Every statement from the first on sees the same state; to be called before any other. */
  public void oneState() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
    }
  }

  /**
   * Another limit to each statement until the transaction ends; the answer may take as long. The
   * pool gives the connection its own wait back.
   */
  public void limitStatements(int millis) throws SQLException {
    connection.setNetworkTimeout(Runnable::run, millis + ANSWER_MILLIS);
    rows("SELECT set_config('statement_timeout', ?, true)", millis + "ms");
  }

  /**
   * Does a part that alone is undone when it takes longer than a statement may, or waits too long
   * for somebody else's rows; the transaction goes on.
   *
   * @return nothing if it was undone
   */
  public <T> Optional<T> unlessItTakesTooLong(Database.Work<T> work) throws SQLException {
    Savepoint before = connection.setSavepoint();
    try {
      T made = work.in(this);
      connection.releaseSavepoint(before);
      return Optional.of(made);
    } catch (SQLException e) {
      if (!TOOK_TOO_LONG.contains(String.valueOf(e.getSQLState()))) {
        throw e;
      }
      connection.rollback(before);
      return Optional.empty();
    }
  }

  private PreparedStatement prepare(String sql, @Nullable Object[] values) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    try {
      for (int i = 0; i < values.length; i++) {
        bind(statement, i + 1, values[i]);
      }
      return statement;
    } catch (SQLException | RuntimeException e) {
      statement.close();
      throw e;
    }
  }

  private void bind(PreparedStatement statement, int index, @Nullable Object value)
      throws SQLException {
    if (value == null) {
      statement.setNull(index, Types.NULL);
    } else if (value instanceof String text) {
      statement.setString(index, text);
    } else if (value instanceof Long number) {
      statement.setLong(index, number);
    } else if (value instanceof Integer number) {
      statement.setInt(index, number);
    } else if (value instanceof Double number) {
      statement.setDouble(index, number);
    } else if (value instanceof Boolean flag) {
      statement.setBoolean(index, flag);
    } else if (value instanceof byte[] bytes) {
      statement.setBytes(index, bytes);
    } else if (value instanceof Instant instant) {
      statement.setObject(index, instant.atOffset(ZoneOffset.UTC));
    } else if (value instanceof UUID id) {
      statement.setObject(index, id);
    } else if (value instanceof JsonNode json) {
      statement.setObject(index, jsonb(json));
    } else if (value instanceof List<?> texts) {
      statement.setArray(index, connection.createArrayOf("text", texts.toArray()));
    } else {
      throw new IllegalArgumentException("cannot bind a " + value.getClass());
    }
  }

  private static PGobject jsonb(JsonNode json) throws SQLException {
    PGobject object = new PGobject();
    object.setType("jsonb");
    object.setValue(json.toString());
    return object;
  }
}
