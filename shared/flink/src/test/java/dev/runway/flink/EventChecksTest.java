package dev.runway.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runway.model.MalformedEvent;
import dev.runway.model.Reason;
import java.time.Duration;
import java.time.Instant;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class EventChecksTest {
  private static final long NOW = Raw.KAFKA_TIME;
  private static final long DAY = Duration.ofDays(1).toMillis();
  private static final TimeBounds LIVE = TimeBounds.maxAge(Duration.ofDays(40));

  @Test
  void timeWithinBounds_isAccepted() {
    assertThatCode(() -> check(NOW - 40 * DAY, LIVE)).doesNotThrowAnyException();
    assertThatCode(() -> check(NOW + 600_000, LIVE)).doesNotThrowAnyException();
  }

  @Test
  void timeAhead_isFuture() {
    assertRefused(() -> check(NOW + 600_001, LIVE), Reason.FUTURE);
    assertRefused(() -> check(Long.MAX_VALUE, LIVE), Reason.FUTURE);
  }

  @Test
  void oldTime_isAncient() {
    assertRefused(() -> check(NOW - 40 * DAY - 1, LIVE), Reason.ANCIENT);
    assertRefused(() -> check(Long.MIN_VALUE + 1, LIVE), Reason.ANCIENT);
  }

  @Test
  void replayOfHistory_isAcceptedFromTheFloorOn() {
    TimeBounds bounds = TimeBounds.earliest(Instant.parse("1980-01-01T00:00:00Z"));

    assertThatCode(() -> check(Instant.parse("1990-06-01T00:00:00Z").toEpochMilli(), bounds))
        .doesNotThrowAnyException();
    assertRefused(() -> check(NOW / 1_000, bounds), Reason.ANCIENT);
  }

  @Test
  void ownIdAsKey_isAccepted() {
    assertThatCode(() -> EventChecks.requireKey(Raw.event("p-1", "{}"), "p-1"))
        .doesNotThrowAnyException();
  }

  @Test
  void noKey_isAccepted() {
    assertThatCode(() -> EventChecks.requireKey(Raw.event(null, "{}"), "p-1"))
        .doesNotThrowAnyException();
  }

  @Test
  void anotherKey_isAMismatch() {
    assertRefused(() -> EventChecks.requireKey(Raw.event("p-2", "{}"), "p-1"), Reason.KEY_MISMATCH);
    assertRefused(() -> EventChecks.requireKey(Raw.event("", "{}"), "p-1"), Reason.KEY_MISMATCH);
    assertRefused(
        () -> EventChecks.requireKey(Raw.event("p-11", "{}"), "p-1"), Reason.KEY_MISMATCH);
  }

  private static void check(long eventMillis, TimeBounds bounds) throws MalformedEvent {
    EventChecks.requireSaneTime(Raw.event("p-1", "{}"), "predicted_at", eventMillis, bounds);
  }

  private static void assertRefused(ThrowingCallable call, Reason reason) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            MalformedEvent.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }
}
