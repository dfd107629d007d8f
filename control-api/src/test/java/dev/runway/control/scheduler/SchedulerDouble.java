package dev.runway.control.scheduler;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A scheduler that is a real server: it is as strict as the one it stands for, writes down every
 * start, and can be told to go wrong.
 */
public abstract class SchedulerDouble implements AutoCloseable {
  protected static final ObjectMapper JSON = new ObjectMapper();
  protected static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** How a start goes wrong. Before: nothing was started. After: it was, and nobody hears of it. */
  public enum Fault {
    HANG_UP_BEFORE,
    FAIL_BEFORE,
    BUSY,
    CLOSED_DOOR,
    REDIRECT,
    /** On its way until it is let arrive, when nobody waits for the answer any more. */
    LATE,
    HANG_AFTER,
    HANG_UP_AFTER,
    FAIL_AFTER,
    /** A proxy that has passed it on says that it is too busy, and when to come again. */
    BUSY_AFTER,
    NONSENSE_AFTER,
    ENDLESS_AFTER
  }

  /** A request as it came. */
  public record Seen(String method, URI uri, byte[] body, HttpExchange exchange) {
    public String header(String name) {
      return exchange.getRequestHeaders().getFirst(name);
    }

    String path() {
      return uri.getRawPath();
    }
  }

  /** An answer as it goes. */
  protected record Said(int status, JsonNode body) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch end = new CountDownLatch(1);
  private final CountDownLatch arrival = new CountDownLatch(1);
  private final List<String> starts = new ArrayList<>();
  private final List<String> models = new ArrayList<>();
  private final List<Seen> requests = new ArrayList<>();
  private final Deque<Fault> faults = new ArrayDeque<>();
  private final AtomicInteger onTheWay = new AtomicInteger();
  private volatile Duration delay = Duration.ZERO;
  private volatile boolean lastWords;
  private volatile boolean gone;
  private volatile int standIn;

  protected SchedulerDouble() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  public final URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** The next starts go wrong, one each. */
  public final synchronized void go(Fault... wrong) {
    faults.addAll(List.of(wrong));
  }

  /** What was {@link Fault#LATE} arrives now. */
  public final void letArrive() {
    arrival.countDown();
  }

  /** Whether nothing that was {@link Fault#LATE} is on its way any more. */
  public final boolean hasAllArrived() {
    return onTheWay.get() == 0;
  }

  /** From now on every answer takes that long. */
  public final void slow(Duration each) {
    delay = each;
  }

  /** From now on something else answers everything, as a proxy does for a server that is away. */
  public final void standIn(int status) {
    standIn = status;
  }

  /** The next answer is the last one: nobody is there after it. */
  public final void goAfterNextAnswer() {
    lastWords = true;
  }

  /** Ids of everything that was started, in that order, as often as it was. */
  public final synchronized List<String> starts() {
    return List.copyOf(starts);
  }

  public final synchronized List<Seen> requests() {
    return List.copyOf(requests);
  }

  /** Models of everything that was started, in that order: whatever it was called. */
  public final synchronized List<String> startedModels() {
    return List.copyOf(models);
  }

  protected final synchronized void started(String id, String modelId) {
    starts.add(id);
    models.add(modelId);
  }

  /** Whether a request is one to start something. */
  protected abstract boolean isStart(Seen request);

  /** Does what is asked for. */
  protected abstract Said answer(Seen request) throws IOException;

  private synchronized Fault faultOf(Seen request) {
    requests.add(request);
    return isStart(request) ? faults.poll() : null;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      Seen request =
          new Seen(exchange.getRequestMethod(), exchange.getRequestURI(), body, exchange);
      Fault fault = faultOf(request);
      if (gone) {
        return;
      }
      if (standIn != 0) {
        send(exchange, standIn, "<html>nobody".getBytes(StandardCharsets.UTF_8));
        return;
      }
      if (fault != null && isBefore(exchange, fault)) {
        return;
      }
      if (!arrives(fault)) {
        return;
      }
      Said said = answer(request);
      if (fault == Fault.LATE) {
        onTheWay.decrementAndGet();
      }
      if (fault == null) {
        gone = lastWords;
        send(exchange, said.status(), said.body().toString().getBytes(StandardCharsets.UTF_8));
        if (gone) {
          exchange.getResponseBody().close();
          server.stop(0);
        }
      } else {
        after(exchange, fault);
      }
    }
  }

  /** Waits while a request is on its way; false when the end comes before that. */
  private boolean arrives(Fault fault) {
    try {
      if (fault == Fault.LATE) {
        onTheWay.incrementAndGet();
        arrival.await();
        return true;
      }
      return delay.isZero() || !end.await(delay.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static boolean isBefore(HttpExchange exchange, Fault fault) throws IOException {
    switch (fault) {
      case HANG_UP_BEFORE -> {
        // The connection is closed without a word.
      }
      case FAIL_BEFORE ->
          send(exchange, 500, "{\"message\":\"broken\"}".getBytes(StandardCharsets.UTF_8));
      case CLOSED_DOOR -> send(exchange, 403, "{}".getBytes(StandardCharsets.UTF_8));
      case BUSY -> {
        exchange.getResponseHeaders().set("Retry-After", "2");
        send(exchange, 429, "{}".getBytes(StandardCharsets.UTF_8));
      }
      case REDIRECT -> {
        exchange.getResponseHeaders().set("Location", "http://elsewhere.example/");
        send(exchange, 307, new byte[0]);
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private void after(HttpExchange exchange, Fault fault) throws IOException {
    switch (fault) {
      case HANG_AFTER -> {
        try {
          end.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
      case FAIL_AFTER -> send(exchange, 502, new byte[0]);
      case BUSY_AFTER -> {
        exchange.getResponseHeaders().set("Retry-After", "2");
        send(exchange, 503, new byte[0]);
      }
      case NONSENSE_AFTER -> send(exchange, 200, "<html>".getBytes(StandardCharsets.UTF_8));
      case ENDLESS_AFTER -> {
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
          byte[] part = "x".repeat(64 * 1024).getBytes(StandardCharsets.UTF_8);
          while (end.getCount() > 0) {
            out.write(part); // Until the other side has enough of it.
          }
        }
      }
      default -> {
        // The connection is closed without a word.
      }
    }
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    if (body.length > 0) {
      exchange.getResponseBody().write(body);
    }
  }

  protected static Said ok(JsonNode body) {
    return new Said(200, body);
  }

  protected static Said said(int status, String field, String message) {
    ObjectNode body = NODES.objectNode();
    return new Said(status, body.put(field, message));
  }

  @Override
  public void close() {
    end.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
