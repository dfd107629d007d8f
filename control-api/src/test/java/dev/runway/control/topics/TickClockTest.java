package dev.runway.control.topics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.control.options.ControlOptions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TickClockTest {
  private static final Instant NOW = Instant.parse("2026-11-27T07:00:00Z");
  private static final Instant THEN = Instant.parse("2001-03-19T10:00:00Z");

  private long nanos = 5;
  private final TickClock clock =
      new TickClock(
          new ControlOptions.Kafka("nowhere:1", Map.of(), "runway"),
          Clock.fixed(NOW, ZoneOffset.UTC),
          () -> nanos);

  @Test
  void beforeTheFirstTick_itIsTheMachines() {
    assertThat(clock.instant()).isEqualTo(NOW);
  }

  @Test
  void fromATickOn_itGoesOnAsTimePasses() {
    clock.tick(THEN.toEpochMilli());
    assertThat(clock.instant()).isEqualTo(THEN);

    nanos += Duration.ofSeconds(2).toNanos();

    assertThat(clock.instant()).isEqualTo(THEN.plusSeconds(2));
  }

  @Test
  void tickThatIsBehind_changesNothing() {
    clock.tick(THEN.toEpochMilli());
    nanos += Duration.ofSeconds(2).toNanos();

    clock.tick(THEN.minusSeconds(60).toEpochMilli());
    clock.tick(THEN.toEpochMilli());

    assertThat(clock.instant()).isEqualTo(THEN.plusSeconds(2));
  }

  @Test
  void nextTick_setsIt() {
    clock.tick(THEN.toEpochMilli());
    nanos += Duration.ofSeconds(2).toNanos();

    clock.tick(THEN.plusSeconds(600).toEpochMilli());

    assertThat(clock.instant()).isEqualTo(THEN.plusSeconds(600));
  }
}
