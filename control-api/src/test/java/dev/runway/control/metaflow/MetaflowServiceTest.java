package dev.runway.control.metaflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.sun.net.httpserver.HttpServer;
import dev.runway.control.options.ControlOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetaflowServiceTest {
  @TempDir Path folder;

  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> { // Begins an answer, and never ends it.
          exchange.sendResponseHeaders(200, 1_000);
          exchange.getResponseBody().write("[".getBytes(StandardCharsets.UTF_8));
          exchange.getResponseBody().flush();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  @Timeout(180)
  void answerThatNeverEnds_isGivenUp() {
    MetaflowService service = service(null);

    assertThatIOException()
        .isThrownBy(service::flows)
        .withMessageContaining("/flows has no whole answer within PT0.5S");
  }

  @Test
  void keyThatCannotBeSent_isInNoMessage() throws IOException {
    MetaflowService service = service(Files.writeString(folder.resolve("key"), "secret\nmore"));

    assertThatIOException()
        .isThrownBy(service::flows)
        .withMessageContaining("API key")
        .withMessageNotContaining("secret");
  }

  /** Nothing but the order of its steps hangs on them. */
  @ParameterizedTest
  @ValueSource(strings = {"", "[{\"step_name\":", "<html>"})
  void runWhoseTimesAreNotTold_isThereWithoutThem(String answer) throws Exception {
    try (MetaflowDouble metaflow = new MetaflowDouble()) {
      metaflow.run("Train", "7", 1_000, true, "runway.writes:feature:rank");
      MetaflowService service =
          new MetaflowService(
              new ControlOptions.Metaflow(metaflow.address(), null, Duration.ofMinutes(1)));
      assertThat(service.newestFinished("Train").orElseThrow().times())
          .isNotEqualTo(StepTimes.UNKNOWN);
      metaflow.times(answer);

      MetaflowService.TimedRun run = service.newestFinished("Train").orElseThrow();

      assertThat(run.run().run()).isEqualTo("7");
      assertThat(run.run().tags()).containsExactly("runway.writes:feature:rank");
      assertThat(run.times()).isEqualTo(StepTimes.UNKNOWN);
    }
  }

  private MetaflowService service(@Nullable Path key) {
    String address = "http://127.0.0.1:" + server.getAddress().getPort();
    return new MetaflowService(
        new ControlOptions.Metaflow(address, key, Duration.ofMinutes(1)), Duration.ofMillis(500));
  }
}
