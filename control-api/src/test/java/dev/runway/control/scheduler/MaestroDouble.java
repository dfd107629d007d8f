package dev.runway.control.scheduler;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Maestro's REST version 3 as far as it is used, and as strict: a field it does not know is 400, a
 * request id that it has is DUPLICATED and names no instance, a list wants first or last.
 */
public final class MaestroDouble extends SchedulerDouble {
  private static final Pattern START =
      Pattern.compile("/api/v3/workflows/([^/]+)/versions/[^/]+/actions/start");
  private static final Pattern LIST = Pattern.compile("/api/v3/workflows/([^/]+)/instances");
  private static final Pattern RUN =
      Pattern.compile("/api/v3/workflows/([^/]+)/instances/([0-9]+)/runs/(latest|[0-9]+)");
  private static final Pattern STOP =
      Pattern.compile("/api/v3/workflows/([^/]+)/instances/([0-9]+)/actions/stop");

  private static final Map<String, Predicate<JsonNode>> TYPES =
      Map.of(
          "STRING", JsonNode::isTextual,
          "LONG", JsonNode::isIntegralNumber,
          "DOUBLE", JsonNode::isNumber,
          "BOOLEAN", JsonNode::isBoolean,
          "STRING_ARRAY", JsonNode::isArray);

  /** An instance: of which workflow, the id of its first run, how often it was run, how it is. */
  private static final class Instance {
    final String workflow;
    final String uuid;
    int runs = 1;
    String status = "CREATED";

    Instance(String workflow, String uuid) {
      this.workflow = workflow;
      this.uuid = uuid;
    }
  }

  private final TreeMap<Long, Instance> instances = new TreeMap<>();
  private final Map<String, Long> byId = new LinkedHashMap<>();
  private final Map<String, Integer> refusals = new HashMap<>();
  private boolean firstOnly;
  private String endsAs;

  /** From now on another run goes before every new one. */
  public synchronized void firstOnly() {
    firstOnly = true;
  }

  /** From now on whoever wants to start a workflow is told this, known request id or not. */
  public synchronized void refuse(String workflow, int status) {
    refusals.put(workflow, status);
  }

  public synchronized void allow(String workflow) {
    refusals.remove(workflow);
  }

  /** So many runs by others come after all that there are. */
  public synchronized void othersRun(String workflow, int count) {
    for (int i = 0; i < count; i++) {
      Instance other = new Instance(workflow, UUID.randomUUID().toString());
      instances.put(instances.size() + 1L, other);
    }
  }

  /** From now on every run that is looked at has just ended. */
  public synchronized void everyRunEnds(String status) {
    endsAs = status;
  }

  public synchronized void set(String id, String status) {
    instances.get(byId.get(id)).status = status;
  }

  /** Whether a run of that id has begun or will. */
  public synchronized boolean isActive(String id) {
    Long number = byId.get(id);
    return number != null && Set.of("CREATED", "IN_PROGRESS").contains(statusOf(id));
  }

  public synchronized String statusOf(String id) {
    return instances.get(byId.get(id)).status;
  }

  /** Somebody runs an instance again: its last run has an id of its own. */
  public synchronized void runAgain(String id) {
    instances.get(byId.get(id)).runs++;
  }

  @Override
  protected boolean isStart(Seen request) {
    return START.matcher(request.path()).matches();
  }

  @Override
  protected synchronized Said answer(Seen request) throws IOException {
    Matcher start = START.matcher(request.path());
    if (request.method().equals("POST") && start.matches()) {
      return start(start.group(1), JSON.readTree(request.body()));
    }
    Matcher run = RUN.matcher(request.path());
    if (request.method().equals("GET") && run.matches()) {
      return run(run.group(1), Long.parseLong(run.group(2)), run.group(3));
    }
    Matcher stop = STOP.matcher(request.path());
    if (request.method().equals("PUT") && stop.matches()) {
      return stop(stop.group(1), Long.parseLong(stop.group(2)), request.body());
    }
    Matcher list = LIST.matcher(request.path());
    if (request.method().equals("GET") && list.matches()) {
      return list(list.group(1), String.valueOf(request.uri().getQuery()));
    }
    return error(404, "NOT_FOUND", "no such route");
  }

  private static Said error(int status, String code, String message) {
    return new Said(status, NODES.objectNode().put("status", code).put("message", message));
  }

  private Said start(String workflow, JsonNode body) {
    String wrong = complaint(body);
    if (wrong != null) {
      return error(400, "BAD_REQUEST", wrong);
    }
    if (workflow.equals("absent")) {
      return error(404, "NOT_FOUND", "Cannot find workflow [absent]");
    }
    if (refusals.containsKey(workflow)) {
      return error(refusals.get(workflow), "REFUSED", "not " + workflow);
    }
    String id = body.path("request_id").asText();
    Long known = byId.get(id);
    if (known != null && instances.get(known).workflow.equals(workflow)) {
      return ok(answer(workflow, 0, 0, id, "DUPLICATED"));
    }
    long number = instances.size() + 1L;
    Instance instance = new Instance(workflow, id);
    instances.put(number, instance);
    byId.put(id, number);
    if (firstOnly) {
      instance.status = "STOPPED";
      return ok(answer(workflow, number, 1, id, "STOPPED"));
    }
    started(id, body.path("run_params").path("model_id").path("value").asText());
    return ok(answer(workflow, number, 1, id, "CREATED"));
  }

