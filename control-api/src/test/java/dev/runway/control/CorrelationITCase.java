package dev.runway.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runway.control.log.LogLines;
import dev.runway.control.scheduler.MaestroDouble;
import dev.runway.model.RetrainCommand;
import dev.runway.model.RetrainCommand.Action;
import dev.runway.model.RetrainCommand.Mode;
import dev.runway.model.RetrainCommand.ReasonClass;
import dev.runway.model.RetrainCommand.SeverityClass;
import dev.runway.model.RetrainCommandCodec;
import dev.runway.model.RetrainStatus;
import dev.runway.model.RetrainStatusCodec;
import dev.runway.model.Topic;
import dev.runway.testkit.KafkaBroker;
import dev.runway.testkit.PostgresDatabase;
import dev.runway.testkit.Waits;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One id, from what a command came of to its last status: on topics, in the log, in the audit. */
class CorrelationITCase {
  private static final MaestroDouble MAESTRO = new MaestroDouble();
  private static final String DECISION = "5f0c0b5e-7a37-5a52-9d0e-0d8f0a3a7b11";

  @Order(1)
  @RegisterExtension
  static final PostgresDatabase POSTGRES = new PostgresDatabase();

  @Order(2)
  @RegisterExtension
  static final KafkaBroker KAFKA = new KafkaBroker();

  @Order(3)
  @RegisterExtension
  static final RunningApi API =
      new RunningApi(
          POSTGRES,
          KAFKA.bootstrapServers(),
          Map.of(
              "RUNWAY_CONTROL_SCHEDULER",
              "maestro",
              "RUNWAY_CONTROL_SCHEDULER_URL",
              MAESTRO.address().toString(),
              "RUNWAY_CONTROL_SCHEDULER_TARGET",
              "train",
              "RUNWAY_CONTROL_SCHEDULER_POLL",
              "PT1S"));

  @BeforeAll
  static void topics() {
    List<NewTopic> topics = new ArrayList<>();
    for (Topic topic :
        List.of(
            Topic.MODELS,
            Topic.BASELINES,
            Topic.CONTROLS,
            Topic.POLICIES,
            Topic.DEPENDENCIES,
            Topic.RETRAINS,
            Topic.RETRAIN_STATUS,
            Topic.DEAD_LETTERS)) {
      topics.add(new NewTopic(topic.in(Topic.LIVE), 1, (short) 1).configs(topic.settings()));
    }
    KAFKA.createTopics(topics);
  }

  @AfterAll
  static void closeScheduler() throws Exception {
    MAESTRO.close();
  }

  @Test
  void commandOfAJob_isUnderTheIdOfItsDecision_untilItHasEnded() throws Exception {
    model("decided");
    RetrainCommand command = command("decided");
    String id = command.commandId().toString();
    try (LogLines log = new LogLines("dev.runway.control")) {
      send(command);
      trained("decided", id);

      JsonNode made = awaitSucceeded("decided", id);

      assertThat(made.path("request_id").asText()).isEqualTo(DECISION);
      requireStatuses(id, DECISION, "GRANTED", "SUBMITTED", "ACCEPTED", "SUCCEEDED");
      for (String step :
          List.of(
              "RETRAIN of decided by topic:runway.retrains is in the ledger: GRANTED",
              "is SUBMITTED",
              "is ACCEPTED",
              "is SUCCEEDED")) {
        assertThat(log.with(step, "request_id", DECISION))
            .as(step)
            .singleElement()
            .asString()
            .contains("\"command_id\":\"" + id + "\"");
      }
      await()
          .atMost(Waits.LONG)
          .untilAsserted(
              () ->
                  assertThat(log.with("of RETRAIN_STATUS are sent", "request_id", DECISION))
                      .isNotEmpty());
    }
    assertThat(audited(id)).hasSizeGreaterThanOrEqualTo(4).containsOnly(DECISION);
    assertThat(MAESTRO.requests())
        .as("two commands may come of one request: the scheduler is told which it is")
        .anyMatch(request -> id.equals(request.header("X-Request-Id")));
  }

