package dev.runway.control.ledger;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that a test sets. */
final class TestClock extends Clock {
  private Instant now;
  private Instant then;
  private int looks;

  TestClock(Instant now) {
    this.now = now;
  }

  synchronized void set(Instant time) {
    now = time;
    looks = 0;
  }

  synchronized void forward(Duration time) {
    now = now.plus(time);
  }

  /** It is another time for whoever looks after so many looks. */
  synchronized void after(int more, Instant time) {
    looks = more;
    then = time;
  }

  @Override
  public synchronized Instant instant() {
    Instant seen = now;
    if (looks > 0 && --looks == 0) {
      now = then;
    }
    return seen;
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }
}
