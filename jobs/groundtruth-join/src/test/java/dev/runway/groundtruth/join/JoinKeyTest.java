package dev.runway.groundtruth.join;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JoinKeyTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "00000000-0000-0000-0000-000000000000",
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
        "01890a5d-ac96-774b-bcce-b302099a8057",
        "00000000000000000000000000",
        "7ZZZZZZZZZZZZZZZZZZZZZZZZZ",
        "01ARZ3NDEKTSV4RRFFQ69G5FAV"
      })
  void canonicalIds_take17Bytes_andReadAsTheyWere(String id) {
    JoinKey key = JoinKey.of("late-arrival", id);

    assertThat(key.bytes()).hasSize(17 + "late-arrival".length());
    assertReadsBack(key, "late-arrival", id);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "p",
        "01890A5D-AC96-774B-BCCE-B302099A8057",
        "01890a5d-ac96-774b-bcce-b302099A8057",
        "01890a5dxac96-774b-bcce-b302099a8057",
        "01890a5d-ac96-774b-bcce-b302099a805g",
        "01arz3ndektsv4rrffq69g5fav",
        "8ZZZZZZZZZZZZZZZZZZZZZZZZZ",
        "01ARZ3NDEKTSV4RRFFQ69G5FAI",
        "01ARZ3NDEKTSV4RRFFQ69G5FA",
        "!~0|m"
      })
  void otherIds_areKeptAsText(String id) {
    JoinKey key = JoinKey.of("m", id);

    assertThat(key.bytes()).hasSize(id.length() + 2 + 1);
    assertReadsBack(key, "m", id);
  }

  @Test
  void randomUuids_readAsTheyWere() {
    Random random = new Random(1);
    for (int i = 0; i < 2_000; i++) {
      String id = new UUID(random.nextLong(), random.nextLong()).toString();
      assertReadsBack(JoinKey.of("m" + i, id), "m" + i, id);
    }
  }

  @Test
  void equality_isOfModelAndId() {
    assertThat(JoinKey.of("m", "p")).isEqualTo(JoinKey.of("m", "p"));
    assertThat(JoinKey.of("m", "p")).hasSameHashCodeAs(JoinKey.of("m", "p"));
    assertThat(JoinKey.of("m", "p")).isNotEqualTo(JoinKey.of("n", "p"));
    assertThat(JoinKey.of("mp", "p")).isNotEqualTo(JoinKey.of("p", "pm"));
    assertThat(JoinKey.of("m", "01890a5d-ac96-774b-bcce-b302099a8057"))
        .isNotEqualTo(JoinKey.of("m", "01890A5D-AC96-774B-BCCE-B302099A8057"));
  }

  @Test
  void bytes_neverChange() {
    assertThat(hex(JoinKey.of("m1", "01890a5d-ac96-774b-bcce-b302099a8057")))
        .isEqualTo("0101890a5dac96774bbcceb302099a80576d31");
    assertThat(hex(JoinKey.of("m1", "01ARZ3NDEKTSV4RRFFQ69G5FAV")))
        .isEqualTo("0201563e3ab5d3d6764c61efb99302bd5b6d31");
    assertThat(hex(JoinKey.of("m1", "p-7"))).isEqualTo("00702d37006d31");
  }

  @Test
  void byteOrder_ofTimeOrderedIds_isTimeOrder() {
    Random random = new Random(2);
    byte[] uuidBefore = new byte[0];
    byte[] ulidBefore = new byte[0];
    for (long millis = 1_000_000_000_000L; millis < 9_000_000_000_000L; millis += 77_777_777_777L) {
      UUID v7 =
          new UUID(
              millis << 16 | 0x7000 | random.nextInt(4096),
              random.nextLong() >>> 2 | Long.MIN_VALUE);
      byte[] uuid = JoinKey.of("m", v7.toString()).bytes();
      byte[] ulid = JoinKey.of("m", ulid(millis, random)).bytes();
      assertThat(Arrays.compareUnsigned(uuidBefore, uuid)).isNegative();
      assertThat(Arrays.compareUnsigned(ulidBefore, ulid)).isNegative();
      uuidBefore = uuid;
      ulidBefore = ulid;
    }
  }

  private static String ulid(long millis, Random random) {
    String digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    StringBuilder text = new StringBuilder();
    for (int shift = 45; shift >= 0; shift -= 5) {
      text.append(digits.charAt((int) (millis >>> shift & 31)));
    }
    for (int i = 0; i < 16; i++) {
      text.append(digits.charAt(random.nextInt(32)));
    }
    return text.toString();
  }

  private static void assertReadsBack(JoinKey key, String modelId, String id) {
    JoinKey read = JoinKey.ofBytes(key.bytes().clone());
    assertThat(read).isEqualTo(key);
    assertThat(read.modelId()).isEqualTo(modelId);
    assertThat(read.predictionId()).isEqualTo(id);
  }

  private static String hex(JoinKey key) {
    return HexFormat.of().formatHex(key.bytes());
  }
}
