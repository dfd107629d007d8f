package dev.runway.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runway.control.alerts.AlertReceiver;
import dev.runway.control.alerts.AlertReceiver.Fault;
import dev.runway.control.alerts.Events;
import dev.runway.control.log.LogLines;
import dev.runway.model.DeadLetterCodec;
import dev.runway.model.Decision;
import dev.runway.model.DecisionCodec;
import dev.runway.model.ModelState;
import dev.runway.model.StalenessCodec;
import dev.runway.model.Topic;
import dev.runway.testkit.KafkaBroker;
import dev.runway.testkit.PostgresDatabase;
import dev.runway.testkit.Waits;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** From topics to targets, through what goes wrong on the way. */
class AlertsITCase {
  private static final Duration LIMIT = Waits.LONG;
  private static final String STALENESS = Topic.STALENESS.in(Topic.LIVE);
  private static final String DECISIONS = Topic.DECISIONS.in(Topic.LIVE);
  private static final AlertReceiver RECEIVER = new AlertReceiver();

  @TempDir static Path folder;

  @Order(1)
  @RegisterExtension
  static final PostgresDatabase POSTGRES = new PostgresDatabase();

  @Order(2)
  @RegisterExtension
  static final KafkaBroker KAFKA = new KafkaBroker();

  private static RunningApi api;
  private static RunningApi other;

