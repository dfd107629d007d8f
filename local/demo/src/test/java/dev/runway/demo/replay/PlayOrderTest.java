package dev.runway.demo.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlayOrderTest {

  @Test
  void anyTimes_areSortedStably() {
    Random random = new Random(3);
    for (int count : new int[] {0, 1, 2, 3, 7, 64, 65, 1000}) {
      long[] times = random.longs(count, 0, 50).toArray();

      int[] order = PlayOrder.sorted(count, i -> times[i]);

      int[] expected =
          IntStream.range(0, count)
              .boxed()
              .sorted(Comparator.comparingLong(i -> times[i]))
              .mapToInt(i -> i)
              .toArray();
      assertThat(order).containsExactly(expected);
    }
  }

  @Test
  void zipped_takesTheEarlierNextAndKeepsBothOrders() {
    long[] times = {5, 1, 9, 2, 7};

    int[] order = PlayOrder.zipped(3, 5, i -> times[i]);

    // 5 against 2: the second sequence goes; 5 against 7, 1, then 9 against 7.
    assertThat(order).containsExactly(3, 0, 1, 4, 2);
    assertThat(Arrays.stream(order).sorted().toArray()).containsExactly(0, 1, 2, 3, 4);
  }
}
