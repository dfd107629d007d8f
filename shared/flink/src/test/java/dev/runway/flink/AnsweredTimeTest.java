package dev.runway.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.apache.flink.util.clock.ManualClock;
import org.junit.jupiter.api.Test;

class AnsweredTimeTest {
  private static final Duration LOOK = Duration.ofMillis(200);

  private final ManualClock clock = new ManualClock(1);
  private final FetchAnswers answers = new FetchAnswers();
  private final AnsweredTime time = new AnsweredTime(clock, answers);
  private final long start = time.relativeTimeNanos();

  @Test
  void withoutConsumer_isThePlainClock() {
    clock.advanceTime(Duration.ofHours(1));

    assertThat(passed()).isEqualTo(Duration.ofHours(1));
    assertThat(time.relativeTimeMillis()).isEqualTo(clock.relativeTimeMillis());
  }

  @Test
  void brokerThatAnswers_letsTimePass() {
    try (Fetches fetches = new Fetches(answers)) {
      for (int i = 0; i < 100; i++) {
        fetches.answer();
        lookFor(Duration.ofMillis(600));
      }

      assertThat(passed()).isEqualTo(Duration.ofMinutes(1));
    }
  }

  @Test
  void brokerThatNeverAnswered_letsNoTimePass() {
    try (Fetches fetches = new Fetches(answers)) {
      lookFor(Duration.ofHours(1));

      assertThat(passed()).isZero();
    }
  }

  @Test
  void outage_holdsTimeWhichThenGoesOnFromThere() {
    try (Fetches fetches = new Fetches(answers)) {
      fetches.answer();
      lookFor(Duration.ofMinutes(10));
      assertThat(passed()).isLessThanOrEqualTo(AnsweredTime.PATIENCE.plus(LOOK));

      Duration before = passed();
      fetches.answer();
      lookFor(Duration.ofSeconds(1));
      assertThat(passed().minus(before)).isEqualTo(Duration.ofSeconds(1));
    }
  }

  @Test
  void longPauseBetweenLooks_countsNoMoreThanPatience() {
    try (Fetches fetches = new Fetches(answers)) {
      fetches.answer();
      Duration before = passed();
      clock.advanceTime(Duration.ofMinutes(10));
      fetches.answer();

      assertThat(passed().minus(before)).isEqualTo(AnsweredTime.PATIENCE);
    }
  }

  private void lookFor(Duration span) {
    for (Duration looked = Duration.ZERO; looked.compareTo(span) < 0; looked = looked.plus(LOOK)) {
      clock.advanceTime(LOOK);
      time.relativeTimeNanos();
    }
  }

  private Duration passed() {
    return Duration.ofNanos(time.relativeTimeNanos() - start);
  }
}
