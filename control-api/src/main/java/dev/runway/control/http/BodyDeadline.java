package dev.runway.control.http;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.io.EndPoint;

/**
 * The time within which a body must have come. Byte by byte it could else hold its thread for days,
 * and in silence for as long as the connection may be silent.
 */
final class BodyDeadline implements AutoCloseable {
  private final EndPoint connection;
  private final long idleMillis;
  private final Duration limit;
  private final long begunNanos = System.nanoTime();

  private BodyDeadline(EndPoint connection, Duration limit) {
    this.connection = connection;
    this.idleMillis = connection.getIdleTimeout();
    this.limit = limit;
  }

  /** Of a request whose body nobody has begun to read. */
  static BodyDeadline of(HttpServletRequest request, Duration limit) {
    return new BodyDeadline(
        ServletContextRequest.getServletContextRequest(request)
            .getConnectionMetaData()
            .getConnection()
            .getEndPoint(),
        limit);
  }

  /**
   * As {@link InputStream#read(byte[])}, and waits no longer than there is time.
   *
   * @throws Problem 408 when there is none any more
   */
  int read(InputStream in, byte[] part) throws IOException {
    long left = limit.toMillis() - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begunNanos);
    if (left <= 0) {
      throw Problem.tooSlow(limit);
    }
    connection.setIdleTimeout(Math.min(left, idleMillis));
    try {
      return in.read(part);
    } catch (IOException e) {
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof TimeoutException) {
          throw Problem.tooSlow(limit);
        }
      }
      throw e;
    }
  }

  /** The connection may bring further requests. */
  @Override
  public void close() {
    connection.setIdleTimeout(idleMillis);
  }
}
