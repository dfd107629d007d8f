package dev.runway.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** Events with a few bytes changed: some stay good, most are broken in some way. */
public final class Mutants {
  private static final List<byte[]> PIECES =
      Stream.of(
              "\"",
              "\\",
              "{",
              "}",
              "[",
              "]",
              ",",
              ":",
              "null",
              "true",
              "NaN",
              "-",
              "1e999",
              "1.9",
              "9223372036854775808",
              "99999999999999999999",
              "0",
              "\"\"",
              "\\u0000",
              "\\ud800",
              "\\u00",
              "\"12\"",
              " ",
              "\n",
              "{}",
              "[]",
              "-9223372036854775808",
              "1e-400",
              "/*",
              "é")
          .map(piece -> piece.getBytes(StandardCharsets.UTF_8))
          .toList();

  private Mutants() {}

  /** A copy with one to three changes. */
  public static byte[] of(byte[] golden, SplittableRandom random) {
    byte[] mutant = golden;
    int steps = 1 + random.nextInt(3);
    for (int i = 0; i < steps; i++) {
      mutant = mutateOnce(mutant, random);
    }
    return mutant;
  }

  private static byte[] mutateOnce(byte[] bytes, SplittableRandom random) {
    int at = random.nextInt(bytes.length + 1);
    int to = Math.min(bytes.length, at + random.nextInt(12));
    return switch (random.nextInt(6)) {
      case 0 -> replace(bytes, at, Math.min(bytes.length, at + 1), randomBytes(1, random));
      case 1 -> replace(bytes, at, at, PIECES.get(random.nextInt(PIECES.size())));
      case 2 -> replace(bytes, at, to, PIECES.get(random.nextInt(PIECES.size())));
      case 3 -> replace(bytes, at, to, new byte[0]);
      case 4 -> replace(bytes, at, at, Arrays.copyOfRange(bytes, at, to));
      default -> digit(bytes, at, random);
    };
  }

  /** Changes one digit near an index, so that many mutants stay good events. */
  private static byte[] digit(byte[] bytes, int from, SplittableRandom random) {
    byte[] changed = bytes.clone();
    for (int i = from; i < changed.length; i++) {
      if (changed[i] >= '0' && changed[i] <= '9') {
        changed[i] = (byte) ('0' + random.nextInt(10));
        return changed;
      }
    }
    return changed;
  }

  private static byte[] randomBytes(int count, SplittableRandom random) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] replace(byte[] bytes, int from, int to, byte[] with) {
    byte[] replaced = Arrays.copyOf(bytes, bytes.length - (to - from) + with.length);
    System.arraycopy(with, 0, replaced, from, with.length);
    System.arraycopy(bytes, to, replaced, from + with.length, bytes.length - to);
    return replaced;
  }
}
