package dev.runway.control.scheduler;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.calls.HttpCalls;
import dev.runway.control.calls.Reply;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Airflow 3, REST version 2. The id of a command makes the id of its run, which Airflow keeps
 * unique within a DAG: the same again is answered with 409 and starts nothing.
 */
final class Airflow implements Scheduler {
  private static final int MAX_ANSWER_BYTES = 1 << 20;

  private final HttpCalls http;
  private final Endpoint endpoint;
  private final Targets targets;
  private final @Nullable AirflowToken token;

  /**
   * @param token null when the headers that go with every request let us in
   */
  Airflow(HttpCalls http, Endpoint endpoint, Targets targets, @Nullable AirflowToken token) {
    this.http = http;
    this.endpoint = endpoint;
    this.targets = targets;
    this.token = token;
  }

  @Override
  public String name() {
    return "airflow";
  }

  @Override
  public boolean startsOnce() {
    return true;
  }

  @Override
  public @Nullable String target(Order order) {
    return targets.of(order);
  }

  @Override
  public Submission submit(Order order, ObjectNode document, long untilNanos) {
    String dag = targets.of(order);
    if (dag == null) {
      return targets.refusal(order);
    }
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("dag_run_id", runId(order));
    body.putNull("logical_date"); // Must be there: a run for no date.
    body.set("conf", document);
    body.put("note", "Runway: command " + order.id());
    HttpCalls calls = http.begin(untilNanos);
    try {
      Reply reply = send(calls, "POST", endpoint.at("api", "v2", "dags", dag, "dagRuns"), body);
      if (reply.status() == 409) {
        return taken(calls, dag, order, reply);
      }
      if (!reply.isSuccess()) {
        return Verdict.ofSubmission(reply, Instant.now());
      }
      return runId(order).equals(reply.json().path("dag_run_id").asText())
          ? new Submission.Accepted(runId(order))
          : new Submission.Unclear("Airflow created something else than what was asked for");
    } catch (IOException e) {
      return Verdict.ofSubmission(e);
    }
  }

  /** 409 is said of other conflicts too, so the run itself is asked for. */
  private Submission taken(HttpCalls calls, String dag, Order order, Reply conflict) {
    try {
      if (send(calls, "GET", run(dag, order), null).isSuccess()) {
        return new Submission.Duplicate(runId(order));
      }
    } catch (IOException e) {
      return new Submission.Unclear(conflict.shown() + "; " + e.getMessage());
    }
    return new Submission.Unclear(conflict.shown());
  }

  @Override
  public Progress look(Order order, @Nullable String runId) {
    String dag = targets.of(order);
    if (dag == null) {
      return new Progress.Missing("no DAG is configured for it");
    }
    try {
      Reply reply = send(http.begin(), "GET", run(dag, order), null);
      return reply.isSuccess()
          ? progress(reply.json().path("state").asText())
          : Verdict.ofProgress(reply, Instant.now());
    } catch (IOException e) {
      return Verdict.ofProgress(e);
    }
  }

  private static Progress progress(String state) {
    return switch (state) {
      case "queued" -> new Progress.Waiting();
      case "running" -> new Progress.Running();
      case "success" -> new Progress.Succeeded(null, null);
      case "failed" -> new Progress.Failed("Airflow says failed", null);
      default -> new Progress.Unreachable("Airflow says " + Reply.oneLine(state), Duration.ZERO);
    };
  }

  /** Airflow has no word for it: a run is ended by saying that it failed. */
  @Override
  public Cancellation cancel(Order order, @Nullable String runId) {
    String dag = targets.of(order);
    if (dag == null) {
      return Cancellation.UNKNOWN_THERE;
    }
    HttpCalls calls = http.begin();
    try {
      Reply now = send(calls, "GET", run(dag, order), null);
      boolean over = now.isSuccess() && isOver(progress(now.json().path("state").asText()));
      if (!now.isSuccess() || over) {
        return over ? Cancellation.ASKED : Verdict.ofCancellation(now);
      }
      ObjectNode body = JsonNodeFactory.instance.objectNode().put("state", "failed");
      return Verdict.ofCancellation(
          send(calls, "PATCH", Endpoint.with(run(dag, order), "update_mask=state"), body));
    } catch (IOException e) {
      return Cancellation.UNREACHABLE;
    }
  }

  /** One that succeeded must not be made one that failed. */
  private static boolean isOver(Progress progress) {
    return progress instanceof Progress.Succeeded || progress instanceof Progress.Failed;
  }

  private URI run(String dag, Order order) {
    return endpoint.at("api", "v2", "dags", dag, "dagRuns", runId(order));
  }

  private static String runId(Order order) {
    return "runway__" + order.id();
  }

  private Reply send(HttpCalls calls, String method, URI uri, @Nullable JsonNode body)
      throws IOException {
    byte[] bytes = body == null ? null : body.toString().getBytes(StandardCharsets.UTF_8);
    if (token == null) {
      return calls.send(method, uri, bytes, Map.of(), MAX_ANSWER_BYTES);
    }
    Reply reply = calls.send(method, uri, bytes, token.header(calls), MAX_ANSWER_BYTES);
    if (reply.status() != 401) {
      return reply;
    }
    token.drop(); // It is too old: what was refused with it was not done.
    return calls.send(method, uri, bytes, token.header(calls), MAX_ANSWER_BYTES);
  }
}
