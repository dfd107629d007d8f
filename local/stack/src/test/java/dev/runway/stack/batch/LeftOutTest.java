package dev.runway.stack.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class LeftOutTest {
  @Test
  void nothingLeftOut_isNoLine() {
    assertThat(LeftOut.of(Map.of("windows", 12L, "windows-not-covered", 0L)).lines()).isEmpty();
  }

  @Test
  void eachReason_hasItsLine() {
    assertThat(LeftOut.of(Map.of("windows-not-covered", 1_200L, "windows-too-long", 3L)).lines())
        .satisfiesExactly(
            line -> assertThat(line).startsWith("1,200 windows").contains("not complete"),
            line -> assertThat(line).startsWith("3 windows").contains("longer"));
  }
}
