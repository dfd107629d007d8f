package dev.runway.stack.flink;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Answers like a JobManager: a document for each known path, 404 for all others. */
public final class RestDouble implements AutoCloseable {

  private final HttpServer server;
  private final Map<String, String> documents = new ConcurrentHashMap<>();

  public RestDouble() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  public FlinkRest client() {
    return new FlinkRest("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /**
   * Answers all paths of a kind from now on.
   *
   * @param start first part of the paths
   */
  public void knows(String start, String document) {
    documents.put(start, document);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String found =
        documents.entrySet().stream()
            .filter(document -> path.startsWith(document.getKey()))
            .map(Map.Entry::getValue)
            .findFirst()
            .orElse("");
    byte[] body =
        (found.isEmpty() ? "{\"errors\":[\"none\"]}" : found).getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(found.isEmpty() ? 404 : 200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
