package dev.runway.driftmonitor.custom;

import dev.runway.drift.custom.FeatureWindow;
import dev.runway.drift.custom.FeatureWindows;
import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.profile.BaselineProfile.Declared;
import dev.runway.drift.profile.BaselineProfile.Identity;
import dev.runway.drift.profile.Precision;
import dev.runway.drift.profile.ProfileBuilder;
import dev.runway.drift.profile.ProfileOptions;
import dev.runway.drift.profile.Source;
import dev.runway.drift.reading.DriftPolicy;
import dev.runway.drift.reading.DriftReport;
import dev.runway.drift.reading.DriftScorer;
import dev.runway.drift.tile.Row;
import dev.runway.drift.tile.Tile;
import dev.runway.drift.tile.TileLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A judged window: number moved from N(10, 1) to N(20, 1), word without change, half gone. */
final class SomeWindows {
  static final int EVENTS = 2_000;
  static final TileLayout BASELINE = TileLayout.of(profile(), true);
  static final Tile TILE = tile(20);
  static final DriftReport REPORT = new DriftScorer(DriftPolicy.standard()).score(BASELINE, TILE);
  static final List<FeatureWindow> WINDOWS = FeatureWindows.of(BASELINE, TILE, REPORT);
  static final FeatureWindow NUMBER = WINDOWS.get(0);
  static final FeatureWindow WORD = WINDOWS.get(1);

  private SomeWindows() {}

  private static BaselineProfile profile() {
    Random random = new Random(3);
    List<ProfileBuilder.RowWriter> rows = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      double number = 10 + random.nextGaussian();
      String word = random.nextBoolean() ? "a" : "b";
      rows.add(
          values -> {
            values.number(0, number);
            values.category(1, word);
            values.number(2, number);
          });
    }
    return ProfileBuilder.build(
        new Identity("baseline-1", "m", "1", 0, Source.PROFILE_JOB),
        Precision.DOUBLE,
        List.of(Declared.numeric("number"), Declared.categorical("word"), Declared.numeric("half")),
        ProfileOptions.standard(3),
        rows);
  }

  private static Tile tile(double mean) {
    Random random = new Random(4);
    Tile tile = BASELINE.newTile();
    Row row = BASELINE.newRow();
    for (int i = 0; i < EVENTS; i++) {
      row.clear();
      row.number(0, mean + random.nextGaussian());
      row.category(1, random.nextBoolean() ? "a" : "b");
      if (i % 2 == 0) {
        row.number(2, 10 + random.nextGaussian());
      }
      tile.add(row);
    }
    return tile;
  }
}
