package dev.runway.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.runway.testkit.PostgresDatabase;
import dev.runway.testkit.Waits;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The program in a process of its own. */
class ControlApiITCase {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Order(1)
  @RegisterExtension
  static final PostgresDatabase POSTGRES = new PostgresDatabase();

  @TempDir Path folder;

  @Test
  void program_startsAnswersAndEndsWhenToldTo() throws Exception {
    Path token = folder.resolve("token");
    Process process = launch(token);
    try {
      String address = awaitAddress(process);
      String kept = Files.readString(token);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(token)))
          .isEqualTo("rw-------");
      assertThat(status(address + "/v1/me", kept)).isEqualTo(200);
      assertThat(status(address + "/v1/me", "nonsense")).isEqualTo(401);

      process.destroy();
      assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
      String log = lines().toString();
      assertThat(log)
          .doesNotContain(POSTGRES.password("runway_api"), kept)
          .contains("runway.postgres.password = ********")
          .contains("\"operation\":\"getMe\"", "\"subject\":\"demo\"", "\"request_id\":");
      assertThat(Files.readString(folder.resolve("err")))
          .startsWith("Demo token (administrator): in " + token)
          .doesNotContain(kept, "\tat ");
    } finally {
      process.destroyForcibly();
    }
  }

  private Process launch(Path token) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx192m",
            "-cp",
            System.getProperty("java.class.path"),
            ControlApi.class.getName());
    Map<String, String> environment = builder.environment();
    environment.put("RUNWAY_CONTROL_PORT", "0");
    environment.put("RUNWAY_CONTROL_DEMO", "true");
    environment.put("RUNWAY_CONTROL_DEMO_TOKEN_FILE", token.toString());
    environment.put("RUNWAY_CONTROL_DRAIN", "PT2S");
    environment.put("RUNWAY_POSTGRES_URL", POSTGRES.jdbcUrl());
    environment.put("RUNWAY_POSTGRES_PASSWORD", POSTGRES.password("runway_api"));
    environment.put("RUNWAY_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1");
    // Into files: of a pipe the JDK takes the rest at the end, and may be faster than we are.
    return builder
        .redirectOutput(folder.resolve("out").toFile())
        .redirectError(folder.resolve("err").toFile())
        .start();
  }

  private String awaitAddress(Process process) {
    return await()
        .atMost(Waits.LONG)
        .failFast(() -> !process.isAlive())
        .until(this::address, Optional::isPresent)
        .orElseThrow();
  }

  private Optional<String> address() throws IOException {
    return lines().stream()
        .map(line -> line.path("message").asText())
        .filter(message -> message.startsWith("listening at "))
        .map(message -> message.split(" ", -1)[2])
        .findFirst();
  }

  /** Every whole line of the log. */
  private List<JsonNode> lines() throws IOException {
    String text = Files.readString(folder.resolve("out"));
    return text.substring(0, text.lastIndexOf('\n') + 1)
        .lines()
        .map(ControlApiITCase::read)
        .toList();
  }

  private static JsonNode read(String line) {
    try {
      return JSON.readTree(line);
    } catch (IOException e) {
      throw new AssertionError("no JSON: " + line, e);
    }
  }

  private static int status(String address, String token) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(address))
                .header("Authorization", "Bearer " + token)
                .build(),
            HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }
}
