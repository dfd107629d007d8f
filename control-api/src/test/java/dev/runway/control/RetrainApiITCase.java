package dev.runway.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runway.control.log.LogLines;
import dev.runway.model.Control;
import dev.runway.model.ControlCodec;
import dev.runway.model.DeadLetter;
import dev.runway.model.DeadLetterCodec;
import dev.runway.model.Reason;
import dev.runway.model.RetrainCommand;
import dev.runway.model.RetrainCommand.Action;
import dev.runway.model.RetrainCommand.Mode;
import dev.runway.model.RetrainCommand.ReasonClass;
import dev.runway.model.RetrainCommand.SeverityClass;
import dev.runway.model.RetrainCommandCodec;
import dev.runway.model.RetrainStatus;
import dev.runway.model.RetrainStatus.State;
import dev.runway.model.RetrainStatusCodec;
import dev.runway.model.Topic;
import dev.runway.testkit.KafkaBroker;
import dev.runway.testkit.PostgresDatabase;
import dev.runway.testkit.Waits;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Commands from their topic to their status, and what people do in between. */
class RetrainApiITCase {
  private static final Duration LIMIT = Waits.LONG;
  private static final String RETRAINS = Topic.RETRAINS.in(Topic.LIVE);
  private static final TestIssuer ISSUER = new TestIssuer();
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String SPAN = "-00f067aa0ba902b7-01";
  private static final String NO_SUCH = "00000000-0000-4000-8000-000000000000";

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
              "RUNWAY_CONTROL_RETRAINS_FOUR_EYES",
              "true",
              "RUNWAY_CONTROL_OIDC_ISSUER",
              TestIssuer.ISSUER,
              "RUNWAY_CONTROL_OIDC_JWKS_URL",
              ISSUER.keysAddress()));

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
  static void stopIssuer() {
    ISSUER.close();
  }

  @Test
  void command_comesFromItsTopicAndItsStatusGoesToTheOther() throws Exception {
    model("plain", 2);
    RetrainCommand command = command("plain", "e-1", Mode.AUTO);
    String id = command.commandId().toString();
    try (LogLines log = new LogLines("dev.runway.control")) {
      send("plain", RetrainCommandCodec.write(command), "traceparent", "00-" + TRACE + SPAN);
      send(command);

      assertThat(awaitState(command, State.GRANTED).path("reserved_cost").asDouble()).isEqualTo(50);
      await()
          .atMost(LIMIT)
          .untilAsserted(
              () ->
                  assertThat(log.with("RETRAIN of plain", "request_id", TRACE))
                      .singleElement()
                      .asString()
                      .contains("\"command_id\":\"" + id + "\""));
      ConsumerRecord<byte[], byte[]> told = awaitStatus(command, 1).get(0);
      assertThat(
              new String(told.headers().lastHeader("request_id").value(), StandardCharsets.UTF_8))
          .as("the trace of whoever sent it goes on")
          .isEqualTo(TRACE);
      await()
          .atMost(LIMIT)
          .untilAsserted(
              () -> assertThat(log.with("of RETRAIN_STATUS", "request_id", TRACE)).isNotEmpty());
    }
    assertThat(API.get("/v1/audit?object=retrain:" + id).body().at("/items/0/request_id").asText())
        .isEqualTo(TRACE);
    RetrainStatus status = RetrainStatusCodec.read(awaitStatus(command, 1).get(0).value());
    assertThat(status.state()).isEqualTo(State.GRANTED);
    assertThat(status.modelVersion()).isEqualTo("1");
    assertThat(status.cost()).isEqualTo(50);
    JsonNode listed = API.get("/v1/retrains?model=plain&limit=1").body();
    assertThat(listed.at("/items/0/command_id").asText()).isEqualTo(command.commandId().toString());
    assertThat(API.get("/v1/retrains?model=plain").body().path("items")).hasSize(1);
    assertThat(API.get("/v1/retrains?state=FAILED&team=ranking").body().path("items")).isEmpty();
    assertThat(API.get("/v1/models/plain/retrains/" + NO_SUCH).status()).isEqualTo(404);
  }

  @Test
  void poison_isADeadLetter_andWhatIsBehindItGoesOn() throws Exception {
    model("behind", 2);
    byte[] good = RetrainCommandCodec.write(command("behind", "e-1", Mode.AUTO));
    String other = new String(good, StandardCharsets.UTF_8).replace("\"e-1\"", "\"e-2\"");
    send("behind", "no JSON".getBytes(StandardCharsets.UTF_8));
    send("behind", other.getBytes(StandardCharsets.UTF_8));
    send("somebody", good);
    send("behind", null);
    RetrainCommand pretended = manual("behind");
    send(pretended);
    send("behind", good);

    awaitState(command("behind", "e-1", Mode.AUTO), State.GRANTED);
    List<DeadLetter> letters = new ArrayList<>();
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () -> {
              letters.clear();
              for (ConsumerRecord<byte[], byte[]> record :
                  KAFKA.readAll(Topic.DEAD_LETTERS.in(Topic.LIVE))) {
                DeadLetter letter = DeadLetterCodec.read(record.value());
                assertThat(new String(record.key(), StandardCharsets.UTF_8))
                    .isEqualTo(RETRAINS + "/0/" + letter.offset());
                letters.add(letter);
              }
              assertThat(letters)
                  .extracting(DeadLetter::reason)
                  .contains(Reason.NOT_JSON, Reason.BAD_VALUE, Reason.KEY_MISMATCH, Reason.EMPTY);
              assertThat(letters).extracting(DeadLetter::field).contains("reason_class");
            });
    assertThat(letters)
        .filteredOn(letter -> letter.reason() == Reason.BAD_VALUE)
        .extracting(DeadLetter::field)
        .containsOnly("command_id", "reason_class");
    assertThat(API.get(path(pretended)).status()).isEqualTo(404);
  }

  @Test
  void approval_isBoundToTheEvidence_andIsTold() throws Exception {
    model("judged", 2);
    RetrainCommand command = command("judged", "e-1", Mode.APPROVE);
    send(command);
    awaitState(command, State.AWAITING_APPROVAL);
    JsonNode pending = pending(command);
    assertThat(pending.at("/evidence/psi").asDouble()).isEqualTo(0.4);
    assertThat(pending.path("evidence_hash").asText()).isEqualTo(command.evidenceHash());

    String path = path(command) + "/judgement";
    assertThat(API.post(path, judgement("APPROVE", "0".repeat(64))).status()).isEqualTo(409);
    JsonNode approved = API.post(path, judgement("APPROVE", command.evidenceHash())).body();
    assertThat(approved.path("state").asText()).isEqualTo("GRANTED");
    assertThat(approved.at("/approvals/0/verdict").asText()).isEqualTo("APPROVE");
    assertThat(approved.path("history")).hasSize(2);
    assertThat(API.post(path, judgement("REJECT", command.evidenceHash())).status()).isEqualTo(409);

    await()
        .atMost(LIMIT)
        .untilAsserted(
            () -> {
              List<Control> said = controls("model|judged|JUDGEMENT|");
              assertThat(said).hasSize(1);
              assertThat(said.get(0).action()).isEqualTo(Control.Action.APPROVE);
              assertThat(said.get(0).episode()).isEqualTo("e-1");
              assertThat(said.get(0).evidenceHash()).isEqualTo(command.evidenceHash());
            });
    List<ConsumerRecord<byte[], byte[]>> statuses = awaitStatus(command, 2);
    assertThat(RetrainStatusCodec.read(statuses.get(1).value()).state()).isEqualTo(State.GRANTED);
  }

  @Test
  void rejection_refuses() throws Exception {
    model("rejected", 2);
    RetrainCommand command = command("rejected", "e-1", Mode.APPROVE);
    send(command);
    awaitState(command, State.AWAITING_APPROVAL);

    RunningApi.Reply unsaid =
        API.post(
            path(command) + "/judgement",
            "{\"verdict\": \"REJECT\", \"evidence_hash\": \"%s\"}"
                .formatted(command.evidenceHash()));
    assertThat(unsaid.status()).isEqualTo(422);
    assertThat(unsaid.body().at("/errors/0/pointer").asText()).isEqualTo("/reason");

    JsonNode after =
        API.post(path(command) + "/judgement", judgement("REJECT", command.evidenceHash())).body();

    assertThat(after.path("state").asText()).isEqualTo("REFUSED");
    assertThat(after.path("reason").asText()).startsWith("rejected: by ").endsWith(": seen");
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () ->
                assertThat(controls("model|rejected|"))
                    .extracting(Control::action)
                    .containsExactly(Control.Action.REJECT));
  }

  @Test
  void fourEyes_takeTwoPersons() throws Exception {
    model("guarded", 1);
    RetrainCommand command = command("guarded", "e-1", Mode.APPROVE);
    send(command);
    assertThat(awaitState(command, State.AWAITING_APPROVAL).path("approvals_needed").asInt())
        .isEqualTo(2);
    String path = path(command) + "/judgement";
    String body = judgement("APPROVE", command.evidenceHash());
    RunningApi.Reply byToken = API.post(path, body);
    assertThat(byToken.status()).as("a token is no person").isEqualTo(403);
    String[] ada = person("ada");
    String[] bob = person("bob");
    JsonNode first = API.post(path, body, ada).body();
    assertThat(first.path("state").asText()).isEqualTo("AWAITING_APPROVAL");
    assertThat(pending(command).path("approvals_given").asInt()).isEqualTo(1);
    assertThat(API.post(path, body, ada).status()).as("the same person").isEqualTo(409);
    JsonNode after = API.post(path, body, bob).body();
    assertThat(after.path("state").asText()).isEqualTo("GRANTED");

    // Of a person's own command that person is the first.
    model("own", 1);
    JsonNode made = ask("own", ada);
    assertThat(made.path("approvals_needed").asInt()).isEqualTo(1);
    assertThat(approve(made, ada).status()).isEqualTo(409);
    assertThat(approve(made, bob).body().path("state").asText()).isEqualTo("GRANTED");

    // Behind a token may be anybody.
    model("by-token", 1);
    JsonNode asked = ask("by-token", "Authorization", "Bearer " + API.token());
    assertThat(asked.path("approvals_needed").asInt()).isEqualTo(2);
  }

  @Test
  void machineWithAToken_isHeldByTheKillSwitch_andApprovesNothing() throws Exception {
    model("asked-by-machine", 3);
    String token =
        API.post(
                "/v1/tokens",
                "{\"name\": \"ci\", \"roles\": [\"approver\"], \"teams\": [\"ranking\"],"
                    + " \"expires_at\": \"%s\"}".formatted(Instant.now().plusSeconds(3_600)))
            .body()
            .path("token")
            .asText();
    String[] machine = {"Authorization", "Bearer " + token};
    RetrainCommand command = command("asked-by-machine", "e-1", Mode.APPROVE);
    send(command);
    awaitState(command, State.AWAITING_APPROVAL);
    String judgement = path(command) + "/judgement";
    RunningApi.Reply byMachine =
        API.post(judgement, judgement("APPROVE", command.evidenceHash()), machine);
    assertThat(byMachine.status()).isEqualTo(403);
    RunningApi.Reply rejected =
        API.post(judgement, judgement("REJECT", command.evidenceHash()), machine);
    assertThat(rejected.body().path("state").asText()).isEqualTo("REFUSED");

    API.post(
        "/v1/models/asked-by-machine/controls",
        "{\"action\": \"KILL_SWITCH_ON\", \"reason\": \"wrong clicks\"}");
    String path = "/v1/models/asked-by-machine/retrains";
    String body = "{\"model_version\": \"1\", \"reason\": \"new data\", \"estimated_cost\": 10}";
    JsonNode stopped =
        API.post(path, body, "Authorization", machine[1], "Idempotency-Key", "m-1").body();
    assertThat(stopped.path("reason").asText()).isEqualTo("kill_switch: of the model");
    assertThat(stopped.path("by_person").asBoolean(true)).isFalse();
    JsonNode byPerson = API.post(path, body, "Idempotency-Key", "m-2").body();
    assertThat(byPerson.path("state").asText()).isEqualTo("GRANTED");
    assertThat(byPerson.path("by_person").asBoolean()).isTrue();
  }

  /** Who approves has looked: so they are told what to look at before their word counts. */
  @Test
  void approver_isToldOfATrainingThatMayStillRun_beforeItCounts() throws Exception {
    model("told", 2);
    RetrainCommand first = command("told", "e-1", Mode.AUTO);
    RetrainCommand next = worse("told");
    send(first);
    awaitState(first, State.GRANTED);
    send(next);
    assertThat(awaitState(next, State.AWAITING_APPROVAL).path("reason").asText())
        .startsWith("approval: ");
    endsAndMayRun(first);

    JsonNode waiting = API.get(path(next)).body();
    RunningApi.Reply told = approve(waiting, with(person("ada"), "told-1"));
    assertThat(told.status()).isEqualTo(409);
    assertThat(told.body().path("detail").asText()).contains(first.commandId().toString());
    RunningApi.Reply replayed = approve(waiting, with(person("ada"), "told-1"));
    assertThat(replayed.status()).isEqualTo(409);
    assertThat(replayed.body()).isEqualTo(told.body());

    JsonNode listed = pending(next);
    assertThat(listed.path("reason").asText()).startsWith("unclear_before: " + first.commandId());
    assertThat(listed.path("approvals_given").asInt()).isZero();
    assertThat(API.get(path(next)).body().path("approvals")).isEmpty();
    JsonNode approved = approve(waiting, with(person("ada"), "told-2")).body();
    assertThat(approved.path("state").asText()).isEqualTo("GRANTED");
    assertThat(approved.path("reason").asText())
        .isEqualTo("unclear_before: " + first.commandId() + " may still run");
    assertThat(approved.at("/approvals/0/told_of").asText())
        .isEqualTo(first.commandId().toString());
  }

  /** It was approved, and waited; what it waited for has ended so that it is looked at anew. */
  @Test
  void commandThatIsHeldAgain_isApprovedAnew_byTheSamePersonsToo() throws Exception {
    String[] ada = person("ada");
    String[] bob = person("bob");
    model("twice", 2);
    JsonNode one = heldAgain("twice", ada);
    JsonNode after = approve(one, ada).body();
    assertThat(after.path("state").asText()).isEqualTo("GRANTED");
    assertThat(after.path("approvals"))
        .extracting(
            each -> each.path("approval_round").asText() + " " + each.path("said_by").asText())
        .containsExactly("1 user:ada", "2 user:ada");
    assertThat(after.at("/approvals/0").has("told_of")).as("it was still at work").isFalse();
    assertThat(after.path("reason").asText())
        .contains(after.at("/approvals/1/told_of").asText("none"));

    model("twice-by-two", 1);
    JsonNode two = heldAgain("twice-by-two", ada, bob);
    assertThat(two.path("reason").asText()).endsWith("two persons approve, or one rejects");
    JsonNode third = approve(two, person("carol")).body();
    assertThat(third.path("state").asText()).as("one of two").isEqualTo("AWAITING_APPROVAL");
    assertThat(approve(two, person("carol")).status()).isEqualTo(409);
    assertThat(approve(two, bob).body().path("state").asText()).isEqualTo("GRANTED");
  }

  /** A command that these have approved and that waits for them once more. */
  private JsonNode heldAgain(String model, String[]... persons) throws Exception {
    RetrainCommand first = command(model, "e-1", Mode.APPROVE);
    RetrainCommand next = worse(model);
    for (RetrainCommand command : List.of(first, next)) {
      send(command);
      JsonNode waiting = awaitState(command, State.AWAITING_APPROVAL);
      for (String[] person : persons) {
        assertThat(approve(waiting, person).status()).isEqualTo(200);
      }
    }
    assertThat(API.get(path(next)).body().path("state").asText()).isEqualTo("QUEUED");
    endsAndMayRun(first);
    JsonNode held = awaitState(next, State.AWAITING_APPROVAL);
    assertThat(held.path("approval_round").asInt()).isEqualTo(2);
    return held;
  }

  /** As a dispatcher ends what nobody can stop, by a clock that is behind that of approvals. */
  private static void endsAndMayRun(RetrainCommand command) throws Exception {
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        "UPDATE runway.retrain_commands SET state = 'SUBMITTED', submitted_at = now(),"
            + " state_revision = state_revision + 1 WHERE command_id = '"
            + command.commandId()
            + "'",
        "UPDATE runway.retrain_commands SET state = 'TIMED_OUT', reserved_cost = 0,"
            + " ended_at = now() - interval '1 hour', may_run = true, state_revision = state_revision + 1 WHERE command_id = '"
            + command.commandId()
            + "'");
  }

  private static String[] with(String[] who, String key) {
    return new String[] {who[0], who[1], "Idempotency-Key", key};
  }

  @Test
  void person_whoHasLooked_saysThatAnUnclearCommandNeverBegan() throws Exception {
    model("unclear", 2);
    RetrainCommand command = command("unclear", "e-1", Mode.AUTO);
    send(command);
    awaitState(command, State.GRANTED);
    String path = path(command) + "/cancellation";
    String never = "{\"reason\": \"not there\", \"never_began\": true}";
    for (String state : List.of("SUBMITTED", "UNKNOWN")) {
      POSTGRES.execute(
          PostgresDatabase.SUPERUSER,
          "UPDATE runway.retrain_commands SET state = '%s', state_revision = state_revision + 1"
                  .formatted(state)
              + " WHERE model_id = 'unclear'");
      if (state.equals("SUBMITTED")) {
        assertThat(API.post(path, never).status()).isEqualTo(409);
      }
    }
    String[] machine = {"Authorization", "Bearer " + approversToken("never")};
    assertThat(API.post(path, never, machine).status()).isEqualTo(403);
    assertThat(API.post(path, "{\"reason\": \"stop it\"}").status()).isEqualTo(202);
    assertThat(neverBegan(command)).isEqualTo("demo f");

    assertThat(API.post(path, never, person("ada")).status()).isEqualTo(202);
    assertThat(neverBegan(command)).isEqualTo("user:ada t");
  }

  private static String neverBegan(RetrainCommand command) throws Exception {
    return POSTGRES
        .query(
            PostgresDatabase.SUPERUSER,
            "SELECT cancel_asked_by || ' ' || CASE WHEN never_began THEN 't' ELSE 'f' END"
                + " FROM runway.retrain_commands WHERE command_id = '"
                + command.commandId()
                + "'")
        .get(0)
        .get(0);
  }

  private static String approversToken(String name) {
    return API.post(
            "/v1/tokens",
            "{\"name\": \"%s\", \"roles\": [\"approver\"], \"teams\": [\"ranking\"], \"expires_at\": \"%s\"}"
                .formatted(name, Instant.now().plusSeconds(3_600)))
        .body()
        .path("token")
        .asText();
  }

  /** It may stop things; that they go on is for whoever answers for it. */
  @Test
  void machineWithAToken_endsNoKillSwitch() {
    model("switched", 3);
    String[] machine = {"Authorization", "Bearer " + approversToken("switches")};
    String on = "{\"action\": \"KILL_SWITCH_ON\", \"reason\": \"x\"}";
    String off = "{\"action\": \"KILL_SWITCH_OFF\", \"reason\": \"x\"}";
    String soon =
        on.replace("}", ", \"expires_at\": \"%s\"}".formatted(Instant.now().plusSeconds(600)));
    for (String path : List.of("/v1/models/switched/controls", "/v1/teams/ranking/controls")) {
      try {
        assertThat(API.post(path, soon, machine).status()).as(path).isEqualTo(201);
        assertThat(API.post(path, on, machine).status()).as(path).isEqualTo(201);
        assertThat(API.post(path, off, machine).status()).as(path).isEqualTo(403);
        assertThat(API.post(path, soon, machine).status()).as("it ends sooner").isEqualTo(403);
      } finally {
        assertThat(API.post(path, off, person("ada")).status()).as(path).isEqualTo(201);
      }
      assertThat(API.post(path, soon, machine).status()).as("none is on").isEqualTo(201);
      assertThat(API.post(path, off, person("ada")).status()).as(path).isEqualTo(201);
    }
  }

  @Test
  void person_mayWantSomebodyElseToApprove() {
    model("wanted", 3);
    String[] ada = person("ada");
    JsonNode asked = ask("wanted", "\"estimated_cost\": 10, \"mode\": \"APPROVE\"", ada);
    assertThat(asked.path("approvals_needed").asInt()).isEqualTo(1);
    assertThat(asked.path("mode").asText()).isEqualTo("APPROVE");

    assertThat(approve(asked, ada).status()).isEqualTo(409);
    assertThat(approve(asked, person("bob")).body().path("state").asText()).isEqualTo("GRANTED");
  }

  private static JsonNode ask(String model, String... who) {
    return ask(model, "\"estimated_cost\": 10", who);
  }

  private static JsonNode ask(String model, String more, String[] who) {
    String[] headers = Arrays.copyOf(who, 4);
    headers[2] = "Idempotency-Key";
    headers[3] = model;
    String body = "{\"model_version\": \"1\", \"reason\": \"new data\", " + more + "}";
    JsonNode made = API.post("/v1/models/" + model + "/retrains", body, headers).body();
    assertThat(made.path("state").asText()).isEqualTo("AWAITING_APPROVAL");
    return made;
  }

  private static RunningApi.Reply approve(JsonNode command, String... who) {
    return API.post(
        "/v1/models/%s/retrains/%s/judgement"
            .formatted(command.path("model_id").asText(), command.path("command_id").asText()),
        judgement("APPROVE", command.path("evidence_hash").asText()),
        who);
  }

  private static String[] person(String name) {
    return new String[] {
      "Authorization",
      "Bearer " + ISSUER.sign(TestIssuer.claims("runway-approver", "ranking").subject(name))
    };
  }

  @Test
  void person_asks_andCancels() {
    model("asked", 3);
    String body =
        "{\"model_version\": \"1\", \"reason\": \"new data\", \"estimated_cost\": 12.345}";
    RunningApi.Reply made = API.post("/v1/models/asked/retrains", body, "Idempotency-Key", "k-1");
    assertThat(made.status()).isEqualTo(201);
    assertThat(made.body().path("state").asText()).isEqualTo("GRANTED");
    assertThat(made.body().path("reserved_cost").asDouble()).isEqualTo(12.35);
    assertThat(made.body().at("/evidence/reason").asText()).isEqualTo("new data");
    RunningApi.Reply again = API.post("/v1/models/asked/retrains", body, "Idempotency-Key", "k-1");
    assertThat(again.body()).isEqualTo(made.body());
    RunningApi.Reply without = API.post("/v1/models/asked/retrains", body);
    assertThat(without.status()).isEqualTo(400);
    assertThat(without.body().toString()).contains("Idempotency-Key");
    RunningApi.Reply free =
        API.post(
            "/v1/models/asked/retrains", body.replace("12.345", "0"), "Idempotency-Key", "k-2");
    assertThat(free.status()).isEqualTo(422);
    assertThat(free.body().at("/errors/0/pointer").asText()).isEqualTo("/estimated_cost");
    RunningApi.Reply next = API.post("/v1/models/asked/retrains", body, "Idempotency-Key", "k-3");
    assertThat(next.body().path("state").asText()).isEqualTo("QUEUED");
    assertThat(
            API.post(
                    "/v1/models/asked/retrains",
                    body.replaceFirst("\\{", "{\"target_version\": \"0\","),
                    "Idempotency-Key",
                    "k-4")
                .status())
        .isEqualTo(422);

    String cancellation = made.header("Location") + "/cancellation";
    RunningApi.Reply cancelled = API.post(cancellation, "{\"reason\": \"wrong data\"}");
    assertThat(cancelled.status()).isEqualTo(202);
    assertThat(cancelled.body().path("state").asText()).isEqualTo("CANCELLED");
    assertThat(cancelled.body().path("reserved_cost").asDouble()).isZero();
    assertThat(API.post(cancellation, "{\"reason\": \"again\"}").status()).isEqualTo(409);
    String waiting = next.header("Location");
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () -> assertThat(API.get(waiting).body().path("state").asText()).isEqualTo("GRANTED"));
  }

  @Test
  void budgetAndCaps_areSetByAnAdministrator_andHold() {
    String month = "2031-05";
    RunningApi.Reply set =
        API.put("/v1/retrain-budgets/" + month, "{\"cap\": 100, \"tier1_reserve\": 20}");
    assertThat(set.status()).isEqualTo(200);
    assertThat(set.body().path("free").asDouble()).isEqualTo(100);
    assertThat(
            API.put("/v1/retrain-budgets/" + month, "{\"cap\": 100, \"tier1_reserve\": 120}")
                .status())
        .isEqualTo(422);
    assertThat(API.get("/v1/retrain-budgets").body().at("/items/0/month").asText())
        .isEqualTo(month);

    model("capped", 2);
    assertThat(
            API.post(
                    "/v1/models/capped/retrains",
                    "{\"model_version\": \"1\", \"reason\": \"x\", \"estimated_cost\": 33}",
                    "Idempotency-Key",
                    "k-5")
                .status())
        .isEqualTo(201);
    String now = Instant.now().toString().substring(0, 7);
    RunningApi.Reply low =
        API.put(
            "/v1/retrain-budgets/" + now, "{\"cap\": 10, \"tier1_reserve\": 0}", "If-Match", "*");
    assertThat(low.status()).isEqualTo(409);
    assertThat(low.body().path("detail").asText()).contains("spent and reserved already");

    assertThat(API.put("/v1/retrain-caps/team:closed", "{\"cap\": 0}").status()).isEqualTo(200);
    assertThat(API.post("/v1/models", Bodies.model("closed", "closed")).status()).isEqualTo(201);
    String body = "{\"model_version\": \"1\", \"reason\": \"x\", \"estimated_cost\": 1}";
    API.put(
        "/v1/models/closed",
        Bodies.replacement("closed", "tier 2: one pair of eyes"),
        "If-Match",
        "*");
    JsonNode queued = API.post("/v1/models/closed/retrains", body, "Idempotency-Key", "k-6").body();
    assertThat(queued.path("reason").asText()).startsWith("team_cap: ");
    assertThat(API.get("/v1/retrain-queue").body().path("items"))
        .anySatisfy(
            item ->
                assertThat(item.path("command_id").asText())
                    .isEqualTo(queued.path("command_id").asText()));
    API.put("/v1/retrain-caps/team:closed", "{\"cap\": 1}", "If-Match", "\"1\"");
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () ->
                assertThat(
                        API.get("/v1/models/closed/retrains/" + queued.path("command_id").asText())
                            .body()
                            .path("state")
                            .asText())
                    .isEqualTo("GRANTED"));
    assertThat(API.get("/v1/retrain-caps").body().path("items")).hasSizeGreaterThanOrEqualTo(2);
  }

  @Test
  void model_isNotRetired_whileACommandOfItIsOpen() throws Exception {
    model("leaving", 2);
    RetrainCommand command = command("leaving", "e-1", Mode.APPROVE);
    send(command);
    awaitState(command, State.AWAITING_APPROVAL);
    String gone =
        Bodies.replacement("ranking", "x").replaceFirst("\\{", "{\"state\": \"RETIRED\",");

    RunningApi.Reply refused = API.put("/v1/models/leaving", gone, "If-Match", "*");

    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.body().path("detail").asText())
        .contains("RETRAIN " + command.commandId() + " is AWAITING_APPROVAL");
    API.post(path(command) + "/cancellation", "{\"reason\": \"it goes\"}");

    // One that comes meanwhile is waited for, and counts.
    CompletableFuture<RunningApi.Reply> meanwhile;
    try (Connection ledger = POSTGRES.connect(PostgresDatabase.SUPERUSER);
        Statement statement = ledger.createStatement()) {
      ledger.setAutoCommit(false);
      statement.execute("SET LOCAL session_replication_role = replica");
      statement.execute("SELECT cap FROM runway.retrain_caps WHERE scope = 'FLEET' FOR UPDATE");
      statement.execute(
          "UPDATE runway.retrain_commands SET state = 'QUEUED', ended_at = NULL WHERE command_id ="
              + " '%s'".formatted(command.commandId()));
      meanwhile =
          CompletableFuture.supplyAsync(() -> API.put("/v1/models/leaving", gone, "If-Match", "*"));
      await().atMost(LIMIT).until(() -> meanwhile.isDone() || isHeld("leaving"));
      ledger.commit();
    }
    assertThat(meanwhile.get(5, TimeUnit.MINUTES).status()).isEqualTo(409);

    awaitState(command, State.GRANTED);
    API.post(path(command) + "/cancellation", "{\"reason\": \"it goes\"}");
    assertThat(API.put("/v1/models/leaving", gone, "If-Match", "*").status()).isEqualTo(200);
  }

  /** Whether a transaction has the row of a model. */
  private static boolean isHeld(String model) throws SQLException {
    return POSTGRES
        .query(
            PostgresDatabase.SUPERUSER,
            "SELECT model_id FROM runway.models WHERE model_id = '%s' FOR UPDATE SKIP LOCKED"
                .formatted(model))
        .isEmpty();
  }

  @Test
  void version_isNotRetired_whileACommandGoesBackToIt() {
    model("going-back", 3);
    String versions = "/v1/models/going-back/versions";
    for (String version : List.of("1", "2")) {
      API.post(versions, "{\"version\": \"%s\"}".formatted(version));
    }
    JsonNode back =
        API.post(
                "/v1/models/going-back/retrains",
                "{\"action\": \"ROLLBACK\", \"model_version\": \"2\", \"target_version\": \"1\","
                    + " \"reason\": \"worse\", \"estimated_cost\": 1}",
                "Idempotency-Key",
                "going-back-1")
            .body();
    assertThat(back.path("state").asText()).isEqualTo("GRANTED");
    String id = back.path("command_id").asText();
    String retired = "{\"state\": \"RETIRED\"}";

    RunningApi.Reply refused = API.put(versions + "/1/state", retired, "If-Match", "*");

    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.body().path("detail").asText()).contains("ROLLBACK " + id + " is GRANTED");
    assertThat(API.put(versions + "/2/state", retired, "If-Match", "*").status()).isEqualTo(200);
    API.post("/v1/models/going-back/retrains/" + id + "/cancellation", "{\"reason\": \"mended\"}");
    assertThat(API.put(versions + "/1/state", retired, "If-Match", "*").status()).isEqualTo(200);
  }

  @Test
  void cursorThatIsNoneOfOurs_isRefused() {
    for (String list : List.of("/v1/approvals", "/v1/retrains")) {
      assertThat(API.get(list + "?cursor=AAAA").status()).as(list).isEqualTo(400);
      assertThat(API.get(list + "?cursor=bm9uZSBvZiBvdXJz").status()).as(list).isEqualTo(400);
    }
  }

  /** Versions never change, so one that says nonsense must not stand in the way for ever. */
  @Test
  void costThatNoTrainingHas_isNoEstimate_andOneAboveTheMonthSaysWhereItIsFrom() {
    model("dear", 3);
    String versions = "/v1/models/dear/versions";
    String said = "{\"version\": \"%s\", \"metrics\": {\"training_cost\": %s}}";
    assertThat(API.post(versions, said.formatted("1", "2e9")).status()).isEqualTo(201);
    assertThat(API.post(versions, said.formatted("2", "-3")).status()).isEqualTo(201);
    String path = "/v1/models/dear/retrains";
    String body = "{\"model_version\": \"1\", \"reason\": \"x\", \"estimated_cost\": 50}";
    JsonNode granted = API.post(path, body, "Idempotency-Key", "dear-1").body();
    assertThat(granted.path("state").asText() + " " + granted.path("reserved_cost").asDouble())
        .isEqualTo("GRANTED 50.0");
    API.post(
        path + "/" + granted.path("command_id").asText() + "/cancellation",
        "{\"reason\": \"wrong\"}");

    assertThat(API.post(versions, said.formatted("3", "1e8")).status()).isEqualTo(201);
    JsonNode refused = API.post(path, body, "Idempotency-Key", "dear-2").body();

    assertThat(refused.path("state").asText()).isEqualTo("REFUSED");
    assertThat(refused.path("reason").asText())
        .isEqualTo(
            "over_budget: it costs more than a month has for tier 3, least: 100000000.00, from the"
                + " metrics of version 3");
  }

  /** Whoever asks says what it will cost, so what is known of that bounds it. */
  @Test
  void training_reservesWhatTheLastOneHasCost_andMovementsAreReadByModelAndMonth() {
    model("costly", 3);
    String path = "/v1/models/costly/retrains";
    String body = "{\"model_version\": \"1\", \"reason\": \"x\", \"estimated_cost\": 0.01}";
    JsonNode first = API.post(path, body, "Idempotency-Key", "costly-1").body();
    assertThat(first.path("reserved_cost").asDouble()).isEqualTo(1);
    API.post(
        path + "/" + first.path("command_id").asText() + "/cancellation",
        "{\"reason\": \"wrong\"}");
    assertThat(
            API.post(
                    "/v1/models/costly/versions",
                    "{\"version\": \"1\", \"metrics\": {\"training_cost\": 41.5}}")
                .status())
        .isEqualTo(201);

    JsonNode second = API.post(path, body, "Idempotency-Key", "costly-2").body();

    assertThat(second.path("reserved_cost").asDouble()).isEqualTo(41.5);
    String month = second.path("budget_month").asText().substring(0, 7);
    JsonNode newest = API.get("/v1/retrain-costs?model=costly&limit=2&month=" + month).body();
    assertThat(newest.path("items"))
        .extracting(item -> item.path("kind").asText() + " " + item.path("amount").asDouble())
        .containsExactly("RESERVED 41.5", "RELEASED 1.0");
    assertThat(newest.at("/items/0/command_id")).isEqualTo(second.path("command_id"));
    assertThat(newest.at("/items/0/month").asText()).isEqualTo(month);
    JsonNode next =
        API.get("/v1/retrain-costs?model=costly&cursor=" + newest.path("next_cursor").asText())
            .body();
    assertThat(next.path("items")).hasSize(1);
    assertThat(API.get("/v1/retrain-costs?model=costly&month=2031-01").body().path("items"))
        .isEmpty();
  }

  /** Two who saw the same: the second one is told, and overwrites nothing. */
  @Test
  void budgetAndCaps_areChangedByWhoeverSawThemLast() {
    for (String[] one :
        new String[][] {
          {"/v1/retrain-budgets/2030-06", "{\"cap\": 100, \"tier1_reserve\": 20}"},
          {"/v1/retrain-caps/team:seen-twice", "{\"cap\": 3}"}
        }) {
      String path = one[0];
      String body = one[1];
      assertThat(API.get(path).status()).as(path).isEqualTo(404);
      assertThat(API.put(path, body, "If-Match", "\"1\"").status()).as(path).isEqualTo(412);
      assertThat(API.put(path, body).header("ETag")).as(path).isEqualTo("\"1\"");
      assertThat(API.put(path, body).status()).as(path).isEqualTo(428);
      String seen = API.get(path).header("ETag");
      assertThat(API.put(path, body, "If-Match", seen).status()).as(path).isEqualTo(200);
      assertThat(API.put(path, body, "If-Match", seen).status()).as(path).isEqualTo(412);
      assertThat(API.get(path).header("ETag")).as(path).isEqualTo("\"2\"");
    }
  }

  @Test
  void slaClocksAndRatios_areReadWithoutSql() throws Exception {
    model("timed", 2);
    RunningApi.Reply asked =
        API.post(
            "/v1/models/timed/retrains",
            "{\"model_version\": \"1\", \"reason\": \"x\", \"estimated_cost\": 1}",
            "Idempotency-Key",
            "k-timed");
    String id = asked.body().path("command_id").asText();
    JsonNode clock = API.get("/v1/retrain-sla?model=timed").body().at("/items/0");
    assertThat(clock.path("command_id").asText()).isEqualTo(id);
    assertThat(clock.path("within_seconds").asLong()).isEqualTo(24 * 3600);
    assertThat(clock.path("missed").asBoolean()).isFalse();
    assertThat(API.get("/v1/retrain-sla?model=timed&missed=true").body().path("items")).isEmpty();

    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        "SET session_replication_role = replica; UPDATE runway.retrain_commands SET issued_at ="
            + " now() - interval '25 hours' WHERE command_id = '"
            + id
            + "'");

    assertThat(API.get("/v1/retrain-sla?missed=true").body().path("items"))
        .extracting(item -> item.path("command_id").asText())
        .contains(id);
    model("timed-too", 2);
    API.post(
        "/v1/models/timed-too/retrains",
        "{\"model_version\": \"1\", \"reason\": \"x\", \"estimated_cost\": 1}",
        "Idempotency-Key",
        "k-timed-too");
    JsonNode first = API.get("/v1/retrain-sla?limit=1").body();
    String next =
        API.get("/v1/retrain-sla?limit=1&cursor=" + first.path("next_cursor").asText())
            .body()
            .at("/items/0/command_id")
            .asText();
    assertThat(next).isNotEmpty().isNotEqualTo(first.at("/items/0/command_id").asText());
    assertThat(API.get("/v1/retrain-ratios").body().path("items"))
        .anySatisfy(
            item -> {
              assertThat(item.path("tier").asInt()).isEqualTo(2);
              assertThat(item.path("issued").asInt()).isPositive();
            });
    assertThat(API.get("/metrics").http().body())
        .containsPattern("runway_control_retrains_late\\{tier=\"2\"\\} \\d")
        .containsPattern("runway_control_retrain_success_ratio\\{tier=\"2\"\\} \\d");
  }

  @Test
  void replayThroughTwoInstances_changesNothing_andTheDatabaseMayGoMeanwhile() throws Exception {
    RunningApi second = new RunningApi(POSTGRES, KAFKA.bootstrapServers(), Map.of());
    second.start();
    try {
      List<RetrainCommand> commands = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        model("replayed-" + i, 2);
        commands.add(command("replayed-" + i, "e-1", Mode.AUTO));
      }
      for (RetrainCommand command : commands.subList(0, 10)) {
        send(command);
      }
      POSTGRES.kill();
      for (RetrainCommand command : commands.subList(10, 20)) {
        send(command);
      }
      for (RetrainCommand command : commands) {
        send(command);
      }
      POSTGRES.restart();
      for (RetrainCommand command : commands) {
        JsonNode row = awaitState(command, State.GRANTED);
        assertThat(row.path("history")).hasSize(1);
        assertThat(row.path("costs")).hasSize(1);
      }
    } finally {
      second.stop();
    }
  }

  @Test
  void killSwitchOfATeam_stopsItsModels_andIsTold() throws Exception {
    API.post("/v1/models", Bodies.model("stopped", "halting"));
    API.put("/v1/models/stopped", Bodies.replacement("halting", "of tier 2"), "If-Match", "*");
    API.post("/v1/models/stopped/versions", "{\"version\": \"1\"}");
    String path = "/v1/teams/halting/controls";
    RunningApi.Reply made =
        API.post(path, "{\"action\": \"KILL_SWITCH_ON\", \"reason\": \"wrong clicks\"}");
    assertThat(made.status()).as(made.http().body()).isEqualTo(201);
    RetrainCommand command = command("stopped", "e-1", Mode.AUTO);
    send(command);

    JsonNode refused = awaitState(command, State.REFUSED);

    assertThat(refused.path("reason").asText()).isEqualTo("kill_switch: of team halting");
    await().atMost(LIMIT).until(() -> controls("team|halting|").size() == 1);
    Control told = controls("team|halting|").get(0);
    assertThat(told.team()).isEqualTo("halting");
    assertThat(told.modelId()).isNull();
    assertThat(API.get("/v1/controls").body().path("items")).isEmpty();
    assertThat(API.get(path).body().at("/items/0/team").asText()).isEqualTo("halting");
    API.post(path, "{\"action\": \"KILL_SWITCH_OFF\", \"reason\": \"mended\"}");
    RetrainCommand next = command("stopped", "e-2", Mode.AUTO);
    send(next);
    awaitState(next, State.GRANTED);
  }

  private static void model(String id, int tier) {
    String body = Bodies.model(id, "ranking").replace("\"tier\": 1", "\"tier\": " + tier);
    assertThat(API.post("/v1/models", body).status()).isEqualTo(201);
  }

  private static RetrainCommand command(String model, String episode, Mode mode) {
    return command(model, episode, mode, ReasonClass.DRIFT);
  }

  /** What only the API may say. */
  private static RetrainCommand manual(String model) {
    return command(model, "manual/1", Mode.AUTO, ReasonClass.MANUAL);
  }

  private static RetrainCommand command(
      String model, String episode, Mode mode, ReasonClass reasonClass) {
    return command(model, episode, mode, reasonClass, SeverityClass.MEDIUM);
  }

  /** One of a higher class, that waits for a person. */
  private static RetrainCommand worse(String model) {
    return command(model, "e-worse", Mode.APPROVE, ReasonClass.DRIFT, SeverityClass.HIGH);
  }

  private static RetrainCommand command(
      String model,
      String episode,
      Mode mode,
      ReasonClass reasonClass,
      SeverityClass severityClass) {
    return new RetrainCommand(
        new RetrainCommand.Cause(model, "1", Action.RETRAIN, reasonClass, episode, 1, null),
        new RetrainCommand.Urgency(2, 0.7, severityClass, 0),
        mode,
        0,
        0,
        "d-1",
        "strict",
        1,
        "{\"psi\":0.4}".getBytes(StandardCharsets.UTF_8),
        50,
        Instant.parse("2026-11-26T12:00:00Z").toEpochMilli(),
        RetrainCommand.NEVER);
  }

  private static void send(RetrainCommand command) throws Exception {
    send(command.cause().modelId(), RetrainCommandCodec.write(command));
  }

  private static void send(String key, byte[] value, String... header) throws Exception {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(RETRAINS, key.getBytes(StandardCharsets.UTF_8), value);
    for (int i = 0; i < header.length; i += 2) {
      record.headers().add(header[i], header[i + 1].getBytes(StandardCharsets.UTF_8));
    }
    try (Producer<byte[], byte[]> producer = KAFKA.producer()) {
      producer.send(record).get();
    }
  }

  private static String path(RetrainCommand command) {
    return "/v1/models/" + command.cause().modelId() + "/retrains/" + command.commandId();
  }

  private static JsonNode awaitState(RetrainCommand command, State state) {
    JsonNode[] found = new JsonNode[1];
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () -> {
              found[0] = API.get(path(command)).body();
              assertThat(found[0].path("state").asText()).isEqualTo(state.name());
            });
    return found[0];
  }

  private static JsonNode pending(RetrainCommand command) {
    for (JsonNode item : API.get("/v1/approvals?team=ranking&limit=200").body().path("items")) {
      if (item.path("command_id").asText().equals(command.commandId().toString())) {
        return item;
      }
    }
    throw new AssertionError("not pending: " + command);
  }

  private static String judgement(String verdict, String hash) {
    return "{\"verdict\": \"%s\", \"evidence_hash\": \"%s\", \"reason\": \"seen\"}"
        .formatted(verdict, hash);
  }

  private static List<ConsumerRecord<byte[], byte[]>> awaitStatus(
      RetrainCommand command, int count) {
    List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () -> {
              found.clear();
              found.addAll(records(Topic.RETRAIN_STATUS, command.commandId().toString()));
              assertThat(found).hasSizeGreaterThanOrEqualTo(count);
            });
    return found;
  }

  private static List<Control> controls(String key) throws Exception {
    List<Control> controls = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : records(Topic.CONTROLS, key)) {
      controls.add(ControlCodec.read(record.value()));
    }
    return controls;
  }

  private static List<ConsumerRecord<byte[], byte[]>> records(Topic topic, String key) {
    return KAFKA.readAll(topic.in(Topic.LIVE)).stream()
        .filter(record -> new String(record.key(), StandardCharsets.UTF_8).startsWith(key))
        .toList();
  }
}
