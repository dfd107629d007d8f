package dev.runway.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runway.control.scheduler.MaestroDouble;
import dev.runway.testkit.PostgresDatabase;
import dev.runway.testkit.Waits;
import java.time.Instant;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the API tells of itself: metrics, documentation, and whether its parts answer. */
class MetricsITCase {
  private static final MaestroDouble MAESTRO = new MaestroDouble();
  private static String commandId;

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
              "RUNWAY_CONTROL_RATE",
              "50",
              "RUNWAY_CONTROL_BURST",
              "50",
              "RUNWAY_CONTROL_SCHEDULER",
              "maestro",
              "RUNWAY_CONTROL_SCHEDULER_URL",
              MAESTRO.address().toString(),
              "RUNWAY_CONTROL_SCHEDULER_TARGET",
              "train"));

  /** What waits for the scheduler: while nothing does nobody asks whether it is there. */
  @BeforeAll
  static void grant() {
    MAESTRO.standIn(404);
    String model = Bodies.model("granted", "ranking").replace("\"tier\": 1", "\"tier\": 3");
    assertThat(API.post("/v1/models", model).status()).isEqualTo(201);
    String command = "{\"model_version\": \"1\", \"reason\": \"to see\", \"estimated_cost\": 50}";
    RunningApi.Reply made =
        API.post("/v1/models/granted/retrains", command, "Idempotency-Key", "granted");
    assertThat(made.body().path("state").asText()).isEqualTo("GRANTED");
    commandId = made.body().path("command_id").asText();
  }

  @AfterAll
  static void closeScheduler() throws Exception {
    MAESTRO.close();
  }

  @Test
  void schedulerThatIsAway_isSaidSoByReadinessAndMetrics_untilItIsBack() {
    await()
        .atMost(Waits.LONG)
        .untilAsserted(
            () -> {
              JsonNode away = API.get("/readyz", "Authorization", "none").body();
              assertThat(away.at("/scheduler/name").asText()).isEqualTo("maestro");
              assertThat(away.at("/scheduler/status").asText()).isEqualTo("away");
              assertThat(Instant.parse(away.at("/scheduler/away_since").asText()))
                  .isBefore(Instant.now());
              assertThat(value("runway_control_scheduler_up")).isZero();
              assertThat(away.path("status").asText()).isEqualTo("degraded");
            });
    assertThat(API.get("/readyz", "Authorization", "none").status()).isEqualTo(200);

    MAESTRO.standIn(0);
    await()
        .atMost(Waits.LONG)
        .untilAsserted(
            () -> {
              JsonNode back = API.get("/readyz", "Authorization", "none").body();
              assertThat(back.at("/scheduler/status").asText()).isEqualTo("up");
              assertThat(value("runway_control_scheduler_up")).isEqualTo(1);
            });
    assertThat(MAESTRO.requests())
        .as("what is asked there is found in the log by the same id")
        .isNotEmpty()
        .allMatch(request -> commandId.equals(request.header("X-Request-Id")));
  }

  @Test
  void metrics_countRequestsByOperationAndTellOfTheParts() {
    double before = value("runway_control_requests_total{operation=\"getModel\",status=\"4xx\"}");
    for (int i = 0; i < 3; i++) {
      assertThat(API.get("/v1/models/secret-model-" + i).status()).isEqualTo(404);
    }
    API.post("/v1/models", Bodies.model("waiting", "ranking"));

    assertThat(value("runway_control_requests_total{operation=\"getModel\",status=\"4xx\"}"))
        .isEqualTo(before + 3);
    assertThat(value("runway_control_request_seconds_count{operation=\"getModel\"}"))
        .isGreaterThanOrEqualTo(3);
    assertThat(value("runway_control_request_seconds_bucket{operation=\"getModel\",le=\"+Inf\"}"))
        .isGreaterThanOrEqualTo(3);
    assertThat(value("runway_control_database_up")).isEqualTo(1);
    assertThat(value("runway_control_kafka_up")).isZero();
    assertThat(value("runway_control_outbox_waiting")).isNotNegative();
    assertThat(value("runway_control_pool{use=\"waiting\"}")).isZero();
    String text = API.get("/metrics").http().body();
    assertThat(text).doesNotContain("secret-model", "demo");
    assertThat(text.lines().filter(line -> !line.startsWith("#")).count()).isLessThan(400);
  }

  @Test
  void requestsThatAreTooMany_areCounted() {
    double before = value("runway_control_rate_limited_total");
    int refused = 0;
    for (int i = 0; i < 200; i++) {
      refused += API.get("/v1/me").status() == 429 ? 1 : 0;
    }
    assertThat(refused).isPositive();
    assertThat(value("runway_control_rate_limited_total")).isEqualTo(before + refused);
  }

  @Test
  void docs_areAPageThatRunsNothing() {
    RunningApi.Reply page = API.get("/docs", "Authorization", "none");

    assertThat(page.status()).isEqualTo(200);
    assertThat(page.header("Content-Type")).startsWith("text/html");
    assertThat(page.header("Content-Security-Policy"))
        .startsWith("default-src 'none'; style-src 'sha256-")
        .doesNotContain("unsafe", "script");
    assertThat(page.http().body())
        .contains("<code>/v1/models/{model}/health</code>", "id=\"schema-Health\"")
        .doesNotContain("<script", "http://", "onclick");
  }

  private static double value(String series) {
    String text = API.get("/metrics", "Authorization", "none").http().body();
    Matcher line =
        Pattern.compile("^" + Pattern.quote(series) + " (\\S+)$", Pattern.MULTILINE).matcher(text);
    return line.find() ? Double.parseDouble(line.group(1)) : 0;
  }
}
