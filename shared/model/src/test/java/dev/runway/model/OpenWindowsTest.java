package dev.runway.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class OpenWindowsTest {
  @Test
  void minutesOfAWeek_areTaken_andSecondsOfOneAreNot() throws MalformedEvent {
    assertThat(read("P7D", "PT1M").horizon()).hasDays(7);
    assertThatThrownBy(() -> read("P7D", "PT59S"))
        .isInstanceOf(MalformedEvent.class)
        .hasMessageContaining("take longer windows");
  }

  private static ModelDocument read(String horizon, String window) throws MalformedEvent {
    String json =
        "{\"model_id\":\"m\",\"task\":\"BINARY\",\"horizon\":\"%s\",\"window\":\"%s\"}"
            .formatted(horizon, window);
    return ModelDocumentCodec.read(json.getBytes(StandardCharsets.UTF_8));
  }
}
