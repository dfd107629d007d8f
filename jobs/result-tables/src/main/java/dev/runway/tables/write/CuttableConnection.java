package dev.runway.tables.write;

import java.sql.Connection;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection that another thread can end whatever its owner waits for.
 *
 * @param sockets name of the connection's {@link RawSockets}
 */
record CuttableConnection(Connection jdbc, String sockets) {
  private static final Logger LOG = LoggerFactory.getLogger(CuttableConnection.class);

  /** Ends it without a word to the server: to say good-bye first could block, and throw. */
  void cut() {
    RawSockets.close(sockets);
    try {
      jdbc.abort(Runnable::run); // Finds nothing to talk to; lets go of what else the driver holds.
    } catch (SQLException | RuntimeException e) {
      LOG.warn("a connection could not be let go", e);
    }
  }
}
