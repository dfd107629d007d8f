package dev.runway.driftmonitor.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TierWindowsTest {

  @Test
  void model_hasTheWindowOfItsTier_andWithoutADocumentThatOfTierThree() {
    assertThat(TierWindows.standard().of(SomeTiles.model())).isEqualTo(600_000);
    assertThat(TierWindows.standard().of(null)).isEqualTo(3_600_000);
    assertThat(TierWindows.standard().longest()).isEqualTo(14_400_000);
  }

  @Test
  void windowOfHalfAMinute_isRefused() {
    Duration minute = Duration.ofMinutes(1);

    assertThatThrownBy(() -> TierWindows.of(minute, minute, minute, Duration.ofSeconds(30)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("whole minutes");
  }
}
