package dev.runway.sql.function;

import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.profile.BaselineProfile.Declared;
import dev.runway.drift.profile.BaselineProfile.Identity;
import dev.runway.drift.profile.Precision;
import dev.runway.drift.profile.ProfileBuilder;
import dev.runway.drift.profile.ProfileBuilder.RowWriter;
import dev.runway.drift.profile.ProfileJson;
import dev.runway.drift.profile.ProfileOptions;
import dev.runway.drift.profile.Source;
import dev.runway.drift.tile.Row;
import dev.runway.drift.tile.Tile;
import dev.runway.drift.tile.TileLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A profile of a number and a word, and tiles of it. */
final class Samples {

  static final List<Declared> FEATURES =
      List.of(Declared.numeric("age"), Declared.categorical("country"));

  private static final List<String> COUNTRIES = List.of("DE", "FR", "PL", "NL");

  private Samples() {}

  /** Ages around a mean; one in twenty is missing. */
  static List<RowWriter> rows(int rows, double mean, long seed) {
    Random random = new Random(seed);
    List<RowWriter> written = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      double age = mean + 10 * random.nextGaussian();
      boolean missing = random.nextInt(20) == 0;
      String country = COUNTRIES.get((int) (COUNTRIES.size() * Math.pow(random.nextDouble(), 2)));
      written.add(
          values -> {
            if (!missing) {
              values.number(0, age);
            }
            values.category(1, country);
          });
    }
    return written;
  }

  static BaselineProfile profile(String id) {
    return ProfileBuilder.build(
        new Identity(id, "m", "1", 1_700_000_000_000L, Source.PROFILE_JOB),
        Precision.DOUBLE,
        FEATURES,
        new ProfileOptions(10, 120, 200, 100),
        rows(5_000, 40, 1));
  }

  static String json(BaselineProfile profile) {
    return new String(ProfileJson.write(profile), StandardCharsets.UTF_8);
  }

  static Tile tile(TileLayout layout, List<RowWriter> rows) {
    Tile tile = layout.newTile();
    Row row = layout.newRow();
    for (RowWriter writer : rows) {
      row.clear();
      writer.writeTo(row);
      tile.add(row);
    }
    return tile;
  }
}
