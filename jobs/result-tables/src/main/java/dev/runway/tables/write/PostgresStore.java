package dev.runway.tables.write;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection to PostgreSQL for one table; every statement is a transaction of its own. */
public final class PostgresStore implements RowStore {
  private static final Logger LOG = LoggerFactory.getLogger(PostgresStore.class);

  private final Table table;
  private final PostgresAccess access;
  private final ScheduledExecutorService watchdog;
  private @Nullable Connection connection;
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
    Connection open = connection();
    ScheduledFuture<?> cut =
        watchdog.schedule(
            () -> abort(open),
            access.timeouts().wholeStatement().toMillis(),
            TimeUnit.MILLISECONDS);
    try {
      PreparedStatement upsert = statement(open);
      for (int i = 0; i < table.columns().size(); i++) {
        Column.Kind kind = table.columns().get(i).kind();
        upsert.setArray(i + 1, open.createArrayOf(kind.sqlName(), column(rows, i, kind)));
      }
      return upsert.executeUpdate();
    } finally {
      cut.cancel(false);
    }
  }

  private Connection connection() throws SQLException {
    Connection open = connection;
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
    Connection open = connection;
    connection = null;
    statement = null;
    if (open != null) {
      abort(open);
    }
  }

  /** Closes the socket; to say good-bye first could block, and throw. */
  private void abort(Connection open) {
    try {
      open.abort(Runnable::run);
    } catch (SQLException | RuntimeException e) {
      LOG.warn("{}: a connection could not be cut", table.name(), e);
    }
  }

  @Override
  public void close() {
    disconnect();
    watchdog.shutdownNow();
  }
}
