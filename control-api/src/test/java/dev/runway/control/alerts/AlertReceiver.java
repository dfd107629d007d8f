package dev.runway.control.alerts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * All four kinds of targets behind one port: a real server, as strict as those it stands for, that
 * writes down every delivery and can be told to go wrong.
 */
public final class AlertReceiver implements AutoCloseable {
  static final ObjectMapper JSON = new ObjectMapper();
  static final String KEY = "0123456789abcdef0123456789abcdef";
  static final String SECRET = "k3y";
  static final String SLACK_PATH = "/services/T0/B0/s3cret";
  private static final Map<String, String> PATHS =
      Map.of(
          "/am/api/v2/alerts",
          "alertmanager",
          "/v2/enqueue",
          "pagerduty",
          SLACK_PATH,
          "slack",
          "/hook",
          "webhook");

  /** How a target goes wrong. */
  public enum Fault {
    AWAY,
    BUSY,
    HANGS,
    REFUSES,
    SHUT,
    /** It hears, and its answer is lost. */
    HANGS_UP
  }

  /**
   * What a target was told of one alert.
   *
   * @param open whether it is open, to the target
   */
  public record Told(String target, boolean open, String id, JsonNode body) {
    @Override
    public String toString() {
      return target + (open ? " open " : " over ") + id;
    }
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch end = new CountDownLatch(1);
  private final Map<String, JsonSchema> schemas = new HashMap<>();
  private final Map<String, Fault> faults = new ConcurrentHashMap<>();
  private final List<Told> told = new ArrayList<>();
  private final List<String> wrong = new ArrayList<>();
  private final Map<String, Integer> asked = new HashMap<>();

