package dev.runway.bench.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.runway.bench.harness.Broker;
import dev.runway.bench.harness.Database;
import dev.runway.bench.harness.Place;
import dev.runway.sql.RolePasswords;
import java.io.IOException;
import java.io.Writer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** The control API as the local stack starts it: its own JVM, the stack's flags, 192 MB of heap. */
final class Api implements AutoCloseable {
  static final String NAMESPACE = "bench";

  private static final Duration STARTS_WITHIN = Duration.ofMinutes(3);
  private static final int ASKED_AGAIN = 60;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process process;
  private final URI address;
  private final Path tokenFile;
  private final Duration startedAfter;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private Api(Process process, URI address, Path tokenFile, Duration startedAfter) {
    this.process = process;
    this.address = address;
    this.tokenFile = tokenFile;
    this.startedAfter = startedAfter;
  }

  /**
   * Starts it, and waits until it says that it is ready.
   *
   * @param more settings beside those of the local stack
   */
  static Api start(Path folder, Broker broker, Database database, Map<String, String> more)
      throws Exception {
    int port = Place.freePort();
    Path token = folder.resolve("control-token");
    Path settings = folder.resolve("control.properties");
    Properties properties = new Properties();
    properties.putAll(
        Map.of(
            "runway.control.port", Integer.toString(port),
            "runway.control.demo", "true",
            "runway.control.demo-token-file", token.toString(),
            "runway.control.drain", "PT5S",
            "runway.postgres.url", database.jdbcUrl(),
            "runway.postgres.user", RolePasswords.API,
            "runway.postgres.password-file", database.passwordFile(RolePasswords.API).toString(),
            "runway.kafka.bootstrap-servers", broker.bootstrapServers(),
            "runway.namespace", NAMESPACE));
    properties.putAll(more);
    try (Writer writer = Files.newBufferedWriter(settings)) {
      properties.store(writer, null);
    }
    URI address = URI.create("http://127.0.0.1:" + port);
    long begun = System.nanoTime();
    Process process =
        new ProcessBuilder(command(settings))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("control.log").toFile())
            .start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly, "end-api"));
    awaitReady(process, address, begun, folder);
    return new Api(process, address, token, Duration.ofNanos(System.nanoTime() - begun));
  }

  private static List<String> command(Path settings) {
    Path target = Place.repository().resolve("control-api/target");
    if (!Files.isDirectory(target.resolve("lib"))) {
      throw new IllegalStateException(
          target + "/lib is missing: ./mvnw -pl control-api -am package");
    }
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-XX:ActiveProcessorCount=2",
        "-Xmx192m",
        "-XX:+ExitOnOutOfMemoryError",
        "-Duser.timezone=UTC",
        "-cp",
        target + "/lib/*:" + jar(target),
        "dev.runway.control.ControlApi",
        "--config",
        settings.toString());
  }

  private static Path jar(Path target) {
    try (var jars = Files.newDirectoryStream(target, "runway-control-api-*.jar")) {
      return jars.iterator().next();
    } catch (IOException e) {
      throw new IllegalStateException("no jar of the control API in " + target, e);
    }
  }

  private static void awaitReady(Process process, URI address, long begun, Path folder)
      throws InterruptedException {
    HttpClient client = HttpClient.newHttpClient();
    HttpRequest ready = HttpRequest.newBuilder(address.resolve("/readyz")).build();
    while (System.nanoTime() - begun < STARTS_WITHIN.toNanos() && process.isAlive()) {
      try {
        if (client.send(ready, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
          return;
        }
      } catch (IOException e) {
        // It does not listen yet.
      }
      TimeUnit.MILLISECONDS.sleep(10);
    }
    process.destroyForcibly();
    throw new IllegalStateException("the API is not ready; it said " + folder + "/control.log");
  }

  /** From the start of its process until it first said that it is ready. */
  Duration startedAfter() {
    return startedAfter;
  }

  /** Processor time it has used. */
  Duration cpu() {
    return process.toHandle().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  HttpClient client() {
    return client;
  }

  /** A request as the administrator. */
  HttpRequest.Builder request(String path) {
    try {
      return HttpRequest.newBuilder(address.resolve(path))
          .timeout(Duration.ofSeconds(30))
          .header("Authorization", "Bearer " + Files.readString(tokenFile));
    } catch (IOException e) {
      throw new IllegalStateException("the API's token is gone", e);
    }
  }

  /** Sends a body, again while there is too much to do, and requires that it is taken. */
  JsonNode send(String method, String path, String body) throws IOException, InterruptedException {
    return taken(
        request(path)
            .header("Idempotency-Key", UUID.randomUUID().toString())
            .method(method, HttpRequest.BodyPublishers.ofString(body)));
  }

  /** Puts a body in the place of what is there, if anything is. */
  JsonNode replace(String path, String body) throws IOException, InterruptedException {
    HttpRequest.Builder request = request(path).PUT(HttpRequest.BodyPublishers.ofString(body));
    answer(request(path).build())
        .headers()
        .firstValue("ETag")
        .ifPresent(tag -> request.header("If-Match", tag));
    return taken(request);
  }

  private JsonNode taken(HttpRequest.Builder builder) throws IOException, InterruptedException {
    HttpRequest request = builder.header("Content-Type", "application/json").build();
    HttpResponse<String> answer = answer(request);
    if (answer.statusCode() / 100 != 2) {
      throw new IOException(
          request.method() + " " + request.uri() + " " + answer.statusCode() + " " + answer.body());
    }
    return JSON.readTree(answer.body());
  }

  private HttpResponse<String> answer(HttpRequest request)
      throws IOException, InterruptedException {
    HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
    for (int i = 0; answer.statusCode() == 503 && i < ASKED_AGAIN; i++) {
      TimeUnit.MILLISECONDS.sleep(500);
      answer = client.send(request, HttpResponse.BodyHandlers.ofString());
    }
    return answer;
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
