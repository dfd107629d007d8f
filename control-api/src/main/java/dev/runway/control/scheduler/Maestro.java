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
 * Netflix Maestro, REST version 3. The id of a command is the id of its request, which Maestro
 * keeps unique within a workflow: the same again is answered with DUPLICATED and starts nothing.
 *
 * <p>It refuses a field that it does not know, so nothing is sent that it does not need.
 */
final class Maestro implements Scheduler {
  /** A run with its workflow's definition has tens of kilobytes, a page twenty of them. */
  private static final int MAX_RUN_BYTES = 2 << 20;

  private static final int MAX_PAGE_BYTES = 16 << 20;
  private static final int MAX_ANSWER_BYTES = 256 * 1024;
  private static final int PAGE = 20;

  /** One that was handed in lately is among the newest 500 of its workflow. */
  private static final int MAX_PAGES = 25;

  private static final String NOT_ALL = "enriched=false&aggregated=false";

  private final HttpCalls http;
  private final Endpoint endpoint;
  private final Targets targets;
  private final String version;

  /**
   * @param version of the workflow: {@code active}, {@code latest}, {@code default} or a number
   */
  Maestro(HttpCalls http, Endpoint endpoint, Targets targets, String version) {
    this.http = http;
    this.endpoint = endpoint;
    this.targets = targets;
    this.version = version;
  }

  @Override
  public String name() {
    return "maestro";
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
    String workflow = targets.of(order);
    if (workflow == null) {
      return targets.refusal(order);
    }
    URI start = at(workflow, "versions", version, "actions", "start");
    HttpCalls calls = http.begin(untilNanos);
    try {
      Reply reply =
          calls.send(
              "POST", start, bytes(startRequest(order, document)), Map.of(), MAX_ANSWER_BYTES);
      if (!reply.isSuccess()) {
        return reply.json().path("retryable").asBoolean()
            ? new Submission.Unclear(reply.shown())
            : Verdict.ofSubmission(reply, Instant.now());
      }
      return started(calls, workflow, order, reply.json());
    } catch (IOException e) {
      return Verdict.ofSubmission(e);
    }
  }

