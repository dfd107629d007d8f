package dev.runway.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.model.RetrainCommand.SeverityClass;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ControlTest {

  @Test
  void snooze_endsWithAnotherClass_worseOrBetterOrNone() {
    Control snooze = snooze(null);

    assertThat(snooze.snoozeEndsWith("STALE", SeverityClass.HIGH)).isFalse();
    assertThat(snooze.snoozeEndsWith("AT_RISK", SeverityClass.HIGH)).isFalse();
    assertThat(snooze.snoozeEndsWith("STALE", SeverityClass.CRITICAL)).isTrue();
    assertThat(snooze.snoozeEndsWith("STALE", SeverityClass.MEDIUM)).isTrue();
    assertThat(snooze.snoozeEndsWith("HEALTHY", null)).isTrue();
  }

  @Test
  void snoozeOfAState_endsWithAnotherOne() {
    Control snooze = snooze("STALE");

    assertThat(snooze.snoozeEndsWith("STALE", SeverityClass.HIGH)).isFalse();
    assertThat(snooze.snoozeEndsWith("RETRAINING", SeverityClass.HIGH)).isTrue();
  }

  private static Control snooze(@Nullable String state) {
    return new Control(
        "m",
        Control.Action.SNOOZE,
        1,
        "someone",
        0,
        1,
        null,
        null,
        null,
        null,
        SeverityClass.HIGH,
        state);
  }
}
