package dev.runway.control.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RateLimitTest {
  private final AtomicLong nanos = new AtomicLong();
  private final RateLimit limit = new RateLimit(2, 3, nanos::get);

  @Test
  void burstThenRate_forEachSubjectAlone() {
    for (int i = 0; i < 3; i++) {
      assertThat(limit.take("a")).isZero();
    }
    assertThat(limit.take("a")).isEqualTo(1);
    assertThat(limit.take("b")).isZero();

    nanos.addAndGet(500_000_000L);
    assertThat(limit.take("a")).isZero();
    assertThat(limit.take("a")).isPositive();

    nanos.addAndGet(3_600_000_000_000L);
    for (int i = 0; i < 3; i++) {
      assertThat(limit.take("a")).isZero();
    }
    assertThat(limit.take("a")).isPositive();
  }

  @Test
  void look_takesNothing() {
    for (int i = 0; i < 10; i++) {
      assertThat(limit.look("a")).isZero();
    }
    for (int i = 0; i < 3; i++) {
      assertThat(limit.take("a")).isZero();
    }
    assertThat(limit.look("a")).isEqualTo(1);
    nanos.addAndGet(500_000_000L);
    assertThat(limit.look("a")).isZero();
    assertThat(limit.take("a")).isZero();
  }

  @Test
  void refusedRequests_costNothing() {
    for (int i = 0; i < 100; i++) {
      limit.take("a");
    }
    nanos.addAndGet(500_000_000L);
    assertThat(limit.take("a")).isZero();
  }
}
