package dev.runway.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.runway.testkit.KafkaBroker;
import dev.runway.testkit.PostgresDatabase;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ReadinessITCase {
  @RegisterExtension static final PostgresDatabase POSTGRES = new PostgresDatabase();
  @RegisterExtension static final KafkaBroker KAFKA = new KafkaBroker();

  @RegisterExtension
  static final RunningApi API = new RunningApi(POSTGRES, KAFKA.bootstrapServers(), Map.of());

  @Test
  void partsThatGoAwayAndComeBack_areEachNamed() {
    awaitReadiness(200, "ready", "up", "up");

    POSTGRES.kill();
    awaitReadiness(503, "unavailable", "down", "up");
    assertThat(API.get("/healthz").status()).isEqualTo(200);
    POSTGRES.restart();
    awaitReadiness(200, "ready", "up", "up");

    KAFKA.kill();
    awaitReadiness(200, "degraded", "up", "down");
    KAFKA.start();
    awaitReadiness(200, "ready", "up", "up");
  }

  private static void awaitReadiness(int code, String status, String database, String kafka) {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> {
              RunningApi.Reply reply = API.get("/readyz");
              assertThat(reply.body().path("status").asText()).isEqualTo(status);
              assertThat(reply.status()).isEqualTo(code);
              assertThat(reply.body().path("database").asText()).isEqualTo(database);
              assertThat(reply.body().path("kafka").asText()).isEqualTo(kafka);
            });
  }
}
