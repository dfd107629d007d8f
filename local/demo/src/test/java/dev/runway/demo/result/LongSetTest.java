package dev.runway.demo.result;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LongSetTest {

  @Test
  void anyLongs_areTakenOnce() {
    Random random = new Random(4);
    LongSet set = new LongSet();
    Set<Long> expected = new HashSet<>();
    for (int i = 0; i < 50_000; i++) {
      long value = (random.nextInt(20_000) - 10_000L) << random.nextInt(50);
      assertThat(set.add(value)).isEqualTo(expected.add(value));
    }
    assertThat(set.add(0)).isEqualTo(expected.add(0L));
    assertThat(set.add(0)).isFalse();
  }
}
