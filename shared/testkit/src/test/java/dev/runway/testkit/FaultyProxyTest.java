package dev.runway.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Between a client and a server that gives every byte back. */
class FaultyProxyTest {
  private static final int SOON_MILLIS = 200;
  private static final int LONG_MILLIS = 30_000;

  private final LinkedBlockingQueue<Integer> heard = new LinkedBlockingQueue<>();
  private ServerSocket server;
  private FaultyProxy proxy;
  private Socket client;

  @BeforeEach
  void connect() throws IOException {
    server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    Thread echo = new Thread(this::echo, "echo");
    echo.setDaemon(true);
    echo.start();
    proxy = new FaultyProxy(server.getLocalPort());
    client = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
    assertThat(answerTo(1)).isEqualTo(1);
    heard.clear();
  }

  @AfterEach
  void close() throws IOException {
    client.close();
    proxy.close();
    server.close();
  }

  @Test
  void blackHole_holdsBytesUntilItEnds() throws Exception {
    proxy.dropPackets();
    send(7);
    assertSilence();
    assertThat(heard).isEmpty();

    proxy.pass();
    assertThat(answer()).isEqualTo(7);
  }

  @Test
  void halfOpen_theServerHearsAndTheClientDoesNot() throws Exception {
    proxy.dropAnswers();
    send(7);
    assertThat(heard.poll(LONG_MILLIS, TimeUnit.MILLISECONDS)).isEqualTo(7);
    assertSilence();

    proxy.pass();
    assertThat(answer()).isEqualTo(7);
  }

  @Test
  void delay_holdsEachDirection() throws Exception {
    proxy.delay(Duration.ofMillis(300));
    long begin = System.nanoTime();
    assertThat(answerTo(7)).isEqualTo(7);
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(599));
  }

  @Test
  void cut_endsTheConnectionAndAllowsAnother() throws Exception {
    proxy.cut();
    client.setSoTimeout(LONG_MILLIS);
    assertThat(ended()).isTrue();

    client = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
    assertThat(answerTo(9)).isEqualTo(9);
  }

  @Test
  void blackHole_blocksASenderOfManyBytes() throws Exception {
    proxy.dropPackets();
    Thread sender =
        new Thread(
            () -> {
              try {
                client.getOutputStream().write(new byte[64 * 1024 * 1024]);
              } catch (IOException e) {
                // Cut below.
              }
            });
    sender.start();
    sender.join(SOON_MILLIS);
    assertThat(sender.isAlive()).isTrue();

    proxy.close();
    sender.join(LONG_MILLIS);
    assertThat(sender.isAlive()).isFalse();
  }

  private boolean ended() {
    try {
      return client.getInputStream().read() < 0;
    } catch (IOException reset) {
      return !(reset instanceof SocketTimeoutException);
    }
  }

  private void assertSilence() throws IOException {
    client.setSoTimeout(SOON_MILLIS);
    assertThatThrownBy(() -> client.getInputStream().read())
        .isInstanceOf(SocketTimeoutException.class);
  }

  private int answerTo(int sent) throws IOException {
    send(sent);
    return answer();
  }

  private void send(int sent) throws IOException {
    client.getOutputStream().write(sent);
  }

  private int answer() throws IOException {
    client.setSoTimeout(LONG_MILLIS);
    return client.getInputStream().read();
  }

  private void echo() {
    while (!server.isClosed()) {
      try (Socket socket = server.accept()) {
        for (int b = socket.getInputStream().read(); b >= 0; b = socket.getInputStream().read()) {
          heard.add(b);
          socket.getOutputStream().write(b);
        }
      } catch (IOException e) {
        // The next connection is tried, or the test is over.
      }
    }
  }
}
