package dev.runway.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runway.testkit.PostgresDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A subject is deleted from the tables, another one is not, and the log has neither's id. */
class ErasureITCase {
  private static final String ANNA = "anna@example.org";
  private static final String BERT = "bert@example.org";
  private static final String KEY = "b0344c61d8db38535ca8afceaf0bf12b";
  private static final String CARLAS_KEY = "c0344c61d8db38535ca8afceaf0bf12c";

  @Order(1)
  @RegisterExtension
  static final PostgresDatabase POSTGRES = new PostgresDatabase();

  @Order(3)
  @RegisterExtension
  static final RunningApi API = new RunningApi(POSTGRES, "127.0.0.1:1", Map.of());

  @Test
  void oneOfTwo_isGone_countedAndAudited_andTheOtherStays() throws Exception {
    letter(1, "{\"entity_id\":\"" + ANNA + "\",\"score\":\"high\"}", "score is no number");
    letter(2, "{\"entity_id\":\"" + BERT + "\",\"score\":\"high\"}", "score is no number");
    letter(3, "{\"score\":1}", "entity_id is unknown: " + ANNA);
    reading("f1", ANNA + " 12, " + BERT + " 3 to 5");
    reading("f2", BERT + " 9");
    reading("f3", "x" + ANNA + " 7");

    JsonNode looked = ask(ANNA, true);
    assertThat(places(looked))
        .containsExactly("dead_letters 2 0", "drift_readings.detail 1 0", "baselines 0 0");
    assertThat(letters()).containsExactly("1", "2", "3");

    JsonNode done = ask(ANNA, false);
    assertThat(places(done))
        .containsExactly("dead_letters 2 2", "drift_readings.detail 1 1", "baselines 0 0");
    assertThat(done.path("entity_key").asText()).isEqualTo(KEY);
    assertThat(letters()).containsExactly("2");
    assertThat(details())
        .containsExactly("f1 null 1.5", "f2 " + BERT + " 9 1.5", "f3 x" + ANNA + " 7 1.5");

    assertThat(places(ask(ANNA, false)))
        .containsExactly("dead_letters 0 0", "drift_readings.detail 0 0", "baselines 0 0");
    JsonNode audit = API.get("/v1/audit?object=subject:" + KEY).body().path("items");
    assertThat(audit.findValuesAsText("action"))
        .containsExactly("subject.forget", "subject.forget", "subject.search");
    assertThat(audit.at("/1/detail/places/0/gone").asInt()).isEqualTo(2);
    assertThat(audit.at("/1/detail/elsewhere/0/place").asText()).isEqualTo("archive/predictions");
    assertNowhere(ANNA, "runway.audit_log", "runway.outbox", "runway.idempotency_keys");
  }

  /** Somebody is at one of the rows: the others go, and the log says what is left. */
  @Test
  void dayThatIsNotReached_isTold_andWhatWasReachedIsKept() throws Exception {
    String id = "carla@example.org";
    letter(11, "{\"entity_id\":\"" + id + "\"}", "x");
    letter(12, "{\"entity_id\":\"" + id + "\"}", "x");
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        "UPDATE runway.dead_letters SET stored_at = stored_at - interval '3 days' WHERE source_offset = 12");
    reading("g1", id + " 12");
    try (Connection busy = POSTGRES.connect(PostgresDatabase.SUPERUSER);
        Statement statement = busy.createStatement()) {
      busy.setAutoCommit(false);
      statement
          .executeQuery("SELECT 1 FROM runway.dead_letters WHERE source_offset = 11 FOR UPDATE")
          .close();

      JsonNode done = ask(CARLAS_KEY, id, false);

      assertThat(places(done))
          .containsExactly("dead_letters 1 1", "drift_readings.detail 1 1", "baselines 0 0");
      assertThat(done.at("/places/0/left").asInt()).isEqualTo(1);
      assertThat(done.at("/places/1/left").isMissingNode()).isTrue();
      assertThat(letters()).contains("11").doesNotContain("12");
      JsonNode audit = API.get("/v1/audit?object=subject:" + CARLAS_KEY).body().path("items");
      assertThat(audit.at("/0/detail/places/0/left").asInt()).isEqualTo(1);
      assertThat(audit.at("/0/detail/places/0/gone").asInt()).isEqualTo(1);
      busy.rollback();
    }

