package dev.runway.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
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
      byte[] mutant = Mutants.of(golden, random);
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
}
