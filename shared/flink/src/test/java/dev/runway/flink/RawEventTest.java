package dev.runway.flink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.model.DeadLetter;
import dev.runway.model.Reason;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class RawEventTest {
  private static final RawEvent FULL =
      new RawEvent(
          Raw.bytes("k"),
          Raw.bytes("v1"),
          "t",
          3,
          42,
          1_700_000_000_000L,
          List.of(new RawHeader("runway-x", new byte[] {1})));

  @Test
  void layout1_isPinned() throws IOException {
    assertThat(hex(RawEvent.TYPE, FULL))
        .isEqualTo(
            "000000016b" // key
                + "000000027631" // value
                + "000174" // topic
                + "00000003" // partition
                + "000000000000002a" // offset
                + "0000018bcfe56800" // time
                + "01" // headers
                + "000872756e7761792d78" // name
                + "0000000101"); // value
  }

  @Test
  void fullEvent_isReadAsWritten() throws IOException {
    assertThat(throughBytes(RawEvent.TYPE, FULL)).usingRecursiveComparison().isEqualTo(FULL);
  }

  @Test
  void tombstoneWithoutKey_isReadAsWritten() throws IOException {
    RawEvent event = new RawEvent(null, null, "t", 0, 0, -1, List.of());

    assertThat(throughBytes(RawEvent.TYPE, event)).usingRecursiveComparison().isEqualTo(event);
  }

  @Test
  void emptyValue_staysApartFromNone() throws IOException {
    RawEvent event = new RawEvent(new byte[0], new byte[0], "t", 0, 0, 0, List.of());

    assertThat(throughBytes(RawEvent.TYPE, event)).usingRecursiveComparison().isEqualTo(event);
  }

  @Test
  void deadLetterLayout1_isPinned() throws IOException {
    DeadLetter letter = new DeadLetter("t", 1, 2, Reason.EMPTY, null, "né", 3, new byte[] {9}, 100);

    assertThat(hex(DeadLetters.TYPE, letter))
        .isEqualTo(
            "000174" // topic
                + "00000001" // partition
                + "0000000000000002" // offset
                + "0005454d505459" // reason
                + "00" // no field
                + "036ee901" // detail: length + 1, n, then é in two bytes of seven bits
                + "0000000000000003" // time
                + "0000000109" // bytes
                + "00000064"); // size
    assertThat(throughBytes(DeadLetters.TYPE, letter)).usingRecursiveComparison().isEqualTo(letter);
  }

  @Test
  void headersOfOthers_areNotCarried() {
    RecordHeaders headers = new RecordHeaders();
    headers.add("cookie", new byte[] {1});
    headers.add("traceparent", new byte[] {2});
    headers.add("runway-null", null);
    headers.add("runway-big", new byte[RawHeader.MAX_BYTES + 1]);
    headers.add("runway-" + "n".repeat(RawHeader.MAX_NAME), new byte[] {3});

    assertThat(RawHeader.of(headers)).extracting(RawHeader::name).containsExactly("traceparent");
  }

  @Test
  void floodOfHeaders_isCutToTheMost() {
    RecordHeaders headers = new RecordHeaders();
    for (int i = 0; i < 1_000; i++) {
      headers.add("runway-" + i, new byte[] {1});
    }

    assertThat(RawHeader.of(headers)).hasSize(RawHeader.MAX_COUNT);
  }

  private static <T> String hex(TypeInformation<T> type, T value) throws IOException {
    return HexFormat.of().formatHex(write(type, value));
  }

  private static <T> T throughBytes(TypeInformation<T> type, T value) throws IOException {
    DataInputDeserializer in = new DataInputDeserializer(write(type, value));
    T read = type.createSerializer(null).deserialize(in);
    assertThat(in.available()).isZero();
    return read;
  }

  private static <T> byte[] write(TypeInformation<T> type, T value) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(64);
    type.createSerializer(null).serialize(value, out);
    return out.getCopyOfBuffer();
  }
}
