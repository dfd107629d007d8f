package dev.runway.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runway.control.database.Connections;
import dev.runway.control.database.Sql;
import dev.runway.control.log.LogLines;
import dev.runway.drift.profile.ProfileJson;
import dev.runway.model.Baseline;
import dev.runway.model.BaselineCodec;
import dev.runway.model.Control;
import dev.runway.model.ControlCodec;
import dev.runway.model.Dependency;
import dev.runway.model.DependencyCodec;
import dev.runway.model.EmbeddingSpace;
import dev.runway.model.EmbeddingSpaceCodec;
import dev.runway.model.MalformedEvent;
import dev.runway.model.ModelDocument;
import dev.runway.model.ModelDocumentCodec;
import dev.runway.model.PolicyVersion;
import dev.runway.model.PolicyVersionCodec;
import dev.runway.model.RetrainCommand.SeverityClass;
import dev.runway.model.Topic;
import dev.runway.testkit.KafkaBroker;
import dev.runway.testkit.PostgresDatabase;
import dev.runway.testkit.Waits;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class OutboxITCase {
  private static final Duration LIMIT = Waits.LONG;
  private static final String MODELS = Topic.MODELS.in(Topic.LIVE);

  @Order(1)
  @RegisterExtension
  static final PostgresDatabase POSTGRES = new PostgresDatabase();

  @Order(2)
  @RegisterExtension
  static final KafkaBroker KAFKA = new KafkaBroker();

  @Order(3)
  @RegisterExtension
  static final RunningApi API = new RunningApi(POSTGRES, KAFKA.bootstrapServers(), Map.of());

  @BeforeAll
  static void topics() {
    List<NewTopic> topics = new ArrayList<>();
    for (Topic topic :
        List.of(
            Topic.MODELS,
            Topic.BASELINES,
            Topic.SPACES,
            Topic.CONTROLS,
            Topic.POLICIES,
            Topic.DEPENDENCIES)) {
      topics.add(new NewTopic(topic.in(Topic.LIVE), 1, (short) 1).configs(topic.settings()));
    }
    KAFKA.createTopics(topics);
  }

  @Test
  void changes_reachTheJobsInTheirOwnWords() throws Exception {
    API.post("/v1/models", Bodies.model("told", "ranking"), "X-Request-Id", "r-told");
    API.post("/v1/models/told/versions", "{\"version\": \"1\"}");
    String strict =
        Bodies.replacement("ranking", "x").replaceFirst("\\{", "{\"strict_versions\": true,");
    API.put("/v1/models/told", strict, "If-Match", "\"1\"");
    API.post("/v1/models/told/versions", "{\"version\": \"2\"}");

    List<ModelDocument> documents = awaitDocuments("told", 3);
    assertThat(documents).extracting(ModelDocument::revision).containsExactly(1L, 2L, 3L);
    assertThat(documents.get(0).versions()).isEmpty();
    assertThat(documents.get(1).versions()).containsExactly("1");
    assertThat(documents.get(2).versions()).containsExactly("1", "2");
    assertThat(documents.get(2).tier()).isEqualTo(2);
    ConsumerRecord<byte[], byte[]> first = records(MODELS, "told").get(0);
    assertThat(new String(first.headers().lastHeader("request_id").value(), StandardCharsets.UTF_8))
        .isEqualTo("r-told");
  }

  /** A version alone, and with its model all of them; what changes nothing is not told. */
  @Test
  void versionsThatAreToGo_areToldToTheJobs() throws Exception {
    API.post("/v1/models", Bodies.model("going", "ranking"));
    API.post("/v1/models/going/versions", "{\"version\": \"1\"}");
    API.post("/v1/models/going/versions", "{\"version\": \"2\"}");
    state("going", "1", "LIVE");
    state("going", "1", "DEPRECATED");
    state("going", "2", "LIVE");
    state("going", "1", "LIVE");
    String body =
        Bodies.replacement("ranking", "x").replaceFirst("\\{", "{\"state\": \"DEPRECATED\",");
    assertThat(API.put("/v1/models/going", body, "If-Match", "*").status()).isEqualTo(200);
    API.post("/v1/models/going/versions", "{\"version\": \"3\"}");

    List<ModelDocument> documents = awaitDocuments("going", 5);
    assertThat(documents)
        .extracting(ModelDocument::deprecated)
        .containsExactly(
            List.of(), List.of("1"), List.of(), List.of("1", "2"), List.of("1", "2", "3"));
    assertThat(documents).allMatch(document -> document.versions().isEmpty());
  }

  private static void state(String model, String version, String state) {
    String path = "/v1/models/%s/versions/%s/state".formatted(model, version);
    String body = "{\"state\": \"%s\"}".formatted(state);
    assertThat(API.put(path, body, "If-Match", "*").status()).isEqualTo(200);
  }

  @Test
  void baselineAndControls_reachTheirTopics() throws Exception {
    API.post("/v1/models", Bodies.model("based", "ranking"));
    API.post("/v1/models/based/versions", "{\"version\": \"1\"}");
    String path = "/v1/models/based/versions/1/baselines";
    Instant made = Instant.parse("2026-11-02T00:00:00Z");
    String body = Bodies.baseline("based", "1", "p-1", made);
    assertThat(API.post(path, body).status()).isEqualTo(201);
    assertThat(API.post(path, body).status()).isEqualTo(409);
    assertThat(API.post(path, body.replace("p-1", "p-0")).status()).isEqualTo(422);
    assertThat(
            API.post(path, Bodies.baseline("based", "1", "p-2", made.plusSeconds(86_400))).status())
        .isEqualTo(201);
    API.post("/v1/models/based/controls", "{\"action\": \"MUTE\", \"reason\": \"outage\"}");
    API.post("/v1/models/based/controls", "{\"action\": \"UNMUTE\"}");

    await()
        .atMost(LIMIT)
        .untilAsserted(
            () -> {
              var baselines = records(Topic.BASELINES.in(Topic.LIVE), "based|1|");
              assertThat(baselines).hasSize(2);
              Baseline first = BaselineCodec.read(baselines.get(0).value());
              assertThat(first.profileId()).isEqualTo("p-1");
              assertThat(ProfileJson.read(first.profile()).features()).hasSize(1);
              var controls = records(Topic.CONTROLS.in(Topic.LIVE), "model|based|");
              assertThat(controls).hasSize(2);
              Control last = ControlCodec.read(controls.get(1).value());
              assertThat(last.action()).isEqualTo(Control.Action.UNMUTE);
              assertThat(last.revision()).isEqualTo(2);
              assertThat(last.key()).isEqualTo(controls.get(0).key());
            });
  }

  @Test
  void policiesAndDependencies_reachTheirTopics() throws Exception {
    API.post("/v1/models", Bodies.model("eta", "ranking"));
    API.post("/v1/models", Bodies.model("pricing", "ranking"));
    API.post("/v1/models/pricing/versions", "{\"version\": \"1\", \"features\": [\"rain\"]}");
    RunningApi.Reply use =
        API.post(
            "/v1/models/eta/consumers",
            "{\"kind\": \"MODEL\", \"name\": \"pricing\", \"usage\": \"PREDICTION\"}");
    String policy = Bodies.policy("drifts", "ranking", "pricing", "signal.psi_max > 0.2");
    assertThat(API.post("/v1/policies", policy).status()).isEqualTo(201);
    assertThat(
            API.put("/v1/policies/drifts", policy.replace("0.2", "0.3"), "If-Match", "\"1\"")
                .status())
        .isEqualTo(200);

    await()
        .atMost(LIMIT)
        .untilAsserted(
            () -> {
              var policies = records(Topic.POLICIES.in(Topic.LIVE), "drifts");
              assertThat(policies).hasSize(2);
              PolicyVersion second = PolicyVersionCodec.read(policies.get(1).value());
              assertThat(second.version()).isEqualTo(2);
              assertThat(new String(second.document(), StandardCharsets.UTF_8)).contains("> 0.3");
              assertThat(dependencies("pricing"))
                  .extracting(Dependency::upstreamModel, Dependency::source)
                  .containsExactlyInAnyOrder(tuple("eta", null), tuple(null, "feature:rain"));
            });

    API.send("DELETE", use.header("Location"), null);
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () -> assertThat(newest(Topic.DEPENDENCIES.in(Topic.LIVE))).containsValue(null));

    for (Topic topic : List.of(Topic.POLICIES, Topic.DEPENDENCIES)) {
      String name = topic.in(Topic.LIVE);
      Map<String, String> before = newest(name);
      int told = KAFKA.readAll(name).size();
      String path = "/v1/topics/" + name.substring(name.indexOf('.') + 1) + "/rebuild";
      RunningApi.Reply rebuilt = API.post(path, null);
      int records = told + rebuilt.body().path("messages").asInt();
      assertThat(rebuilt.status()).isEqualTo(202);
      await().atMost(LIMIT).until(() -> KAFKA.readAll(name).size() >= records);
      assertThat(newest(name)).containsOnlyKeys(before.keySet().toArray(String[]::new));
    }
    // Its jsonb has lost the order of its fields and nothing else.
    var policies = records(Topic.POLICIES.in(Topic.LIVE), "drifts");
    PolicyVersion again = PolicyVersionCodec.read(policies.get(policies.size() - 1).value());
    assertThat(again.version()).isEqualTo(2);
    assertThat(new String(again.document(), StandardCharsets.UTF_8)).contains("> 0.3");
  }

  /** As embedding-stability reads them: a document, a later one, none, and one again. */
  @Test
  void spaces_reachTheirTopic() throws Exception {
    String path = "/v1/spaces/titles.en";
    RunningApi.Reply made = API.post("/v1/spaces", Bodies.space("titles.en", "ranking"));
    assertThat(made.status()).isEqualTo(201);
    assertThat(made.header("Location")).isEqualTo(path);
    assertThat(made.header("ETag")).isEqualTo("\"1\"");
    assertThat(API.post("/v1/spaces", Bodies.space("titles.en", "ranking")).status())
        .isEqualTo(409);
    assertThat(API.get(path).body().at("/document/thresholds/mixed_share").asDouble())
        .isEqualTo(0.05);
    assertThat(API.get("/v1/spaces?team=ranking").body().at("/items/0/space_id").asText())
        .isEqualTo("titles.en");
    assertThat(API.get("/v1/spaces?team=other").body().path("items").isEmpty()).isTrue();

    String next = "{\"team\": \"ranking\", \"document\": %s}".formatted(Bodies.spaceDocument("v7"));
    assertThat(API.put(path, next).status()).isEqualTo(428);
    assertThat(API.put(path, next, "If-Match", "\"7\"").status()).isEqualTo(412);
    assertThat(API.put(path, next, "If-Match", "\"1\"").header("ETag")).isEqualTo("\"2\"");
    assertThat(API.send("DELETE", path, null).status()).isEqualTo(204);
    assertThat(API.send("DELETE", path, null).status()).isEqualTo(404);
    assertThat(API.get(path).body().path("state").asText()).isEqualTo("ENDED");
    assertThat(API.put(path, next, "If-Match", "\"3\"").status()).isEqualTo(200);

    String topic = Topic.SPACES.in(Topic.LIVE);
    await().atMost(LIMIT).until(() -> records(topic, "titles.en").size() == 4);
    var told = records(topic, "titles.en");
    EmbeddingSpace first = EmbeddingSpaceCodec.read(told.get(0).value());
    assertThat(first.revision()).isEqualTo(1);
    assertThat(first.sampleSize()).isEqualTo(5_000);
    assertThat(first.baseline()).isEqualTo(new EmbeddingSpace.Pair("v5", "v5-again"));
    assertThat(first.thresholds().mixedShare()).isEqualTo(0.05);
    assertThat(first.thresholds().freshnessSeconds()).isEqualTo(60);
    assertThat(EmbeddingSpaceCodec.read(told.get(1).value()).pairs())
        .containsExactly(new EmbeddingSpace.Pair("v5", "v7"));
    assertThat(told.get(2).value()).isNull();
    assertThat(EmbeddingSpaceCodec.read(told.get(3).value()).revision()).isEqualTo(4);

    assertThat(API.post("/v1/topics/spaces/rebuild", null).body().path("messages").asInt())
        .isEqualTo(1);
    await().atMost(LIMIT).until(() -> records(topic, "titles.en").size() == 5);
    assertThat(records(topic, "titles.en").get(4).value()).isEqualTo(told.get(3).value());
  }

  private static List<Dependency> dependencies(String modelId) throws MalformedEvent {
    List<Dependency> dependencies = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : records(Topic.DEPENDENCIES.in(Topic.LIVE), "")) {
      if (record.value() != null) {
        Dependency dependency = DependencyCodec.read(record.value());
        if (dependency.modelId().equals(modelId)) {
          dependencies.add(dependency);
        }
      }
    }
    return dependencies;
  }

  @Test
  void snooze_saysWhatItIsAbout_andExpires() throws Exception {
    API.post("/v1/models", Bodies.model("sleepy", "ranking"));
    String path = "/v1/models/sleepy/controls";
    Instant until = Instant.now().plus(Duration.ofDays(1)).truncatedTo(ChronoUnit.MILLIS);
    String good =
        """
        {"action": "SNOOZE", "severity_class": "HIGH", "state": "STALE", "expires_at": "%s"}
        """
            .formatted(until);
    assertThat(API.post(path, good.replace("\"severity_class\": \"HIGH\",", "")).http().body())
        .contains("/severity_class");
    assertThat(API.post(path, good.replaceAll(", \"expires_at.*\"}", "}")).http().body())
        .contains("/expires_at");
    assertThat(API.post(path, good.replace(until.toString(), "2031-01-01T00:00:00Z")).http().body())
        .contains("within 30 days");
    assertThat(API.post(path, good.replace("SNOOZE", "MUTE")).http().body())
        .contains("/severity_class");
    assertThat(API.post(path, good.replace("STALE", "stale")).status()).isEqualTo(422);

    RunningApi.Reply made = API.post(path, good);

    assertThat(made.status()).as(made.http().body()).isEqualTo(201);
    assertThat(made.body().path("kind").asText()).isEqualTo("MUTE");
    String topic = Topic.CONTROLS.in(Topic.LIVE);
    await().atMost(LIMIT).until(() -> records(topic, "model|sleepy|MUTE").size() == 1);
    Control told = ControlCodec.read(records(topic, "model|sleepy|MUTE").get(0).value());
    assertThat(told.action()).isEqualTo(Control.Action.SNOOZE);
    assertThat(told.severityClass()).isEqualTo(SeverityClass.HIGH);
    assertThat(told.state()).isEqualTo("STALE");
    assertThat(told.expiresAtMillis()).isEqualTo(until.toEpochMilli());
    API.post(path, "{\"action\": \"UNMUTE\"}");
    JsonNode listed = API.get(path).body().path("items");
    assertThat(listed).hasSize(1);
    assertThat(listed.path(0).has("severity_class")).isFalse();
    assertThat(listed.path(0).path("revision").asInt()).isEqualTo(2);
  }

  @Test
  void retiredModel_isWithdrawn_andAnAdministratorCanSendAllAgain() throws Exception {
    API.post("/v1/models", Bodies.model("gone", "ranking"));
    API.post("/v1/models", Bodies.model("stays", "ranking"));
    String retired =
        Bodies.replacement("ranking", "x").replaceFirst("\\{", "{\"state\": \"RETIRED\",");
    API.put("/v1/models/gone", retired, "If-Match", "\"1\"");
    await()
        .atMost(LIMIT)
        .untilAsserted(() -> assertThat(newest(MODELS)).containsEntry("gone", null));
    Map<String, String> before = newest(MODELS);
    int records = KAFKA.readAll(MODELS).size();

    RunningApi.Reply rebuilt = API.post("/v1/topics/models/rebuild", null);

    assertThat(rebuilt.status()).isEqualTo(202);
    int again = rebuilt.body().path("messages").asInt();
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () -> assertThat(KAFKA.readAll(MODELS)).hasSizeGreaterThanOrEqualTo(records + again));
    assertThat(newest(MODELS)).containsAllEntriesOf(before);
  }

  @Test
  void twoInstances_sendEveryMessageInOrder() throws Exception {
    RunningApi second = new RunningApi(POSTGRES, KAFKA.bootstrapServers(), Map.of());
    second.start();
    API.post("/v1/models", Bodies.model("pair", "ranking"));
    for (int i = 1; i <= 20; i++) {
      RunningApi through = i % 2 == 0 ? API : second;
      through.put("/v1/models/pair", Bodies.replacement("ranking", "n" + i), "If-Match", "*");
      if (i == 10) {
        API.stop(); // Whoever sends: from here on the other one does.
        API.start();
      }
    }
    second.stop();
    // At least once: whoever takes over may send again what the other one did not mark.
    assertThat(distinctRevisions(awaitDocuments("pair", 21))).hasSize(21).isSorted();
  }

  @Test
  void brokerAndDatabaseGoAndComeBack_nothingIsLostAndOrderIsKept() throws Exception {
    awaitReadiness(200, "ready", "up", "up");
    API.post("/v1/models", Bodies.model("storm", "ranking"));

    KAFKA.kill();
    for (int i = 0; i < 5; i++) {
      assertThat(
              API.put("/v1/models/storm", Bodies.replacement("ranking", "n" + i), "If-Match", "*")
                  .status())
          .isEqualTo(200);
    }
    awaitReadiness(200, "degraded", "up", "down");
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () ->
                assertThat(API.get("/readyz").body().at("/outbox/waiting").asInt())
                    .isGreaterThanOrEqualTo(5));
    KAFKA.start();

    assertThat(distinctRevisions(awaitDocuments("storm", 6)))
        .containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
    awaitReadiness(200, "ready", "up", "up");

    POSTGRES.kill();
    awaitReadiness(503, "unavailable", "down", "up");
    assertThat(API.get("/healthz").status()).isEqualTo(200);
    RunningApi.Reply refused = API.get("/v1/models");
    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.header("Retry-After")).isNotNull();
    RunningApi.Reply unwritten = API.post("/v1/models", Bodies.model("unwritten", "ranking"));
    assertThat(unwritten.status()).isEqualTo(503);
    assertThat(unwritten.body().path("type").asText()).isEqualTo("urn:runway:problem:unavailable");
    POSTGRES.restart();
    awaitReadiness(200, "ready", "up", "up");
    assertThat(API.get("/v1/models/unwritten").status()).isEqualTo(404);
    assertThat(API.post("/v1/models", Bodies.model("unwritten", "ranking")).status())
        .isEqualTo(201);
    API.put("/v1/models/storm", Bodies.replacement("ranking", "last"), "If-Match", "*");
    assertThat(distinctRevisions(awaitDocuments("storm", 7))).endsWith(7L);
  }

  @Test
  void messageThatKafkaNeverTakes_holdsUpItsOwnTopicAlone() throws Exception {
    API.post("/v1/models", Bodies.model("apart", "ranking"));
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        "INSERT INTO runway.outbox (topic, record_key, message, request_id)"
            + " VALUES ('BASELINES', 'large', convert_to(repeat('x', 2000000), 'UTF8'), 'r')");
    try (LogLines log = new LogLines("dev.runway.control")) {
      String changed = Bodies.replacement("ranking", "x");
      API.put("/v1/models/apart", changed, "If-Match", "\"1\"", "X-Request-Id", "r-apart");
      API.post("/v1/models/apart/controls", "{\"action\": \"MUTE\"}");
      assertThat(distinctRevisions(awaitDocuments("apart", 2))).containsExactly(1L, 2L);
      await()
          .atMost(LIMIT)
          .untilAsserted(
              () -> assertThat(records(Topic.CONTROLS.in(Topic.LIVE), "model|apart|")).hasSize(1));
      assertThat(
              POSTGRES.query(
                  PostgresDatabase.SUPERUSER,
                  "SELECT count(*) FROM runway.outbox WHERE sent_at IS NULL"))
          .hasToString("[[1]]");
      await()
          .atMost(LIMIT)
          .until(() -> !log.with("of BASELINES wait", "request_id", "r").isEmpty());
      assertThat(log.with("1 messages of MODELS are sent", "request_id", "r-apart")).hasSize(1);
    } finally {
      POSTGRES.execute(
          PostgresDatabase.SUPERUSER, "DELETE FROM runway.outbox WHERE request_id = 'r'");
    }
  }

  @Test
  void silentHolderOfTheLock_isEndedByTheDatabase() throws Exception {
    Duration brief = Duration.ofMillis(300);
    Connections connections = new Connections(API.options().postgres(), "silent", brief);
    try (Connection silent = connections.getConnection()) {
      silent.setAutoCommit(true);
      assertThat(Sql.over(silent).number("SELECT pg_try_advisory_lock(4711)::int")).isEqualTo(1);
      await()
          .atMost(LIMIT)
          .untilAsserted(
              () ->
                  assertThat(
                          POSTGRES.query(
                              PostgresDatabase.SUPERUSER,
                              "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
                                  + " AND objid = 4711"))
                      .hasToString("[[0]]"));
    }
  }

  /** At least once: a batch may come twice, as a whole and in its order. */
  private static List<Long> distinctRevisions(List<ModelDocument> documents) {
    return documents.stream().map(ModelDocument::revision).distinct().toList();
  }

  private static void awaitReadiness(int code, String status, String database, String kafka) {
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () -> {
              RunningApi.Reply reply = API.get("/readyz");
              assertThat(reply.body().path("status").asText()).isEqualTo(status);
              assertThat(reply.status()).isEqualTo(code);
              assertThat(reply.body().path("database").asText()).isEqualTo(database);
              assertThat(reply.body().path("kafka").asText()).isEqualTo(kafka);
            });
  }

  private static List<ModelDocument> awaitDocuments(String modelId, int count) throws Exception {
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () -> assertThat(records(MODELS, modelId)).hasSizeGreaterThanOrEqualTo(count));
    List<ModelDocument> documents = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : records(MODELS, modelId)) {
      documents.add(ModelDocumentCodec.read(record.value()));
    }
    return documents;
  }

  private static List<ConsumerRecord<byte[], byte[]>> records(String topic, String keyBegin) {
    return KAFKA.readAll(topic).stream()
        .filter(record -> new String(record.key(), StandardCharsets.UTF_8).startsWith(keyBegin))
        .toList();
  }

  /** What compaction would leave: the newest value of each key, null for a tombstone. */
  private static Map<String, String> newest(String topic) {
    Map<String, String> newest = new HashMap<>();
    KAFKA
        .readAll(topic)
        .forEach(
            record ->
                newest.put(
                    new String(record.key(), StandardCharsets.UTF_8),
                    record.value() == null
                        ? null
                        : new String(record.value(), StandardCharsets.UTF_8)));
    return newest;
  }
}
