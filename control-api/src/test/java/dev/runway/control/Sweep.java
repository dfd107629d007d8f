package dev.runway.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.control.http.Operation;
import dev.runway.control.http.OperationCalls;
import dev.runway.testkit.PostgresDatabase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** What every answer of a sweep over all operations must be, and what its requests need. */
final class Sweep {
  private Sweep() {}

  /** Two models with what the samples name, so that these get as far as they can. */
  static void register(RunningApi api, PostgresDatabase postgres) throws SQLException {
    for (String model : List.of("ours", "theirs")) {
      String team = model.equals("ours") ? "ranking" : "other";
      assertThat(api.post("/v1/models", Bodies.model(model, team)).status()).isEqualTo(201);
      String versions = "/v1/models/" + model + "/versions";
      assertThat(api.post(versions, "{\"version\": \"9.9.9\"}").status()).isEqualTo(201);
      postgres.execute(
          PostgresDatabase.SUPERUSER,
          """
          INSERT INTO runway.alerts (alert_id, rule, model_id, model_version, team, severity, summary,
              details, revision, opened_at)
          VALUES ('%s', 'MODEL_STALE', '%s', '9.9.9', '%s', 'ERROR', 'it is stale', '{}', 1, now())
          """
              .formatted(OperationCalls.alertOf(model), model, team));
    }
    String policy = Bodies.policy("no-such", "ranking", "ours", "true");
    assertThat(api.post("/v1/policies", policy).status()).isEqualTo(201);
    assertThat(api.post("/v1/spaces", Bodies.space("no-such", "ranking")).status()).isEqualTo(201);
  }

  /** Nothing of it got where it could do harm. */
  static void requireNoHarm(RunningApi api) {
    assertThat(api.get("/v1/audit/verify").body().path("intact").asBoolean()).isTrue();
    assertThat(api.get("/v1/models/theirs").status()).isEqualTo(200);
  }

  /** One header, and those that the operation wants. */
  static String[] with(Operation operation, String name, String value) {
    List<String> all = new ArrayList<>(List.of(name, value));
    for (String header : OperationCalls.parameters(operation, "header")) {
      switch (header) {
        case "If-Match" -> all.addAll(List.of(header, "*"));
        case "Idempotency-Key" -> all.addAll(List.of(header, UUID.randomUUID().toString()));
        default -> {
          // May be left out.
        }
      }
    }
    return all.toArray(String[]::new);
  }

  /** It is no fault of the server, and tells nothing of its inside. */
  static void assertHarmless(String shown, RunningApi.Reply reply) {
    assertThat(reply.status()).as(shown + " " + reply.http().body()).isLessThan(500);
    assertThat(reply.http().headers().map().keySet()).as(shown).doesNotContain("set-cookie");
    if (reply.status() >= 400) {
      assertThat(reply.header("Content-Type")).as(shown).isEqualTo("application/problem+json");
      assertThat(reply.body().path("status").asInt()).as(shown).isEqualTo(reply.status());
      if (reply.body().path("type").asText().equals("urn:runway:problem:invalid")) {
        assertThat(reply.body().path("errors")).as(shown).isNotEmpty();
        reply
            .body()
            .path("errors")
            .forEach(fault -> assertThat(fault.path("pointer").asText()).as(shown).startsWith("/"));
      }
      assertThat(reply.http().body())
          .as(shown)
          .doesNotContain(
              "\tat ", "Exception", "org.postgresql", "SQLSTATE", "dev.runway", "com.fasterxml");
    }
  }
}
