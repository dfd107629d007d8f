package dev.runway.control.erasure;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class NeedlesTest {
  @Test
  void shortId_isFoundAsAWholeValueOnly() {
    List<String> needles = Needles.of(List.of("anna"));

    assertThat(isFound(needles, "{\"entity_id\":\"anna\",\"x\":1}")).isTrue();
    assertThat(isFound(needles, "\u0008anna\u0002")).as("Avro: twice the length").isTrue();
    assertThat(isFound(needles, "{\"entity_id\":\"joanna\"}")).isFalse();
    assertThat(isFound(needles, "{\"entity_id\":\"anna-lena\"}")).isFalse();
  }

  @Test
  void longId_isFoundWhereverItStands() {
    List<String> needles = Needles.of(List.of("user-4711-2f"));

    assertThat(isFound(needles, "{\"entity_id\":\"user-4711-2f")).as("cut behind it").isTrue();
    assertThat(isFound(needles, "{\"entity_id\":\"user-4711-2e\"}")).isFalse();
  }

  @Test
  void idThatJsonEscapes_isFoundEitherWay() {
    List<String> needles = Needles.of(List.of("zo\u00eb \"z\""));

    assertThat(isFound(needles, "{\"entity_id\":\"zo\\u00eb \\\"z\\\"\"}")).isTrue();
    assertThat(isFound(needles, "[\"zo\u00eb \"z\"\"]")).isTrue();
  }

  @Test
  void lengthOfALongText_hasTwoBytes() {
    String id = "x".repeat(100);

    assertThat(Needles.of(List.of(id)))
        .contains("c801" + HexFormat.of().formatHex(id.getBytes(StandardCharsets.UTF_8)));
  }

  private static boolean isFound(List<String> needles, String event) {
    String bytes = HexFormat.of().formatHex(event.getBytes(StandardCharsets.UTF_8));
    return needles.stream().anyMatch(bytes::contains);
  }
}
