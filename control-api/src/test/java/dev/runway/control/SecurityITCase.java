package dev.runway.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.runway.control.http.Operation;
import dev.runway.control.http.OperationCalls;
import dev.runway.control.security.Access;
import dev.runway.control.security.Role;
import dev.runway.testkit.PostgresDatabase;
import dev.runway.testkit.Waits;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SecurityITCase {
  private static final TestIssuer ISSUER = new TestIssuer();

  @Order(1)
  @RegisterExtension
  static final PostgresDatabase POSTGRES = new PostgresDatabase();

  @Order(3)
  @RegisterExtension
  static final RunningApi API =
      new RunningApi(
          POSTGRES,
          "127.0.0.1:1",
          Map.of(
              "RUNWAY_CONTROL_OIDC_ISSUER",
              TestIssuer.ISSUER,
              "RUNWAY_CONTROL_OIDC_JWKS_URL",
              ISSUER.keysAddress()));

  @BeforeAll
  static void register() {
    assertThat(API.post("/v1/models", Bodies.model("theirs", "other")).status()).isEqualTo(201);
    assertThat(API.post("/v1/models", Bodies.model("ours", "ranking")).status()).isEqualTo(201);
  }

  @AfterAll
  static void stopIssuer() {
    ISSUER.close();
  }

  @Test
  void everyOperation_asksWhoAsksAndForItsRole() {
    for (Operation operation : Operation.values()) {
      Access access = operation.access();
      OperationCalls.Sample sample = OperationCalls.sample(operation, "ours");
      int nobody = API.send(sample.method(), sample.path(), sample.body(), anonymous()).status();
      if (access.isOpen()) {
        assertThat(nobody).as(operation.id()).isIn(200, 503);
        continue;
      }
      assertThat(nobody).as(operation.id()).isEqualTo(401);
      for (Role role : Role.values()) {
        int status =
            API.send(sample.method(), sample.path(), sample.body(), person(role, "ranking"))
                .status();
        boolean may = role == Role.ADMIN || role == access.role() || access.role() == Role.VIEWER;
        if (may) {
          assertThat(status).as(operation.id() + " " + role).isNotIn(401, 403, 500);
        } else {
          assertThat(status).as(operation.id() + " " + role).isEqualTo(403);
        }
      }
    }
  }

  @Test
  void everyChangeOfAModel_isForItsTeamAlone() {
    List<Operation> changed = new ArrayList<>();
    for (Operation operation : Operation.values()) {
      if (operation.access().owned().contains(Access.Owned.MODEL)) {
        OperationCalls.Sample sample = OperationCalls.sample(operation, "theirs");
        RunningApi.Reply reply =
            API.send(
                sample.method(),
                sample.path(),
                sample.body(),
                person(operation.access().role(), "ranking"));
        assertThat(reply.status()).as(operation.id()).isEqualTo(403);
        assertThat(reply.body().path("detail").asText()).contains("team other");
        changed.add(operation);
      }
    }
    assertThat(changed).hasSizeGreaterThan(5);
  }

  @Test
  void nobodyGivesThingsToOrTakesThemForAnotherTeam() {
    String[] editor = person(Role.EDITOR, "ranking");
    assertThat(API.send("POST", "/v1/models", Bodies.model("gift", "other"), editor).status())
        .isEqualTo(403);
    assertThat(
            API.send(
                    "PUT",
                    "/v1/models/ours",
                    Bodies.replacement("other", "x"),
                    with(editor, "If-Match", "*"))
                .status())
        .isEqualTo(403);
    RunningApi.Reply policy =
        API.send(
            "POST", "/v1/policies", Bodies.policy("grab", "ranking", "theirs", "true"), editor);
    assertThat(policy.status()).isEqualTo(422);
    assertThat(policy.body().at("/errors/0/pointer").asText()).isEqualTo("/spec/models/0");
  }

  /** It opens what is kept for tier 1, so whoever spends has to want it. */
  @Test
  void tier_isRaisedByAnApproverAlone() {
    String[] editor = person(Role.EDITOR, "ranking");
    String[] both = {
      "Authorization",
      "Bearer "
          + ISSUER.sign(
              TestIssuer.claims("runway-editor", "ranking")
                  .claim("roles", List.of("runway-editor", "runway-approver")))
    };
    assertThat(register("first-a", 1, editor)).isEqualTo(403);
    assertThat(register("first-a", 2, editor)).isEqualTo(201);
    assertThat(register("first-b", 1, both)).isEqualTo(201);

    assertThat(tier("first-a", 3, editor).status()).isEqualTo(200);
    RunningApi.Reply raised = tier("first-a", 2, editor);
    assertThat(raised.status()).isEqualTo(403);
    assertThat(raised.body().path("detail").asText()).contains("from tier 3").contains("approver");
    assertThat(tier("first-a", 3, editor).status()).as("the same").isEqualTo(200);
    assertThat(tier("first-a", 1, both).status()).isEqualTo(200);
    assertThat(tier("first-a", 1, editor).status()).as("as it is").isEqualTo(200);
    assertThat(tier("first-a", 4, editor).status()).as("out of tier 1").isEqualTo(403);
    String[] machine = machine("spender", "ranking");
    RunningApi.Reply lowered = tier("first-a", 2, machine);
    assertThat(lowered.status()).isEqualTo(403);
    assertThat(lowered.body().path("detail").asText()).contains("out of tier 1").contains("token");
    assertThat(tier("first-a", 4, both).status()).isEqualTo(200);
    assertThat(tier("first-a", 1, machine).status()).as("it may spend").isEqualTo(200);
    assertThat(tier("first-a", 2, person(Role.ADMIN, "none")).status()).isEqualTo(200);
  }

  private static int register(String id, int tier, String[] who) {
    String body = Bodies.model(id, "ranking").replace("\"tier\": 1", "\"tier\": " + tier);
    return API.send("POST", "/v1/models", body, who).status();
  }

  private static RunningApi.Reply tier(String id, int tier, String[] who) {
    String body = Bodies.replacement("ranking", "x").replace("\"tier\": 2", "\"tier\": " + tier);
    return API.send("PUT", "/v1/models/" + id, body, with(who, "If-Match", "*"));
  }

  @Test
  void apiToken_holdsUntilItIsRevokedOrExpires() throws Exception {
    RunningApi.Reply made = API.post("/v1/tokens", Bodies.token("build", "editor", "ranking"));
    String token = made.body().path("token").asText();
    String[] ci = {"Authorization", "Bearer " + token};
    assertThat(API.get("/v1/me", ci).body().path("subject").asText()).isEqualTo("token:build");
    String model = Bodies.model("by-ci", "ranking").replace("\"tier\": 1", "\"tier\": 2");
    assertThat(API.send("POST", "/v1/models", model, ci).status()).isEqualTo(201);
    assertThat(API.get("/v1/tokens", ci).status()).isEqualTo(403);

    assertThat(everythingStored()).doesNotContain(token).contains("token:build");
    assertThat(API.get("/v1/tokens").http().body()).doesNotContain(token);

    assertThat(API.send("DELETE", made.header("Location"), null).status()).isEqualTo(204);
    assertThat(API.get("/v1/me", ci).status()).isEqualTo(401);

    RunningApi.Reply second = API.post("/v1/tokens", Bodies.token("build", "editor", "ranking"));
    String[] again = {"Authorization", "Bearer " + second.body().path("token").asText()};
    assertThat(API.get("/v1/me", again).status()).isEqualTo(200);
    POSTGRES.execute(PostgresDatabase.SUPERUSER, "UPDATE runway.api_tokens SET expires_at = now()");
    assertThat(API.get("/v1/me", again).status()).isEqualTo(401);
  }

  /** The answer was lost: the same request again leaves one token, and whoever asked has it. */
  @Test
  void tokenThatIsAskedForAgain_takesThePlaceOfTheOneThatNobodyHolds() throws Exception {
    String body = Bodies.token("lost", "editor", "ranking");
    RunningApi.Reply lost = API.post("/v1/tokens", body, "Idempotency-Key", "lost-1");
    assertThat(lost.status()).isEqualTo(201);

    RunningApi.Reply again = API.post("/v1/tokens", body, "Idempotency-Key", "lost-1");

    assertThat(again.status()).isEqualTo(201);
    assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
    String token = again.body().path("token").asText();
    assertThat(API.get("/v1/me", "Authorization", "Bearer " + token).status()).isEqualTo(200);
    String before = lost.body().path("token").asText();
    assertThat(API.get("/v1/me", "Authorization", "Bearer " + before).status()).isEqualTo(401);
    assertThat(everythingStored()).doesNotContain(token, before);
    assertThat(
            POSTGRES
                .query(
                    PostgresDatabase.SUPERUSER,
                    "SELECT convert_from(answer, 'UTF8') FROM runway.idempotency_keys"
                        + " WHERE key = 'lost-1'")
                .get(0)
                .get(0))
        .contains("\"name\"")
        .doesNotContain(token, before, "\"token\"");
    assertThat(API.post("/v1/tokens", body).status()).isEqualTo(409);
    String third =
        API.post("/v1/tokens", body, "Idempotency-Key", "lost-1").body().path("token").asText();
    assertThat(API.get("/v1/me", "Authorization", "Bearer " + token).status()).isEqualTo(401);
    assertThat(API.get("/v1/me", "Authorization", "Bearer " + third).status()).isEqualTo(200);

    String other = Bodies.token("other-one", "editor", "ranking");
    assertThat(API.post("/v1/tokens", other, "Idempotency-Key", "lost-1").status()).isEqualTo(422);
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        "UPDATE runway.api_tokens SET revoked_at = now() WHERE name = 'lost'");
    assertThat(API.post("/v1/tokens", body, "Idempotency-Key", "lost-1").status()).isEqualTo(409);
  }

  @Test
  void topicAndLineage_areDoneOnceUnderOneKey() {
    String[] key = {"Idempotency-Key", "once-1"};
    String rebuild = "/v1/topics/models/rebuild";
    RunningApi.Reply first = API.post(rebuild, null, key);
    assertThat(first.status()).isEqualTo(202);
    API.post("/v1/models", Bodies.model("after-the-rebuild", "ranking"));
    RunningApi.Reply second = API.post(rebuild, null, key);
    assertThat(second.header("Idempotency-Replayed")).isEqualTo("true");
    assertThat(second.body()).isEqualTo(first.body());

    for (Operation operation : List.of(Operation.TAKE_LINEAGE, Operation.IMPORT_LINEAGE)) {
      OperationCalls.Sample sample = OperationCalls.sample(operation, "ours");
      String[] its = {"Idempotency-Key", operation.id()};
      RunningApi.Reply taken = API.post(sample.path(), sample.body(), its);
      assertThat(taken.status()).as(operation.id()).isEqualTo(200);
      RunningApi.Reply again = API.post(sample.path(), sample.body(), its);
      assertThat(again.header("Idempotency-Replayed")).as(operation.id()).isEqualTo("true");
      assertThat(again.body()).as(operation.id()).isEqualTo(taken.body());
    }
  }

  @Test
  void tokenForSomeModels_knowsNoOthers() {
    String body =
        Bodies.token("narrow", "editor", "ranking").replaceFirst("\\{", "{\"models\": [\"ours\"],");
    String token = API.post("/v1/tokens", body).body().path("token").asText();
    String[] narrow = {"Authorization", "Bearer " + token};

    assertThat(RegistryITCase.ids(API.get("/v1/models", narrow))).containsExactly("ours");
    assertThat(API.get("/v1/models/ours", narrow).status()).isEqualTo(200);
    assertThat(API.get("/v1/models/theirs", narrow).status()).isEqualTo(404);
    for (String path : List.of("/v1/audit", "/v1/audit/verify", "/v1/policies")) {
      assertThat(API.get(path, narrow).status()).as(path).isEqualTo(403);
    }
    assertThat(API.send("POST", "/v1/models", Bodies.model("more", "ranking"), narrow).status())
        .isEqualTo(403);
  }

  @Test
  void tokenForSomeModels_isNeverAnAdministrators() throws Exception {
    String body =
        Bodies.token("small-admin", "admin", "ranking")
            .replaceFirst("\\{", "{\"models\": [\"ours\"],");
    RunningApi.Reply refused = API.post("/v1/tokens", body);
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.body().at("/errors/0/pointer").asText()).isEqualTo("/models");

    // One that an older release made.
    RunningApi.Reply old = API.post("/v1/tokens", Bodies.token("small-admin", "admin", "ranking"));
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        "UPDATE runway.api_tokens SET models = '{ours}' WHERE name = 'small-admin'");
    String[] small = {"Authorization", "Bearer " + old.body().path("token").asText()};
    for (Operation operation : Operation.values()) {
      if (operation.access().role() == Role.ADMIN) {
        OperationCalls.Sample sample = OperationCalls.sample(operation, "ours");
        assertThat(API.send(sample.method(), sample.path(), sample.body(), small).status())
            .as(operation.id())
            .isEqualTo(403);
      }
    }
  }

  @Test
  void policy_isReplacedOnlyByTheOwnersOfWhatItDecidesNow() {
    API.post("/v1/models", Bodies.model("ours-too", "ranking"));
    API.post("/v1/policies", Bodies.policy("of-others", "other", "theirs", "true"));
    API.post("/v1/policies", Bodies.policy("about-others", "ranking", "theirs", "true"));
    API.post("/v1/policies", Bodies.policy("about-two", "ranking", "ours-too", "true"));
    String token =
        API.post(
                "/v1/tokens",
                Bodies.token("policies", "editor", "ranking")
                    .replaceFirst("\\{", "{\"models\": [\"ours\"],"))
            .body()
            .path("token")
            .asText();
    String[] narrow = {"Authorization", "Bearer " + token};
    String[] editor = person(Role.EDITOR, "ranking");

    assertReplaced("of-others", editor, 403);
    assertReplaced("about-others", editor, 403);
    assertReplaced("about-two", narrow, 403);
    assertReplaced("about-two", editor, 200);
    assertReplaced("about-two", narrow, 200);
    assertThat(API.get("/v1/policies/about-others").body().at("/models/0").asText())
        .isEqualTo("theirs");
  }

  @Test
  void modelThatIsGivenAwayMeanwhile_isNoLongerOnes() throws Exception {
    API.post("/v1/models", Bodies.model("given", "ranking"));
    Thread giver =
        new Thread(
            () -> {
              try {
                POSTGRES.execute(
                    PostgresDatabase.SUPERUSER,
                    "DO $$ BEGIN UPDATE runway.models SET team = 'other' WHERE model_id = 'given';"
                        + " PERFORM pg_advisory_xact_lock(270); END $$");
              } catch (SQLException e) {
                throw new IllegalStateException(e);
              }
            });
    String[] editor = person(Role.EDITOR, "ranking");
    CompletableFuture<RunningApi.Reply> asked;
    try (Connection holder = POSTGRES.connect(PostgresDatabase.SUPERUSER);
        Statement statement = holder.createStatement()) {
      statement.execute("SELECT pg_advisory_lock(270)");
      giver.start();
      awaitWaiting("locktype = 'advisory'", () -> !giver.isAlive());
      asked =
          CompletableFuture.supplyAsync(
              () -> API.send("POST", "/v1/models/given/versions", "{\"version\": \"1\"}", editor));
      // Either it waits for the giver, as it must, or it has its answer, which is then wrong.
      awaitWaiting("locktype <> 'advisory'", asked::isDone);
    } // The lock goes with its connection.
    giver.join();
    RunningApi.Reply reply = asked.get(5, TimeUnit.MINUTES);
    assertThat(reply.status()).as(reply.http().body()).isEqualTo(403);
    assertThat(API.get("/v1/models/given/versions").body().path("items").isEmpty()).isTrue();
  }

  private static void awaitWaiting(String lock, BooleanSupplier over) {
    await()
        .atMost(Waits.LONG)
        .until(
            () ->
                over.getAsBoolean()
                    || !POSTGRES
                        .query(
                            PostgresDatabase.SUPERUSER,
                            "SELECT pid FROM pg_locks WHERE NOT granted AND " + lock)
                        .isEmpty());
  }

  private static void assertReplaced(String policy, String[] who, int status) {
    RunningApi.Reply reply =
        API.send(
            "PUT",
            "/v1/policies/" + policy,
            Bodies.policy(policy, "ranking", "ours", "true"),
            with(who, "If-Match", "*"));
    assertThat(reply.status()).as(reply.http().body()).isEqualTo(status);
  }

  private static String everythingStored() throws Exception {
    StringBuilder all = new StringBuilder();
    for (String table : List.of("api_tokens", "audit_log", "idempotency_keys", "outbox")) {
      all.append(
          POSTGRES.query(
              PostgresDatabase.SUPERUSER, "SELECT t::text FROM runway." + table + " AS t"));
    }
    return all.toString();
  }

  private static String[] person(Role role, String team) {
    return new String[] {
      "Authorization", "Bearer " + ISSUER.sign(TestIssuer.claims("runway-" + role.word(), team))
    };
  }

  private static String[] machine(String name, String team) {
    String asked =
        Bodies.token(name, "editor", team).replace("[\"editor\"]", "[\"editor\", \"approver\"]");
    String token = API.post("/v1/tokens", asked).body().path("token").asText();
    return new String[] {"Authorization", "Bearer " + token};
  }

  private static String[] anonymous() {
    return new String[] {"Authorization", "none"};
  }

  private static String[] with(String[] headers, String name, String value) {
    return new String[] {headers[0], headers[1], name, value};
  }
}
