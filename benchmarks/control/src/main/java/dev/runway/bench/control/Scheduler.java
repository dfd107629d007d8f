package dev.runway.bench.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Stands for Maestro: it writes down every start in its order, and each run has ended with a new
 * version when it is looked at. A request id that it has is DUPLICATED, as there. For a time it may
 * be away: then it answers 503, whatever it is asked, and nothing is started.
 */
final class Scheduler implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String START = "/actions/start";
  private static final Pattern RUN = Pattern.compile(".*/instances/([0-9]+)/runs/latest");

  /** Registers what a run has trained. */
  @FunctionalInterface
  interface Trained {
    void by(String commandId) throws IOException, InterruptedException;
  }

  private final HttpServer server;
  private final List<String> starts = new ArrayList<>();
  private final Map<String, Boolean> ended = new ConcurrentHashMap<>();
  private int askedAgain;
  private int goesAwayAt = Integer.MAX_VALUE;
  private Duration staysAway = Duration.ZERO;
  private long awayMillis;
  private long backMillis;
  private int refused;
  private volatile Trained trained = id -> {};
  private volatile long lastStartNanos;

  Scheduler() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newCachedThreadPool());
    server.createContext("/", this::handle);
    server.start();
  }

  String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  void whenARunEnds(Trained then) {
    trained = then;
  }

  /** Lets it go away as soon as it has started so many, all that it ever started counted. */
  synchronized void goAwayAt(int starts, Duration howLong) {
    goesAwayAt = starts;
    staysAway = howLong;
  }

  /** When it was away last, epoch milliseconds; 0 if it never was. */
  synchronized long awayMillis() {
    return awayMillis;
  }

  /** When it was back, or is to be; 0 if it never was away. */
  synchronized long backMillis() {
    return backMillis;
  }

  /** How many starts it was asked for and refused, for it was away. */
  synchronized int refused() {
    return refused;
  }

  /** How often a start was asked for once more, under an id that had been started: DUPLICATED. */
  synchronized int askedAgain() {
    return askedAgain;
  }

  /** Ids of everything that was started, in that order. */
  synchronized List<String> starts() {
    return List.copyOf(starts);
  }

  /** When the last of them was started, on the clock of {@link System#nanoTime}. */
  long lastStartNanos() {
    return lastStartNanos;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      String path = exchange.getRequestURI().getPath();
      Matcher run = RUN.matcher(path);
      ObjectNode answer;
      if (isAway(path)) {
        exchange.sendResponseHeaders(503, -1);
        return;
      } else if (path.endsWith(START)) {
        answer = start(JSON.readTree(body));
      } else if (run.matches()) {
        answer = look(Integer.parseInt(run.group(1)));
      } else {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      byte[] bytes = answer.toString().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, bytes.length);
      exchange.getResponseBody().write(bytes);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized boolean isAway(String path) {
    boolean away = System.currentTimeMillis() < backMillis;
    if (away && path.endsWith(START)) {
      refused++;
    }
    return away;
  }

  private synchronized ObjectNode start(JsonNode body) {
    String id = body.path("request_id").asText();
    boolean again = starts.contains(id);
    if (again) {
      askedAgain++;
    } else {
      starts.add(id);
      lastStartNanos = System.nanoTime();
      if (starts.size() == goesAwayAt) {
        awayMillis = System.currentTimeMillis();
        backMillis = awayMillis + staysAway.toMillis();
      }
    }
    return JSON.createObjectNode()
        .put("workflow_instance_id", again ? 0 : starts.size())
        .put("workflow_run_id", 1)
        .put("workflow_uuid", id)
        .put("status", again ? "DUPLICATED" : "CREATED");
  }

  private ObjectNode look(int instance) throws IOException, InterruptedException {
    String id = starts().get(instance - 1);
    if (!ended.containsKey(id)) {
      trained.by(id);
      ended.put(id, true); // Not before: a run whose version is not registered is looked at again.
    }
    return JSON.createObjectNode()
        .put("workflow_instance_id", instance)
        .put("workflow_run_id", 1)
        .put("workflow_uuid", id)
        .put("status", "SUCCEEDED");
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