    JsonNode again = ask(CARLAS_KEY, id, false);
    assertThat(places(again))
        .containsExactly("dead_letters 1 1", "drift_readings.detail 0 0", "baselines 0 0");
    assertThat(again.at("/places/0/left").isMissingNode()).isTrue();
    assertThat(letters()).doesNotContain("11");
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER, "DELETE FROM runway.drift_readings WHERE feature = 'g1'");
  }

  @Test
  void whoIsNoAdministrator_mayNot() {
    String token =
        API.post("/v1/tokens", Bodies.token("approver", "approver", "ranking"))
            .body()
            .path("token")
            .asText();

    assertThat(
            API.post("/v1/erasures", body(ANNA, false), "Authorization", "Bearer " + token)
                .status())
        .isEqualTo(403);
  }

  @Test
  void whatIsNoKeyOrNoId_isRefused_andNotRepeated() {
    for (String body :
        List.of(
            "{\"entity_key\": \"anna\", \"ids\": [\"anna\"]}",
            "{\"entity_key\": \"" + KEY + "\", \"ids\": []}",
            "{\"entity_key\": \"" + KEY + "\", \"ids\": [\"\"]}",
            "{\"entity_key\": \"" + KEY + "\", \"ids\": [\"anna\"], \"why\": \"x\"}",
            "{\"entity_key\": \"" + KEY + "\"}")) {
      RunningApi.Reply reply = API.post("/v1/erasures", body);
      assertThat(reply.status()).as(body).isEqualTo(422);
      assertThat(reply.http().body()).as(body).doesNotContain("\"anna\"");
    }
  }

  @Test
  void tables_openToNobodyElse() {
    for (String role : List.of("runway_writer", "runway_reader")) {
      assertThatThrownBy(
              () ->
                  POSTGRES.query(
                      role,
                      "SELECT * FROM runway.forget_words('baselines', NULL, '{ab}', '{616263}', true)"))
          .as(role)
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42501"));
    }
    for (String statement :
        List.of(
            "DELETE FROM runway.dead_letters", "UPDATE runway.drift_readings SET detail = ''")) {
      assertThatThrownBy(() -> POSTGRES.execute("runway_api", statement))
          .as(statement)
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42501"));
    }
    for (String short_ : List.of("'{}', '{}'", "'{a}', '{6161}'", "'{\"\"}', '{616161}'")) {
      assertThatThrownBy(
              () ->
                  POSTGRES.query(
                      "runway_api",
                      "SELECT * FROM runway.forget_words('dead_letters', '2026-11-27', "
                          + short_
                          + ", true)"))
          .as(short_)
          .hasMessageContaining("too short");
    }
  }

  private static JsonNode ask(String id, boolean look) {
    return ask(KEY, id, look);
  }

  private static JsonNode ask(String key, String id, boolean look) {
    RunningApi.Reply reply = API.post("/v1/erasures", body(key, id, look));
    assertThat(reply.status()).as(reply.http().body()).isEqualTo(200);
    assertThat(reply.http().body()).doesNotContain(id);
    return reply.body();
  }

  private static String body(String id, boolean look) {
    return body(KEY, id, look);
  }

  private static String body(String key, String id, boolean look) {
    return """
        {"entity_key": "%s", "ids": ["%s"], "look": %s, "elsewhere": [{"place": "archive/predictions", "found": 0, "gone": 3}]}
        """
        .formatted(key, id, look);
  }

  private static List<String> places(JsonNode answer) {
    List<String> places = new ArrayList<>();
    for (JsonNode place : answer.path("places")) {
      places.add(
          place.path("place").asText()
              + " "
              + place.path("found").asInt()
              + " "
              + place.path("gone").asInt());
    }
    return places;
  }

  private static void letter(int offset, String event, String detail) throws SQLException {
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        """
        INSERT INTO runway.dead_letters (source_topic, source_partition, source_offset, reason, detail, event_bytes, cut,
            received_at)
        VALUES ('runway.predictions', 0, %d, 'BAD_VALUE', '%s', convert_to('%s', 'UTF8'), false, now())
        """
            .formatted(offset, detail, event));
  }

  private static void reading(String feature, String detail) throws SQLException {
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        """
        INSERT INTO runway.drift_readings (model_id, model_version, segment, profile_id, window_start_at, window_end_at,
            evaluated_from_at, feature, kind, metric, value, samples, flagged, status, provisional, revision, computed_at, detail)
        VALUES ('m', '1', '*', 'p', now() - interval '1 hour', now(), now() - interval '1 hour', '%s', 'CATEGORICAL', 'new_category', 1.5, 9,
            false, 'EVALUATED', false, 1, now(), '%s')
        """
            .formatted(feature, detail));
  }

  private static List<String> letters() throws SQLException {
    return column("SELECT source_offset::text FROM runway.dead_letters ORDER BY source_offset");
  }

  private static List<String> details() throws SQLException {
    return column(
        "SELECT feature || ' ' || coalesce(detail, 'null') || ' ' || value FROM"
            + " runway.drift_readings ORDER BY feature");
  }

  private static void assertNowhere(String id, String... tables) throws SQLException {
    for (String table : tables) {
      assertThat(column("SELECT t::text FROM " + table + " AS t"))
          .as(table)
          .noneMatch(row -> row.contains(id));
    }
  }

  private static List<String> column(String sql) throws SQLException {
    return POSTGRES.query(PostgresDatabase.SUPERUSER, sql).stream().map(row -> row.get(0)).toList();
  }
}
