package dev.runway.control.health;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

class HealthTest {
  @Test
  void status_isTheWorstOfItsParts() {
    assertThat(Health.status(false, true, waiting(60), true)).isEqualTo("ready");
    assertThat(Health.status(false, true, waiting(61), true)).isEqualTo("degraded");
    assertThat(Health.status(false, false, waiting(0), true)).isEqualTo("degraded");
    assertThat(Health.status(false, true, null, true)).isEqualTo("unavailable");
    assertThat(Health.status(false, true, waiting(0), false)).isEqualTo("degraded");
    assertThat(Health.status(true, true, waiting(0), true)).isEqualTo("stopping");
  }

  private static ObjectNode waiting(long oldestSeconds) {
    return JsonNodeFactory.instance.objectNode().put("oldest_seconds", oldestSeconds);
  }
}
