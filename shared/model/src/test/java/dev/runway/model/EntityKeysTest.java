package dev.runway.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EntityKeysTest {
  private static final byte[] SECRET = "0123456789abcdef".getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;

  /** RFC 4231, case 1: a key of twenty bytes 0x0b. */
  @Test
  void key_isTheFirstHalfOfTheHash() {
    byte[] secret = new byte[20];
    Arrays.fill(secret, (byte) 0x0b);

    assertThat(EntityKeys.of(secret).of("Hi There").hex())
        .isEqualTo("b0344c61d8db38535ca8afceaf0bf12b");
  }

  @Test
  void sameId_hasTheSameKey_whateverCameBefore() {
    EntityKeys keys = EntityKeys.of(SECRET);
    EntityKey first = keys.of("anna");

    assertThat(keys.of("bert")).isNotEqualTo(first);
    assertThat(keys.of("anna")).isEqualTo(first);
    assertThat(EntityKeys.of(SECRET).of("anna")).isEqualTo(first);
    assertThat(
            EntityKeys.of("another secret of 27 bytes".getBytes(StandardCharsets.UTF_8)).of("anna"))
        .isNotEqualTo(first);
  }

  @Test
  void keysOfPredictions_areThoseOfModelAndId_andOfNoOtherCut() {
    EntityKeys keys = EntityKeys.of(SECRET);
    Set<EntityKey> all = new HashSet<>();
    all.add(keys.ofPrediction("a", "bc"));
    all.add(keys.ofPrediction("ab", "c"));
    all.add(keys.of("abc"));

    assertThat(all).hasSize(3).contains(keys.ofPrediction("a", "bc"));
  }

  @Test
  void key_isReadFromItsBytesAndDigits() {
    EntityKey key = EntityKeys.of(SECRET).of("anna");

    assertThat(EntityKey.of(key.bytes())).isEqualTo(key);
    assertThat(EntityKey.ofHex(key.hex())).isEqualTo(key);
    assertThat(key.hex()).hasSize(32).isEqualTo(key.toString());
    assertThat(new EntityKey(-1, 1).hex()).isEqualTo("ffffffffffffffff0000000000000001");
  }

  @Test
  void whatIsNoKey_isRefused_andNotRepeated() {
    assertThatThrownBy(() -> EntityKey.ofHex("anna@example.org"))
        .hasMessage("a subject's key is 32 hexadecimal digits");
    assertThatThrownBy(() -> EntityKey.ofHex("00ff")).hasMessageContaining("32 hexadecimal digits");
  }

  @Test
  void secret_isReadFromItsFile_withoutItsLineEnd() throws IOException {
    Path file = folder.resolve("secret");
    Files.writeString(file, "0123456789abcdef\n");

    assertThat(EntityKeys.read(file).of("anna")).isEqualTo(EntityKeys.of(SECRET).of("anna"));
  }

  @Test
  void secretThatIsMissingOrShort_isRefused() throws IOException {
    Path file = folder.resolve("secret");
    assertThatThrownBy(() -> EntityKeys.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString());

    Files.writeString(file, "hunter2");
    assertThatThrownBy(() -> EntityKeys.read(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("16 at least")
        .hasMessageNotContaining("hunter2");
  }
}
