package dev.runway.tables.write;

import java.sql.SQLException;
import java.util.List;

/** Where the rows of one table go. */
public interface RowStore extends AutoCloseable {

  /**
   * Brings rows in, all or none; when it returns they are committed. Connects first if need be.
   *
   * @param rows no two of the same key
   * @return how many were new or newer than what was there
   * @throws SQLException when it is not known that they are in; sending them again does no harm
   */
  int upsert(List<TableRow> rows) throws SQLException;

  /**
   * Has the database drop some of the rows that are old, by {@link Table#pruning}.
   *
   * @return how many
   */
  int prune() throws SQLException;

  /**
   * Has the database make anew some of what is rolled up, in a transaction of its own.
   *
   * @param function one of {@link Table#rollUps}
   * @param most how many days, hours or commands
   * @param turn 0 for the newest and the oldest; above it from another place of all, and with the
   *     next turn from the one behind it
   * @return how many; fewer than {@code most} are all that there were
   */
  int rollUp(String function, int most, int turn) throws SQLException;

  /** Lets go of the connection at once, without a word to the server; the next call connects. */
  void disconnect();

  /** Same for good. Never throws. */
  @Override
  void close();
}
