package dev.runway.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.testkit.PostgresDatabase;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The two pages that are no JSON: metrics and documentation. */
class MetricsITCase {
  @Order(1)
  @RegisterExtension
  static final PostgresDatabase POSTGRES = new PostgresDatabase();

  @Order(3)
  @RegisterExtension
  static final RunningApi API =
      new RunningApi(
          POSTGRES,
          "127.0.0.1:1",
          Map.of("RUNWAY_CONTROL_RATE", "50", "RUNWAY_CONTROL_BURST", "50"));

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
