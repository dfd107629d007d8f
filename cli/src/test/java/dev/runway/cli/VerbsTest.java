package dev.runway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.runway.lineage.metaflow.MetaflowTree;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

class VerbsTest {
  private static final Path CONTRACT = Path.of("../control-api/src/main/resources/openapi.yaml");

  /** Names of parameters may differ, what is around them not. */
  @Test
  void everyAction_isAnOperationOfTheContract() throws IOException {
    String contract = Files.readString(CONTRACT).replaceAll("\\{[a-z]+}", "{}");

    assertThat(actions())
        .allSatisfy(
            action -> {
              String path = "\n  " + action.path().replaceAll("\\{[a-z]+}", "{}") + ":\n";
              assertThat(contract).as(action.name()).contains(path);
              String rest = contract.substring(contract.indexOf(path) + path.length());
              assertThat(rest.split("\n {2}\\S", 2)[0])
                  .as(action.name() + " " + action.path())
                  .contains("    " + action.kind().method().toLowerCase(Locale.ROOT) + ":\n");
            });
  }

  @Test
  void everyArgumentInBraces_isTyped() {
    assertThat(actions())
        .allSatisfy(
            action ->
                assertThat(action.arguments())
                    .as(action.name())
                    .containsAll(
                        Stream.of(action.path().split("[{}]"))
                            .filter(part -> action.path().contains("{" + part + "}"))
                            .toList()));
  }

  @Test
  void completion_knowsVerbsActionsAndWords() {
    String script = AutoComplete.bash("runway", runway(Map.of()));

    assertThat(script)
        .contains("models", "create", "--label-policy", "IMPLICIT_NEGATIVE", "verify");
  }

  @Test
  void wrongWord_isRefusedWithTheUsage() {
    StringWriter err = new StringWriter();
    CommandLine runway = runway(Map.of("RUNWAY_TOKEN", "t", "RUNWAY_SERVER", "http://127.0.0.1:1"));
    runway.setErr(new PrintWriter(err, true));

    assertThat(runway.execute("models", "--nothing")).isEqualTo(2);
    assertThat(err.toString()).contains("--nothing").contains("Usage: runway models");
    assertThat(runway.execute("models", "--limit", "0")).isEqualTo(2);
  }

  @Test
  void chainThatIsBroken_isSaidByTheExitCode() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    AtomicReference<String> answer = new AtomicReference<>("{\"intact\": false, \"entries\": 7}");
    server.createContext(
        "/",
        exchange -> {
          byte[] body = answer.get().getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    try {
      String address = "http://127.0.0.1:" + server.getAddress().getPort();
      StringWriter out = new StringWriter();
      CommandLine runway = runway(Map.of("RUNWAY_TOKEN", "t", "RUNWAY_SERVER", address));
      runway.setOut(new PrintWriter(out, true));

      assertThat(runway.execute("audit", "verify")).isEqualTo(1);
      assertThat(out.toString()).contains("false");
      answer.set("{\"intact\": true, \"entries\": 7}");
      assertThat(runway.execute("audit", "verify")).isZero();
    } finally {
      server.stop(0);
    }
  }

  @Test
  void importThatIsRefused_isComplainedOf_andHoldsUpNoOther(@TempDir Path folder)
      throws IOException {
    new MetaflowTree(folder, "First").graph().run("1", 1, "\"x\"", true);
    new MetaflowTree(folder, "Second").graph().run("2", 1, "\"x\"", true);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    List<String> sent = new ArrayList<>();
    server.createContext(
        "/v1/imports/lineage",
        exchange -> {
          String asked =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          sent.add(asked);
          boolean good = asked.contains("Second/2");
          byte[] body =
              (good
                      ? "{\"nodes\": 4, \"edges\": 5}"
                      : "{\"title\": \"Not valid\", \"detail\": \"no\"}")
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(good ? 200 : 422, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    try {
      String address = "http://127.0.0.1:" + server.getAddress().getPort();
      StringWriter out = new StringWriter();
      StringWriter err = new StringWriter();
      CommandLine runway = runway(Map.of("RUNWAY_TOKEN", "t", "RUNWAY_SERVER", address));
      runway.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));

      assertThat(runway.execute("import", "metaflow", folder.toString())).isEqualTo(1);

      assertThat(sent).hasSize(2);
      assertThat(sent.get(0)).contains("\"source\":\"metaflow\"", "First/1");
      assertThat(err.toString()).contains("runway: First/1: 422 Not valid: no");
      assertThat(out.toString()).contains("Second/2").doesNotContain("First");
    } finally {
      server.stop(0);
    }
  }

  @Test
  void keyThatCannotBeSent_isRefused() {
    StringWriter err = new StringWriter();
    CommandLine runway = runway(Map.of("RUNWAY_TOKEN", "t", "RUNWAY_SERVER", "http://127.0.0.1:1"));
    runway.setErr(new PrintWriter(err, true));

    assertThat(runway.execute("versions", "create", "m", "1", "--idempotency-key", "a\nb"))
        .isEqualTo(2);
    assertThat(err.toString()).contains("--idempotency-key");
  }

  private static List<Action> actions() {
    return Verbs.all().stream()
        .flatMap(verb -> Stream.concat(Stream.of(verb.first()), verb.others().stream()))
        .toList();
  }

  private static CommandLine runway(Map<String, String> environment) {
    CommandLine runway = new CommandLine(CommandSpec.create().name("runway"));
    Verbs.addTo(runway, environment, Optional::empty);
    return runway;
  }
}