  public AlertReceiver() {
    for (String target : PATHS.values()) {
      schemas.put(target, schema(target));
    }
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  private static JsonSchema schema(String target) {
    try (InputStream in =
        AlertReceiver.class.getResourceAsStream("/alerts/" + target + ".schema.json")) {
      return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** The settings of whoever tells some of the targets. */
  public Map<String, String> settings(Path folder, String... targets) {
    Map<String, String> settings = new HashMap<>();
    settings.put("RUNWAY_CONTROL_ALERTS_ALLOW_PRIVATE", "true");
    settings.put("RUNWAY_CONTROL_ALERTS_TIMEOUT", "PT10S");
    settings.put("RUNWAY_CONTROL_ALERTS_ALERTMANAGER_REFRESH", "PT1S");
    for (String target : targets) {
      switch (target) {
        case "alertmanager" ->
            settings.put("RUNWAY_CONTROL_ALERTS_ALERTMANAGER_URL", address() + "/am/");
        case "pagerduty" -> {
          settings.put("RUNWAY_CONTROL_ALERTS_PAGERDUTY_URL", address() + "/v2/enqueue");
          settings.put("RUNWAY_CONTROL_ALERTS_PAGERDUTY_KEY_FILE", file(folder, "key", KEY));
        }
        case "slack" ->
            settings.put(
                "RUNWAY_CONTROL_ALERTS_SLACK_URL_FILE",
                file(folder, "slack", address() + SLACK_PATH));
        default -> {
          settings.put("RUNWAY_CONTROL_ALERTS_WEBHOOK_URL", address() + "/hook");
          settings.put("RUNWAY_CONTROL_ALERTS_WEBHOOK_SECRET_FILE", file(folder, "secret", SECRET));
        }
      }
    }
    return settings;
  }

  private static String file(Path folder, String name, String content) {
    try {
      return Files.writeString(folder.resolve(name), content + "\n").toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** From now on the target goes wrong; null for right. */
  public void go(String target, Fault fault) {
    if (fault == null) {
      faults.remove(target);
    } else {
      faults.put(target, fault);
    }
  }

  /** Everything that a target has heard, in its order. */
  public synchronized List<Told> told(String target) {
    return told.stream().filter(one -> one.target().equals(target)).toList();
  }

  /** The alerts that are open to a target, as it keeps them apart. */
  public List<String> open(String target) {
    Map<String, Boolean> alerts = new LinkedHashMap<>();
    told(target).forEach(one -> alerts.put(one.id(), one.open()));
    return alerts.entrySet().stream().filter(Map.Entry::getValue).map(Map.Entry::getKey).toList();
  }

  /** What was not as it should be, with the reason. */
  public synchronized List<String> wrong() {
    return List.copyOf(wrong);
  }

  /** How often a target was asked, also when it went wrong. */
  public synchronized int asked(String target) {
    return asked.getOrDefault(target, 0);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      String target = PATHS.get(exchange.getRequestURI().getPath());
      if (target == null || !exchange.getRequestMethod().equals("POST")) {
        send(exchange, 404, "{}");
        return;
      }
      synchronized (this) {
        asked.merge(target, 1, Integer::sum);
      }
      Fault fault = faults.get(target);
      if (fault == null || fault == Fault.HANGS_UP) {
        String complaint = complaint(target, exchange, body);
        if (complaint != null) {
          synchronized (this) {
            wrong.add(target + ": " + complaint + ": " + new String(body, StandardCharsets.UTF_8));
          }
          send(exchange, 400, JSON.createObjectNode().put("message", complaint).toString());
          return;
        }
        hear(target, JSON.readTree(body));
        if (fault == null) {
          succeed(target, exchange);
        }
      } else {
        fail(fault, exchange);
      }
    }
  }

  private void fail(Fault fault, HttpExchange exchange) throws IOException {
    switch (fault) {
      case AWAY -> send(exchange, 503, "{}");
      case BUSY -> {
        exchange.getResponseHeaders().set("Retry-After", "3");
        send(exchange, 429, "{}");
      }
      case REFUSES -> send(exchange, 400, "{\"message\":\"not this one\"}");
      case SHUT -> send(exchange, 403, "{}");
      default -> {
        try {
          end.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }

  private void succeed(String target, HttpExchange exchange) throws IOException {
    switch (target) {
      case "pagerduty" -> send(exchange, 202, "{\"status\":\"success\"}");
      case "slack" -> send(exchange, 200, "ok");
      default -> send(exchange, 200, "");
    }
  }

  /** Null when everything is as it should be. */
  private String complaint(String target, HttpExchange exchange, byte[] body) throws IOException {
    var faulty = schemas.get(target).validate(JSON.readTree(body));
    if (!faulty.isEmpty()) {
      return faulty.toString();
    }
    if (!"application/json".equals(exchange.getRequestHeaders().getFirst("Content-Type"))) {
      return "no JSON, it says";
    }
    if (target.equals("pagerduty")
        && !JSON.readTree(body).path("routing_key").asText().equals(KEY)) {
      return "no such key";
    }
    return target.equals("webhook") && !isSigned(exchange, body) ? "not signed" : null;
  }

  private static boolean isSigned(HttpExchange exchange, byte[] body) {
    String timestamp = exchange.getRequestHeaders().getFirst("X-Runway-Timestamp");
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      mac.update((timestamp + ".").getBytes(StandardCharsets.UTF_8));
      String due = "v1=" + HexFormat.of().formatHex(mac.doFinal(body));
      return due.equals(exchange.getRequestHeaders().getFirst("X-Runway-Signature"));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private synchronized void hear(String target, JsonNode body) {
    switch (target) {
      case "alertmanager" ->
          body.forEach(
              alert ->
                  told.add(
                      new Told(
                          target,
                          Instant.parse(alert.path("endsAt").asText()).isAfter(Instant.now()),
                          alert.path("labels").toString(),
                          alert)));
      case "pagerduty" ->
          told.add(
              new Told(
                  target,
                  body.path("event_action").asText().equals("trigger"),
                  body.path("dedup_key").asText(),
                  body));
      case "slack" ->
          told.add(
              new Told(
                  target,
                  !body.at("/attachments/0/color").asText().equals("good"),
                  body.at("/attachments/0/footer").asText(),
                  body));
      default ->
          told.add(
              new Told(
                  target,
                  body.path("status").asText().equals("firing"),
                  body.path("dedup_key").asText(),
                  body));
    }
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    if (bytes.length > 0) {
      exchange.getResponseBody().write(bytes);
    }
  }

  @Override
  public void close() {
    end.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
