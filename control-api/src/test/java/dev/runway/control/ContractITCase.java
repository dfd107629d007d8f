package dev.runway.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.http.ContractCheck;
import dev.runway.control.http.Operation;
import dev.runway.control.http.OperationCalls;
import dev.runway.control.http.OperationCalls.Sample;
import dev.runway.testkit.PostgresDatabase;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Every operation of the contract gives the answer that it is there for, to the contract's own
 * example, one after the other as a user would: what the contract promises nobody is refused.
 */
class ContractITCase {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String MODEL = "homepage-ranker";

  @Order(1)
  @RegisterExtension
  static final PostgresDatabase POSTGRES = new PostgresDatabase();

  @Order(3)
  @RegisterExtension
  static final RunningApi API =
      new RunningApi(POSTGRES, "127.0.0.1:1", Map.of("RUNWAY_METAFLOW_URL", "http://127.0.0.1:1"));

  /** Of the paths, by their names in braces. */
  private final Map<String, String> names =
      new HashMap<>(
          Map.of("model", MODEL, "version", "2.1.0", "policy", "ranker-drift", "team", "ranking"));

  @Test
  void everyOperation_isAnsweredAsTheContractSays() throws Exception {
    names.putAll(Map.of("month", "2031-01", "cap", "team:ranking", "topic", "models"));
    names.putAll(Map.of("space", "titles", "before", "v5", "after", "v6"));
    compare();
    make(Operation.CREATE_MODEL);
    make(Operation.CREATE_VERSION);
    alert();
    make(Operation.JUDGE_ALERT);
    change(Operation.SET_VERSION_STATE, Operation.GET_VERSION);
    String baseline = Bodies.baseline(MODEL, "2.1.0", "p-1", Instant.now().minusSeconds(60));
    done(Operation.CREATE_BASELINE, API.post(path(Operation.CREATE_BASELINE), baseline));
    names.put("deployment", made(Operation.CREATE_DEPLOYMENT, "deployment_id"));
    change(Operation.REPLACE_DEPLOYMENT, Operation.GET_DEPLOYMENT);
    canary();
    change(Operation.REPLACE_MODEL, Operation.GET_MODEL);
    names.put("consumer", made(Operation.CREATE_CONSUMER, "consumer_id"));
    make(Operation.CHECK_POLICY);
    make(Operation.CREATE_SPACE);
    change(Operation.REPLACE_SPACE, Operation.GET_SPACE);
    make(Operation.CREATE_POLICY);
    change(Operation.REPLACE_POLICY, Operation.GET_POLICY);
    make(Operation.DECLARE_NODE);
    names.put("edge", made(Operation.CREATE_EDGE, "edge_id"));
    make(Operation.TAKE_LINEAGE);
    make(Operation.IMPORT_LINEAGE);
    make(Operation.NOTIFY_METAFLOW);
    make(Operation.SET_RETRAIN_BUDGET);
    make(Operation.SET_RETRAIN_CAP);
    retrain();
    make(Operation.CREATE_CONTROL);
    make(Operation.CREATE_TEAM_CONTROL);
    make(Operation.CREATE_FLEET_CONTROL);
    make(Operation.FORGET_SUBJECT);
    make(Operation.REBUILD_TOPIC);
    names.put("token", made(Operation.CREATE_TOKEN, "token_id"));

    for (Operation operation : Operation.values()) {
      if (sample(operation).method().equals("GET")) {
        done(operation, API.get(path(operation)));
      }
    }
    for (Operation operation :
        List.of(
            Operation.END_CONSUMER,
            Operation.END_EDGE,
            Operation.END_SPACE,
            Operation.REVOKE_TOKEN)) {
      done(operation, API.send("DELETE", path(operation), null));
    }

    assertThat(ContractCheck.answered())
        .containsAll(Arrays.stream(Operation.values()).map(Operation::id).toList());
  }

