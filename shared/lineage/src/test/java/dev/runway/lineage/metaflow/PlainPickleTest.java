package dev.runway.lineage.metaflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pickles are what Python 3.11 writes. */
class PlainPickleTest {
  @Test
  void plainData_isRead() throws IOException {
    // pickle.dumps({"steps": {"a": ["b", "b"]}, "n": -300, "t": (1, 2.5, True), "x": None}, 4)
    assertThat(map(Pickles.NESTED).get("steps")).isEqualTo(Map.of("a", List.of("b", "b")));
    assertThat(map(Pickles.NESTED).get("n")).isEqualTo(-300L);
    assertThat(map(Pickles.NESTED).get("t")).isEqualTo(List.of(1L, 2.5, true));
    assertThat(map(Pickles.NESTED).containsKey("x")).isTrue();
    // The same at protocol 2, which Metaflow wrote before.
    assertThat(map(Pickles.NESTED_2).get("t")).isEqualTo(List.of(1L, 2.5, true));
    assertThat(read(Pickles.NONE)).isNull();
  }

  @Test
  void pickleThatCallsSomething_isRefused() {
    // class Evil: __reduce__ -> (os.system, ("true",))
    assertThatIOException().isThrownBy(() -> read(Pickles.EVIL)).withMessageContaining("not plain");
    assertThatIOException()
        .isThrownBy(() -> read(Pickles.EVIL_0))
        .withMessageContaining("not plain");
    // datetime.date(2026, 11, 26): harmless, and still a call.
    assertThatIOException().isThrownBy(() -> read(Pickles.DATE)).withMessageContaining("not plain");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", // Nothing.
        "80", // No protocol.
        "8004", // No value.
        "80049520", // Cut.
        "80042e", // Takes what is not there.
        "800458ffffff7f", // A text of two gigabytes.
        "80048dffffffffffffffff", // A text of a negative length.
        "80048affffffffffffffffffffffff", // A number of 255 bytes.
        "8004680a2e", // Remembers nothing.
        "8004752e", // Sets items without a mark.
        "80045d5d732e", // Sets an item of nothing.
        "80044e4e612e", // Appends to none.
        "80047d5d4e732e" // A list as a key.
      })
  void whatIsNoPickle_isRefused(String hex) {
    assertThatIOException().isThrownBy(() -> read(hex));
  }

  @Test
  void anyBytes_endInAValueOrAnIoException() {
    Random random = new Random(5);
    byte[] good = HexFormat.of().parseHex(Pickles.NESTED);
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = Arrays.copyOf(good, good.length);
      for (int i = 0; i < 1 + random.nextInt(4); i++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      try {
        PlainPickle.read(new ByteArrayInputStream(bytes), 1 << 16);
      } catch (IOException e) {
        assertThat(e).hasMessageNotContaining("\n");
      }
    }
  }

  @Test
  void longText_isReadUpToTheLimit() throws IOException {
    byte[] text = "x".repeat(300).getBytes(StandardCharsets.UTF_8);
    String hex = "800458" + "2c010000" + HexFormat.of().formatHex(text) + "2e";
    assertThat(read(hex)).isEqualTo("x".repeat(300));
    assertThatIOException()
        .isThrownBy(
            () -> PlainPickle.read(new ByteArrayInputStream(HexFormat.of().parseHex(hex)), 299));
  }

  private static Map<?, ?> map(String hex) throws IOException {
    return (Map<?, ?>) read(hex);
  }

  private static Object read(String hex) throws IOException {
    return PlainPickle.read(new ByteArrayInputStream(HexFormat.of().parseHex(hex)), 1 << 20);
  }
}
