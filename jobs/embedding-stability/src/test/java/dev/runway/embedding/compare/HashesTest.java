package dev.runway.embedding.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.drift.embedding.ItemCounts;
import dev.runway.drift.embedding.ItemHash;
import java.util.Arrays;
import java.util.stream.LongStream;
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
  void within_countsTheItemsOfEach_asFarAsBothSamplesReach() {
    assertThat(within(sample(10, 1, 2, 3, 4, -1), sample(10, 1, 2))).isEqualTo(counts(5, 2));
    assertThat(within(sample(10, 1, 2, 3, 4, -1), sample(2, 1, 3))).isEqualTo(counts(3, 2));
    assertThat(within(sample(10), sample(10, 1, 2))).isEqualTo(counts(0, 2));
    assertThat(within(sample(10), sample(10))).isEqualTo(counts(0, 0));
  }

  /** They keep their place: what they pushed out of the sample is not known of. */
  @Test
  void itemsThatLeft_areNotThere_andDoNotShortenTheSample() {
    Hashes.Sample left = Hashes.Sample.of(new long[] {1, 2, 3, -1}, new long[] {-1, 2, 7}, -1);
    assertThat(left.there()).containsExactly(1, 3);
    assertThat(left.all()).hasSize(4);
    assertThat(within(sample(10, 1, 2, 3, 4), left)).isEqualTo(counts(4, 2));
    Hashes.Sample highest = Hashes.Sample.of(new long[] {1, 2, 3}, new long[] {3}, 3);
    assertThat(within(sample(10, 1, 2, 3, 4), highest)).isEqualTo(counts(3, 2));
  }

  /** A document that asks for more than it did finds what came since, and what was sent again. */
  @Test
  void versionThatWasAskedForLess_isKnownAsFarAsThen_untilAllIsSentAgain() {
    long[] hashes = new long[10_000];
    Arrays.setAll(hashes, ItemHash::of);
    long reach = ItemHash.highestBelow(0.1);
    long[] known = Hashes.lowest(hashes.clone(), 10_000, 0.1);
    assertThat(Hashes.known(known, 10_000, 0.1, reach)).isEqualTo(Hashes.ALL);
    assertThat(Hashes.known(known, 10_000, 0.3, reach)).isEqualTo(reach);
    long[] some = Hashes.lowest(Arrays.copyOf(hashes, 5_000), 10_000, 0.3);
    long[] andSome = merged(known, some);
    assertThat(Hashes.known(andSome, 10_000, 0.3, reach)).isEqualTo(reach);
    long[] all = Hashes.lowest(hashes.clone(), 10_000, 0.3);
    assertThat(Hashes.known(all, 10_000, 0.3, reach)).isEqualTo(Hashes.ALL);

    Hashes.Sample before = Hashes.Sample.of(andSome, new long[0], reach);
    Hashes.Sample after = Hashes.Sample.of(all, new long[0], Hashes.ALL);
    assertThat(Hashes.within(before, after)).isEqualTo(counts(known.length, known.length));
    assertThat(Hashes.common(before, after)).isEqualTo(known);
  }

  private static long[] merged(long[] some, long[] others) {
    long[] all = LongStream.concat(Arrays.stream(some), Arrays.stream(others)).distinct().toArray();
    Hashes.sort(all);
    return all;
  }

  private static Hashes.Sample sample(int wanted, long... hashes) {
    return Hashes.Sample.of(hashes, new long[0], Hashes.known(hashes, wanted, 1, Hashes.ALL));
  }

  private static ItemCounts within(Hashes.Sample before, Hashes.Sample after) {
    return Hashes.within(before, after);
  }

  private static ItemCounts counts(long before, long after) {
    return new ItemCounts(before, after);
  }
}