  private static String complaint(JsonNode body) {
    Set<String> known =
        Set.of(
            "initiator",
            "request_time",
            "request_id",
            "runtime_tags",
            "run_params",
            "artifacts",
            "persist_failed_run");
    for (Map.Entry<String, JsonNode> field : body.properties()) {
      if (!known.contains(field.getKey())) {
        return "Unrecognized field \"" + field.getKey() + "\"";
      }
    }
    if (!body.path("initiator").path("type").asText().equalsIgnoreCase("manual")) {
      return "initiator must not be null";
    }
    if (!body.path("request_id").asText().matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")) {
      return "request_id is no UUID";
    }
    for (Map.Entry<String, JsonNode> param : body.path("run_params").properties()) {
      Predicate<JsonNode> type = TYPES.get(param.getValue().path("type").asText());
      boolean good =
          param.getValue().size() == 2 && type != null && type.test(param.getValue().path("value"));
      if (!good) {
        return "run_params " + param.getKey() + " is " + param.getValue();
      }
    }
    return null;
  }

  private static ObjectNode answer(
      String workflow, long instance, long run, String id, String status) {
    ObjectNode body = NODES.objectNode();
    body.put("workflow_id", workflow);
    body.put("workflow_version_id", 3);
    body.put("workflow_instance_id", instance);
    body.put("workflow_run_id", run);
    body.put("workflow_uuid", id);
    body.put("status", status);
    body.putObject("timeline_event")
        .put("timestamp", 1_795_000_000_000L)
        .put("type", "LOG")
        .put("level", "INFO")
        .put("message", "asked for by a test");
    return body;
  }

  private ObjectNode run(String workflow, long number, Instance instance, int run) {
    ObjectNode body = NODES.objectNode();
    body.put("workflow_id", workflow);
    body.put("workflow_instance_id", number);
    body.put("workflow_run_id", run);
    body.put(
        "workflow_uuid", run == 1 ? instance.uuid : instance.uuid.replaceFirst("^[0-9a-f]", "f"));
    body.put("workflow_version_id", 3);
    body.put("status", instance.status);
    body.put("create_time", 1_795_000_000_000L);
    body.putObject("initiator").put("type", "MANUAL").put("depth", 0);
    body.putObject("runtime_workflow").put("id", workflow).putArray("steps");
    return body;
  }

  private Said run(String workflow, long number, String which) {
    Instance instance = instances.get(number);
    if (instance == null || !instance.workflow.equals(workflow)) {
      return error(404, "NOT_FOUND", "workflow instance not found");
    }
    if (endsAs != null) {
      instance.status = endsAs;
    }
    int run = which.equals("latest") ? instance.runs : Integer.parseInt(which);
    return ok(run(workflow, number, instance, run));
  }

  private Said stop(String workflow, long number, byte[] body) {
    Instance instance = instances.get(number);
    if (instance == null || !instance.workflow.equals(workflow) || body.length > 0) {
      return error(404, "NOT_FOUND", "workflow instance not found");
    }
    if (Set.of("SUCCEEDED", "FAILED", "TIMED_OUT").contains(instance.status)) {
      return error(400, "BAD_REQUEST", "Cannot terminate a workflow instance");
    }
    instance.status = "STOPPED";
    return ok(
        NODES
            .objectNode()
            .put("workflow_id", workflow)
            .put("workflow_instance_id", number)
            .put("workflow_instance_status", "STOPPED")
            .put("completed", true));
  }

  private Said list(String workflow, String query) {
    Matcher first = Pattern.compile("(?:^|&)first=([0-9]+)").matcher(query);
    if (!first.find() || query.contains("last=") || Integer.parseInt(first.group(1)) > 200) {
      return error(400, "BAD_REQUEST", "Either first or last need to be provided, but not both");
    }
    Matcher cursor = Pattern.compile("(?:^|&)cursor=([0-9]+)").matcher(query);
    long below = cursor.find() ? Long.parseLong(cursor.group(1)) : Long.MAX_VALUE;
    ObjectNode body = NODES.objectNode();
    ArrayNode elements = body.putArray("elements");
    long last = 0;
    for (var one : instances.headMap(below, false).descendingMap().entrySet()) {
      if (elements.size() == Integer.parseInt(first.group(1))) {
        break;
      }
      last = one.getKey();
      if (one.getValue().workflow.equals(workflow)) {
        elements.add(run(workflow, one.getKey(), one.getValue(), one.getValue().runs));
      }
    }
    ObjectNode info = body.putObject("page_info");
    info.put("has_next_page", last > 1).put("end_cursor", Long.toString(last));
    return ok(body.put("total_count", instances.size()));
  }
}
