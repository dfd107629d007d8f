package dev.runway.control.http;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * The time within which a body must have come. Byte by byte it could else hold its thread for days,
 * and in silence for as long as the connection may be silent.
 *
 * <p>Bytes that are no content, such as the zeros before the length of a chunk, keep a read waiting
 * and the connection busy. So the connection is closed a little later, whoever reads from it.
 */
final class BodyDeadline implements AutoCloseable {
  /** So that who is just slow is told so before. */
  private static final long GRACE_MILLIS = 1_000;

  private final EndPoint connection;
  private final long idleMillis;
  private final Duration limit;
  private final long begunNanos = System.nanoTime();
  private final Scheduler.Task end;

  private BodyDeadline(ConnectionMetaData of, Duration limit) {
    this.connection = of.getConnection().getEndPoint();
    this.idleMillis = connection.getIdleTimeout();
    this.limit = limit;
    this.end =
        of.getConnector()
            .getScheduler()
            .schedule(
                () -> connection.close(new TimeoutException("no body within " + limit)),
                limit.toMillis() + GRACE_MILLIS,
                TimeUnit.MILLISECONDS);
  }

  /** Of a request whose body nobody has begun to read. */
  static BodyDeadline of(HttpServletRequest request, Duration limit) {
    return new BodyDeadline(
        ServletContextRequest.getServletContextRequest(request).getConnectionMetaData(), limit);
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
    end.cancel();
    connection.setIdleTimeout(idleMillis);
  }
}
