package dev.runway.drift.tile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;
import static org.assertj.core.api.Assertions.within;

import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.profile.BaselineProfile.Declared;
import dev.runway.drift.profile.NumericProfile;
import dev.runway.drift.profile.Precision;
import dev.runway.drift.profile.ProfileBuilder;
import dev.runway.drift.profile.ProfileBuilder.RowWriter;
import dev.runway.drift.profile.ProfileOptions;
import dev.runway.drift.statistics.CentralMoments;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TileTest {

  private static final ProfileOptions OPTIONS = new ProfileOptions(10, 120, 0, 100);
  private static final TileLayout MIXED = TileLayout.of(Samples.mixedProfile(), false);

  private static double[] gaussians(int n, long seed) {
    Random random = new Random(seed);
    return DoubleStream.generate(random::nextGaussian).limit(n).toArray();
  }

  private static TileLayout numeric(double... reference) {
    return TileLayout.of(
        Samples.profile(List.of(Declared.numeric("x")), OPTIONS, Samples.numbers(reference)),
        false);
  }

  private static NumericProfile feature(TileLayout layout) {
    return (NumericProfile) layout.profile().features().get(0);
  }

  @Test
  void counts_ofAnyValues_areThoseOfTheEdges() {
    TileLayout layout = numeric(gaussians(5000, 1));
    double[] values =
        DoubleStream.concat(
                DoubleStream.of(gaussians(777, 2)),
                DoubleStream.of(
                    0.0,
                    -0.0,
                    1e308,
                    -1e308,
                    Double.MIN_VALUE,
                    Double.POSITIVE_INFINITY,
                    Double.NEGATIVE_INFINITY,
                    feature(layout).min(),
                    feature(layout).max()))
            .toArray();
    Tile tile = Samples.tile(layout, Samples.numbers(values));

    assertThat(tile.counts(0)).isEqualTo(feature(layout).fineEdges().count(values));
    assertThat(tile.infinite(0)).isEqualTo(2);
    assertThat(tile.far(0)).isEqualTo(2);
    assertThat(tile.max(0)).isEqualTo(1e308);
  }

  @Test
  void values_atEveryEdge_fallBelowIt() {
    TileLayout layout = numeric(gaussians(5000, 1));
    double[] edges = feature(layout).fineEdges().toArray();
    Tile tile = Samples.tile(layout, Samples.numbers(edges));

    for (int i = 0; i < edges.length; i++) {
      assertThat(tile.counts(0)[i]).isEqualTo(1);
    }
    assertThat(tile.counts(0)[edges.length]).isZero();
  }

  @Test
  void events_missingMistypedAndUnknown_areCountedApart() {
    Tile tile = MIXED.newTile();
    Row row = MIXED.newRow();
    row.number(0, Double.NaN);
    row.category(1, "twelve");
    row.category(2, "Atlantis");
    row.category(3, "perhaps");
    tile.add(row);
    row.clear();
    row.number(2, 7);
    row.number(3, 1);
    tile.add(row);

    assertThat(tile.missing(0)).isEqualTo(2);
    assertThat(tile.mistyped(1)).isEqualTo(1);
    assertThat(tile.missing(1)).isEqualTo(1);
    assertThat(tile.strangers(2)).isEqualTo(Map.of("Atlantis", 1L, "7", 1L));
    assertThat(tile.n(2)).isEqualTo(2);
    assertThat(tile.mistyped(3)).isEqualTo(2);
    assertThat(tile.missing(3)).isZero();
  }

  /** Whatever was said before of a feature of an event, only the last value counts. */
  @Test
  void valueSetTwice_countsOnce_theLastOne() throws Exception {
    List<RowWriter> values =
        List.of(
            row -> row.number(0, 1.5),
            row -> row.category(0, "twelve"),
            row -> row.number(0, Double.NaN),
            row -> row.category(2, "Atlantis"),
            row -> row.category(2, "DE"),
            row -> row.category(2, "Utopia"),
            row -> row.number(3, 1),
            row -> row.category(3, "true"),
            row -> row.category(3, "perhaps"));
    Random random = new Random(4);
    for (int round = 0; round < 200; round++) {
      Map<Integer, RowWriter> last = new TreeMap<>();
      List<RowWriter> all = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        int pick = random.nextInt(values.size());
        last.put(pick < 3 ? 0 : pick < 6 ? 2 : 3, values.get(pick));
        all.add(values.get(pick));
      }
      RowWriter often = row -> all.forEach(value -> value.writeTo(row));
      RowWriter once = row -> last.values().forEach(value -> value.writeTo(row));

      byte[] bytes = Samples.tile(MIXED, List.of(often, once)).toBytes();
      assertThat(bytes).isEqualTo(Samples.tile(MIXED, List.of(once, once)).toBytes());
      assertThat(Tile.fromBytes(bytes).events()).isEqualTo(2);
    }
  }

  @Test
  void merge_inAnyOrderAndGrouping_givesEqualBytes() throws Exception {
    List<RowWriter> rows = new ArrayList<>(Samples.mixed(3000, 5));
    rows.addAll(
        Samples.mixed(10, 6).stream().map(r -> (RowWriter) v -> v.category(2, "new")).toList());
    rows.add(values -> values.number(0, 1e300));
    rows.add(values -> values.number(0, -1e9));
    byte[] whole = Samples.tile(MIXED, rows).toBytes();
    Random random = new Random(7);
    for (int round = 0; round < 20; round++) {
      Collections.shuffle(rows, random);
      List<Tile> parts = new ArrayList<>();
      for (int from = 0; from < rows.size(); ) {
        int to = Math.min(rows.size(), from + 1 + random.nextInt(600));
        parts.add(Samples.tile(MIXED, rows.subList(from, to)));
        from = to;
      }
      while (parts.size() > 1) {
        Tile into = parts.remove(random.nextInt(parts.size()));
        Tile from = parts.remove(random.nextInt(parts.size()));
        boolean stored = random.nextBoolean();
        into.merge(stored ? Tile.fromBytes(from.toBytes()) : from);
        parts.add(stored ? Tile.fromBytes(into.toBytes()) : into);
      }
      assertThat(parts.get(0).toBytes()).isEqualTo(whole);
    }
  }

  @Test
  void merge_ofAnotherProfilesTile_isRefused() {
    Tile other = numeric(1, 2, 3).newTile();
    assertThatThrownBy(() -> MIXED.newTile().merge(other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("profile-1");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1e9, -1e-3})
  void moments_areThoseOfTheValues(double shift) {
    double[] reference = DoubleStream.of(gaussians(2000, 1)).map(x -> x * 1e-3 + shift).toArray();
    double[] values = DoubleStream.of(gaussians(2000, 2)).map(x -> x * 2e-3 + shift).toArray();
    TileLayout layout = numeric(reference);
    CentralMoments moments = Samples.tile(layout, Samples.numbers(values)).moments(0, layout);
    CentralMoments exact = CentralMoments.of(values);

    assertThat(moments.n()).isEqualTo(2000);
    assertThat(moments.mean()).isCloseTo(exact.mean(), within(1e-9 + 16 * Math.ulp(shift)));
    assertThat(moments.variance()).isCloseTo(exact.variance(), offset(1e-4 * exact.variance()));
  }

  /** A unit jump is thousands of deviations away, and its mean must still be right. */
  @Test
  void moments_ofAUnitJump_areRight() {
    TileLayout layout = numeric(DoubleStream.of(gaussians(2000, 1)).map(x -> 1000 + x).toArray());
    double[] jumped = DoubleStream.of(gaussians(2000, 2)).map(x -> 1000 * (1000 + x)).toArray();
    CentralMoments moments = Samples.tile(layout, Samples.numbers(jumped)).moments(0, layout);

    assertThat(moments.mean()).isCloseTo(CentralMoments.of(jumped).mean(), offset(1e-3));
    assertThat(moments.variance()).isCloseTo(CentralMoments.of(jumped).variance(), offset(1.0));
  }

  @Test
  void floatPrecision_makesFloatsAndDoublesTheSame() {
    List<RowWriter> reference =
        Samples.numbers(DoubleStream.iterate(0.1, x -> x < 3, x -> x + 0.1).toArray());
    BaselineProfile profile =
        ProfileBuilder.build(
            Samples.identity("floats"),
            Precision.FLOAT,
            List.of(Declared.numeric("x")),
            OPTIONS,
            reference);
    TileLayout layout = TileLayout.of(profile, false);
    Tile doubles = layout.newTile();
    Tile floats = layout.newTile();
    for (double value : new double[] {0.1, 0.2, 0.7, 0.30000001}) {
      doubles.add(new double[] {value});
      floats.add(new float[] {(float) value});
    }

    assertThat(floats.toBytes()).isEqualTo(doubles.toBytes());
  }

  @Test
  void unseenWords_withoutEnd_keepTheTileSmall() {
    TileLayout layout =
        TileLayout.of(
            Samples.profile(
                List.of(Declared.categorical("c")), OPTIONS, Samples.words("a", "b", "a")),
            false);
    Tile tile = layout.newTile();
    Row row = layout.newRow();
    for (int i = 0; i < 50_000; i++) {
      row.clear();
      row.category(0, i % 3 == 0 ? "heavy" : i + "x".repeat(100_000 / (1 + i % 1000)));
      tile.add(row);
    }

    assertThat(tile.strangers(0)).containsKey("heavy").hasSizeLessThanOrEqualTo(8);
    assertThat(tile.strangers(0).get("heavy")).isBetween(16_667 - tile.strangersError(0), 16_667L);
    assertThat(tile.n(0)).isEqualTo(50_000);
    assertThat(tile.toBytes().length).isLessThan(2000);
  }

  @Test
  void distinct_ofKnownAndUnknownWords_isClose() {
    TileLayout layout =
        TileLayout.of(
            Samples.profile(
                List.of(Declared.categorical("c")), OPTIONS, Samples.words("a", "b", "a")),
            false);
    Tile tile = layout.newTile();
    Row row = layout.newRow();
    for (int i = 0; i < 20_000; i++) {
      row.clear();
      row.category(0, i == 0 ? "a" : "word" + i % 3000);
      tile.add(row);
    }

    assertThat(tile.distinct(0)).isCloseTo(3001, within(3001 * 0.1));
  }

  @Test
  void openTile_perFeature_staysWithinItsBudget() {
    int features = 100;
    List<Declared> declared = new ArrayList<>();
    for (int i = 0; i < features; i++) {
      declared.add(Declared.numeric("f" + i));
    }
    Random random = new Random(1);
    List<RowWriter> rows = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      double[] values = random.doubles(features).toArray();
      rows.add(
          row -> {
            for (int f = 0; f < features; f++) {
              row.number(f, values[f]);
            }
          });
    }
    BaselineProfile profile = Samples.profile(declared, OPTIONS, rows);

    assertThat(Samples.tile(TileLayout.of(profile, false), rows).heapBytesPerFeature())
        .isLessThan(1500);
    assertThat(Samples.tile(TileLayout.of(profile, true), rows).heapBytesPerFeature())
        .isLessThan(4000);
  }

  @Test
  void openTile_ofACategoryWithStrangers_staysWithinItsBudget() {
    List<String> vocabulary = IntStream.range(0, 100).mapToObj(i -> "word " + i).toList();
    TileLayout layout =
        TileLayout.of(
            Samples.profile(
                List.of(Declared.categorical("c")),
                OPTIONS,
                Samples.words(vocabulary.toArray(String[]::new))),
            false);
    for (String filler : List.of("", "x", "\u4e2d")) {
      String[] unseen =
          IntStream.range(0, 500)
              .mapToObj(i -> "stranger " + i + filler.repeat(116))
              .toArray(String[]::new);
      Tile tile = Samples.tile(layout, Samples.words(unseen));

      assertThat(tile.heapBytesPerFeature()).as(filler).isLessThan(2048);
      // What is kept, at one byte or two a character and 40 for each string, is counted.
      double words =
          tile.strangers(0).keySet().stream()
              .mapToLong(word -> 40 + (filler.equals("\u4e2d") ? 2 : 1) * word.length())
              .sum();
      assertThat(tile.heapBytesPerFeature()).isGreaterThan(101 * 8.0 + 256 + 128 + words);
    }
  }

  /** What is there but for its length must not be lost with it. */
  @Test
  void longWords_areKept_asManyAsHaveAPlace() {
    TileLayout layout =
        TileLayout.of(
            Samples.profile(
                List.of(Declared.categorical("c")), OPTIONS, Samples.words("a", "b", "a")),
            false);
    String one = "x".repeat(128);
    String two = "y".repeat(128);
    List<RowWriter> rows = new ArrayList<>(Samples.words(one, one, one, two, two, "z"));
    Tile tile = Samples.tile(layout, rows);
    Tile merged = Samples.tile(layout, rows.subList(0, 2));
    merged.merge(Samples.tile(layout, rows.subList(2, 6)));

    assertThat(tile.strangers(0)).isEqualTo(Map.of(one, 3L, two, 2L, "z", 1L));
    assertThat(merged.toBytes()).isEqualTo(tile.toBytes());
  }
}
