package dev.runway.drift.tile;

import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.profile.BaselineProfile.Declared;
import dev.runway.drift.profile.BaselineProfile.Identity;
import dev.runway.drift.profile.FeatureKind;
import dev.runway.drift.profile.Precision;
import dev.runway.drift.profile.ProfileBuilder;
import dev.runway.drift.profile.ProfileBuilder.RowWriter;
import dev.runway.drift.profile.ProfileOptions;
import dev.runway.drift.profile.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Rows, profiles and tiles for tests. */
public final class Samples {

  public static final List<Declared> MIXED =
      List.of(
          Declared.numeric("amount"),
          Declared.numeric("mostly_minus_one"),
          Declared.categorical("country"),
          new Declared("returning", FeatureKind.BOOLEAN));

  private static final List<String> COUNTRIES = List.of("DE", "FR", "PL", "NL", "CZ");

  private Samples() {}

  public static Identity identity(String id) {
    return new Identity(id, "model", "7", 1_700_000_000_000L, Source.PROFILE_JOB);
  }

  /** Rows of {@link #MIXED}, all of the same law. */
  public static List<RowWriter> mixed(int rows, long seed) {
    Random random = new Random(seed);
    List<RowWriter> written = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      double amount = Math.exp(random.nextGaussian());
      double rare = random.nextInt(10_000) < 3 ? random.nextInt(100) : -1;
      boolean missing = random.nextInt(20) == 0;
      String country = COUNTRIES.get((int) (COUNTRIES.size() * Math.pow(random.nextDouble(), 2)));
      String returning = random.nextInt(3) == 0 ? "true" : "false";
      written.add(
          values -> {
            if (!missing) {
              values.number(0, amount);
            }
            values.number(1, rare);
            values.category(2, country);
            values.category(3, returning);
          });
    }
    return written;
  }

  public static BaselineProfile profile(
      List<Declared> declared, ProfileOptions options, List<RowWriter> rows) {
    return ProfileBuilder.build(identity("profile-1"), Precision.DOUBLE, declared, options, rows);
  }

  public static BaselineProfile mixedProfile() {
    return profile(MIXED, new ProfileOptions(10, 120, 200, 100), mixed(20_000, 1));
  }

  public static Tile tile(TileLayout layout, List<RowWriter> rows) {
    Tile tile = layout.newTile();
    Row row = layout.newRow();
    for (RowWriter writer : rows) {
      row.clear();
      writer.writeTo(row);
      tile.add(row);
    }
    return tile;
  }

  /** One numeric feature of these values. */
  public static List<RowWriter> numbers(double... values) {
    List<RowWriter> rows = new ArrayList<>();
    for (double value : values) {
      rows.add(row -> row.number(0, value));
    }
    return rows;
  }

  /** One categorical feature of these words. */
  public static List<RowWriter> words(String... words) {
    List<RowWriter> rows = new ArrayList<>();
    for (String word : words) {
      rows.add(row -> row.category(0, word));
    }
    return rows;
  }
}
