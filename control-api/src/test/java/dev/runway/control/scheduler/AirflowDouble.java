package dev.runway.control.scheduler;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Airflow's REST version 2 as far as it is used, and as strict, with the simple manager's tokens.
 */
public final class AirflowDouble extends SchedulerDouble {
  private static final Pattern RUNS = Pattern.compile("/api/v2/dags/([^/]+)/dagRuns");
  private static final Pattern RUN = Pattern.compile("/api/v2/dags/([^/]+)/dagRuns/([^/]+)");
  private static final Set<String> KNOWN =
      Set.of(
          "dag_run_id",
          "data_interval_start",
          "data_interval_end",
          "logical_date",
          "run_after",
          "conf",
          "note");

  private final Map<String, String> states = new LinkedHashMap<>();
  private final String tokenField;
  private int tokens;

  /**
   * @param tokenField what the token is called in the answer: that has been told in two ways
   */
  public AirflowDouble(String tokenField) {
    this.tokenField = tokenField;
  }

  public synchronized void set(String runId, String state) {
    states.put(runId, state);
  }

  public synchronized String stateOf(String runId) {
    return states.get(runId);
  }

  /** No token that was given out holds any more. */
  public synchronized void expireTokens() {
    tokens++;
  }

  @Override
  protected boolean isStart(Seen request) {
    return request.method().equals("POST") && RUNS.matcher(request.path()).matches();
  }

  @Override
  protected synchronized Said answer(Seen request) throws IOException {
    if (request.path().equals("/auth/token")) {
      JsonNode body = JSON.readTree(request.body());
      boolean known =
          body.path("username").asText().equals("runway")
              && body.path("password").asText().equals("s3cret");
      return known
          ? new Said(201, NODES.objectNode().put(tokenField, "t" + tokens))
          : said(401, "detail", "Invalid credentials");
    }
    if (!("Bearer t" + tokens).equals(request.header("Authorization"))) {
      return said(401, "detail", "Invalid JWT token");
    }
    Matcher runs = RUNS.matcher(request.path());
    if (isStart(request) && runs.matches()) {
      return trigger(runs.group(1), JSON.readTree(request.body()));
    }
    Matcher run = RUN.matcher(request.path());
    if (!run.matches() || !states.containsKey(run.group(2))) {
      return said(404, "detail", "The DagRun was not found");
    }
    if (request.method().equals("PATCH")) {
      JsonNode body = JSON.readTree(request.body());
      if (!Set.of("queued", "success", "failed").contains(body.path("state").asText())
          || body.size() != 1) {
        return said(422, "detail", "Input should be 'queued', 'success' or 'failed'");
      }
      states.put(run.group(2), body.path("state").asText());
    }
    return ok(run(run.group(1), run.group(2)));
  }

  private Said trigger(String dag, JsonNode body) {
    for (Map.Entry<String, JsonNode> field : body.properties()) {
      if (!KNOWN.contains(field.getKey())) {
        return said(422, "detail", "Extra inputs are not permitted: " + field.getKey());
      }
    }
    if (!body.has("logical_date")) {
      return said(422, "detail", "Field required: logical_date");
    }
    if (dag.equals("absent")) {
      return said(404, "detail", "DAG with dag_id: 'absent' not found");
    }
    String id = body.path("dag_run_id").asText();
    if (states.containsKey(id)) {
      ObjectNode conflict = NODES.objectNode();
      conflict.putObject("detail").put("reason", "Unique constraint violation");
      return new Said(409, conflict);
    }
    states.put(id, "queued");
    started(id, body.path("conf").path("model_id").asText());
    return ok(run(dag, id));
  }

  private ObjectNode run(String dag, String id) {
    ObjectNode body = NODES.objectNode();
    body.put("dag_run_id", id).put("dag_id", dag).putNull("logical_date");
    body.put("queued_at", "2026-11-26T12:00:00Z").putNull("start_date").putNull("end_date");
    body.putNull("duration").putNull("data_interval_start").putNull("data_interval_end");
    body.put("run_after", "2026-11-26T12:00:00Z").putNull("last_scheduling_decision");
    body.put("run_type", "manual").put("state", states.get(id)).put("triggered_by", "rest_api");
    body.put("triggering_user_name", "runway").putNull("note").putNull("bundle_version");
    body.putObject("conf");
    body.putArray("dag_versions");
    return body.put("dag_display_name", dag);
  }
}
