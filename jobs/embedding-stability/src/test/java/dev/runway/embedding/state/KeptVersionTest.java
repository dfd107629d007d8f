package dev.runway.embedding.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.drift.embedding.ItemHash;
import org.junit.jupiter.api.Test;

class KeptVersionTest {
  /** The highest hash of a smaller sample says nothing about a larger one. */
  @Test
  void sampleThatBecomesLarger_hasPlaceForAllUntilItIsFull() {
    KeptVersion full = new KeptVersion(8, 1_000, 50, 0, 7, 1, 50);
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
    assertThat(new KeptVersion(8, 1_000, 50, 0, 7, 0.5, 50).seen(60_000))
        .isEqualTo(new KeptVersion(8, 1_000, 50, 60_000, 7, 0.5, 50));
  }

  /** What was left out then does not come back when the document asks for more. */
  @Test
  void reach_isTheLowestThereWas() {
    KeptVersion all = KeptVersion.empty(8).under(1);
    assertThat(all.reach()).isEqualTo(-1);
    KeptVersion half = all.under(0.5).under(0.75);
    assertThat(half.reach()).isEqualTo(ItemHash.highestBelow(0.5)).isPositive();
    KeptVersion trimmed = half.changed(1_000, 50);
    assertThat(trimmed.changed(2_000, 70).reach()).isEqualTo(50);
    assertThat(trimmed.with(60).reach()).isEqualTo(50);
    assertThat(trimmed.changed(1_000, 40).reach()).isEqualTo(40);
  }
}
