package dev.runway.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.runway.control.http.ContractCheck;
import dev.runway.control.options.ControlOptions;
import dev.runway.control.options.ControlSettings;
import dev.runway.control.options.Settings;
import dev.runway.control.security.PersonTokens;
import dev.runway.testkit.PostgresDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The API of one test class, on a free port, and a client for it. */
public final class RunningApi implements BeforeAllCallback, AfterAllCallback {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Keys are looked for as often as tests change them. */
  private static final PersonTokens.Pace PACE =
      new PersonTokens.Pace(Duration.ofSeconds(1), Duration.ofMillis(300));

  private final PostgresDatabase postgres;
  private final String brokers;
  private final Map<String, String> further;
  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(30)).build();
  private ControlServer server;
  private String token;

  /**
   * The API.
   *
   * @param postgres null for a database that is not there
   */
  public RunningApi(PostgresDatabase postgres, String brokers, Map<String, String> further) {
    this.postgres = postgres;
    this.brokers = brokers;
    this.further = further;
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    start();
  }

  /** Starts it, or starts it again with the same settings. */
  public void start() {
    server = new ControlServer(options(), PACE);
    server.start();
    token = server.demoToken();
  }

  public void stop() {
    server.close();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    server.close();
  }

  public ControlOptions options() {
    Map<String, String> environment = new HashMap<>();
    environment.put("RUNWAY_CONTROL_PORT", "0");
    if (postgres == null) {
      environment.put("RUNWAY_POSTGRES_URL", "jdbc:postgresql://127.0.0.1:1/runway");
    } else {
      environment.put("RUNWAY_POSTGRES_URL", postgres.jdbcUrl());
      environment.put("RUNWAY_POSTGRES_PASSWORD", postgres.password("runway_api"));
    }
    environment.put("RUNWAY_POSTGRES_POOL_SIZE", "8");
    // A busy machine is no outage; tests that wait for one ask for brief limits.
    environment.put("RUNWAY_POSTGRES_CONNECT_TIMEOUT", "PT15S");
    environment.put("RUNWAY_POSTGRES_STATEMENT_TIMEOUT", "PT15S");
    environment.put("RUNWAY_POSTGRES_SOCKET_TIMEOUT", "PT30S");
    environment.put("RUNWAY_CONTROL_DEMO", "true");
    environment.put("RUNWAY_CONTROL_RATE", "100000");
    environment.put("RUNWAY_CONTROL_BURST", "100000");
    environment.put("RUNWAY_CONTROL_DRAIN", "PT3S");
    environment.put("RUNWAY_KAFKA_BOOTSTRAP_SERVERS", brokers);
    environment.putAll(further);
    return ControlOptions.of(Settings.load(ControlSettings.ALL, null, environment));
  }

  /** The administrator's. */
  public String token() {
    return token;
  }

  public String address() {
    return server.address();
  }

  /** An answer with its body as JSON; missing when it has none. */
  public record Reply(int status, HttpResponse<String> http, JsonNode body) {
    public String header(String name) {
      return http.headers().firstValue(name).orElse(null);
    }
  }

  /** As the administrator. */
  public Reply get(String path, String... headers) {
    return send("GET", path, null, headers);
  }

  public Reply post(String path, String body, String... headers) {
    return send("POST", path, body, headers);
  }

  public Reply put(String path, String body, String... headers) {
    return send("PUT", path, body, headers);
  }

  /** As the administrator, unless the headers say who it is. */
  public Reply send(String method, String path, String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server.address() + path))
            .timeout(Duration.ofMinutes(1))
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    if (request.build().headers().firstValue("Authorization").isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    if (body != null && request.build().headers().firstValue("Content-Type").isEmpty()) {
      request.header("Content-Type", "application/json");
    }
    return send(request.build());
  }

  public Reply send(HttpRequest request) {
    try {
      HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
      String type = response.headers().firstValue("Content-Type").orElse("");
      JsonNode body =
          type.contains("json")
              ? JSON.readTree(response.body())
              : JSON.getNodeFactory().missingNode();
      ContractCheck.require(request.method(), request.uri().getRawPath(), response, body);
      return new Reply(response.statusCode(), response, body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