  /** Asked for, approved with the hash of its evidence, and cancelled. */
  private void retrain() throws IOException {
    ObjectNode asked = body(Operation.CREATE_RETRAIN).put("mode", "APPROVE");
    RunningApi.Reply made = send(Operation.CREATE_RETRAIN, asked);
    done(Operation.CREATE_RETRAIN, made);
    names.put("command", made.body().path("command_id").asText());
    String hash = made.body().path("evidence_hash").asText();
    ObjectNode judgement = body(Operation.JUDGE_RETRAIN).put("evidence_hash", hash);
    done(Operation.JUDGE_RETRAIN, send(Operation.JUDGE_RETRAIN, judgement));
    make(Operation.CANCEL_RETRAIN);
  }

  /** Beside the primary version of the examples. */
  private static void canary() {
    String model = "/v1/models/" + MODEL;
    assertThat(API.post(model + "/versions", "{\"version\": \"2.2.0\"}").status()).isEqualTo(201);
    String serves =
        """
        {"version": "2.2.0", "environment": "production", "role": "CANARY", "share": 0.1}
        """;
    assertThat(API.post(model + "/deployments", serves).status()).isEqualTo(201);
  }

  private void alert() throws Exception {
    String id = OperationCalls.alertOf(MODEL);
    names.put("alert", id);
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        """
        INSERT INTO runway.alerts (alert_id, rule, model_id, model_version, team, severity, summary,
            details, revision, opened_at)
        VALUES ('%s', 'MODEL_STALE', '%s', '2.1.0', 'ranking', 'ERROR', 'it is stale', '{}', 1, now())
        """
            .formatted(id, MODEL));
  }

  private static void compare() throws Exception {
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        """
        INSERT INTO runway.embedding_stability (space_id, version_before, version_after,
            document_revision, as_of, baseline, compatibility, items_before, items_after, pairs,
            unusable_pairs, dimensions_before, dimensions_after, sample_size, neighbours, measured,
            computed_at)
        VALUES ('titles', 'v5', 'v6', 1, now(), false, 'STABLE', 900, 900, 900, 0, 64, 64, 500, 10,
            '{"metrics": {}, "verdicts": {"COORDINATES": {"compatibility": "STABLE",
              "reason": "NOISE", "models": ["homepage-ranker"]}}}', now())
        """);
  }

  private static Sample sample(Operation operation) {
    return OperationCalls.sample(operation, MODEL);
  }

  private String path(Operation operation) {
    String path = OperationCalls.path(operation);
    for (Map.Entry<String, String> name : names.entrySet()) {
      path = path.replace("{" + name.getKey() + "}", name.getValue());
    }
    return switch (operation) {
      case LISTEN -> path + "?follow=false"; // Else it would not end.
      case GET_CANARY -> path.replace("2.1.0", "2.2.0");
      case GET_NODE, GET_IMPACT -> path + "?node=feature:user_age_days";
      default -> path;
    };
  }

  /** The contract's example; its times are of the day that it was written. */
  private static ObjectNode body(Operation operation) throws IOException {
    String example = sample(operation).body();
    if (example == null) {
      return null;
    }
    ObjectNode body = (ObjectNode) JSON.readTree(example);
    if (body.has("expires_at")) {
      body.put("expires_at", Instant.now().plusSeconds(3600).toString());
    }
    return body;
  }

  private RunningApi.Reply send(Operation operation, JsonNode body, String... headers) {
    List<String> all = new ArrayList<>(List.of(headers));
    if (OperationCalls.parameters(operation, "header").contains("Idempotency-Key")) {
      all.addAll(List.of("Idempotency-Key", UUID.randomUUID().toString()));
    }
    return API.send(
        sample(operation).method(),
        path(operation),
        body == null ? null : body.toString(),
        all.toArray(String[]::new));
  }

  private RunningApi.Reply make(Operation operation) throws IOException {
    RunningApi.Reply reply = send(operation, body(operation));
    done(operation, reply);
    return reply;
  }

  private String made(Operation operation, String id) throws IOException {
    return make(operation).body().path(id).asText();
  }

  /** Based on what is there. */
  private void change(Operation operation, Operation read) throws IOException {
    String etag = API.get(path(read)).header("ETag");
    done(operation, send(operation, body(operation), "If-Match", etag));
  }

  private static void done(Operation operation, RunningApi.Reply reply) {
    assertThat(reply.status()).as(operation.id() + " " + reply.http().body()).isBetween(200, 299);
  }
}