  @Test
  void commandOfAPerson_isUnderTheRequest_whoeverApprovesIt() throws Exception {
    model("asked");
    RunningApi.Reply asked =
        API.post(
            "/v1/models/asked/retrains",
            "{\"model_version\": \"1\", \"reason\": \"to see\","
                + " \"estimated_cost\": 50, \"mode\": \"APPROVE\"}",
            "Idempotency-Key",
            "asked",
            "X-Request-Id",
            "r-asked");
    assertThat(asked.status()).as(asked.http().body()).isEqualTo(201);
    String id = asked.body().path("command_id").asText();
    RunningApi.Reply approved =
        API.post(
            "/v1/models/asked/retrains/" + id + "/judgement",
            "{\"verdict\": \"APPROVE\", \"evidence_hash\": \"%s\", \"reason\": \"seen\"}"
                .formatted(asked.body().path("evidence_hash").asText()),
            "X-Request-Id",
            "r-approved");
    assertThat(approved.status()).as(approved.http().body()).isEqualTo(200);
    trained("asked", id);
    awaitSucceeded("asked", id);

    requireStatuses(
        id, "r-asked", "AWAITING_APPROVAL", "GRANTED", "SUBMITTED", "ACCEPTED", "SUCCEEDED");
    assertThat(audited(id)).as("who did it").contains("r-asked", "r-approved");
  }

  /** Those of a command in their order, each with that id in its header. */
  private static void requireStatuses(String id, String cause, String... states) {
    await()
        .atMost(Waits.LONG)
        .untilAsserted(
            () -> {
              List<String> told = new ArrayList<>();
              for (ConsumerRecord<byte[], byte[]> record :
                  KAFKA.readAll(Topic.RETRAIN_STATUS.in(Topic.LIVE))) {
                if (text(record.key()).equals(id)) {
                  assertThat(text(record.headers().lastHeader("request_id").value()))
                      .isEqualTo(cause);
                  RetrainStatus status = RetrainStatusCodec.read(record.value());
                  told.add(status.state().name());
                }
              }
              assertThat(told).containsSubsequence(states);
            });
  }

  private static List<String> audited(String id) {
    return API.get("/v1/audit?object=retrain:" + id)
        .body()
        .path("items")
        .findValuesAsText("request_id");
  }

  private static JsonNode awaitSucceeded(String model, String id) {
    MAESTRO.everyRunEnds("SUCCEEDED");
    await()
        .atMost(Waits.LONG)
        .untilAsserted(
            () ->
                assertThat(API.get(path(model, id)).body().path("state").asText())
                    .isEqualTo("SUCCEEDED"));
    return API.get(path(model, id)).body();
  }

  private static String path(String model, String id) {
    return "/v1/models/" + model + "/retrains/" + id;
  }

  private static void model(String id) {
    String body = Bodies.model(id, "ranking").replace("\"tier\": 1", "\"tier\": 2");
    assertThat(API.post("/v1/models", body).status()).isEqualTo(201);
  }

  /** As the run of the command does when it has trained. */
  private static void trained(String model, String id) {
    RunningApi.Reply made =
        API.post(
            "/v1/models/" + model + "/versions",
            "{\"version\": \"2\", \"training_run\": \"%s\"}".formatted(id));
    assertThat(made.status()).as(made.http().body()).isEqualTo(201);
  }

  private static RetrainCommand command(String model) {
    return new RetrainCommand(
        new RetrainCommand.Cause(model, "1", Action.RETRAIN, ReasonClass.DRIFT, "e-1", 1, null),
        new RetrainCommand.Urgency(2, 0.7, SeverityClass.MEDIUM, 0),
        Mode.AUTO,
        0,
        0,
        DECISION,
        "strict",
        1,
        "{\"psi\":0.4}".getBytes(StandardCharsets.UTF_8),
        50,
        Instant.parse("2026-11-26T12:00:00Z").toEpochMilli(),
        RetrainCommand.NEVER);
  }

  /** As retrain-trigger does. */
  private static void send(RetrainCommand command) throws Exception {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            Topic.RETRAINS.in(Topic.LIVE),
            command.cause().modelId().getBytes(StandardCharsets.UTF_8),
            RetrainCommandCodec.write(command));
    record.headers().add("request_id", DECISION.getBytes(StandardCharsets.UTF_8));
    try (Producer<byte[], byte[]> producer = KAFKA.producer()) {
      producer.send(record).get();
    }
  }

  private static String text(byte[] utf8) {
    return new String(utf8, StandardCharsets.UTF_8);
  }
}