  @BeforeAll
  static void start() {
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
            Topic.DEAD_LETTERS,
            Topic.STALENESS,
            Topic.DECISIONS)) {
      topics.add(new NewTopic(topic.in(Topic.LIVE), 1, (short) 1).configs(topic.settings()));
    }
    KAFKA.createTopics(topics);
    Map<String, String> settings =
        RECEIVER.settings(folder, "alertmanager", "pagerduty", "slack", "webhook");
    api = new RunningApi(POSTGRES, KAFKA.bootstrapServers(), settings);
    other = new RunningApi(POSTGRES, KAFKA.bootstrapServers(), settings);
    api.start();
    other.start();
  }

  @AfterAll
  static void stop() {
    api.stop();
    other.stop();
    RECEIVER.close();
    assertThat(RECEIVER.wrong()).isEmpty();
  }

  @Test
  void staleModel_isToldToAll_andSoIsThatItIsOver() throws Exception {
    send(state("plain", ModelState.STALE, 1, "e-1"), state("plain", ModelState.STALE, 2, "e-1"));
    soon(
        () -> {
          for (String target : List.of("alertmanager", "pagerduty", "slack", "webhook")) {
            assertThat(openOf(target, "plain")).as(target).isEqualTo(1);
          }
        });
    send(state("plain", ModelState.HEALTHY, 3, null));
    soon(
        () -> {
          for (String target : List.of("alertmanager", "pagerduty", "slack", "webhook")) {
            assertThat(openOf(target, "plain")).as(target).isZero();
          }
        });
    assertThat(told("pagerduty", "plain")).isEqualTo(1);
    assertThat(told("slack", "plain")).isEqualTo(2);
  }

  @Test
  void decision_isAnAlertOfItsOwn() throws Exception {
    send(
        DECISIONS,
        "broken",
        DecisionCodec.write(
            Events.decision("broken", Decision.Verdict.INVESTIGATE_DATA, null, 1, "e-1")));
    soon(() -> assertThat(openOf("webhook", "broken")).isEqualTo(1));
    send(
        DECISIONS,
        "broken",
        DecisionCodec.write(Events.decision("broken", Decision.Verdict.NONE, null, 2, null)));
    soon(() -> assertThat(openOf("webhook", "broken")).isZero());
    assertThat(told("webhook", "broken")).isEqualTo(2);
  }

  @Test
  void decisions_countInTheOrderOfTicks_andWithinOneOfWindows() throws Exception {
    send(
        DECISIONS,
        "behind",
        DecisionCodec.write(
            Events.decision("behind", Decision.Verdict.INVESTIGATE_DATA, null, 1, "e-1", 1)));
    soon(() -> assertThat(openOf("webhook", "behind")).isEqualTo(1));
    send(
        DECISIONS,
        "behind",
        DecisionCodec.write(Events.decision("behind", Decision.Verdict.NONE, null, 2, null, 4)));
    soon(() -> assertThat(openOf("webhook", "behind")).isZero());
    send(
        DECISIONS,
        "behind",
        DecisionCodec.write(
            Events.decision("behind", Decision.Verdict.INVESTIGATE_DATA, null, 3, "e-1", 4)));
    soon(() -> assertThat(openOf("webhook", "behind")).isEqualTo(1));
    // The last window once more, at a later tick.
    send(
        DECISIONS,
        "behind",
        DecisionCodec.write(Events.decision("behind", Decision.Verdict.NONE, null, 3, null, 5)));
    soon(() -> assertThat(openOf("webhook", "behind")).isZero());
  }

  @Test
  void targetThatHangs_holdsUpNeitherTheOthersNorTheTopics() throws Exception {
    RECEIVER.go("slack", Fault.HANGS);
    try {
      for (int i = 0; i < 10; i++) {
        send(state("slow" + i, ModelState.STALE, 1, "e-1"));
      }
      soon(
          () -> {
            for (int i = 0; i < 10; i++) {
              assertThat(openOf("webhook", "slow" + i)).isEqualTo(1);
            }
          });
      soon(() -> assertThat(lag("runway-alerts")).isZero());
      assertThat(told("slack", "slow0")).isZero();
    } finally {
      RECEIVER.go("slack", null);
    }
    soon(
        () -> {
          for (int i = 0; i < 10; i++) {
            assertThat(told("slack", "slow" + i)).isEqualTo(1);
          }
        });
  }

  @Test
  void recordThatIsNoState_isADeadLetter_andHoldsUpNoOther() throws Exception {
    ProducerRecord<byte[], byte[]> poison =
        new ProducerRecord<>(
            STALENESS,
            "poison".getBytes(StandardCharsets.UTF_8),
            "no state".getBytes(StandardCharsets.UTF_8));
    poison.headers().add("request_id", "r-poison".getBytes(StandardCharsets.UTF_8));
    try (LogLines log = new LogLines("dev.runway.control")) {
      send(poison);
      send(STALENESS, "other-key", state("poison", ModelState.STALE, 1, "e-1").value());
      send(state("after", ModelState.STALE, 1, "e-1"));

      soon(() -> assertThat(openOf("pagerduty", "after")).isEqualTo(1));
      // The audit log reads the same: whoever refuses the second is done with the first.
      soon(() -> assertThat(log.with("is refused: KEY_MISMATCH")).hasSize(2));
      assertThat(log.with("is refused", "request_id", "r-poison")).as("by both").hasSize(2);
      soon(() -> assertThat(letters()).anyMatch(letter -> letter.startsWith("KEY_MISMATCH ")));
      soon(() -> assertThat(waiting()).isZero());
      assertThat(letters()).as("once").containsOnlyOnce("NOT_JSON r-poison");
      assertThat(log.with("DEAD_LETTERS are sent", "request_id", "r-poison")).isNotEmpty();
    }
    assertThat(openOf("webhook", "poison")).isZero();
  }

  private static long waiting() throws SQLException {
    String waits = "SELECT count(*) FROM runway.outbox WHERE sent_at IS NULL";
    return Long.parseLong(POSTGRES.query(PostgresDatabase.SUPERUSER, waits).get(0).get(0));
  }

  /** The reason of each, with the request that it came of. */
  private static List<String> letters() throws Exception {
    List<String> letters = new ArrayList<>();
    for (var letter : KAFKA.readAll(Topic.DEAD_LETTERS.in(Topic.LIVE))) {
      String reason = DeadLetterCodec.read(letter.value()).reason().name();
      byte[] request = letter.headers().lastHeader("request_id").value();
      letters.add(reason + " " + new String(request, StandardCharsets.UTF_8));
    }
    return letters;
  }

  @Test
  void whatHappensWhileNobodyIsThere_isToldLater() throws Exception {
    send(state("gone", ModelState.STALE, 1, "e-1"));
    soon(
        () -> {
          assertThat(openOf("pagerduty", "gone")).isEqualTo(1);
          assertThat(openOf("webhook", "gone")).isEqualTo(1);
        });
    api.stop();
    other.stop();
    send(
        state("gone", ModelState.HEALTHY, 2, null),
        state("came", ModelState.STALE, 1, "e-1"),
        state("gone", ModelState.STALE, 1, "e-1"));
    api.start();
    other.start();

    soon(
        () -> {
          assertThat(openOf("pagerduty", "gone")).isZero();
          assertThat(openOf("webhook", "gone")).isZero();
          assertThat(openOf("pagerduty", "came")).isEqualTo(1);
        });
    assertThat(told("pagerduty", "came")).isEqualTo(1);
    assertThat(told("webhook", "gone")).isEqualTo(2);
  }

  /** Two instances read, and what was decided is sent twice. */
  @Test
  void whatJobsDecide_isInTheAuditLogOnce_andAChangeOfItIsSeen() throws Exception {
    Decision held =
        Events.decision("noted", Decision.Verdict.RETRAIN, Decision.Hold.COOL_DOWN, 1, "e-1");
    byte[] decision = DecisionCodec.write(held);
    ProducerRecord<byte[], byte[]> first =
        new ProducerRecord<>(DECISIONS, "noted".getBytes(StandardCharsets.UTF_8), decision);
    first.headers().add("request_id", "r-77".getBytes(StandardCharsets.UTF_8));
    send(first);
    send(DECISIONS, "noted", decision);
    send(
        DECISIONS,
        "noted",
        DecisionCodec.write(Events.decision("noted", Decision.Verdict.NONE, null, 2, null)));
    send(
        state("noted", ModelState.STALE, 1, "e-1"),
        state("noted", ModelState.STALE, 1, "e-1"),
        state("noted", ModelState.HEALTHY, 2, null));
    send(
        DECISIONS,
        "noted",
        DecisionCodec.write(
            Events.decision("noted", Decision.Verdict.INVESTIGATE_DATA, null, 3, "e-2")));
    String address = "/v1/audit?model=noted";
    soon(
        () ->
            assertThat(actions(api.get(address).body()))
                .containsExactlyInAnyOrder(
                    "decision.retrain", "decision.investigate_data", "state.stale"));
    soon(() -> assertThat(lag("runway.audit")).isZero());
    JsonNode items = api.get(address).body().path("items");
    assertThat(actions(api.get(address).body())).hasSize(3);
    JsonNode noted = api.get("/v1/audit?object=decision:" + held.id()).body().path("items").path(0);
    assertThat(noted.path("subject").asText()).isEqualTo("topic:runway.decisions");
    assertThat(noted.at("/detail/hold").asText()).isEqualTo("COOL_DOWN");
    assertThat(noted.path("request_id").asText()).isEqualTo("r-77");
    assertThat(items).contains(noted);

    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        """
        INSERT INTO runway.retrain_decisions (decision_id, model_id, model_version, window_end_at,
            verdict, mode, hold, state_before, state_after, coverage, signals, inputs, explanation,
            evidence_hash, tier, decided_at, computed_at)
        VALUES ('%s', 'noted', '2.1.0', now(), 'RETRAIN', 'AUTO', 'COOL_DOWN', 'STALE', 'STALE',
            0.65, '{}', '{}', 'x', repeat('0', 64), 2, now(), now())
        """
            .formatted(held.id()));
    String changed = "SELECT decision_id FROM runway.v_changed_decisions";
    assertThat(POSTGRES.query("runway_reader", changed)).isEmpty();
    POSTGRES.execute(
        "runway_writer",
        "UPDATE runway.retrain_decisions SET hold = NULL WHERE model_id = 'noted'");
    assertThat(POSTGRES.query("runway_reader", changed))
        .containsExactly(List.of(held.id().toString()));
  }

  private static List<String> actions(JsonNode audit) {
    List<String> actions = new ArrayList<>();
    audit.path("items").forEach(entry -> actions.add(entry.path("action").asText()));
    return actions;
  }

  @Test
  void withoutATarget_alertsAreFoundAndListed_andATargetThatComesHearsOfThem() throws Exception {
    api.stop();
    other.stop();
    RunningApi untold = new RunningApi(POSTGRES, KAFKA.bootstrapServers(), Map.of());
    untold.start();
    try {
      send(state("untold", ModelState.STALE, 1, "e-1"));
      soon(
          () ->
              assertThat(untold.get("/v1/alerts?model=untold&open=true").body().path("items"))
                  .singleElement()
                  .satisfies(
                      alert -> {
                        assertThat(alert.path("rule").asText()).isEqualTo("MODEL_STALE");
                        assertThat(alert.path("told")).isEmpty();
                        assertThat(alert.path("untold")).isEmpty();
                      }));
    } finally {
      untold.stop();
      api.start();
      other.start();
    }
    soon(() -> assertThat(openOf("webhook", "untold")).isEqualTo(1));
  }

  @Test
  void databaseThatIsAway_losesNoAlert() throws Exception {
    send(state("first", ModelState.STALE, 1, "e-1"));
    soon(() -> assertThat(openOf("webhook", "first")).isEqualTo(1));
    POSTGRES.kill();
    send(state("second", ModelState.STALE, 1, "e-1"));
    POSTGRES.restart();

    soon(() -> assertThat(openOf("webhook", "second")).isEqualTo(1));
    assertThat(openOf("webhook", "first")).isEqualTo(1);
  }

  @Test
  void alerts_areListed_withWhoKnowsOfThem() throws Exception {
    send(
        state("listed", ModelState.STALE, 1, "e-1"),
        state("listed", ModelState.HEALTHY, 2, null),
        state("listed", ModelState.NO_DATA, 3, null));
    soon(
        () ->
            assertThat(api.get("/v1/alerts?model=listed&open=true").body().at("/items/0/told"))
                .hasSize(4));
    JsonNode first = api.get("/v1/alerts?model=listed&limit=1").body();
    assertThat(first.at("/items/0/rule").asText()).isEqualTo("MODEL_SILENT");
    JsonNode next =
        api.get("/v1/alerts?model=listed&limit=1&cursor=" + first.path("next_cursor").asText())
            .body();
    assertThat(next.at("/items/0/rule").asText()).isEqualTo("MODEL_STALE");
    assertThat(next.at("/items/0/resolution").asText()).isEqualTo("the version is HEALTHY");
    assertThat(next.has("next_cursor")).isFalse();
    assertThat(api.get("/v1/alerts?model=listed&open=false").body().path("items")).hasSize(1);
    assertThat(api.get("/v1/alerts?team=nobody").body().path("items")).isEmpty();
    assertThat(api.get("/v1/alerts?cursor=AAAA").status()).isEqualTo(400);

    String limited =
        Bodies.token("limited", "viewer", "ranking")
            .replaceFirst("\\{", "{\"models\": [\"other\"],");
    JsonNode token = api.post("/v1/tokens", limited).body();
    assertThat(
            api.get("/v1/alerts", "Authorization", "Bearer " + token.path("token").asText())
                .body()
                .path("items"))
        .isEmpty();
  }

  @Test
  void metrics_countWhatBecameOfThem_andHowFarBehindTheGroupsAre() throws Exception {
    send(
        state("counted", ModelState.STALE, 1, "e-1"), state("counted", ModelState.STALE, 2, "e-1"));
    soon(() -> assertThat(openOf("webhook", "counted")).isEqualTo(1));
    soon(
        () -> {
          assertThat(sum("runway_control_alerts_sent_total{target=\"webhook\"}")).isPositive();
          assertThat(sum("runway_control_alerts_total{fate=\"opened\"}")).isPositive();
          assertThat(sum("runway_control_alerts_total{fate=\"deduplicated\"}")).isPositive();
          assertThat(sum("runway_control_alerts_open")).isPositive();
          assertThat(value(api, "runway_control_consumer_lag{group=\"runway-alerts\"}")).isZero();
          assertThat(value(api, "runway_control_consumer_lag{group=\"runway.ledger\"}")).isZero();
        });
    assertThat(sum("runway_control_alerts_failed_total{target=\"webhook\"}")).isNotNegative();
    assertThat(api.get("/readyz").body().at("/consumer_lag/runway-alerts").asInt(-1)).isZero();
    assertThat(api.get("/readyz").body().at("/consumer_lag/runway.ledger").asInt(-1)).isZero();
  }

  private static ProducerRecord<byte[], byte[]> state(
      String model, ModelState state, long revision, String episode) {
    return new ProducerRecord<>(
        STALENESS,
        model.getBytes(StandardCharsets.UTF_8),
        StalenessCodec.write(Events.state(model, state, revision, episode)));
  }

  private static void send(String topic, String key, byte[] value) throws Exception {
    send(new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), value));
  }

  @SafeVarargs
  private static void send(ProducerRecord<byte[], byte[]>... records) throws Exception {
    try (Producer<byte[], byte[]> producer = KAFKA.producer()) {
      for (ProducerRecord<byte[], byte[]> record : records) {
        producer.send(record).get();
      }
    }
  }

  /** How many alerts of a model are open to a target. */
  private static long openOf(String target, String model) {
    return RECEIVER.told(target).stream()
        .filter(one -> RECEIVER.open(target).contains(one.id()) && isOf(one, model))
        .map(AlertReceiver.Told::id)
        .distinct()
        .count();
  }

  /** How many messages a target had of a model; PagerDuty's ends name none. */
  private static long told(String target, String model) {
    return RECEIVER.told(target).stream().filter(one -> isOf(one, model)).count();
  }

  private static boolean isOf(AlertReceiver.Told told, String model) {
    return told.body().toString().matches("(?s).*[\" ]" + model + "[\" ].*");
  }

  private static long lag(String group) {
    return api.get("/readyz").body().path("consumer_lag").path(group).asLong(-1);
  }

  private static double sum(String series) {
    return value(api, series) + value(other, series);
  }

  private static double value(RunningApi of, String series) {
    String text = of.get("/metrics", "Authorization", "none").http().body();
    Matcher line =
        Pattern.compile("^" + Pattern.quote(series) + " (\\S+)$", Pattern.MULTILINE).matcher(text);
    return line.find() ? Double.parseDouble(line.group(1)) : -1000;
  }

  private static void soon(ThrowingRunnable assertion) {
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () -> {
              try {
                assertion.run();
              } catch (AssertionError e) {
                throw new AssertionError(e.getMessage() + "\n" + seen(), e);
              }
            });
  }

  /** What the targets have heard and what the API says of itself, for whoever waits in vain. */
  private static String seen() {
    StringBuilder seen = new StringBuilder();
    for (String target : List.of("alertmanager", "pagerduty", "slack", "webhook")) {
      seen.append(target).append(": ").append(RECEIVER.told(target)).append('\n');
    }
    try {
      seen.append("wrong: ").append(RECEIVER.wrong()).append('\n');
      seen.append("/readyz: ").append(api.get("/readyz").http().body());
    } catch (RuntimeException e) {
      seen.append("/readyz: ").append(e);
    }
    return seen.toString();
  }
}
