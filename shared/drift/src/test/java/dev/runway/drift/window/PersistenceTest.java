package dev.runway.drift.window;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class PersistenceTest {
  private final Persistence alarm = new Persistence(2);

  @Test
  void oneFlaggedWindow_isNoAlarm() {
    assertThat(alarm.next(0, 10, Set.of("a"))).isEmpty();
    assertThat(alarm.next(10, 20, Set.of())).isEmpty();
    assertThat(alarm.next(20, 30, Set.of("a"))).isEmpty();
    assertThat(alarm.on()).isFalse();
  }

  @Test
  void sameFeatureTwiceInARow_isAnAlarm() {
    alarm.next(0, 10, Set.of("a"));

    assertThat(alarm.next(10, 20, Set.of("a", "b"))).containsExactly("a");
    assertThat(alarm.on()).isTrue();
  }

  @Test
  void otherFeatureEachTime_isNone() {
    alarm.next(0, 10, Set.of("a"));

    assertThat(alarm.next(10, 20, Set.of("b"))).isEmpty();
    assertThat(alarm.on()).isFalse();
  }

  /** Three windows judged together share predictions with the next two. */
  @Test
  void overlappingWindows_areNoAlarm_untilTheLastSharesNothingWithTheFirst() {
    assertThat(alarm.next(0, 30, Set.of("a"))).isEmpty();
    assertThat(alarm.next(10, 40, Set.of("a"))).isEmpty();
    assertThat(alarm.next(20, 50, Set.of("a"))).isEmpty();

    assertThat(alarm.next(30, 60, Set.of("a"))).containsExactly("a");
  }

  @Test
  void overlappingWindowWithoutAFlag_breaksTheRow() {
    alarm.next(0, 30, Set.of("a"));
    alarm.next(10, 40, Set.of());
    alarm.next(20, 50, Set.of("a"));

    assertThat(alarm.next(30, 60, Set.of("a"))).isEmpty();
  }

  @Test
  void alarm_endsAfterThreeCalmWindows() {
    alarm.next(0, 10, Set.of("a"));
    alarm.next(10, 20, Set.of("a"));
    alarm.next(20, 30, Set.of());
    alarm.next(30, 40, Set.of());
    assertThat(alarm.on()).isTrue();

    alarm.next(40, 50, Set.of());
    assertThat(alarm.on()).isFalse();
  }

  @Test
  void threeInARow_ofWhichTheNextOverlaps_isAnAlarm() {
    Persistence third = new Persistence(3);
    third.next(0, 20, Set.of("a"));
    third.next(10, 30, Set.of("a"));

    assertThat(third.next(20, 40, Set.of("a"))).containsExactly("a");
  }

  @Test
  void oneWindowThatIsEnough_isAnAlarmAtOnce() {
    assertThat(new Persistence(1).next(0, 30, Set.of("a"))).containsExactly("a");
  }
}
