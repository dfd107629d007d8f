package dev.runway.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Mutated golden events: each is read to an event that can be written and read again, or refused
 * with a reason. Anything else that a codec throws would stop a job.
 */
class MutationTest {
  private static final long SEED = 20_261_121L;
  private static final int MUTANTS = 17_000;

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

  static Stream<Contract<?>> contracts() {
    return Contract.ALL.stream();
  }

  @ParameterizedTest
  @MethodSource("contracts")
  void mutant_isReadWholeOrRefusedWithAReason(Contract<?> contract) {
    SplittableRandom random = new SplittableRandom(SEED + contract.name().hashCode());
    byte[] golden = contract.goldenBytes();
    int refused = 0;
    for (int i = 0; i < MUTANTS; i++) {
      byte[] mutant = mutate(golden, random);
      if (!survives(contract, mutant)) {
        refused++;
      }
    }
    assertThat(refused).isBetween(MUTANTS / 4, MUTANTS - 1);
  }

  private static <T> boolean survives(Contract<T> contract, byte[] mutant) {
    try {
      T event = contract.reader().read(mutant);
      byte[] written = contract.writer().apply(event);
      if (!Arrays.equals(contract.writer().apply(contract.reader().read(written)), written)) {
        throw new IllegalStateException("reads back as another event");
      }
      return true;
    } catch (MalformedEvent e) {
      if (e.detail().isEmpty() || !storable(e.detail()) || !storable(e.field())) {
        throw new AssertionError("detail or field cannot be stored", e);
      }
      return false;
    } catch (RuntimeException e) {
      throw new AssertionError(new String(mutant, StandardCharsets.ISO_8859_1), e);
    }
  }

  private static boolean storable(@Nullable String text) {
    if (text == null) {
      return true;
    }
    for (int i = 0; i < text.length(); i++) {
      if (Character.isISOControl(text.charAt(i)) || Character.isSurrogate(text.charAt(i))) {
        return false;
      }
    }
    return text.length() <= 256;
  }

  private static byte[] mutate(byte[] golden, SplittableRandom random) {
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
