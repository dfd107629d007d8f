package dev.runway.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KnownNamesTest {

  private static KnownNames.@Nullable Name find(KnownNames names, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    return names.of(bytes, 0, bytes.length);
  }

  /**
   * Ever new ones of any length: nearly all are known for a while, and never more than a few
   * megabytes.
   */
  @ParameterizedTest
  @ValueSource(ints = {8, 20, Limits.MAX_NAME})
  void newNamesWithoutEnd_areHeldWithinTheirBytes(int length) {
    KnownNames names = new KnownNames();
    int again = 0;
    int most = 0;
    for (int i = 0; i < 200_000; i++) {
      String text = String.format("%0" + length + "d", i);
      KnownNames.Name name = find(names, text);
      again += name != null && name == find(names, text) ? 1 : 0;
      most = Math.max(most, names.bytes());
    }

    assertThat(most).isBetween(KnownNames.MAX_BYTES / 2, KnownNames.MAX_BYTES);
    assertThat(again).isGreaterThan(190_000);
  }
}
