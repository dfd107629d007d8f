package dev.runway.demo.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PredictionIdTest {

  @Test
  void id_isFoundInTheRootObjectOnly() {
    assertThat(id("{\"a\":{\"prediction_id\":\"x\"},\"prediction_id\" : \"y\"}")).isEqualTo("y");
    assertThat(id("{\"note\":\"prediction_id\",\"prediction_id\":\"y\"}")).isEqualTo("y");
  }

  @Test
  void whatIsNoPlainId_givesNoKey() {
    assertThat(id("")).isNull();
    assertThat(id("{\"prediction_id\":7}")).isNull();
    assertThat(id("{\"prediction_id\":\"a\\u0062\"}")).isNull();
    assertThat(id("{\"prediction_id\":\"cut off")).isNull();
    assertThat(id("[\"prediction_id\",\"x\"]")).isNull();
  }

  private static String id(String json) {
    byte[] id = PredictionId.of(json.getBytes(StandardCharsets.UTF_8));
    return id == null ? null : new String(id, StandardCharsets.UTF_8);
  }
}
