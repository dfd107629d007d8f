package dev.runway.flink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.model.DeadLetter;
import dev.runway.model.DeadLetterCodec;
import dev.runway.model.Reason;
import java.util.Map;
import org.apache.flink.util.InstantiationUtil;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;

class ResultSinkTest {
  private static final DeadLetter LETTER =
      new DeadLetter(
          "runway.predictions", 3, 42, Reason.EMPTY, null, "no bytes", 5, new byte[0], 0);

  @Test
  void record_hasNoTimeOfItsOwn() {
    long year1990 = 650_000_000_000L;
    ProducerRecord<byte[], byte[]> record =
        new RecordSerializer<>("t", new DeadLetterSink.Format()).serialize(LETTER, null, year1990);

    assertThat(record.timestamp()).isNull();
    assertThat(record.topic()).isEqualTo("t");
    assertThat(record.partition()).isNull();
  }

  @Test
  void record_namesItsCauseIfItHasOne() {
    ProducerRecord<byte[], byte[]> without =
        new RecordSerializer<>("t", new DeadLetterSink.Format()).serialize(LETTER, null, null);
    ProducerRecord<byte[], byte[]> with =
        new RecordSerializer<>("t", new Caused()).serialize("d-1", null, null);

    assertThat(without.headers()).isEmpty();
    assertThat(with.headers())
        .singleElement()
        .returns("request_id", Header::key)
        .returns(Raw.bytes("d-1"), Header::value);
  }

  private static final class Caused implements RecordFormat<String> {
    @Override
    public byte[] key(String result) {
      return Raw.bytes("key");
    }

    @Override
    public byte[] value(String result) {
      return Raw.bytes("value");
    }

    @Override
    public String cause(String result) {
      return result;
    }
  }

  @Test
  void deadLetter_isKeyedByItsPlaceAndReadAsWritten() throws Exception {
    DeadLetterSink.Format format = new DeadLetterSink.Format();

    assertThat(format.key(LETTER)).isEqualTo(Raw.bytes("runway.predictions/3/42"));
    assertThat(DeadLetterCodec.read(format.value(LETTER)))
        .usingRecursiveComparison()
        .isEqualTo(LETTER);
  }

  @Test
  void sink_survivesTheJobGraph() throws Exception {
    var sink =
        ResultSink.of(
            new KafkaAccess("a:1", Map.of("security.protocol", "SSL")),
            "t",
            new DeadLetterSink.Format());

    assertThat(InstantiationUtil.clone(sink)).isNotNull();
  }

  @Test
  void deploymentsSettings_winOverOurs() {
    var properties =
        new KafkaAccess("a:1", Map.of("acks", "1", "bootstrap.servers", "elsewhere:1"))
            .clientProperties(Map.of("acks", "all", "linger.ms", "5"));

    assertThat(properties)
        .containsEntry("acks", "1")
        .containsEntry("linger.ms", "5")
        .containsEntry("bootstrap.servers", "a:1");
  }
}
