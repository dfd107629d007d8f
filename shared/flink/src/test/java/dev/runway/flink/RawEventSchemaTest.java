package dev.runway.flink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.model.Heartbeat;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.functions.util.ListCollector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class RawEventSchemaTest {
  /** Position 0.094, kept at one half. */
  private static final String KEPT = "12345678";

  /** Position 0.762. */
  private static final String DROPPED = "123456789";

  private final RawEventSchema schema = new RawEventSchema(Sampler.of(0.5));

  @Test
  void keptKey_passesWithItsPlaceAndTime() {
    RawEvent event = read(KEPT, "v", new RecordHeaders()).get(0);

    assertThat(event.key()).isEqualTo(Raw.bytes(KEPT));
    assertThat(event.value()).isEqualTo(Raw.bytes("v"));
    assertThat(event.topic()).isEqualTo("t");
    assertThat(event.partition()).isEqualTo(2);
    assertThat(event.offset()).isEqualTo(17);
    assertThat(event.kafkaTimestampMillis()).isEqualTo(1_000);
  }

  @Test
  void droppedKey_isNotRead() {
    assertThat(read(DROPPED, "v", new RecordHeaders())).isEmpty();
  }

  @Test
  void recordWithoutKey_passesToItsDecoder() {
    assertThat(read(null, "v", new RecordHeaders())).hasSize(1);
  }

  @Test
  void heartbeatUnderADroppedKey_passes() {
    RecordHeaders headers = new RecordHeaders();
    headers.add(Heartbeat.HEADER, Heartbeat.write(5));

    List<RawEvent> events = read(DROPPED, null, headers);

    assertThat(events).hasSize(1);
    assertThat(events.get(0).isHeartbeat()).isTrue();
    assertThat(events.get(0).heartbeatMillis()).isEqualTo(5);
  }

  @Test
  void eventWithHeartbeatHeaderUnderADroppedKey_isNotRead() {
    RecordHeaders headers = new RecordHeaders();
    headers.add(Heartbeat.HEADER, Heartbeat.write(5));

    assertThat(read(DROPPED, "v", headers)).isEmpty();
  }

  @Test
  void tombstone_passes() {
    assertThat(read(KEPT, null, new RecordHeaders()).get(0).value()).isNull();
  }

  private List<RawEvent> read(String key, String value, RecordHeaders headers) {
    List<RawEvent> out = new ArrayList<>();
    schema.deserialize(
        new ConsumerRecord<>(
            "t",
            2,
            17,
            1_000,
            TimestampType.LOG_APPEND_TIME,
            0,
            0,
            Raw.bytes(key),
            Raw.bytes(value),
            headers,
            Optional.empty()),
        new ListCollector<>(out));
    return out;
  }
}
