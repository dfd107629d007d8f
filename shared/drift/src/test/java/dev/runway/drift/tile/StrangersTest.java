package dev.runway.drift.tile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.drift.profile.CategoricalProfile;
import dev.runway.drift.profile.WordHash;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StrangersTest {

  /** What is said beforehand is enough for any words, and no more than some need. */
  @ParameterizedTest
  @CsvSource({"100, 0.6", "0, 0.8"})
  void mostBytes_areEnoughForAnyWords_andNotFarTooMany(int vocabulary, double used) {
    long most = Strangers.mostBytes(vocabulary);
    long largest = 0;
    for (int length : new int[] {1, 15, 30, 31, 60, CategoricalProfile.MAX_WORD}) {
      for (char letter : new char[] {'a', '\u4e2d'}) {
        Random random = new Random(length);
        Strangers strangers = new Strangers(vocabulary);
        Strangers others = new Strangers(vocabulary);
        for (int i = 0; i < 2_000; i++) {
          String word = word(random, letter, length);
          (i % 2 == 0 ? strangers : others).add(word, WordHash.of(word), 1, true);
          largest = Math.max(largest, strangers.bytes());
        }
        strangers.merge(others);
        largest = Math.max(largest, strangers.bytes());
      }
    }

    assertThat(largest).isLessThanOrEqualTo(most);
    assertThat((double) largest).isGreaterThan(used * most);
  }

  /** Of many different ones, all of one length. */
  private static String word(Random random, char letter, int length) {
    StringBuilder word = new StringBuilder();
    for (int i = 0; i < length; i++) {
      word.append((char) (letter + random.nextInt(20)));
    }
    return word.toString();
  }
}
