package dev.runway.stack.batch;

import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Held while a batch run of a namespace is made, from the look at what is due until its row is
 * there: of two at once the one that looked first could have the last word, with fewer labels. The
 * database has it, for the archive may be on another machine, and gives it back when the connection
 * ends, be it by a crash.
 */
final class MasterTurn implements AutoCloseable {
  private static final String TAKE =
      "SELECT pg_try_advisory_lock(hashtext('master-run'), 'master_runs'::regclass::oid::integer)";

  private static final int ANSWERS_WITHIN_SECONDS = 5;

  private final Connection connection;

  private MasterTurn(Connection connection) {
    this.connection = connection;
  }

  /**
   * Takes it.
   *
   * @param connection for nothing else, whose schema is the namespace's; it is closed with the turn
   * @throws IOException if somebody else has it
   */
  static MasterTurn take(Connection connection) throws SQLException, IOException {
    try (Statement statement = connection.createStatement();
        ResultSet taken = statement.executeQuery(TAKE)) {
      taken.next();
      if (taken.getBoolean(1)) {
        return new MasterTurn(connection);
      }
    }
    connection.close();
    throw new IOException("another batch run is under way: try again when it has ended");
  }

  /**
   * Whether it is still held.
   *
   * @throws IOException if the database was away meanwhile, and may have given it to somebody else
   */
  void require() throws IOException {
    try {
      if (connection.isValid(ANSWERS_WITHIN_SECONDS)) {
        return;
      }
    } catch (SQLException e) {
      throw new IOException("cannot ask the database: " + e.getMessage(), e);
    }
    throw new IOException("the database was away, and another batch run may have begun: try again");
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
