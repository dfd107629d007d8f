package dev.runway.bench.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.model.DriftReading;
import dev.runway.model.DriftReadingCodec;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class DriftingFleetTest {
  @Test
  void windowIsJudgedFourMinutesAfterItsEnd() {
    assertThat(newestJudged("2026-11-28T10:13:59Z")).isEqualTo("2026-11-28T10:00:00Z");
    assertThat(newestJudged("2026-11-28T10:14:00Z")).isEqualTo("2026-11-28T10:10:00Z");
  }

  private static String newestJudged(String now) {
    long end = DriftingFleet.newestJudged(Instant.parse(now).toEpochMilli());
    return Instant.ofEpochMilli(end).toString();
  }

  @Test
  void readingSaysWhetherItsWindowHasDrifted_asDriftMonitorDoes() throws Exception {
    long end = Instant.parse("2026-11-28T10:10:00Z").toEpochMilli();
    DriftReading drifted = DriftReadingCodec.read(DriftingFleet.reading("m", end, true));
    DriftReading quiet = DriftReadingCodec.read(DriftingFleet.reading("m", end, false));

    assertThat(drifted.windowEndMillis() - drifted.windowStartMillis())
        .isEqualTo(Duration.ofMinutes(10).toMillis());
    assertThat(drifted.severity()).isEqualTo(1);
    assertThat(drifted.flagged()).isEqualTo(1);
    assertThat(drifted.features()).filteredOn(DriftReading.Feature::flagged).hasSize(1);
    assertThat(quiet.severity()).isZero();
    assertThat(quiet.features()).noneMatch(DriftReading.Feature::flagged);
  }
}
