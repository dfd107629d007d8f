package dev.runway.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

class FieldNamesTest {

  @Test
  void sameNameInOtherObjects_isNoDuplicate() {
    assertThat(duplicate("{\"a\":{\"a\":{\"a\":1}},\"b\":[{\"a\":1},{\"a\":1}],\"c\":{\"b\":1}}"))
        .isNull();
  }

  @Test
  void nameAfterAnObjectInside_isStillFound() {
    assertThat(duplicate("{\"a\":{\"b\":1,\"c\":{}},\"a\":1}")).isEqualTo("a");
    assertThat(duplicate("{\"x\":{\"b\":{\"b\":1},\"b\":2}}")).isEqualTo("x.b");
    assertThat(duplicate("{\"x\":[{\"b\":1},{\"b\":1,\"c\":2,\"b\":3}]}")).isEqualTo("x[1].b");
  }

  @Test
  void eventBefore_leavesNothingBehind() {
    for (int i = 0; i < 10_000; i++) {
      assertThat(duplicate("{\"a\":{\"a\":1},\"b\":1}")).isNull();
      assertThat(duplicate("{\"a\":{\"a\":1},\"b\":{\"a\":1,\"a\":1}}")).isEqualTo("b.a");
    }
  }

  @Test
  void eventReadWhileAnotherIs_hasATableOfItsOwn() throws MalformedEvent {
    try (StrictJson outer = StrictJson.open(utf8("{\"a\":1,\"b\":1}"))) {
      assertThat(outer.nextField()).isEqualTo("a");
      assertThat(duplicate("{\"a\":1,\"b\":1,\"b\":1}")).isEqualTo("b");
      assertThat(outer.nextField()).isEqualTo("b");
      assertThat(outer.nextField()).isNull();
    }
  }

  @Test
  void randomObjects_agreeWithASetPerObject() {
    SplittableRandom random = new SplittableRandom(20_261_123L);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder json = new StringBuilder();
      boolean duplicate = object(json, random, 0);
      assertThat(duplicate(json.toString()) != null).as(json.toString()).isEqualTo(duplicate);
    }
  }

  @Test
  void everyNameOfAFullEvent_isKept() {
    StringBuilder json = new StringBuilder("{");
    for (int i = 0; i < 20_000; i++) {
      json.append("\"k").append(i).append("\":1,");
    }
    assertThat(duplicate(json + "\"z\":1}")).isNull();
    assertThat(duplicate(json + "\"k17\":1}")).isEqualTo("k17");
  }

  /** Names of one hash code would make every look-up walk over all of them. */
  @Test
  void namesChosenToCollide_costNoMoreThanOthers() {
    StringBuilder json = new StringBuilder("{");
    for (int i = 0; i < 1 << 12; i++) {
      json.append('"');
      for (int bit = 0; bit < 12; bit++) {
        json.append((i >> bit & 1) == 0 ? "Aa" : "BB");
      }
      json.append("\":1,");
    }
    json.append("\"z\":1}");
    assertThat("AaBB".hashCode()).isEqualTo("BBAa".hashCode());

    Assertions.assertTimeout(
        Duration.ofMinutes(1),
        () -> {
          for (int i = 0; i < 100; i++) {
            assertThat(duplicate(json.toString())).isNull();
          }
        });
  }

  /** Appends an object; says whether a name comes twice in one. */
  private static boolean object(StringBuilder json, SplittableRandom random, int depth) {
    Set<String> names = new HashSet<>();
    boolean duplicate = false;
    json.append('{');
    int fields = random.nextInt(6);
    for (int i = 0; i < fields; i++) {
      String name = "n" + random.nextInt(12);
      duplicate |= !names.add(name);
      json.append(i == 0 ? "" : ",").append('"').append(name).append("\":");
      if (depth < 4 && random.nextInt(4) == 0) {
        duplicate |= object(json, random, depth + 1);
      } else {
        json.append('1');
      }
    }
    json.append('}');
    return duplicate;
  }

  /** Path of the field that comes twice; null when none does. */
  private static @Nullable String duplicate(String json) {
    MalformedEvent refusal =
        catchThrowableOfType(
            MalformedEvent.class,
            () -> {
              try (StrictJson reader = StrictJson.open(utf8(json))) {
                for (String f = reader.nextField(); f != null; f = reader.nextField()) {
                  reader.skip();
                }
                reader.end();
              }
            });
    if (refusal == null) {
      return null;
    }
    assertThat(refusal.reason()).isEqualTo(Reason.DUPLICATE_FIELD);
    return refusal.field();
  }

  private static byte[] utf8(String json) {
    return json.getBytes(StandardCharsets.UTF_8);
  }
}
