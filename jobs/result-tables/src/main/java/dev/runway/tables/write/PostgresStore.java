package dev.runway.tables.write;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One connection to PostgreSQL for one table; every statement is a transaction of its own. */
public final class PostgresStore implements RowStore {
  private final Table table;
  private final PostgresAccess access;
  private final ScheduledExecutorService watchdog;
  private @Nullable CuttableConnection connection;
  private @Nullable PreparedStatement statement;

  /** Connects with the first rows, not here. */
  public PostgresStore(Table table, PostgresAccess access) {
    this.table = table;
    this.access = access;
    this.watchdog =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "cut-" + table.name());
              thread.setDaemon(true);
              return thread;
            });
  }

  @Override
  public int upsert(List<TableRow> rows) throws SQLException {
    return inTime(
        open -> {
          PreparedStatement upsert = statement(open);
          for (int i = 0; i < table.columns().size(); i++) {
            Column.Kind kind = table.columns().get(i).kind();
            upsert.setArray(i + 1, open.createArrayOf(kind.sqlName(), column(rows, i, kind)));
          }
          return upsert.executeUpdate();
        });
  }

  @Override
  public int prune() throws SQLException {
    return number("SELECT %s.%s()".formatted(access.schema(), table.pruning()));
  }

  @Override
  public int rollUp(String function, int most, int turn) throws SQLException {
    return number("SELECT %s.%s(%d, %d)".formatted(access.schema(), function, most, turn));
  }

  private int number(String call) throws SQLException {
    return inTime(
        open -> {
          try (Statement statement = open.createStatement();
              ResultSet number = statement.executeQuery(call)) {
            number.next();
            return number.getInt(1);
          }
        });
  }

  private interface Work {
    int with(Connection open) throws SQLException;
  }

  /** Whatever blocks, the work ends: at its deadline another thread cuts the connection. */
  private int inTime(Work work) throws SQLException {
    CuttableConnection open = connection();
    ScheduledFuture<?> cut =
        watchdog.schedule(
            open::cut, access.timeouts().wholeStatement().toMillis(), TimeUnit.MILLISECONDS);
    try {
      return work.with(open.jdbc());
    } finally {
      cut.cancel(false);
    }
  }

  private CuttableConnection connection() throws SQLException {
    CuttableConnection open = connection;
    if (open == null) {
      open = access.connect();
      connection = open;
    }
    return open;
  }

  private PreparedStatement statement(Connection open) throws SQLException {
    PreparedStatement prepared = statement;
    if (prepared == null) {
      prepared = open.prepareStatement(table.upsert(access.schema()));
      statement = prepared;
    }
    return prepared;
  }

  private static @Nullable Object[] column(List<TableRow> rows, int index, Column.Kind kind) {
    @Nullable Object[] values = arrayOf(kind, rows.size());
    for (int i = 0; i < values.length; i++) {
      Object value = rows.get(i).values()[index];
      values[i] =
          value != null && kind == Column.Kind.INSTANT
              ? Instant.ofEpochMilli((Long) value).toString()
              : value;
    }
    return values;
  }

  /** Arrays of the exact type travel in PostgreSQL's binary format. */
  private static @Nullable Object[] arrayOf(Column.Kind kind, int length) {
    return switch (kind) {
      case TEXT, INSTANT -> new String[length];
      case BIGINT -> new Long[length];
      case INTEGER -> new Integer[length];
      case DOUBLE -> new Double[length];
      case BOOLEAN -> new Boolean[length];
      case BYTES -> new byte[length][];
    };
  }

  @Override
  public void disconnect() {
    CuttableConnection open = connection;
    connection = null;
    statement = null;
    if (open != null) {
      open.cut();
    }
  }

  @Override
  public void close() {
    disconnect();
    watchdog.shutdownNow();
  }
}
