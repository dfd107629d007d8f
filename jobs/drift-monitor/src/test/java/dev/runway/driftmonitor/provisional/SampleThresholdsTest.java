package dev.runway.driftmonitor.provisional;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SampleThresholdsTest {

  @Test
  void lowestPositions_areAllTaken_andOfTheRestFew() {
    SampleThresholds thresholds = new SampleThresholds(100);
    Random random = new Random(1);
    List<Long> all = new ArrayList<>();
    List<Long> taken = new ArrayList<>();
    for (int i = 0; i < 100_000; i++) {
      long position = random.nextLong() >>> 1;
      all.add(position);
      if (thresholds.take(ProvisionalHarness.KEY, ProvisionalHarness.START, position)) {
        taken.add(position);
      }
    }

    assertThat(taken).containsAll(all.stream().sorted().limit(100).toList());
    assertThat(taken).hasSizeLessThan(2_000);
  }

  /** A producer that sends one id again and again must not keep all others out. */
  @Test
  void repeatedPosition_countsOnce() {
    SampleThresholds thresholds = new SampleThresholds(100);
    for (int i = 0; i < 10_000; i++) {
      thresholds.take(ProvisionalHarness.KEY, ProvisionalHarness.START, 7);
    }

    for (int position = 1_000; position < 1_099; position++) {
      assertThat(thresholds.take(ProvisionalHarness.KEY, ProvisionalHarness.START, position))
          .isTrue();
    }
  }

  @Test
  void anotherTime_hasAThresholdOfItsOwn() {
    SampleThresholds thresholds = new SampleThresholds(1);
    for (int position = 0; position < 10; position++) {
      thresholds.take(ProvisionalHarness.KEY, ProvisionalHarness.START, position);
    }

    assertThat(thresholds.take(ProvisionalHarness.KEY, ProvisionalHarness.START, 9)).isFalse();
    assertThat(
            thresholds.take(
                ProvisionalHarness.KEY, ProvisionalHarness.START + ProvisionalHarness.WINDOW, 9))
        .isTrue();
  }
}
