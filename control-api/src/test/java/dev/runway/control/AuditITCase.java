package dev.runway.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.database.Database;
import dev.runway.control.database.Unavailable;
import dev.runway.testkit.PostgresDatabase;
import dev.runway.testkit.Waits;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class AuditITCase {
  private static final String SUPERUSER = PostgresDatabase.SUPERUSER;
  private static int number;

  @Order(1)
  @RegisterExtension
  static final PostgresDatabase POSTGRES = new PostgresDatabase();

  @Order(3)
  @RegisterExtension
  static final RunningApi API = new RunningApi(POSTGRES, "127.0.0.1:1", Map.of());

  @BeforeEach
  void someEntries() {
    for (int i = 0; i < 4; i++) {
      assertThat(API.post("/v1/models", Bodies.model("m-" + number++, "ranking")).status())
          .isEqualTo(201);
    }
    assertThat(verdict().path("intact").asBoolean()).isTrue();
  }

  @Test
  void editedEntry_isNamed() throws Exception {
    long last = head();
    String before = entry(last - 1);
    tamper(
        "UPDATE runway.audit_log SET entry = replace(entry, 'ranking', 'fashion') WHERE seq = "
            + (last - 1));
    assertBroken(last - 1, "is not what was hashed");
    tamper("UPDATE runway.audit_log SET entry = $$" + before + "$$ WHERE seq = " + (last - 1));
    assertThat(verdict().path("intact").asBoolean()).isTrue();
  }

  @Test
  void editedEntryWithANewHash_isFoundAtTheNext() throws Exception {
    long last = head();
    String before = entry(last - 1);
    String rehash =
        "UPDATE runway.audit_log SET hash = sha256(prev_hash || convert_to(entry, 'UTF8')) WHERE"
            + " seq = "
            + (last - 1);
    tamper(
        "UPDATE runway.audit_log SET entry = replace(entry, 'ranking', 'fashion') WHERE seq = "
            + (last - 1),
        rehash);
    assertBroken(last, "does not follow");
    tamper(
        "UPDATE runway.audit_log SET entry = $$" + before + "$$ WHERE seq = " + (last - 1), rehash);
    assertThat(verdict().path("intact").asBoolean()).isTrue();
  }

  @Test
  void removedEntries_areMissed() throws Exception {
    long last = head();
    tamper(
        "CREATE TABLE kept AS SELECT seq, entry, prev_hash, hash FROM runway.audit_log",
        "DELETE FROM runway.audit_log WHERE seq = " + (last - 2));
    assertBroken(last - 2, "is missing");
    restore(last - 2);
    tamper("DELETE FROM runway.audit_log WHERE seq = " + last);
    assertBroken(last, "is missing");
    restore(last);
    tamper("DROP TABLE kept");
    assertThat(verdict().path("intact").asBoolean()).isTrue();
  }

  @Test
  void apiAndOwner_cannotChangeTheLog() {
    for (String role : List.of("runway_api", "runway_owner")) {
      for (String statement :
          List.of(
              "UPDATE audit_log SET entry = '{}'", "DELETE FROM audit_log", "TRUNCATE audit_log")) {
        assertThatThrownBy(() -> POSTGRES.execute(role, statement))
            .as(role + " " + statement)
            .isInstanceOfSatisfying(
                SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42501"));
      }
    }
    for (String statement :
        List.of(
            "INSERT INTO audit_log (seq, entry, prev_hash, hash) VALUES (0, '{}', '', '')",
            "UPDATE audit_head SET seq = 0",
            "DELETE FROM models",
            "DELETE FROM outbox",
            "UPDATE policy_versions SET document = '{}'",
            "UPDATE outbox SET message = ''",
            "UPDATE api_tokens SET token_hash = ''",
            "CREATE TABLE mine (n int)")) {
      assertThatThrownBy(() -> POSTGRES.execute("runway_api", statement))
          .as(statement)
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42501"));
    }
  }

  @Test
  void parallelChanges_makeOneChainWithoutGaps() throws Exception {
    long before = head();
    List<Callable<Integer>> all = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      String id = "parallel-" + i;
      all.add(() -> API.post("/v1/models", Bodies.model(id, "ranking")).status());
    }
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      for (Future<Integer> one : threads.invokeAll(all)) {
        assertThat(one.get()).isEqualTo(201);
      }
    } finally {
      threads.shutdownNow();
    }
    JsonNode verdict = verdict();
    assertThat(verdict.path("intact").asBoolean()).isTrue();
    assertThat(verdict.path("entries").asLong()).isEqualTo(before + 40);
  }

  @Test
  void whatConcernsAModel_isFoundUnderIt() {
    API.post("/v1/models", Bodies.model("wanted", "ranking"));
    API.post("/v1/models", Bodies.model("wanted-not", "ranking"));
    API.post("/v1/models/wanted/versions", "{\"version\": \"1\"}");
    API.post("/v1/models/wanted-not/versions", "{\"version\": \"1\"}");
    API.put("/v1/models/wanted/versions/1/state", "{\"state\": \"LIVE\"}", "If-Match", "*");
    API.post("/v1/models/wanted/controls", "{\"action\": \"MUTE\"}");
    API.post("/v1/policies", Bodies.policy("about-wanted", "ranking", "wanted", "true"));
    API.put(
        "/v1/policies/about-wanted",
        Bodies.policy("about-wanted", "ranking", "wanted-not", "true"),
        "If-Match",
        "*");
    API.put(
        "/v1/policies/about-wanted",
        Bodies.policy("about-wanted", "ranking", "wanted-not", "false"),
        "If-Match",
        "*");
    API.post(
        "/v1/models/wanted/retrains",
        "{\"model_version\": \"1\", \"reason\": \"new\", \"estimated_cost\": 5}",
        "Idempotency-Key",
        "wanted-1");

    JsonNode items = API.get("/v1/audit?model=wanted&limit=200").body().path("items");

    assertThat(items.findValuesAsText("action"))
        .hasSizeGreaterThan(6)
        .last()
        .isEqualTo("model.create");
    assertThat(items.findValuesAsText("action"))
        .contains("version.create", "version.state", "control.mute", "policy.create")
        .anyMatch(action -> action.startsWith("retrain."))
        .containsOnlyOnce("policy.update");
    assertThat(items.findValuesAsText("object")).noneMatch(object -> object.contains("-not"));
    JsonNode oldest = items.path(items.size() - 1);
    assertThat(Instant.parse(oldest.path("at").asText()).toEpochMilli())
        .isEqualTo(oldest.path("at_millis").asLong());
    assertThat(API.get("/v1/audit?object=model:wanted").body().path("items")).hasSize(2);
  }

  @Test
  void largeEntries_makeShortPages() throws Exception {
    for (int i = 0; i < 5; i++) {
      POSTGRES.execute(
          "runway_api",
          "SELECT audit_append('user:big', 'big.entry', 'model:big', 'r-%d',".formatted(i)
              + " jsonb_build_object('text', repeat('x', 900000)))");
    }
    List<String> seen = new ArrayList<>();
    String address = "/v1/audit?object=model:big&limit=200";
    int pages = 0;
    while (address != null) {
      RunningApi.Reply page = API.get(address);
      page.body().path("items").forEach(item -> seen.add(item.path("request_id").asText()));
      String link = page.header("Link");
      address = link == null ? null : "/v1/audit" + link.substring(1, link.indexOf('>'));
      pages++;
    }
    assertThat(seen).containsExactly("r-4", "r-3", "r-2", "r-1", "r-0");
    assertThat(pages).isEqualTo(3);
  }

  @Test
  void verifying_isDoneOnceAtATime() throws Exception {
    Thread holder =
        new Thread(
            () -> {
              try {
                POSTGRES.execute(
                    SUPERUSER,
                    "DO $$ BEGIN LOCK TABLE runway.audit_log IN ACCESS EXCLUSIVE MODE;"
                        + " PERFORM pg_sleep(2); END $$");
              } catch (SQLException e) {
                throw new IllegalStateException(e);
              }
            });
    holder.start();
    awaitCount(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
            + " AND query LIKE '%LOCK TABLE%'");
    ExecutorService threads = Executors.newSingleThreadExecutor();
    try {
      Future<RunningApi.Reply> first = threads.submit(() -> API.get("/v1/audit/verify"));
      awaitCount(
          "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
              + " AND query LIKE '%prev_hash%audit_log%'");
      RunningApi.Reply second = API.get("/v1/audit/verify");
      assertThat(second.status()).isEqualTo(429);
      assertThat(second.header("Retry-After")).isNotNull();
      assertThat(first.get().status()).isEqualTo(200);
    } finally {
      threads.shutdownNow();
      holder.join();
    }
    assertThat(verdict().path("intact").asBoolean()).isTrue();
  }

  private static void awaitCount(String question) {
    await()
        .atMost(Waits.LONG)
        .untilAsserted(() -> assertThat(POSTGRES.query(SUPERUSER, question)).hasToString("[[1]]"));
  }

  @Test
  void longStatement_hasItsOwnLimitAndNoOtherHasIt() {
    RunningApi impatient =
        new RunningApi(
            POSTGRES,
            "127.0.0.1:1",
            Map.of(
                "RUNWAY_POSTGRES_STATEMENT_TIMEOUT", "PT2S",
                "RUNWAY_POSTGRES_SOCKET_TIMEOUT", "PT4S",
                "RUNWAY_POSTGRES_POOL_SIZE", "2"));
    try (Database database = new Database(impatient.options().postgres())) {
      List<ObjectNode> slept =
          database.read(
              sql -> {
                sql.limitStatements(60_000);
                return sql.rows("SELECT pg_sleep(3)::text AS slept");
              });
      assertThat(slept).hasSize(1);
      // With the server's limit gone only the wait for the socket is left, and it is the usual one.
      assertThatThrownBy(
              () ->
                  database.read(
                      sql -> {
                        sql.rows("SELECT set_config('statement_timeout', '0', true)");
                        return sql.rows("SELECT pg_sleep(10)::text AS slept");
                      }))
          .isInstanceOf(Unavailable.class);
    }
  }

  @Test
  void entries_sayWhoDidWhatInWhichRequest() {
    String id = "said-" + number++;
    API.post("/v1/models", Bodies.model(id, "ranking"), "X-Request-Id", "r-said");
    API.put("/v1/models/" + id, Bodies.replacement("ranking", "new"), "If-Match", "\"1\"");

    JsonNode items = API.get("/v1/audit?object=model:" + id + "&subject=demo").body().path("items");
    assertThat(items.size()).isEqualTo(2);
    assertThat(items.at("/1/action").asText()).isEqualTo("model.create");
    assertThat(items.at("/1/request_id").asText()).isEqualTo("r-said");
    assertThat(items.at("/0/detail/before/revision").asInt()).isEqualTo(1);
    assertThat(items.at("/0/detail/after/description").asText()).isEqualTo("new");
  }

  private static JsonNode verdict() {
    return API.get("/v1/audit/verify").body();
  }

  private static long head() {
    return verdict().at("/head/seq").asLong();
  }

  private static void assertBroken(long seq, String reason) {
    JsonNode verdict = verdict();
    assertThat(verdict.path("intact").asBoolean()).isFalse();
    assertThat(verdict.at("/first_broken/seq").asLong()).isEqualTo(seq);
    assertThat(verdict.at("/first_broken/reason").asText()).contains(reason);
  }

  private static String entry(long seq) throws SQLException {
    return POSTGRES
        .query(SUPERUSER, "SELECT entry FROM runway.audit_log WHERE seq = " + seq)
        .get(0)
        .get(0);
  }

  private static void restore(long seq) throws SQLException {
    tamper(
        "INSERT INTO runway.audit_log (seq, entry, prev_hash, hash)"
            + " SELECT seq, entry, prev_hash, hash FROM kept WHERE seq = "
            + seq);
  }

  /** As somebody with all rights, who switches the triggers off first. */
  private static void tamper(String... statements) throws SQLException {
    List<String> all = new ArrayList<>(List.of("SET session_replication_role = replica"));
    all.addAll(List.of(statements));
    POSTGRES.execute(SUPERUSER, all.toArray(String[]::new));
  }
}
