package dev.runway.embedding.state;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KeptVersionTest {
  /** The highest hash of a smaller sample says nothing about a larger one. */
  @Test
  void sampleThatBecomesLarger_hasPlaceForAllUntilItIsFull() {
    KeptVersion full = new KeptVersion(8, 1_000, 50, 0, 7);
    assertThat(full.hasPlaceFor(60, 1_000)).isFalse();

    KeptVersion larger = full.with(60);
    assertThat(larger.items()).isEqualTo(1_001);
    assertThat(larger.hasPlaceFor(70, 1_001)).isTrue();
    assertThat(larger.isOverfull(1_001)).isFalse();
    assertThat(larger.with(70).isOverfull(1_001)).isTrue();
    assertThat(full.with(40).hasPlaceFor(60, 1_000)).isFalse();
  }

  /** It moves how far is known, and no comparison. */
  @Test
  void vectorThatIsNotKept_isNoChange() {
    assertThat(new KeptVersion(8, 1_000, 50, 0, 7).seen(60_000))
        .isEqualTo(new KeptVersion(8, 1_000, 50, 60_000, 7));
  }
}