  private static ObjectNode startRequest(Order order, ObjectNode document) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.putObject("initiator").put("type", "manual");
    body.put("request_id", order.id().toString());
    body.set("run_params", MaestroParams.of(document));
    return body;
  }

  private Submission started(HttpCalls calls, String workflow, Order order, JsonNode answer) {
    String status = answer.path("status").asText();
    switch (status) {
      case "CREATED" -> {
        long instance = answer.path("workflow_instance_id").asLong();
        boolean ours = order.id().toString().equals(answer.path("workflow_uuid").asText());
        return ours && instance > 0
            ? new Submission.Accepted(Long.toString(instance))
            : new Submission.Unclear("Maestro created something else than what was asked for");
      }
      case "DUPLICATED" -> {
        return duplicate(calls, workflow, order);
      }
      case "STOPPED" -> {
        return new Submission.Refused(
            "the run strategy of " + workflow + " dropped it: another run goes before it");
      }
      default -> {
        return new Submission.Unclear("Maestro says " + Reply.oneLine(status));
      }
    }
  }

  /**
   * The answer has the number of no run: the one that was not created. It was taken, whatever
   * becomes of the search for it: one that is behind more runs than are looked at is there.
   */
  private Submission duplicate(HttpCalls calls, String workflow, Order order) {
    try {
      Found run = find(calls, workflow, order);
      return run.number() != null || !run.everywhere()
          ? new Submission.Duplicate(run.number())
          : new Submission.Unclear("DUPLICATED, but no run of " + workflow + " has this id");
    } catch (IOException e) {
      return new Submission.Unclear("DUPLICATED, and its run is not found: " + e.getMessage());
    }
  }

  /**
   * What the search for the run of an order has found.
   *
   * @param number null when it is none of those that were looked at
   * @param everywhere whether these were all there are
   */
  private record Found(@Nullable String number, boolean everywhere) {}

  /** The instance that an order became, among the newest ones of its workflow. */
  private Found find(HttpCalls calls, String workflow, Order order) throws IOException {
    String cursor = "";
    for (int page = 0; page < MAX_PAGES; page++) {
      URI list =
          Endpoint.with(at(workflow, "instances"), "first=" + PAGE + "&aggregated=false" + cursor);
      JsonNode answer = answered(calls.send("GET", list, null, Map.of(), MAX_PAGE_BYTES));
      for (JsonNode one : answer.path("elements")) {
        if (isOf(calls, workflow, one, order)) {
          return new Found(Long.toString(one.path("workflow_instance_id").asLong()), false);
        }
      }
      JsonNode info = answer.path("page_info");
      String end = info.path("end_cursor").asText();
      boolean more = info.path("has_next_page").asBoolean();
      if (!more || !end.matches("[0-9]{1,18}")) {
        return new Found(null, !more);
      }
      cursor = "&cursor=" + end;
    }
    return new Found(null, false);
  }

  /** The list has the last run of each instance; one that was run again began under its own id. */
  private boolean isOf(HttpCalls calls, String workflow, JsonNode one, Order order)
      throws IOException {
    String id = order.id().toString();
    if (one.path("workflow_run_id").asLong() <= 1) {
      return id.equals(one.path("workflow_uuid").asText());
    }
    String instance = Long.toString(one.path("workflow_instance_id").asLong());
    URI first = Endpoint.with(at(workflow, "instances", instance, "runs", "1"), NOT_ALL);
    return id.equals(
        answered(calls.send("GET", first, null, Map.of(), MAX_RUN_BYTES))
            .path("workflow_uuid")
            .asText());
  }

  private static JsonNode answered(Reply reply) throws IOException {
    if (!reply.isSuccess()) {
      throw new IOException(reply.shown());
    }
    return reply.json();
  }

  @Override
  public Progress look(Order order, @Nullable String runId) {
    String workflow = targets.of(order);
    if (workflow == null) {
      return new Progress.Missing("no workflow is configured for it");
    }
    HttpCalls calls = http.begin();
    try {
      Found run = runId == null ? find(calls, workflow, order) : new Found(runId, false);
      if (run.number() == null) {
        // Behind so many others it may be there, and nobody can say how it is.
        return run.everywhere()
            ? new Progress.Missing("no run of " + workflow + " has this id")
            : new Progress.Untold();
      }
      URI last = Endpoint.with(at(workflow, "instances", run.number(), "runs", "latest"), NOT_ALL);
      Reply reply = calls.send("GET", last, null, Map.of(), MAX_RUN_BYTES);
      return reply.isSuccess()
          ? progress(reply.json().path("status").asText())
          : Verdict.ofProgress(reply, Instant.now());
    } catch (IOException e) {
      return Verdict.ofProgress(e);
    }
  }

  private static Progress progress(String status) {
    return switch (status) {
      case "CREATED" -> new Progress.Waiting();
      case "IN_PROGRESS", "PAUSED" -> new Progress.Running();
      case "SUCCEEDED" -> new Progress.Succeeded(null, null);
      case "FAILED" -> new Progress.Failed("Maestro says FAILED", null);
      case "STOPPED" -> new Progress.Cancelled("stopped in Maestro");
      case "TIMED_OUT" -> new Progress.TimedOut("Maestro says TIMED_OUT");
      default -> new Progress.Unreachable("Maestro says " + Reply.oneLine(status), Duration.ZERO);
    };
  }

  @Override
  public Cancellation cancel(Order order, @Nullable String runId) {
    String workflow = targets.of(order);
    if (workflow == null) {
      return Cancellation.UNKNOWN_THERE;
    }
    HttpCalls calls = http.begin();
    try {
      Found run = runId == null ? find(calls, workflow, order) : new Found(runId, false);
      if (run.number() == null) {
        return run.everywhere() ? Cancellation.UNKNOWN_THERE : Cancellation.IMPOSSIBLE;
      }
      URI stop = at(workflow, "instances", run.number(), "actions", "stop");
      return Verdict.ofCancellation(calls.send("PUT", stop, null, Map.of(), MAX_ANSWER_BYTES));
    } catch (IOException e) {
      return Cancellation.UNREACHABLE;
    }
  }

  private URI at(String workflow, String... rest) {
    String[] segments = new String[4 + rest.length];
    segments[0] = "api";
    segments[1] = "v3";
    segments[2] = "workflows";
    segments[3] = workflow;
    System.arraycopy(rest, 0, segments, 4, rest.length);
    return endpoint.at(segments);
  }

  private static byte[] bytes(JsonNode json) {
    return json.toString().getBytes(StandardCharsets.UTF_8);
  }
}
