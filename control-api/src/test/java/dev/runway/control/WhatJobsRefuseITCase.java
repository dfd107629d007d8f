package dev.runway.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.testkit.PostgresDatabase;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a job would refuse, or take for the opposite, is refused before it is stored. */
class WhatJobsRefuseITCase {
  private static final Instant MADE = Instant.parse("2026-11-02T00:00:00Z");

  @Order(1)
  @RegisterExtension
  static final PostgresDatabase POSTGRES = new PostgresDatabase();

  @Order(3)
  @RegisterExtension
  static final RunningApi API = new RunningApi(POSTGRES, "127.0.0.1:1", Map.of());

  @Test
  void strictModel_alwaysHasAVersionThatMayPredict() throws Exception {
    String strict = "{\"strict_versions\": true,";
    String born = Bodies.model("born-strict", "ranking").replaceFirst("\\{", strict);
    assertInvalid(API.post("/v1/models", born), "/strict_versions");

    API.post("/v1/models", Bodies.model("strict", "ranking"));
    String body = Bodies.replacement("ranking", "x").replaceFirst("\\{", strict);
    assertThat(API.put("/v1/models/strict", body, "If-Match", "*").status()).isEqualTo(409);
    String versions = "/v1/models/strict/versions";
    API.post(versions, "{\"version\": \"1\"}");
    assertThat(API.put("/v1/models/strict", body, "If-Match", "*").status()).isEqualTo(200);

    String retired = "{\"state\": \"RETIRED\"}";
    assertThat(API.put(versions + "/1/state", retired, "If-Match", "*").status()).isEqualTo(409);
    assertThat(API.get(versions + "/1").body().path("state").asText()).isEqualTo("REGISTERED");
    API.post(versions, "{\"version\": \"2\"}");
    assertThat(API.put(versions + "/1/state", retired, "If-Match", "*").status()).isEqualTo(200);
    assertThat(API.put(versions + "/2/state", retired, "If-Match", "*").status()).isEqualTo(409);

    assertThat(
            POSTGRES.query(
                PostgresDatabase.SUPERUSER,
                "SELECT count(*) FROM runway.models WHERE strict_versions"
                    + " AND convert_from(message, 'UTF8')::jsonb -> 'versions' <> '[\"2\"]'"))
        .hasToString("[[0]]");
    String gone = body.replaceFirst("\\{", "{\"state\": \"RETIRED\",");
    assertThat(API.put("/v1/models/strict", gone, "If-Match", "*").status()).isEqualTo(200);
    assertThat(API.put(versions + "/2/state", retired, "If-Match", "*").status()).isEqualTo(200);
  }

  @Test
  void baselineThatDriftMonitorWouldRefuse_isRefusedWithItsPlace() {
    API.post("/v1/models", Bodies.model("profiled", "ranking"));
    API.post("/v1/models/profiled/versions", "{\"version\": \"1\"}");
    String path = "/v1/models/profiled/versions/1/baselines";
    String good = Bodies.baseline("profiled", "1", "p-1", MADE);

    assertInvalid(API.post(path, Bodies.baseline("other", "1", "p-1", MADE)), "/profile/model");
    assertInvalid(
        API.post(path, Bodies.baseline("profiled", "2", "p-1", MADE)), "/profile/version");
    assertInvalid(API.post(path, good.replaceFirst("p-1", "p-2")), "/profile/id");
    assertInvalid(
        API.post(path, good.replace("made_at\": \"2026", "made_at\": \"2025")),
        "/profile/created_at");
    assertInvalid(API.post(path, good.replace("UPLOADED", "PROVISIONAL")), "/provisional");
    assertInvalid(
        API.post(path, good.replaceFirst("\\{", "{\"provisional\": true,")), "/provisional");
    assertInvalid(API.post(path, good.replace("\"CATEGORICAL\"", "\"WORDS\"")), "/profile");
    assertInvalid(API.post(path, good.replace("[70,27]", "[70]")), "/profile");
    assertInvalid(
        API.post(path, good.replaceFirst("\"features\":\\[.*]", "\"features\":[]")),
        "/profile/features");
    Instant ahead = Instant.now().plus(Duration.ofHours(25)).truncatedTo(ChronoUnit.MILLIS);
    assertInvalid(API.post(path, Bodies.baseline("profiled", "1", "p-1", ahead)), "/made_at");
    Instant seconds = Instant.ofEpochMilli(MADE.getEpochSecond());
    assertInvalid(API.post(path, Bodies.baseline("profiled", "1", "p-1", seconds)), "/made_at");
    // 2062 for 2026: a model that would be trained on the day for 36 years.
    String later = good.replace("data_end_at\": \"2026", "data_end_at\": \"2062");
    assertInvalid(API.post(path, later), "/data_end_at");
    assertInvalid(
        API.post(
            "/v1/models/profiled/versions",
            """
            {"version": "2", "data_start_at": "2026-10-01T00:00:00Z",
             "data_end_at": "2062-11-01T00:00:00Z"}
            """),
        "/data_end_at");

    assertThat(API.get(path).body().path("items").isEmpty()).isTrue();
    assertThat(API.post(path, good).status()).isEqualTo(201);
  }

