package dev.runway.control.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import org.junit.jupiter.api.Test;

class RetrainTimeTest {
  private static boolean byTicks(String namespace) {
    Map<String, String> environment =
        Map.of(
            "RUNWAY_POSTGRES_URL", "jdbc:postgresql://127.0.0.1/none",
            "RUNWAY_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1",
            "RUNWAY_NAMESPACE", namespace,
            "RUNWAY_CONTROL_RETRAINS_TIME", "ticks");
    return ControlOptions.of(Settings.load(ControlSettings.ALL, null, environment))
        .retrains()
        .byTicks();
  }

  @Test
  void ofAReplay_itMayBeThatOfTheTicks() {
    assertThat(byTicks("runway-loop")).isTrue();
  }

  /** Whoever can write a tick there could end every command that waits. */
  @Test
  void ofWhatIsLive_itIsTheMachines() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> byTicks("runway"))
        .withMessageContaining("runway.control.retrains.time");
  }
}
