package dev.runway.embedding.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.drift.embedding.ItemHash;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class HashesTest {

  @Test
  void lowest_areThoseOfUnsignedOrder() {
    assertThat(Hashes.lowest(new long[] {-1, 5, Long.MIN_VALUE, 0, 7}, 4, 2))
        .containsExactly(0, 5, 7, Long.MIN_VALUE);
    assertThat(Hashes.lowest(new long[0], 4, 1)).isEmpty();
  }

  @Test
  void lowest_belowTheRate_areAllThatItKeeps() {
    long[] hashes = new long[10_000];
    Arrays.setAll(hashes, ItemHash::of);
    long kept = Arrays.stream(hashes).filter(hash -> ItemHash.position(hash) < 0.1).count();

    assertThat(Hashes.lowest(hashes, 10_000, 0.1)).hasSize((int) kept);
    assertThat(kept).isBetween(900L, 1_100L);
  }

  @Test
  void common_areThoseOfBoth() {
    assertThat(Hashes.common(new long[] {1, 3, 9, -5}, new long[] {3, 4, -5, -1}))
        .containsExactly(3, -5);
    assertThat(Hashes.common(new long[] {1}, new long[0])).isEmpty();
  }

  /** Above the end of a full sample nobody knows what a version has. */
  @Test
  void within_countsTheItemsOfTheLargerVersion_asFarAsBothSamplesReach() {
    long[] whole = {1, 2, 3, 4, -1};
    assertThat(Hashes.within(whole, new long[] {1, 2}, 10)).isEqualTo(5);
    assertThat(Hashes.within(whole, new long[] {1, 3}, 2)).isEqualTo(3);
    assertThat(Hashes.within(new long[0], whole, 10)).isEqualTo(5);
    assertThat(Hashes.within(new long[0], new long[0], 10)).isZero();
  }
}
