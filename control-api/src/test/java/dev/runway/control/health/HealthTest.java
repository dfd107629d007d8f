package dev.runway.control.health;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

class HealthTest {
  @Test
  void status_isTheWorstOfItsParts() {
    assertThat(Health.status(false, true, waiting(60))).isEqualTo("ready");
    assertThat(Health.status(false, true, waiting(61))).isEqualTo("degraded");
    assertThat(Health.status(false, false, waiting(0))).isEqualTo("degraded");
    assertThat(Health.status(false, true, null)).isEqualTo("unavailable");
    assertThat(Health.status(true, true, waiting(0))).isEqualTo("stopping");
  }

  private static ObjectNode waiting(long oldestSeconds) {
    return JsonNodeFactory.instance.objectNode().put("oldest_seconds", oldestSeconds);
  }
}
