package dev.runway.tables.write;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.SocketFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the driver's sockets and remembers them, so that a connection can be cut below TLS: a TLS
 * socket that is closed waits to say good-bye behind the very write that nobody takes. The driver
 * makes one of these for each connection, and wraps what it gets from it.
 */
public final class RawSockets extends SocketFactory {
  private static final Logger LOG = LoggerFactory.getLogger(RawSockets.class);

  private static final Map<String, Set<Socket>> BY_CONNECTION = new ConcurrentHashMap<>();

  private final String connection;

  /** Called by the driver, which cannot be handed more than a text. */
  public RawSockets(String connection) {
    this.connection = connection;
  }

  /** Begins to remember the sockets of a connection, until {@link #close}. */
  static void remember(String connection) {
    BY_CONNECTION.put(connection, ConcurrentHashMap.newKeySet());
  }

  /** Closes a connection's sockets, and forgets them. Never blocks, never throws. */
  static void close(String connection) {
    Set<Socket> sockets = BY_CONNECTION.remove(connection);
    if (sockets != null) {
      sockets.forEach(RawSockets::close);
    }
  }

  /** A socket that is not connected yet; the only way by which the driver asks. */
  @Override
  public Socket createSocket() throws IOException {
    Set<Socket> sockets = BY_CONNECTION.get(connection);
    if (sockets == null) {
      throw new IOException("this connection was given up");
    }
    Socket socket = new Socket();
    sockets.add(socket);
    return socket;
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    throw connected();
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort)
      throws IOException {
    throw connected();
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    throw connected();
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort)
      throws IOException {
    throw connected();
  }

  private static IOException connected() {
    return new IOException("sockets are made here, and connected by the driver");
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      LOG.warn("a socket could not be closed", e);
    }
  }
}
