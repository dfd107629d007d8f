package dev.runway.control.topics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runway.control.database.Unavailable;
import dev.runway.control.options.ControlOptions;
import dev.runway.model.Tick;
import dev.runway.model.TickCodec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
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
  void beforeTheTopicWasRead_thereIsNoTime() {
    clock.tick(THEN.toEpochMilli());

    assertThatThrownBy(clock::instant).isInstanceOf(Unavailable.class);
  }

  @Test
  void withoutATick_itIsTheMachines() {
    clock.known();

    assertThat(clock.instant()).isEqualTo(NOW);
  }

  @Test
  void fromATickOn_itGoesOnAsTimePasses() {
    clock.known();
    clock.tick(THEN.toEpochMilli());
    assertThat(clock.instant()).isEqualTo(THEN);

    nanos += Duration.ofSeconds(2).toNanos();

    assertThat(clock.instant()).isEqualTo(THEN.plusSeconds(2));
  }

  @Test
  void tickThatIsBehind_changesNothing() {
    clock.known();
    clock.tick(THEN.toEpochMilli());
    nanos += Duration.ofSeconds(2).toNanos();

    clock.tick(THEN.minusSeconds(60).toEpochMilli());
    clock.tick(THEN.toEpochMilli());

    assertThat(clock.instant()).isEqualTo(THEN.plusSeconds(2));
  }

  @Test
  void nextTick_setsIt() {
    clock.known();
    clock.tick(THEN.toEpochMilli());
    nanos += Duration.ofSeconds(2).toNanos();

    clock.tick(THEN.plusSeconds(600).toEpochMilli());

    assertThat(clock.instant()).isEqualTo(THEN.plusSeconds(600));
  }

  /** One fast clock must not end every command that is on its way. */
  @Test
  void tickAheadOfItsOwnRecord_isNone() {
    clock.known();
    clock.take(record(THEN.plusSeconds(120), THEN));
    assertThat(clock.instant()).isEqualTo(NOW);

    clock.take(record(THEN.plusSeconds(60), THEN));
    assertThat(clock.instant()).isEqualTo(THEN.plusSeconds(60));
  }

  @Test
  void recordThatIsNoTick_isNone() {
    clock.known();
    clock.take(new ConsumerRecord<>("t", 0, 7, new byte[0], "?".getBytes(UTF_8)));

    assertThat(clock.instant()).isEqualTo(NOW);
  }

  private static ConsumerRecord<byte[], byte[]> record(Instant tick, Instant written) {
    return new ConsumerRecord<>(
        "t",
        0,
        7,
        written.toEpochMilli(),
        TimestampType.CREATE_TIME,
        0,
        0,
        Tick.key(),
        TickCodec.write(new Tick(tick.toEpochMilli())),
        new RecordHeaders(),
        Optional.empty());
  }
}
