package dev.runway.driftmonitor.count;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.profile.BaselineProfile.Declared;
import dev.runway.drift.profile.BaselineProfile.Identity;
import dev.runway.drift.profile.Precision;
import dev.runway.drift.profile.Source;
import dev.runway.drift.tile.Row;
import dev.runway.drift.tile.TileLayout;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class OfLayoutsTest {
  private final OfLayouts<Row> rows = new OfLayouts<>(TileLayout::newRow, WeakReference::new);

  /** What is made of a layout refers to it, so a map with strong values would keep both. */
  @Test
  void layoutInUse_keepsItsOwn_andThoseThatAreGoneAreLetGo() {
    TileLayout used = layout();
    Row row = rows.get(used);
    for (int i = 0; i < 100; i++) {
      rows.get(layout());
      assertThat(rows.get(used)).isSameAs(row);
    }

    long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    while (rows.size() > 1 && System.nanoTime() < deadline) {
      System.gc();
    }
    assertThat(rows.size()).isEqualTo(1);
    assertThat(rows.get(used)).isSameAs(row);
  }

  @Test
  void layoutsThatAreEqual_areTwo() {
    assertThat(rows.get(layout())).isNotSameAs(rows.get(layout()));
  }

  private static TileLayout layout() {
    return TileLayout.of(
        BaselineProfile.blank(
            new Identity("b", "m", "1", 0, Source.UPLOADED),
            Precision.FLOAT,
            List.of(Declared.numeric("x"))),
        false);
  }
}
