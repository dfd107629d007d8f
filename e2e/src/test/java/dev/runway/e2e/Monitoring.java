package dev.runway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.runway.deploy.Prepare;
import dev.runway.stack.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A Prometheus and an Alertmanager, as Debian packages them, beside a stack: with the product's own
 * files, written by {@code prepare prometheus} for a drill, in which a minute takes a second. Whom
 * Alertmanager tells is here too.
 */
final class Monitoring implements AutoCloseable {
  static final Path PROMETHEUS = Path.of("/usr/bin/prometheus");
  static final Path ALERTMANAGER = Path.of("/usr/bin/prometheus-alertmanager");

  private static final Duration START = Duration.ofMinutes(2);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http = HttpClient.newHttpClient();
  private final List<Process> processes = new ArrayList<>();
  private final List<JsonNode> told = new CopyOnWriteArrayList<>();
  private final HttpServer onCall;
  private final Path folder;
  private final int prometheus = freePort();
  private final int alertmanager = freePort();

  private Monitoring(Path folder) throws IOException {
    this.folder = folder;
    onCall = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
  }

  static boolean installed() {
    return Files.isExecutable(PROMETHEUS) && Files.isExecutable(ALERTMANAGER);
  }

  /** Starts both, and returns when both answer. */
  static Monitoring start(TestStack stack, Path folder) throws IOException {
    Monitoring monitoring = new Monitoring(folder);
    try {
      monitoring.start(stack.client().ports());
      return monitoring;
    } catch (IOException | RuntimeException | Error e) {
      monitoring.close();
      throw e;
    }
  }

  private void start(Ports ports) throws IOException {
    onCall.createContext(
        "/alerts",
        exchange -> {
          told.add(JSON.readTree(exchange.getRequestBody()));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    onCall.start();
    int written =
        Prepare.commandLine()
            .execute(
                "prometheus",
                "--folder=" + folder,
                "--minute=PT1S",
                "--flink="
                    + Ports.METRICS.stream()
                        .map(name -> "127.0.0.1:" + ports.of(name))
                        .collect(Collectors.joining(",")),
                "--control-api=127.0.0.1:" + ports.of(Ports.CONTROL),
                "--alertmanager=127.0.0.1:" + alertmanager,
                "--webhook=http://127.0.0.1:" + onCall.getAddress().getPort() + "/alerts",
                "--runbooks=https://git.example/runway/");
    assertThat(written).isZero();
    run(
        ALERTMANAGER,
        "--config.file=" + folder.resolve("alertmanager.yaml"),
        "--storage.path=" + folder.resolve("alertmanager"),
        "--web.listen-address=127.0.0.1:" + alertmanager,
        "--cluster.listen-address=");
    run(
        PROMETHEUS,
        "--config.file=" + folder.resolve("prometheus.yaml"),
        "--storage.tsdb.path=" + folder.resolve("prometheus"),
        "--web.listen-address=127.0.0.1:" + prometheus);
    await("Prometheus and Alertmanager are ready")
        .atMost(START)
        .ignoreExceptions()
        .until(
            () ->
                get("http://127.0.0.1:" + prometheus + "/-/ready").statusCode() == 200
                    && get("http://127.0.0.1:" + alertmanager + "/-/ready").statusCode() == 200);
  }

  private void run(Path program, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    processes.add(
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(program.getFileName() + ".log").toFile())
            .start());
  }

  /** What an expression is now: one for each set of labels. */
  JsonNode ask(String expression) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        get(
            "http://127.0.0.1:"
                + prometheus
                + "/api/v1/query?query="
                + URLEncoder.encode(expression, StandardCharsets.UTF_8));
    assertThat(answer.statusCode()).as(expression + ": " + answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body()).at("/data/result");
  }

  /** What Alertmanager holds of an alert, by one of its labels. */
  List<JsonNode> alerts(String name, String label, String value)
      throws IOException, InterruptedException {
    HttpResponse<String> answer = get("http://127.0.0.1:" + alertmanager + "/api/v2/alerts");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    List<JsonNode> alerts = new ArrayList<>();
    for (JsonNode alert : JSON.readTree(answer.body())) {
      if (is(alert, name, label, value)) {
        alerts.add(alert);
      }
    }
    return alerts;
  }

  /** Whether whoever is on call was told of an alert with this status: firing, resolved. */
  boolean told(String status, String name, String label, String value) {
    for (JsonNode message : told) {
      for (JsonNode alert : message.path("alerts")) {
        if (alert.path("status").asText().equals(status) && is(alert, name, label, value)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean is(JsonNode alert, String name, String label, String value) {
    return alert.at("/labels/alertname").asText().equals(name)
        && alert.path("labels").path(label).asText().equals(value);
  }

  private HttpResponse<String> get(String url) throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create(url)).timeout(START).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() {
    onCall.stop(0);
    for (Process process : processes) {
      process.destroy();
    }
    for (Process process : processes) {
      try {
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      } catch (InterruptedException e) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
  }
}
