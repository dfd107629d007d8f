package dev.runway.groundtruth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.groundtruth.window.ModelVersion;
import org.junit.jupiter.api.Test;

class DelayCurvesTest {
  private final DelayCurves curves = new DelayCurves();
  private int made;

  private void show(String version, long atMillis) throws Exception {
    curves.of(
        new ModelVersion("m", version),
        atMillis,
        () -> {
          made++;
          return null;
        });
  }

  @Test
  void curve_isMadeOncePerMinuteAndVersion() throws Exception {
    for (long at = 0; at < 60_000; at += 1_000) {
      show("v1", at);
    }
    assertThat(made).isEqualTo(1);
    show("v2", 59_000);
    assertThat(made).isEqualTo(2);
    // Making it may have taken some milliseconds, each of which keeps it a second longer.
    show("v1", 3_600_000);
    assertThat(made).isEqualTo(3);
  }

  @Test
  void curves_ofVersionsNotShownForLong_areLetGo() throws Exception {
    for (int version = 0; version < 501; version++) {
      show("v" + version, 0);
    }
    show("v0", 1);
    assertThat(made).isEqualTo(502);
    show("v500", 1);
    assertThat(made).isEqualTo(502);
  }
}
