package dev.runway.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runway.testkit.PostgresDatabase;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who may say whether an alert was right, what counts of it, and what its precision is. */
class AlertJudgementITCase {
  private static final String FALSE =
      """
      {"verdict": "FALSE", "reason": "a holiday"}
      """;
  private static final String TRUE =
      """
      {"verdict": "TRUE"}
      """;

  @Order(1)
  @RegisterExtension
  static final PostgresDatabase POSTGRES = new PostgresDatabase();

  @Order(3)
  @RegisterExtension
  static final RunningApi API = new RunningApi(POSTGRES, "127.0.0.1:1", Map.of());

  private static String alert(String model, String rule, String team) throws SQLException {
    String id = UUID.randomUUID().toString();
    // One of a rule and version is open at a time: these are over.
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        """
        INSERT INTO runway.alerts (alert_id, rule, model_id, model_version, team, tier, severity, summary, details,
            revision, opened_at, resolved_at, resolution)
        VALUES ('%s', '%s', %s, '1', %s, 2, 'ERROR', 'it is wrong', '{}', 2, now() - interval '2 hours', now(), 'over')
        """
            .formatted(id, rule, quoted(model), quoted(team)));
    return id;
  }

  private static String quoted(String text) {
    return text == null ? "NULL" : "'" + text + "'";
  }

  private static RunningApi.Reply judge(String alert, String body, String... headers) {
    List<String> all = new ArrayList<>(List.of(headers));
    if (!all.contains("Idempotency-Key")) {
      all.addAll(List.of("Idempotency-Key", UUID.randomUUID().toString()));
    }
    return API.post("/v1/alerts/" + alert + "/judgement", body, all.toArray(String[]::new));
  }

  private static String token(String name, String role, String team) {
    String made =
        API.post("/v1/tokens", Bodies.token(name, role, team)).body().path("token").asText();
    return "Bearer " + made;
  }

  private static void model(String id, String team) {
    assertThat(API.post("/v1/models", Bodies.model(id, team)).status()).isEqualTo(201);
  }

  @Test
  void newestWordCounts_andIsShown_filteredAndAudited() throws Exception {
    model("seen", "ranking");
    String alert = alert("seen", "MODEL_STALE", "ranking");
    String other = alert("seen", "DATA_SUSPECT", "ranking");
    assertThat(API.get("/v1/alerts?model=seen").body().at("/items/0").has("judgement")).isFalse();

    JsonNode first = judge(alert, FALSE).body();
    assertThat(first.at("/judgement/verdict").asText()).isEqualTo("FALSE");
    assertThat(first.at("/judgement/reason").asText()).isEqualTo("a holiday");
    assertThat(first.path("alert_id").asText()).isEqualTo(alert);
    JsonNode second = judge(alert, TRUE).body();
    assertThat(second.at("/judgement/verdict").asText()).isEqualTo("TRUE");
    assertThat(second.path("judgement").has("reason")).isFalse();
    assertThat(second.at("/judgement/said_by").asText()).isEqualTo("demo");
    assertThat(Instant.parse(second.at("/judgement/said_at").asText()))
        .isAfterOrEqualTo(Instant.parse(first.at("/judgement/said_at").asText()));

    assertThat(ids("/v1/alerts?model=seen&judged=true")).containsExactly(alert);
    assertThat(ids("/v1/alerts?model=seen&judged=false")).containsExactly(other);
    assertThat(API.get("/v1/alerts?model=seen&judged=true").body().at("/items/0"))
        .isEqualTo(second);
    JsonNode audit = API.get("/v1/audit?model=seen").body().path("items");
    assertThat(audit.at("/0/action").asText()).isEqualTo("alert.judge");
    assertThat(audit.at("/0/object").asText()).isEqualTo("alert:" + alert);
    assertThat(audit.at("/1/detail").properties())
        .extracting(field -> field.getKey() + " " + field.getValue().asText())
        .containsExactlyInAnyOrder(
            "model seen", "version 1", "rule MODEL_STALE", "verdict FALSE", "reason a holiday");
    assertThat(said(alert)).containsExactly("1 FALSE demo", "2 TRUE demo");
  }

  private static List<String> ids(String path) {
    List<String> ids = new ArrayList<>();
    API.get(path).body().path("items").forEach(item -> ids.add(item.path("alert_id").asText()));
    return ids;
  }

  private static List<String> said(String alert) throws SQLException {
    return POSTGRES
        .query(
            PostgresDatabase.SUPERUSER,
            """
            SELECT judgement || ' ' || verdict || ' ' || said_by FROM runway.alert_judgements
            WHERE alert_id = '%s' ORDER BY judgement
            """
                .formatted(alert))
        .stream()
        .map(row -> row.get(0))
        .toList();
  }

  @Test
  void sameKey_countsOnce_andAnotherWishUnderItIsRefused() throws Exception {
    model("once", "ranking");
    String alert = alert("once", "MODEL_STALE", "ranking");
    String key = UUID.randomUUID().toString();

    RunningApi.Reply first = judge(alert, FALSE, "Idempotency-Key", key);
    RunningApi.Reply again = judge(alert, FALSE, "Idempotency-Key", key);

    assertThat(again.status()).isEqualTo(200);
    assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
    assertThat(again.body()).isEqualTo(first.body());
    assertThat(judge(alert, TRUE, "Idempotency-Key", key).status()).isEqualTo(422);
    assertThat(said(alert)).containsExactly("1 FALSE demo");
  }

  @Test
  void whoMay_isAnApproverOfTheModelsTeamOfToday() throws Exception {
    model("given", "ranking");
    String alert = alert("given", "MODEL_STALE", "ranking");
    String ours = token("ours", "approver", "ranking");
    String theirs = token("theirs", "approver", "search");
    String editor = token("editor", "editor", "ranking");

    assertThat(judge(alert, FALSE, "Authorization", editor).status()).isEqualTo(403);
    assertThat(judge(alert, FALSE, "Authorization", theirs).status()).isEqualTo(403);
    assertThat(judge(alert, FALSE, "Authorization", ours).body().at("/judgement/said_by").asText())
        .isEqualTo("token:ours");
    assertThat(
            API.put("/v1/models/given", Bodies.replacement("search", "given away"), "If-Match", "*")
                .status())
        .isEqualTo(200);
    assertThat(judge(alert, TRUE, "Authorization", ours).status()).isEqualTo(403);
    assertThat(judge(alert, TRUE, "Authorization", theirs).status()).isEqualTo(200);

    // Of a model that is not registered its team is what the alert says.
    String unregistered = alert("unregistered", "MODEL_STALE", "ranking");
    assertThat(judge(unregistered, TRUE, "Authorization", theirs).status()).isEqualTo(403);
    assertThat(judge(unregistered, TRUE, "Authorization", ours).status()).isEqualTo(200);
  }

  @Test
  void whatIsOfNoTeam_isAnAdministrators_andNotForATokenOfSomeModels() throws Exception {
    model("mine", "ranking");
    model("not-mine", "ranking");
    String fleet = alert(null, "SCHEDULER_DOWN", null);
    String mine = alert("mine", "MODEL_STALE", "ranking");
    String notMine = alert("not-mine", "MODEL_STALE", "ranking");
    String approver = token("approver", "approver", "ranking");
    String narrow =
        "Bearer "
            + API.post(
                    "/v1/tokens",
                    Bodies.token("narrow", "approver", "ranking")
                        .replaceFirst("\\{", "{\"models\": [\"mine\"],"))
                .body()
                .path("token")
                .asText();

    assertThat(judge(fleet, TRUE, "Authorization", approver).status()).isEqualTo(403);
    assertThat(judge(fleet, TRUE).status()).isEqualTo(200);
    assertThat(judge(fleet, TRUE, "Authorization", narrow).status()).isEqualTo(404);
    assertThat(judge(notMine, TRUE, "Authorization", narrow).status()).isEqualTo(404);
    assertThat(judge(mine, TRUE, "Authorization", narrow).status()).isEqualTo(200);
    assertThat(judge(UUID.randomUUID().toString(), TRUE).status()).isEqualTo(404);
  }

  @Test
  void falseWithoutAReason_andOtherWords_areRefused() throws Exception {
    model("strict", "ranking");
    String alert = alert("strict", "MODEL_STALE", "ranking");

    for (String body :
        List.of(
            "{\"verdict\": \"FALSE\"}",
            "{\"verdict\": \"false\", \"reason\": \"x\"}",
            "{\"verdict\": true, \"reason\": \"x\"}",
            "{\"reason\": \"x\"}",
            "{\"verdict\": \"FALSE\", \"reason\": \"\"}",
            "{\"verdict\": \"FALSE\", \"reason\": \"" + "x".repeat(901) + "\"}",
            "{\"verdict\": \"TRUE\", \"said_by\": \"user:ada\"}")) {
      assertThat(judge(alert, body).status()).as(body).isEqualTo(422);
    }
    assertThat(said(alert)).isEmpty();
  }

  @Test
  void wordsAtOnce_areNumberedOneAfterAnother_andEndAtAHundred() throws Exception {
    model("crowd", "ranking");
    String alert = alert("crowd", "MODEL_STALE", "ranking");
    List<Callable<Integer>> all = new ArrayList<>();
    for (int i = 0; i < 110; i++) {
      String body = i % 2 == 0 ? TRUE : FALSE;
      all.add(() -> judge(alert, body).status());
    }
    List<Integer> statuses = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(6);
    try {
      for (Future<Integer> one : threads.invokeAll(all)) {
        statuses.add(one.get());
      }
    } finally {
      threads.shutdownNow();
    }

    assertThat(statuses).filteredOn(status -> status == 200).hasSize(100);
    assertThat(statuses).filteredOn(status -> status == 409).hasSize(10);
    assertThat(
            POSTGRES.query(
                PostgresDatabase.SUPERUSER,
                "SELECT min(judgement) || ' ' || max(judgement) || ' ' || count(*) FROM"
                    + " runway.alert_judgements WHERE alert_id = '"
                    + alert
                    + "'"))
        .containsExactly(List.of("1 100 100"));
  }

  @Test
  void api_addsWords_andTakesNoneBack_butTheyGoWithTheirAlert() throws Exception {
    model("kept", "ranking");
    String alert = alert("kept", "MODEL_STALE", "ranking");
    judge(alert, FALSE);
    for (String statement :
        List.of(
            "UPDATE runway.alert_judgements SET verdict = 'TRUE'",
            "DELETE FROM runway.alert_judgements",
            "TRUNCATE runway.alert_judgements",
            "DELETE FROM runway.alerts")) {
      assertThatThrownBy(() -> POSTGRES.execute("runway_api", statement))
          .as(statement)
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42501"));
    }
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        "UPDATE runway.alerts SET opened_at = now() - interval '92 days', resolved_at = now() -"
            + " interval '91 days' WHERE alert_id = '"
            + alert
            + "'");
    POSTGRES.query("runway_api", "SELECT runway.drop_old_alerts()");
    assertThat(said(alert)).isEmpty();
  }

  @Test
  void precision_isOfWhatWasJudged_withItsInterval_andSaysHowManyWereNot() throws Exception {
    model("precise", "ranking");
    for (int i = 0; i < 12; i++) {
      String alert = alert("precise", "MODEL_STALE", "ranking");
      if (i < 10) {
        judge(alert, i == 0 ? TRUE : FALSE);
        judge(alert, i < 9 ? TRUE : FALSE);
      }
    }
    alert("precise", "MODEL_SILENT", "ranking");
    String old = alert("precise", "DATA_SUSPECT", "ranking");
    judge(old, FALSE);
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        "UPDATE runway.alerts SET opened_at = now() - interval '31 days' WHERE alert_id = '"
            + old
            + "'");

    List<List<String>> rows =
        POSTGRES.query(
            "runway_reader",
            """
            SELECT rule, team, alerts, judged, judged_true, unjudged, precision, precision_low, precision_high
            FROM runway.v_alert_precision WHERE model_id = 'precise' ORDER BY rule
            """);
    assertThat(rows).hasSize(2);
    assertThat(rows.get(0).subList(0, 6))
        .containsExactly("MODEL_SILENT", "ranking", "1", "0", "0", "1");
    assertThat(rows.get(0).subList(6, 9)).containsOnlyNulls();
    assertThat(rows.get(1).subList(0, 6))
        .containsExactly("MODEL_STALE", "ranking", "12", "10", "9", "2");
    // Wilson's interval of 9 in 10, by the formula of 1927.
    assertThat(Double.parseDouble(rows.get(1).get(6))).isCloseTo(0.9, within(1e-12));
    assertThat(Double.parseDouble(rows.get(1).get(7))).isCloseTo(0.595850, within(1e-6));
    assertThat(Double.parseDouble(rows.get(1).get(8))).isCloseTo(0.982124, within(1e-6));
  }
}
