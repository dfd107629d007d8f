package dev.runway.drift.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ContingencyTestTest {

  @Test
  void collapse_mergesRareCategoriesUntilEachIsExpectedOften() {
    long[][] collapsed =
        ContingencyTest.collapse(
            new long[] {500, 3, 400, 2, 90, 5}, new long[] {60, 1, 30, 0, 8, 1}, 5);

    assertThat(collapsed[0]).isEqualTo(new long[] {500, 400, 100});
    assertThat(collapsed[1]).isEqualTo(new long[] {60, 30, 10});
  }

  @Test
  void collapse_ofCommonCategories_changesNothing() {
    long[][] collapsed = ContingencyTest.collapse(new long[] {50, 50}, new long[] {40, 60}, 5);

    assertThat(collapsed[0]).isEqualTo(new long[] {50, 50});
  }

  @Test
  void sidesWithoutCounts_areRefused() {
    assertThatThrownBy(() -> ContingencyTest.of(new long[] {1, 2}, new long[] {0, 0}))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ContingencyTest.of(new long[] {1, 2}, new long[] {1}))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
