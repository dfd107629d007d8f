package dev.runway.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.runway.testkit.PostgresDatabase;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
    List<JsonNode> lines = new ArrayList<>();
    try (BufferedReader out = process.inputReader()) {
      String address = awaitAddress(out, lines);
      String kept = Files.readString(token);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(token)))
          .isEqualTo("rw-------");
      assertThat(status(address + "/v1/me", kept)).isEqualTo(200);
      assertThat(status(address + "/v1/me", "nonsense")).isEqualTo(401);

      process.toHandle().destroy(); // Process.destroy would close what is read below.
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
      out.lines().forEach(line -> lines.add(read(line)));
      String log = lines.toString();
      assertThat(log)
          .doesNotContain(POSTGRES.password("runway_api"), kept)
          .contains("runway.postgres.password = ********")
          .contains("\"operation\":\"getMe\"", "\"subject\":\"demo\"", "\"request_id\":");
      String error = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(error).startsWith("Demo token (administrator): " + kept).doesNotContain("\tat ");
    } finally {
      process.destroyForcibly();
    }
  }

  private static Process launch(Path token) throws Exception {
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
    return builder.start();
  }

  private static String awaitAddress(BufferedReader out, List<JsonNode> lines) throws Exception {
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      JsonNode json = read(line);
      lines.add(json);
      String message = json.path("message").asText();
      if (message.startsWith("listening at ")) {
        return message.split(" ", -1)[2];
      }
    }
    throw new AssertionError("it ended before it listened: " + lines);
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
