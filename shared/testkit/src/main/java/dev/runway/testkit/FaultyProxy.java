package dev.runway.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A bad network between a client and a server of 127.0.0.1. At first it passes everything.
 *
 * <pre>{@code
 * try (var proxy = new FaultyProxy(port)) { connect(proxy.port()); proxy.dropPackets(); ... }
 * }</pre>
 *
 * <p>Like a network that comes back, it delivers late what it held, in order and once. Unlike one,
 * it lets connections be opened while it drops packets; nothing comes through them.
 */
public final class FaultyProxy implements AutoCloseable {

  /** Small, so that a sender soon feels that nobody takes its bytes. */
  private static final int BUFFER_BYTES = 8 * 1024;

  private final int serverPort;
  private final ServerSocket entry;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean holdRequests;
  private boolean holdAnswers;
  private volatile Duration delay = Duration.ZERO;

  /** Opens a way to a server, which need not run yet. */
  public FaultyProxy(int serverPort) {
    this.serverPort = serverPort;
    try {
      entry = new ServerSocket();
      entry.setReceiveBufferSize(BUFFER_BYTES);
      entry.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot open a proxy", e);
    }
    start("accept", this::accept);
  }

  /** What clients connect to, on 127.0.0.1. */
  public int port() {
    return entry.getLocalPort();
  }

  /** Ends all faults. */
  public void pass() {
    delay = Duration.ZERO;
    hold(false, false);
  }

  /** A black hole: no byte comes through in either direction, and nobody is told. */
  public void dropPackets() {
    hold(true, true);
  }

  /** Half open: the server hears the client, the client does not hear the server. */
  public void dropAnswers() {
    hold(false, true);
  }

  /** Every packet takes this much longer, in each direction. */
  public void delay(Duration each) {
    delay = each;
  }

  /** Cuts all connections; new ones can be made. */
  public void cut() {
    sockets.forEach(FaultyProxy::close);
  }

  /** Cuts all connections for good. */
  @Override
  public void close() {
    try {
      entry.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close a proxy", e);
    }
    pass();
    cut();
  }

  private void hold(boolean requests, boolean answers) {
    lock.lock();
    try {
      holdRequests = requests;
      holdAnswers = answers;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void accept() {
    while (!entry.isClosed()) {
      try {
        Socket client = entry.accept();
        sockets.add(client);
        start("connect", () -> connect(client));
      } catch (IOException e) {
        // Closed, or the client is gone already: nobody to tell.
      }
    }
  }

  private void connect(Socket client) {
    try {
      Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
      sockets.add(server);
      start("request", () -> pump(client, server, true));
      pump(server, client, false);
    } catch (IOException e) {
      close(client);
      sockets.remove(client);
    }
  }

  /** Carries one direction of one connection; ends both when it ends. */
  private void pump(Socket from, Socket to, boolean request) {
    byte[] packet = new byte[BUFFER_BYTES];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      awaitPassage(request);
      for (int read = in.read(packet); read >= 0; read = in.read(packet)) {
        TimeUnit.MILLISECONDS.sleep(delay.toMillis());
        awaitPassage(request);
        out.write(packet, 0, read);
        out.flush();
      }
    } catch (IOException e) {
      // One of the two is gone; both are closed, as both ends of a connection are.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      sockets.remove(from);
      sockets.remove(to);
    }
  }

  private void awaitPassage(boolean request) throws InterruptedException {
    lock.lock();
    try {
      while (request ? holdRequests : holdAnswers) {
        changed.await();
      }
    } finally {
      lock.unlock();
    }
  }

  private void start(String what, Runnable work) {
    Thread thread = new Thread(work, "faulty-proxy-" + port() + "-" + what);
    thread.setDaemon(true);
    thread.start();
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It could not be more closed.
    }
  }
}
