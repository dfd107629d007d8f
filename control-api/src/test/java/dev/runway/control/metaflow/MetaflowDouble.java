package dev.runway.control.metaflow;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Answers as Metaflow's metadata service 2.5 does: JSON without a JSON Content-Type, run numbers
 * that are numbers or texts, no status of a run, and its own kind of error.
 */
public final class MetaflowDouble implements AutoCloseable {
  private final HttpServer server;
  private final Map<String, Map<String, String>> runs = new ConcurrentHashMap<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private volatile boolean broken;
  private volatile String times;

  public MetaflowDouble() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::answer);
    server.start();
  }

  public String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Whether it answers with errors alone. */
  public void broken(boolean value) {
    broken = value;
  }

  /**
   * What is said of the times of a run's steps; null for what is true.
   *
   * @param answer an empty one is an error
   */
  void times(String answer) {
    times = answer;
  }

  /** Paths that were asked for, and the keys that came with them. */
  public List<String> asked() {
    return asked;
  }

  /**
   * A run, of steps start and end, one after the other.
   *
   * @param number as JSON: a number, or a text in quotes
   */
  public void run(String flow, String number, long epoch, boolean finished, String... tags) {
    Map<String, String> paths = new TreeMap<>();
    String id = number.replace("\"", "");
    String common =
        "\"flow_id\":\"%s\",\"run_number\":%s,\"user_name\":\"tester\",\"ts_epoch\":%d"
            .formatted(flow, number, epoch);
    String quoted = tags.length == 0 ? "" : "\"" + String.join("\",\"", tags) + "\"";
    paths.put(
        "run",
        "{%s,\"tags\":[%s],\"system_tags\":[\"runtime:dev\"],\"last_heartbeat_ts\":null}"
            .formatted(common, quoted));
    String run = "/flows/" + flow + "/runs/" + id;
    paths.put(
        run + "/steps",
        ("[{%1$s,\"step_name\":\"_parameters\"},{%1$s,\"step_name\":\"start\"},"
                + "{%2$s,\"step_name\":\"end\"}]")
            .formatted(common, later(common, epoch, 20)));
    paths.put(
        run + "/metadata",
        ("[{%s,\"step_name\":\"end\",\"field_name\":\"attempt_ok\",\"value\":\"%s\"},"
                + "{%s,\"step_name\":\"start\",\"field_name\":\"attempt_ok\",\"value\":\"True\"},"
                + "{%s,\"step_name\":\"start\",\"field_name\":\"origin-run-id\",\"value\":\"None\"}]")
            .formatted(
                later(common, epoch, 30),
                finished ? "True" : "False",
                later(common, epoch, 10),
                common));
    paths.put(
        run + "/steps/end/tasks",
        "[{%s,\"step_name\":\"end\",\"task_id\":5,\"tags\":[]}]".formatted(common));
    paths.put(
        run + "/steps/end/tasks/5/metadata",
        ("[{\"id\":6,%1$s,\"field_name\":\"attempt\",\"value\":\"0\",\"type\":\"attempt\"},"
                + "{\"id\":7,%1$s,\"step_name\":\"end\",\"task_id\":5,\"field_name\":\"attempt_ok\","
                + "\"value\":\"%2$s\",\"type\":\"internal_attempt_status\","
                + "\"tags\":[\"attempt_id:0\"],\"system_tags\":null}]")
            .formatted(common, finished ? "True" : "False"));
    runs.put(flow + "/" + id, paths);
  }

  private static String later(String common, long epoch, long millis) {
    return common.replace("\"ts_epoch\":" + epoch, "\"ts_epoch\":" + (epoch + millis));
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    asked.add(path + " " + exchange.getRequestHeaders().getFirst("x-api-key"));
    boolean told = times != null && path.matches("/flows/[^/]+/runs/[^/]+/metadata");
    boolean wrong = broken || (told && times.isEmpty());
    String found = wrong ? null : told ? times : found(path);
    byte[] body =
        (found == null
                ? "{\"traceback\":\"...\",\"detail\":\"\",\"status\":%d,\"title\":\"\",\"type\":\"about:blank\"}"
                    .formatted(wrong ? 500 : 404)
                : found)
            .getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("METADATA_SERVICE_VERSION", "2.5.1");
    exchange.getResponseHeaders().add("Content-Type", "text/plain; charset=utf-8");
    exchange.sendResponseHeaders(found != null ? 200 : wrong ? 500 : 404, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private String found(String path) {
    if (path.equals("/flows")) {
      return runs.keySet().stream()
          .map(run -> run.substring(0, run.indexOf('/')))
          .distinct()
          .map(
              flow ->
                  "{\"flow_id\":\"%s\",\"user_name\":\"tester\",\"ts_epoch\":1}".formatted(flow))
          .toList()
          .toString();
    }
    for (Map.Entry<String, Map<String, String>> run : runs.entrySet()) {
      if (run.getValue().containsKey(path)) {
        return run.getValue().get(path);
      }
    }
    // An older service: all runs, in no order.
    List<String> ofFlow =
        runs.entrySet().stream()
            .filter(run -> path.equals("/flows/" + run.getKey().split("/", 2)[0] + "/runs"))
            .map(run -> run.getValue().get("run"))
            .toList();
    return path.endsWith("/runs") ? ofFlow.toString() : null;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
