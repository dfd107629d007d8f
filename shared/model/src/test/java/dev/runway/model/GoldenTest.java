package dev.runway.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The files stand for what producers, topics and archives hold: they are added to, never edited.
 */
class GoldenTest {

  static Stream<Contract<?>> contracts() {
    return Contract.ALL.stream();
  }

  @ParameterizedTest
  @MethodSource("contracts")
  void goldenFile_read_isTheExpectedEvent(Contract<?> contract) throws MalformedEvent {
    assertThat((Object) contract.reader().read(contract.goldenBytes()))
        .usingRecursiveComparison()
        .withEqualsForType(Float::equals, Float.class)
        .isEqualTo(contract.golden());
  }

  @ParameterizedTest
  @MethodSource("contracts")
  void event_written_isTheGoldenFile(Contract<?> contract) {
    assertThat(text(contract.written())).isEqualTo(text(contract.goldenBytes()));
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
