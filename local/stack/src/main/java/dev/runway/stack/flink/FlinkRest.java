package dev.runway.stack.flink;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The few calls of Flink's REST interface the launcher needs. */
public final class FlinkRest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** Kinds of accumulators that are one number. */
  private static final Set<String> COUNTERS = Set.of("LongCounter", "LongMaximum");

  /** Flink's class that gives an operator its state, in the stack trace when it cannot. */
  private static final String STATE_RESTORE = "StreamTaskStateInitializerImpl";

  private final String url;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(3))
          .build();

  /**
   * @param url for example {@code http://127.0.0.1:20000}
   */
  public FlinkRest(String url) {
    this.url = url;
  }

  /**
   * A job as the cluster sees it.
   *
   * @param id 32 hex digits
   * @param state Flink's own name, for example RUNNING
   * @param startedAtMillis epoch milliseconds
   */
  public record Job(String id, String name, String state, long startedAtMillis) {

    /** Whether this job will never run again by itself. */
    public boolean ended() {
      return List.of("FINISHED", "FAILED", "CANCELED").contains(state);
    }
  }

  /**
   * How far a job over bounded input is.
   *
   * @param finished how many of its steps are done
   */
  public record Progress(String state, int finished, int steps) {}

  /**
   * The newest completed checkpoint or savepoint.
   *
   * @param triggeredAtMillis epoch milliseconds; what came before is in it
   * @param completedAtMillis epoch milliseconds
   * @param path where it lies
   */
  public record Checkpoint(long id, long triggeredAtMillis, long completedAtMillis, String path) {}

  public boolean answers() {
    try {
      get("/overview");
      return true;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * A TaskManager as the cluster sees it.
   *
   * @param heartbeatMillis epoch milliseconds of its last sign of life
   */
  public record TaskManager(String id, long heartbeatMillis) {}

  /** The registered TaskManagers; for some seconds also dead ones. */
  public List<TaskManager> taskManagers() throws IOException, InterruptedException {
    List<TaskManager> registered = new ArrayList<>();
    for (JsonNode node : get("/taskmanagers").path("taskmanagers")) {
      registered.add(
          new TaskManager(node.path("id").asText(), node.path("timeSinceLastHeartbeat").asLong()));
    }
    return registered;
  }

  /** Every job the cluster knows, also ended ones; up to three seconds old. */
  public List<Job> jobs() throws IOException, InterruptedException {
    List<Job> jobs = new ArrayList<>();
    for (JsonNode node : get("/jobs/overview").path("jobs")) {
      jobs.add(
          new Job(
              node.path("jid").asText(),
              node.path("name").asText(),
              node.path("state").asText(),
              node.path("start-time").asLong()));
    }
    return jobs;
  }

  /**
   * One job; empty when the cluster does not know it.
   *
   * <p>Asked for by its id, because the list of all jobs may be seconds old: a job just submitted
   * is not in it yet.
   */
  public Optional<Job> job(String id) throws IOException, InterruptedException {
    try {
      JsonNode node = get("/jobs/" + id);
      return Optional.of(
          new Job(
              node.path("jid").asText(),
              node.path("name").asText(),
              node.path("state").asText(),
              node.path("start-time").asLong()));
    } catch (NotFound e) {
      return Optional.empty();
    }
  }

  /** Whether all tasks of a job run, not only the job as a whole: sources deliver from then on. */
  public boolean allTasksRun(String id) throws IOException, InterruptedException {
    JsonNode vertices = get("/jobs/" + id).path("vertices");
    for (JsonNode vertex : vertices) {
      if (!vertex.path("status").asText().equals("RUNNING")) {
        return false;
      }
    }
    return !vertices.isEmpty();
  }

  /** How far a job is; empty when the cluster does not know it. */
  public Optional<Progress> progress(String id) throws IOException, InterruptedException {
    try {
      JsonNode job = get("/jobs/" + id);
      int finished = 0;
      for (JsonNode step : job.path("vertices")) {
        finished += step.path("status").asText().equals("FINISHED") ? 1 : 0;
      }
      return Optional.of(
          new Progress(job.path("state").asText(), finished, job.path("vertices").size()));
    } catch (NotFound e) {
      return Optional.empty();
    }
  }

  /** The accumulators of a job that are whole numbers, by name. */
  public Map<String, Long> counters(String id) throws IOException, InterruptedException {
    Map<String, Long> counters = new HashMap<>();
    JsonNode all = get("/jobs/" + id + "/accumulators").path("user-task-accumulators");
    for (JsonNode counter : all) {
      if (COUNTERS.contains(counter.path("type").asText())) {
        counters.put(counter.path("name").asText(), Long.parseLong(counter.path("value").asText()));
      }
    }
    return counters;
  }

  /** The newest completed checkpoint of a job, if it has completed one in this run. */
  public Optional<Checkpoint> lastCheckpoint(String id) throws IOException, InterruptedException {
    JsonNode latest = get("/jobs/" + id + "/checkpoints").path("latest").path("completed");
    if (latest.path("id").isMissingNode()) {
      return Optional.empty();
    }
    return Optional.of(
        new Checkpoint(
            latest.path("id").asLong(),
            latest.path("trigger_timestamp").asLong(),
            latest.path("latest_ack_timestamp").asLong(),
            latest.path("external_path").asText()));
  }

  /** The exception that last failed a job, shortened to its first line. */
  public Optional<String> lastException(String id) throws IOException, InterruptedException {
    JsonNode entries = get("/jobs/" + id + "/exceptions").path("exceptionHistory").path("entries");
    return entries.isEmpty()
        ? Optional.empty()
        : entries.get(0).path("stacktrace").asText().lines().findFirst();
  }

  /** What was behind the exception that last failed a job: the innermost cause, without a trace. */
  public Optional<String> lastCause(String id) throws IOException, InterruptedException {
    JsonNode entries = get("/jobs/" + id + "/exceptions").path("exceptionHistory").path("entries");
    return entries.isEmpty()
        ? Optional.empty()
        : Optional.of(
            JobSubmission.rootCause(entries.get(0).path("stacktrace").asText())
                .replaceFirst("^Caused by: ", ""));
  }

  /** Whether the exception that last failed a job came while a task took its state back. */
  public boolean failsToRestore(String id) throws IOException, InterruptedException {
    return get("/jobs/" + id + "/exceptions")
        .path("exceptionHistory")
        .path("entries")
        .path(0)
        .path("stacktrace")
        .asText()
        .contains(STATE_RESTORE);
  }

  /** Address of the checkpoint or savepoint a job was last restored from. */
  public Optional<String> restoredFrom(String id) throws IOException, InterruptedException {
    JsonNode restored = get("/jobs/" + id + "/checkpoints").path("latest").path("restored");
    return Optional.of(restored.path("external_path").asText()).filter(path -> !path.isEmpty());
  }

  /**
   * Asks for a stop with savepoint.
   *
   * @return id of the request, for {@link #savepoint}
   */
  public String stopWithSavepoint(String id, String targetFolder)
      throws IOException, InterruptedException {
    Map<String, Object> body = Map.of("drain", false, "targetDirectory", targetFolder);
    return send("POST", "/jobs/" + id + "/stop", JSON.writeValueAsString(body))
        .path("request-id")
        .asText();
  }

  /**
   * The savepoint of a request.
   *
   * @return its path, or empty while it is not done
   * @throws IOException with Flink's reason when it has failed
   */
  public Optional<String> savepoint(String id, String request)
      throws IOException, InterruptedException {
    JsonNode answer = get("/jobs/" + id + "/savepoints/" + request);
    if (!answer.path("status").path("id").asText().equals("COMPLETED")) {
      return Optional.empty();
    }
    JsonNode failure = answer.path("operation").path("failure-cause");
    if (!failure.isMissingNode()) {
      String trace = failure.path("stack-trace").asText();
      throw new IOException(trace.lines().findFirst().orElse("savepoint failed"));
    }
    return Optional.of(answer.path("operation").path("location").asText());
  }

  public void cancel(String id) throws IOException, InterruptedException {
    send("PATCH", "/jobs/" + id, "");
  }

  private JsonNode get(String path) throws IOException, InterruptedException {
    return send("GET", path, null);
  }

  private JsonNode send(String method, String path, @Nullable String body)
      throws IOException, InterruptedException {
    HttpRequest.BodyPublisher publisher =
        body == null
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofString(body);
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + path))
            .timeout(LIMIT)
            .header("Content-Type", "application/json")
            .method(method, publisher)
            .build();
    HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
    JsonNode answer =
        response.body().length == 0 ? JSON.createObjectNode() : JSON.readTree(response.body());
    if (response.statusCode() == HttpURLConnection.HTTP_NOT_FOUND) {
      throw new NotFound(method + " " + path + ": " + firstError(answer));
    }
    if (response.statusCode() >= 300) {
      throw new IOException(
          method + " " + path + " answered " + response.statusCode() + ": " + firstError(answer));
    }
    return answer;
  }

  private static final class NotFound extends IOException {
    private static final long serialVersionUID = 1L;

    NotFound(String message) {
      super(message);
    }
  }

  private static String firstError(JsonNode answer) {
    // Flink sends stack traces; their first line says it.
    return answer.path("errors").path(0).asText().lines().findFirst().orElse("no reason given");
  }
}