  @Test
  void spaceThatItsJobWouldRefuse_isRefusedWithItsPlace() {
    String good = Bodies.space("refused", "ranking");

    assertInvalid(
        API.post("/v1/spaces", good.replace("\"after\": \"v6\"", "\"after\": \"v9\"")),
        "/document/pairs");
    assertInvalid(
        API.post("/v1/spaces", good.replace("\"after\": \"v5-again\"", "\"after\": \"v5\"")),
        "/document/baseline");
    assertInvalid(API.post("/v1/spaces", good.replace("5000", "3000")), "/document/sample_size");
    assertInvalid(
        API.post("/v1/spaces", good.replace("\"version\": \"v6\"", "\"version\": \"v5\"")),
        "/document/versions/2");
    assertThat(API.get("/v1/spaces/refused").status()).isEqualTo(404);
    String later = good.replaceFirst("\\{", "{\"revision\": 7,");
    assertThat(API.post("/v1/spaces", later).header("ETag")).isEqualTo("\"7\"");
  }

  @Test
  void controlThatNoReaderTakes_isRefused() {
    API.post("/v1/models", Bodies.model("controlled", "ranking"));
    String path = "/v1/models/controlled/controls";
    for (String mark : new String[] {"\\n", "\\t", "\\u0007"}) {
      String reason = "\"reason\": \"first" + mark + "second\"}";
      assertInvalid(API.post(path, "{\"action\": \"KILL_SWITCH_ON\", " + reason), "/reason");
      assertInvalid(
          API.post("/v1/controls", "{\"action\": \"KILL_SWITCH_ON\", " + reason), "/reason");
    }
    assertThat(API.get(path).body().path("items").isEmpty()).isTrue();
    assertThat(API.post(path, "{\"action\": \"KILL_SWITCH_ON\", \"reason\": \"a line\"}").status())
        .isEqualTo(201);
  }

  @Test
  void whatServes_isNotRetired_andNothingIsHungOnWhatIs() {
    API.post("/v1/models", Bodies.model("serving", "ranking"));
    String model = "/v1/models/serving";
    API.post(model + "/versions", "{\"version\": \"1\"}");
    String body = "{\"version\": \"1\", \"environment\": \"production\"}";
    String deployment = API.post(model + "/deployments", body).header("Location");
    String use =
        API.post(
                model + "/consumers",
                "{\"kind\": \"APPLICATION\", \"name\": \"web\", \"usage\": \"PREDICTION\"}")
            .header("Location");
    String retired = "{\"state\": \"RETIRED\"}";
    String gone =
        Bodies.replacement("ranking", "x").replaceFirst("\\{", "{\"state\": \"RETIRED\",");

    String version = model + "/versions/1/state";
    assertThat(API.put(version, retired, "If-Match", "*").status()).isEqualTo(409);
    assertThat(API.put(model, gone, "If-Match", "*").status()).isEqualTo(409);
    API.put(deployment, "{\"share\": 0, \"ended\": true}", "If-Match", "*");
    assertThat(API.put(model, gone, "If-Match", "*").status()).isEqualTo(409);
    API.send("DELETE", use, null);
    assertThat(API.put(model, gone, "If-Match", "*").status()).isEqualTo(200);

    assertThat(API.post(model + "/deployments", body).status()).isEqualTo(409);
    assertThat(
            API.post(model + "/versions/1/baselines", Bodies.baseline("serving", "1", "p-1", MADE))
                .status())
        .isEqualTo(409);
  }

  private static void assertInvalid(RunningApi.Reply reply, String pointer) {
    assertThat(reply.status()).as(reply.http().body()).isEqualTo(422);
    assertThat(reply.body().at("/errors/0/pointer").asText()).isEqualTo(pointer);
  }
}
