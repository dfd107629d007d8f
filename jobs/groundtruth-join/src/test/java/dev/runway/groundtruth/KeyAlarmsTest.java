package dev.runway.groundtruth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeyAlarmsTest {
  private final KeyAlarms alarms = new KeyAlarms();

  @Test
  void dueAlarms_ringInTheirOrder_andOnce() {
    alarms.set(30);
    alarms.set(10);
    alarms.set(20);
    alarms.set(10);

    assertThat(rungUntil(9)).isEmpty();
    assertThat(rungUntil(20)).containsExactly(10L, 20L);
    assertThat(rungUntil(20)).isEmpty();
    assertThat(rungUntil(Long.MAX_VALUE)).containsExactly(30L);
  }

  @Test
  void alarmThatIsSetWhileOthersRing_ringsInItsTurn() {
    alarms.set(10);
    assertThat(alarms.takeDue(40)).isEqualTo(10);
    alarms.set(15);
    alarms.set(50);

    assertThat(rungUntil(40)).containsExactly(15L);
  }

  @Test
  void cancelledAlarm_doesNotRing() {
    alarms.set(10);
    alarms.set(20);
    alarms.cancel(10);
    alarms.cancel(11);

    assertThat(rungUntil(Long.MAX_VALUE)).containsExactly(20L);
  }

  private List<Long> rungUntil(long now) {
    List<Long> rung = new ArrayList<>();
    for (Long at = alarms.takeDue(now); at != null; at = alarms.takeDue(now)) {
      rung.add(at);
    }
    return rung;
  }
}
