package dev.runway.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.testkit.PostgresDatabase;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.Map;
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

  @Test
  void requestId_isTakenOverOnlyIfItCanStandInALog() {
    assertThat(API.get("/healthz", "X-Request-Id", "abc-1").header("X-Request-Id"))
        .isEqualTo("abc-1");
    assertThat(API.get("/healthz", "X-Request-Id", "a b\"c").header("X-Request-Id"))
        .doesNotContain("a b");
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
