package dev.runway.drift.window;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.drift.profile.ProfileOptions;
import dev.runway.drift.tile.Samples;
import dev.runway.drift.tile.Tile;
import dev.runway.drift.tile.TileLayout;
import org.junit.jupiter.api.Test;

class WideningTest {
  private static final TileLayout LAYOUT =
      TileLayout.of(
          Samples.profile(
              Samples.MIXED, new ProfileOptions(10, 20, 0, 100), Samples.mixed(2000, 1)),
          false);

  private final Widening widening = new Widening(500);

  private static Tile tile(int events) {
    return Samples.tile(LAYOUT, Samples.mixed(events, events));
  }

  @Test
  void enoughEvents_areJudgedAlone_withTheWindowBeforeBesideThem() {
    Tile newest = tile(600);
    widening.offer(0, newest);
    widening.offer(1, tile(70));
    widening.offer(2, tile(80));

    assertThat(widening.judged()).isSameAs(newest);
    assertThat(widening.before().events()).isEqualTo(70);
    assertThat(widening.events()).isEqualTo(750);
    assertThat(widening.widest()).isFalse();
  }

  @Test
  void fewEvents_takeOlderWindowsIn_untilTheyAreEnough() {
    Tile newest = tile(300);
    widening.offer(0, newest);
    widening.offer(1, null);
    widening.offer(2, tile(200));
    widening.offer(3, tile(10));
    widening.offer(5, tile(20));

    assertThat(widening.judged().events()).isEqualTo(500);
    assertThat(widening.oldest()).isEqualTo(2);
    assertThat(widening.before().events()).isEqualTo(30);
    assertThat(newest.events()).isEqualTo(300);
  }

  @Test
  void whatLiesBeforeAWideWindow_isNotKnown() {
    for (int age = 0; age < 6; age++) {
      widening.offer(age, tile(130));
    }

    assertThat(widening.oldest()).isEqualTo(3);
    assertThat(widening.before()).isNull();
    assertThat(widening.widest()).isTrue();
  }

  @Test
  void noTraffic_isNothing() {
    widening.offer(0, null);

    assertThat(widening.judged()).isNull();
  }
}
