package dev.runway.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.model.Control.Action;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Of each key a compacted topic keeps the newest record alone. */
class RecordKeyTest {

  @Test
  void muteAndApproval_bothStay() {
    assertThat(key(Action.MUTE, "m", null)).isEqualTo("model|m|MUTE");
    assertThat(key(Action.APPROVE, "m", "m/v1/9")).isEqualTo("model|m|JUDGEMENT|m/v1/9");
  }

  @Test
  void opposite_replaces() {
    assertThat(key(Action.UNMUTE, "m", null)).isEqualTo(key(Action.MUTE, "m", null));
    assertThat(key(Action.SNOOZE, "m", null)).isEqualTo(key(Action.MUTE, "m", null));
    assertThat(key(Action.REJECT, "m", "e")).isEqualTo(key(Action.APPROVE, "m", "e"));
    assertThat(key(Action.KILL_SWITCH_OFF, "m", null))
        .isEqualTo(key(Action.KILL_SWITCH_ON, "m", null));
  }

  @Test
  void fleetKillSwitch_hasAKeyOfItsOwn() {
    assertThat(key(Action.KILL_SWITCH_ON, null, null)).isEqualTo("fleet|KILL_SWITCH");
    assertThat(key(Action.KILL_SWITCH_ON, "fleet", null)).isEqualTo("model|fleet|KILL_SWITCH");
  }

  @Test
  void killSwitchOfATeam_hasAKeyOfItsOwn() {
    Control team =
        new Control(
            null,
            Action.KILL_SWITCH_ON,
            1,
            "someone",
            0,
            Control.NEVER,
            null,
            null,
            null,
            "red",
            null,
            null);
    assertThat(text(team.key())).isEqualTo("team|red|KILL_SWITCH");
    assertThat(key(Action.KILL_SWITCH_ON, "red", null)).isEqualTo("model|red|KILL_SWITCH");
  }

  @Test
  void partsWithBars_neverMeet() {
    assertThat(text(RecordKey.of("a|b", "c"))).isEqualTo("a%7Cb|c");
    assertThat(text(RecordKey.of("a", "b|c"))).isEqualTo("a|b%7Cc");
    assertThat(text(RecordKey.of("a%7Cb", "c"))).isEqualTo("a%257Cb|c");
  }

  @Test
  void versionsOfAModel_keepTheirBaselines() {
    assertThat(text(baseline("v1").key())).isEqualTo("m|v1|b");
    assertThat(text(baseline("v2").key())).isEqualTo("m|v2|b");
  }

  @Test
  void metricsOfAnExperiment_keepTheirFindings() {
    assertThat(text(finding("clicks").key())).isEqualTo("m|v2|exp|b|a|clicks");
    assertThat(text(finding("visits").key())).isEqualTo("m|v2|exp|b|a|visits");
  }

  @Test
  void commandsOfAModel_keepTheirStatus() {
    RetrainStatus status =
        new RetrainStatus(
            "c-1", "m", "v1", RetrainStatus.State.RUNNING, 1, 0, null, null, Double.NaN);
    assertThat(text(status.key())).isEqualTo("c-1");
  }

  private static String key(Action action, @Nullable String model, @Nullable String episode) {
    return text(
        new Control(
                model,
                action,
                1,
                "someone",
                0,
                Control.NEVER,
                episode,
                null,
                null,
                null,
                null,
                null)
            .key());
  }

  private static Baseline baseline(String version) {
    return new Baseline("m", version, "b", 0, 0, 1, false, new byte[0]);
  }

  private static ExperimentResult finding(String metric) {
    return new ExperimentResult("m", "v2", "exp", "b", "a", metric, 0, -1, 1, 9, 0, 1, 1);
  }

  private static String text(byte[] key) {
    return new String(key, StandardCharsets.UTF_8);
  }
}
