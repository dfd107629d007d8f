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
  void whatTheArchiveHasNotComeTo_isSaidWithItsTime() {
    Map<String, Long> counters = Map.of("windows-not-covered", 1L, "left-until", 86_400_000L);

    assertThat(LeftOut.of(counters).until()).isEqualTo("1970-01-02T00:00:00Z");
    assertThat(LeftOut.of(counters).lines()).hasSize(2).last().asString().contains("1970-01-02");
    // Of a job that found none it is the least number.
    assertThat(LeftOut.of(Map.of("left-until", Long.MIN_VALUE)).until()).isNull();
  }

  @Test
  void eachReason_hasItsLine() {
    assertThat(LeftOut.of(Map.of("windows-not-covered", 1_200L, "windows-too-long", 3L)).lines())
        .satisfiesExactly(
            line -> assertThat(line).startsWith("1,200 windows").contains("not complete"),
            line -> assertThat(line).startsWith("3 windows").contains("longer"));
  }
}
