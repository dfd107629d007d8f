package dev.runway.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runway.testkit.PostgresDatabase;
import dev.runway.testkit.Waits;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostileITCase {
  /** Those for requests where there are as few as can be, and the server's own. */
  private static final int THREADS = 12;

  @Order(1)
  @RegisterExtension
  static final PostgresDatabase POSTGRES = new PostgresDatabase();

  @Order(3)
  @RegisterExtension
  static final RunningApi API = new RunningApi(POSTGRES, "127.0.0.1:1", Map.of());

  static Stream<Arguments> bodies() {
    String good = Bodies.model("hostile", "ranking").strip();
    return Stream.of(
        Arguments.of("empty", "", 400),
        Arguments.of("no JSON", "model", 400),
        Arguments.of("array", "[" + good + "]", 400),
        Arguments.of("null", "null", 400),
        Arguments.of("cut", good.substring(0, good.length() - 1), 400),
        Arguments.of("two objects", good + good, 400),
        Arguments.of("name twice", good.replaceFirst("\\{", "{\"tier\": 1,"), 400),
        Arguments.of(
            "name twice inside", good.replace("\"task\"", "\"task\":\"RANKING\",\"task\""), 400),
        Arguments.of("depth", "{\"a\":".repeat(10_000), 400),
        Arguments.of(
            "long number", good.replace("\"tier\": 1", "\"tier\": " + "1".repeat(5_000)), 400),
        Arguments.of("infinite", good.replace("\"tier\": 1", "\"tier\": 1e999"), 422),
        Arguments.of("NaN", good.replace("\"tier\": 1", "\"tier\": NaN"), 400),
        Arguments.of("fraction", good.replace("\"tier\": 1", "\"tier\": 1.5"), 422),
        Arguments.of("number as text", good.replace("\"tier\": 1", "\"tier\": \"1\""), 422),
        Arguments.of("huge tier", good.replace("\"tier\": 1", "\"tier\": 99999999999"), 422),
        Arguments.of("unknown field", good.replaceFirst("\\{", "{\"revision\": 9,"), 422),
        Arguments.of("null field", good.replace("\"ada\"", "null"), 422),
        Arguments.of("U+0000", good.replace("ada", "a\\u0000da"), 422),
        Arguments.of("half a character", good.replace("ada", "a\\ud800da"), 422),
        Arguments.of("line break in an id", good.replace("hostile", "hostile\\n"), 422),
        Arguments.of("path in an id", good.replace("hostile", "../../etc/passwd"), 422),
        Arguments.of("SQL in a team", good.replace("ranking", "x'; DROP TABLE models; --"), 422),
        Arguments.of("long text", good.replace("ada", "a".repeat(70_000)), 400));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bodies")
  void hostileBody_isRefusedAsAProblem(String name, String body, int status) {
    RunningApi.Reply reply = API.post("/v1/models", body);

    assertProblem(reply, status);
    assertThat(API.get("/v1/models/hostile").status()).isEqualTo(404);
  }

  @Test
  void bytesThatAreNotUtf8_areRefused() {
    byte[] body = Bodies.model("hostile", "ranking").getBytes(StandardCharsets.ISO_8859_1);
    body[20] = (byte) 0xC0;
    assertProblem(sendBytes(body, "application/json"), 400);
  }

  @Test
  void largeBody_isRefusedWhateverItSaysOfItsLength() {
    ByteArrayOutputStream large = new ByteArrayOutputStream();
    large.writeBytes("{\"a\": \"".getBytes(StandardCharsets.UTF_8));
    large.writeBytes(new byte[300 * 1024]);
    assertProblem(answered(() -> sendBytes(large.toByteArray(), "application/json")), 413);
    HttpRequest ofUnknownLength =
        HttpRequest.newBuilder(URI.create(API.address() + "/v1/models"))
            .header("Authorization", "Bearer " + API.token())
            .header("Content-Type", "application/json")
            .POST(
                HttpRequest.BodyPublishers.ofInputStream(
                    () -> new ByteArrayInputStream(large.toByteArray())))
            .build();
    assertProblem(answered(() -> API.send(ofUnknownLength)), 413);
  }

  @Test
  void bodyThatIsNotDue_isRefusedUnread() throws Exception {
    // Whoever waited for the end of these would wait until the socket gives up.
    assertThat(raw("GET /healthz HTTP/1.1", "Content-Length: 100000\r\n")).contains(" 400 ");
    assertThat(raw("GET /v1/models HTTP/1.1", "Transfer-Encoding: chunked\r\n")).contains(" 400 ");
  }

  @Test
  void guesses_areRefusedBeforeTheyAreLookedUp() {
    RunningApi slow =
        new RunningApi(
            POSTGRES,
            "127.0.0.1:1",
            Map.of("RUNWAY_CONTROL_RATE", "1", "RUNWAY_CONTROL_BURST", "20"));
    slow.start();
    try {
      assertThat(slow.get("/v1/me").status()).isEqualTo(200);
      int last = 401;
      for (int i = 0; i < 100 && last == 401; i++) {
        last = slow.get("/v1/me", "Authorization", "Bearer guess").status();
      }
      assertThat(last).isEqualTo(429);
      RunningApi.Reply known = slow.get("/v1/me");
      assertThat(known.status()).isEqualTo(429);
      assertThat(known.header("Retry-After")).isNotNull();
      assertThat(slow.get("/healthz").status()).isEqualTo(200);
    } finally {
      slow.stop();
    }
  }

  @Test
  void otherMediaTypesAndEncodings_areRefused() {
    String body = Bodies.model("hostile", "ranking");
    assertProblem(API.post("/v1/models", body, "Content-Type", "text/plain"), 415);
    assertProblem(API.post("/v1/models", body, "Content-Encoding", "gzip"), 415);
    assertProblem(API.send("GET", "/v1/models", "{}"), 400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/models/%0d%0aSet-Cookie:x=1",
        "/v1/models/..%2f..%2fetc",
        "/v1/models/%00",
        "/v1/models/a%20b",
        "/v1/models/'%20OR%20'1'='1",
        "/v1/models/%F0%9F%98%80",
        "/v1/models/x;y=1",
        "/v1//models",
        "/v1/nothing",
        "/v1/models/",
        "/v1/models/x/versions/x%2fy",
        "/v1/models/x/deployments/not-a-uuid"
      })
  void hostilePath_isRefusedAsAProblem(String path) {
    RunningApi.Reply reply = API.get(path);
    assertThat(reply.status()).isIn(400, 404);
    assertProblem(reply, reply.status());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "limit=0",
        "limit=99999999999999999999",
        "limit=x",
        "limit=1&limit=2",
        "nothing=1",
        "cursor=%00",
        "cursor=!!!",
        "cursor=AAAA",
        "tier=7",
        "state=x",
        "q=",
        "team=%F0%28",
        "%ZZ=1",
        "tier=1%0a"
      })
  void hostileQuery_isRefusedAsAProblem(String query) throws Exception {
    assertThat(raw("GET /v1/models?" + query + " HTTP/1.1", "")).contains(" 400 ");
  }

  @Test
  void otherMethods_areRefused() {
    assertProblem(API.send("PATCH", "/v1/models", "{}"), 405);
    assertProblem(API.send("TRACE", "/v1/models", null), 405);
    assertThat(API.send("DELETE", "/v1/models", null).header("Allow")).isEqualTo("GET, POST");
    assertProblem(API.send("GET", "/v1/models", null, "X-HTTP-Method-Override", "DELETE"), 400);
  }

  @Test
  void whatIsNotHttp_getsNoStackTrace() throws Exception {
    assertThat(raw("GET /v1/models HTTP/9.9", "")).doesNotContain("Exception", "\tat ");
    assertThat(raw("GET /v1/mod\u0001els HTTP/1.1", "")).contains(" 400 ").doesNotContain("\tat ");
    assertThat(raw("GET /v1/models HTTP/1.1", "X: " + "y".repeat(20_000) + "\r\n"))
        .contains(" 431 ")
        .contains("urn:runway:problem");
  }

  /** Of which a proxy in front of it may see two, and it one, or the other way round. */
  @Test
  void requestsOfTwoMeanings_areRefused() throws Exception {
    String chunked = "Transfer-Encoding: chunked\r\n";
    for (String header :
        List.of(
            "Content-Length: 5\r\n" + chunked,
            "Content-Length: 5\r\nContent-Length: 6\r\n",
            "Content-Length: 5, 6\r\n",
            "Content-Length: -5\r\n",
            "Content-Length : 5\r\n",
            "Transfer-Encoding: xchunked\r\n",
            "Host: y\r\n",
            "X: a\r\n Set-Cookie: b\r\n")) {
      assertThat(raw("POST /v1/models HTTP/1.1", header + "\r\n{}{}{}"))
          .as(header)
          .startsWith("HTTP/1.1 400 ")
          .contains("urn:runway:problem")
          .doesNotContain("Exception", "\tat ", "Set-Cookie");
    }
    assertThat(raw("GET /v1/models/" + "m".repeat(20_000) + " HTTP/1.1", ""))
        .startsWith("HTTP/1.1 414 ")
        .contains("urn:runway:problem");
  }

  @Test
  void requestId_isTakenOverOnlyIfItCanStandInALog() {
    assertThat(API.get("/healthz", "X-Request-Id", "abc-1").header("X-Request-Id"))
        .isEqualTo("abc-1");
    assertThat(API.get("/healthz", "X-Request-Id", "a b\"c").header("X-Request-Id"))
        .doesNotContain("a b");
  }

  /** More of each kind than there are threads; whoever comes behind them is served all the same. */
  @Test
  void slowBodies_areEndedAtTheirLimit_andNoConnectionHoldsAThread() throws Exception {
    RunningApi patient =
        new RunningApi(
            POSTGRES,
            "127.0.0.1:1",
            Map.of(
                "RUNWAY_CONTROL_THREADS",
                "8",
                "RUNWAY_CONTROL_BODY_TIMEOUT",
                "PT1S",
                "RUNWAY_CONTROL_IDLE_TIMEOUT",
                "PT10M"));
    patient.start();
    ScheduledExecutorService trickle = Executors.newSingleThreadScheduledExecutor();
    List<Future<?>> drops = new ArrayList<>();
    try (Sockets idle = new Sockets(patient);
        Sockets slow = new Sockets(patient)) {
      for (int i = 0; i < 2 * THREADS; i++) {
        idle.open("");
        idle.open("GET /v1/models HTTP/1.1\r\nHos");
      }
      assertThat(patient.get("/v1/me").status()).as("while all of them are open").isEqualTo(200);

      for (int i = 0; i < THREADS; i++) {
        slow.open(post(patient, 100_000) + "{");
        Socket drop = slow.open(post(patient, 100_000));
        drops.add(
            trickle.scheduleWithFixedDelay(() -> write(drop, " "), 0, 50, TimeUnit.MILLISECONDS));
      }
      assertThat(patient.get("/v1/me").status()).isEqualTo(200);
      assertThat(slow.readToTheEnd())
          .hasSize(2 * THREADS)
          .allSatisfy(
              answer ->
                  assertThat(answer)
                      .startsWith("HTTP/1.1 408 ")
                      .contains("urn:runway:problem:too-slow", "\"request_id\":")
                      .doesNotContain("Exception", "\tat "));
      idle.requireOpen();
    } finally {
      drops.forEach(drop -> drop.cancel(true));
      trickle.shutdownNow();
      patient.stop();
    }
  }

  /** Zeros before the length of a chunk: no content, and never silent. */
  @Test
  void bodiesThatNeverBegin_areEndedToo() throws Exception {
    RunningApi strict =
        new RunningApi(
            POSTGRES,
            "127.0.0.1:1",
            Map.of("RUNWAY_CONTROL_THREADS", "8", "RUNWAY_CONTROL_BODY_TIMEOUT", "PT1S"));
    strict.start();
    ScheduledExecutorService trickle = Executors.newSingleThreadScheduledExecutor();
    try (Sockets slow = new Sockets(strict)) {
      for (int i = 0; i < 2 * THREADS; i++) {
        Socket drop =
            slow.open(
                post(strict, 1).replace("Content-Length: 1\r\n", "Transfer-Encoding: chunked\r\n"));
        var unused =
            trickle.scheduleWithFixedDelay(() -> write(drop, "0"), 0, 50, TimeUnit.MILLISECONDS);
      }

      slow.awaitTheirEnd();
      assertThat(strict.get("/v1/me").status()).isEqualTo(200);
    } finally {
      trickle.shutdownNow();
      strict.stop();
    }
  }

  @Test
  void silentConnections_areClosed() throws Exception {
    RunningApi strict =
        new RunningApi(POSTGRES, "127.0.0.1:1", Map.of("RUNWAY_CONTROL_IDLE_TIMEOUT", "PT3S"));
    strict.start();
    String body = Bodies.model("silent", "ranking");
    try (Sockets silent = new Sockets(strict)) {
      silent.open("");
      silent.open("GET /v1/models HTTP/1.1\r\nHos");
      silent.open(post(strict, body.getBytes(StandardCharsets.UTF_8).length) + body);
      silent.open(post(strict, 100_000));

      List<String> answers = silent.readToTheEnd();

      assertThat(answers.get(0)).isEmpty();
      assertThat(answers.get(1)).doesNotContain(" 200 ", "Exception", "\tat ");
      assertThat(answers.get(2)).startsWith("HTTP/1.1 201 ");
      assertThat(answers.get(3)).startsWith("HTTP/1.1 408 ");
    } finally {
      strict.stop();
    }
  }

  private static String post(RunningApi api, int length) {
    return "POST /v1/models HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
        + api.token()
        + "\r\nContent-Type: application/json\r\nContent-Length: "
        + length
        + "\r\n\r\n";
  }

  private static void write(Socket socket, String text) {
    try {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
      socket.getOutputStream().flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // Closed by the other side: the trickle ends.
    }
  }

  /** Connections that say only what they are told to. */
  private static final class Sockets implements AutoCloseable {
    private final URI address;
    private final List<Socket> all = new ArrayList<>();

    Sockets(RunningApi api) {
      address = URI.create(api.address());
    }

    Socket open(String text) throws IOException {
      Socket socket = new Socket(address.getHost(), address.getPort());
      all.add(socket);
      socket.setSoTimeout((int) Waits.LONG.toMillis());
      write(socket, text);
      return socket;
    }

    /** What the server has said until it closed; in the order in which they were opened. */
    List<String> readToTheEnd() throws Exception {
      ExecutorService readers = Executors.newFixedThreadPool(all.size());
      try {
        List<Future<String>> answers = new ArrayList<>();
        for (Socket socket : all) {
          answers.add(readers.submit(() -> readToTheEnd(socket)));
        }
        List<String> texts = new ArrayList<>();
        for (Future<String> answer : answers) {
          texts.add(answer.get());
        }
        return texts;
      } finally {
        readers.shutdownNow();
      }
    }

    private static String readToTheEnd(Socket socket) throws IOException {
      ByteArrayOutputStream said = new ByteArrayOutputStream();
      try {
        socket.getInputStream().transferTo(said);
      } catch (SocketException e) {
        // What trickled in behind the answer was read by nobody: reset, and not just closed.
        assertThat(said.size()).as(e.toString()).isPositive();
      }
      return said.toString(StandardCharsets.UTF_8);
    }

    /** The server closes each, whatever it says before. */
    void awaitTheirEnd() {
      for (Socket socket : all) {
        try {
          socket.getInputStream().readAllBytes();
        } catch (SocketException e) {
          // Reset: closed as well. One that stays open times out, which is another exception.
          assertThat(e).hasMessageContaining("reset");
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }

    /** The server has closed none, and said nothing. */
    void requireOpen() throws IOException {
      for (Socket socket : all) {
        socket.setSoTimeout(1);
        assertThatThrownBy(() -> socket.getInputStream().read())
            .isInstanceOf(SocketTimeoutException.class);
      }
    }

    @Override
    public void close() throws IOException {
      for (Socket socket : all) {
        socket.close();
      }
    }
  }

  /** A server that hangs up in the middle of a body may take its answer with it: asked again. */
  private static RunningApi.Reply answered(Supplier<RunningApi.Reply> request) {
    for (int attempt = 1; ; attempt++) {
      try {
        return request.get();
      } catch (UncheckedIOException e) {
        if (attempt == 10) {
          throw e;
        }
      }
    }
  }

  private static RunningApi.Reply sendBytes(byte[] body, String type) {
    return API.send(
        HttpRequest.newBuilder(URI.create(API.address() + "/v1/models"))
            .header("Authorization", "Bearer " + API.token())
            .header("Content-Type", type)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build());
  }

  /** For what a client library would not send. */
  private static String raw(String line, String header) throws Exception {
    URI address = URI.create(API.address());
    try (Socket socket = new Socket(address.getHost(), address.getPort())) {
      socket.setSoTimeout(10_000);
      String request =
          line
              + "\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer "
              + API.token()
              + "\r\n"
              + header
              + "\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static void assertProblem(RunningApi.Reply reply, int status) {
    assertThat(reply.status()).as(reply.http().body()).isEqualTo(status);
    assertThat(reply.header("Content-Type")).isEqualTo("application/problem+json");
    assertThat(reply.body().path("status").asInt()).isEqualTo(status);
    assertThat(reply.body().path("request_id").asText()).isEqualTo(reply.header("X-Request-Id"));
    assertThat(reply.http().body()).doesNotContain("Exception", "dev.runway", "\tat ");
  }
}
