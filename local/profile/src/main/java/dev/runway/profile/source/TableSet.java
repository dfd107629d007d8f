package dev.runway.profile.source;

import dev.runway.drift.profile.FeatureKind;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A table or a query of a PostgreSQL database. All passes see one snapshot: they are in one
 * transaction, which reads only. Rows come through a cursor, a thousand at a time.
 *
 * <p>Numbers are numeric, booleans boolean, texts and what PostgreSQL shows as one (enums, UUIDs)
 * categorical; times, bytes, arrays and documents are left out.
 */
public final class TableSet implements TrainingSet {
  private static final int FETCHED_ROWS = 1_000;

  private static final Pattern NAME =
      Pattern.compile(
          "(\"[^\"]+\"|[\\p{L}_][\\p{L}\\d_$]*)(\\.(\"[^\"]+\"|[\\p{L}_][\\p{L}\\d_$]*))?");

  private static final Pattern URL_PASSWORD = Pattern.compile("(?i)[?&](ssl)?password=|//[^/@]*@");

  private final Connection connection;
  private final String sql;
  private final List<Column> columns;
  private final int[] types;

  private TableSet(Connection connection, String sql) throws SQLException {
    this.connection = connection;
    this.sql = sql;
    List<Column> found = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      ResultSetMetaData described = statement.getMetaData();
      if (described == null) {
        throw new SQLException("it is no query");
      }
      types = new int[described.getColumnCount()];
      for (int i = 0; i < types.length; i++) {
        types[i] = described.getColumnType(i + 1);
        String name = described.getColumnLabel(i + 1);
        String type = described.getColumnTypeName(i + 1);
        FeatureKind kind = kind(types[i], type);
        found.add(
            kind == null ? Column.leftOut(name, "is of type " + type) : Column.of(name, kind));
      }
    }
    columns = List.copyOf(found);
  }

  /** The query for all rows of a table, as it is written in SQL: {@code name, schema.name}. */
  public static String all(String table) throws IOException {
    if (!NAME.matcher(table).matches()) {
      throw new IOException(
          table + " is no name of a table: write name or schema.name, in double quotes if need be");
    }
    return "SELECT * FROM " + table;
  }

  /**
   * Opens a query.
   *
   * @param url without a password
   * @param password empty to leave it to the driver, which looks into {@code ~/.pgpass}
   */
  public static TableSet open(String url, @Nullable String user, String password, String sql)
      throws IOException {
    Connection connection = connect(url, user, password);
    try {
      return new TableSet(connection, sql);
    } catch (SQLException e) {
      IOException refused = refused(e);
      close(connection, refused);
      throw refused;
    }
  }

  /** A session that only reads, and sees one moment; arguments as above. */
  public static Connection connect(String url, @Nullable String user, String password)
      throws IOException {
    if (URL_PASSWORD.matcher(url).find()) {
      throw new IOException(
          "everybody on this machine can read arguments: leave user and password out of --jdbc");
    }
    Properties settings = new Properties();
    if (user != null) {
      settings.setProperty("user", user);
    }
    if (!password.isEmpty()) {
      settings.setProperty("password", password);
    }
    settings.setProperty("connectTimeout", "10");
    settings.setProperty("tcpKeepAlive", "true");
    settings.setProperty("ApplicationName", "runway profile");
    Connection connection = null;
    try {
      connection = DriverManager.getConnection(url, settings);
      connection.setAutoCommit(false);
      connection.setReadOnly(true);
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      return connection;
    } catch (SQLException e) {
      IOException refused = refused(e);
      close(connection, refused);
      throw refused;
    }
  }

  private static void close(@Nullable Connection connection, IOException cause) {
    try {
      if (connection != null) {
        connection.close();
      }
    } catch (SQLException e) {
      cause.addSuppressed(e);
    }
  }

  /** What the database said. */
  public static IOException refused(SQLException e) {
    return new IOException("the database says: " + e.getMessage(), e);
  }

  private static @Nullable FeatureKind kind(int type, String name) {
    return switch (type) {
      case Types.SMALLINT,
          Types.INTEGER,
          Types.BIGINT,
          Types.REAL,
          Types.DOUBLE,
          Types.FLOAT,
          Types.NUMERIC,
          Types.DECIMAL ->
          FeatureKind.NUMERIC;
      case Types.BIT, Types.BOOLEAN -> name.equals("bool") ? FeatureKind.BOOLEAN : null;
      case Types.CHAR, Types.VARCHAR, Types.LONGVARCHAR -> FeatureKind.CATEGORICAL;
      case Types.OTHER -> name.equals("uuid") ? FeatureKind.CATEGORICAL : null;
      default -> null;
    };
  }

  @Override
  public List<Column> columns() {
    return columns;
  }

  @Override
  public Pass open(Set<Integer> wanted) throws IOException {
    try {
      return new Rows(connection, sql, wanted);
    } catch (SQLException e) {
      throw refused(e);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      connection.close();
    } catch (SQLException e) {
      throw refused(e);
    }
  }

  private final class Rows implements Pass {
    private final PreparedStatement statement;
    private final ResultSet rows;
    private final Set<Integer> wanted;
    private long number;

    Rows(Connection connection, String sql, Set<Integer> wanted) throws SQLException {
      this.wanted = wanted;
      statement = connection.prepareStatement(sql);
      try {
        statement.setFetchSize(FETCHED_ROWS);
        rows = statement.executeQuery();
      } catch (SQLException e) {
        statement.close();
        throw e;
      }
    }

    @Override
    public boolean next(Cells cells) throws IOException {
      try {
        if (!rows.next()) {
          return false;
        }
        number++;
        for (int i = 0; i < columns.size(); i++) {
          FeatureKind kind = columns.get(i).kind();
          if (kind != null && wanted.contains(i)) {
            take(i, kind, cells);
          }
        }
        return true;
      } catch (SQLException e) {
        throw refused(e);
      }
    }

    private void take(int column, FeatureKind kind, Cells cells) throws SQLException {
      switch (kind) {
        case NUMERIC -> {
          double value = rows.getDouble(column + 1);
          if (!rows.wasNull()) {
            cells.number(column, value);
          }
        }
        case BOOLEAN -> {
          boolean value = rows.getBoolean(column + 1);
          if (!rows.wasNull()) {
            cells.truth(column, value);
          }
        }
        case CATEGORICAL -> {
          String value = rows.getString(column + 1);
          if (value != null) {
            cells.word(column, value);
          }
        }
      }
    }

    @Override
    public String place() {
      return "row " + number;
    }

    @Override
    public void close() throws IOException {
      try {
        // Its result goes with it.
        statement.close();
      } catch (SQLException e) {
        throw refused(e);
      }
    }
  }
}
