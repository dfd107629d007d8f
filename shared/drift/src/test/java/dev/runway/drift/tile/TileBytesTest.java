package dev.runway.drift.tile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.profile.BaselineProfile.Declared;
import dev.runway.drift.profile.CategoricalProfile;
import dev.runway.drift.profile.FeatureProfile;
import dev.runway.drift.profile.MalformedProfile;
import dev.runway.drift.profile.ProfileBuilder.RowWriter;
import dev.runway.drift.profile.ProfileJson;
import dev.runway.drift.profile.ProfileOptions;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Bytes and documents that were written once stay readable; damaged ones are refused. When a golden
 * file is missing the test fails and leaves what it would hold in target/golden.
 */
class TileBytesTest {

  private static byte[] golden(String name, byte[] actual) throws IOException {
    try (InputStream in = TileBytesTest.class.getResourceAsStream("/golden/" + name)) {
      if (in == null) {
        Path candidate = Files.createDirectories(Path.of("target/golden")).resolve(name);
        Files.write(candidate, actual);
        throw new AssertionError("no golden file " + name + "; see " + candidate);
      }
      return in.readAllBytes();
    }
  }

  /** Without sketches: how these compact hangs on chance. */
  private static BaselineProfile profile() {
    return Samples.profile(
        Samples.MIXED, new ProfileOptions(10, 20, 0, 100), Samples.mixed(2000, 1));
  }

  /** With something of everything that a tile can hold. */
  private static Tile tile(boolean sketches, int rows) {
    TileLayout layout = TileLayout.of(profile(), sketches);
    Tile tile = Samples.tile(layout, Samples.mixed(rows, 3));
    Row row = layout.newRow();
    for (int i = 0; i < 20; i++) {
      row.clear();
      row.number(0, i % 2 == 0 ? Double.POSITIVE_INFINITY : -1e300);
      row.number(1, 1e9 * i);
      row.category(2, "new \u00e9" + i % 5);
      row.mistype(3);
      tile.add(row);
    }
    return tile;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void tileOfEvents_isPossible_alsoAsASum(boolean sketches) throws IOException {
    Tile tile = tile(sketches, 700);
    TileLayout layout = TileLayout.of(profile(), sketches);
    Tile words = layout.newTile();
    Row row = layout.newRow();
    for (int i = 0; i < 5_000; i++) {
      row.clear();
      row.category(2, "never seen " + i % 977);
      words.add(row);
    }
    for (Tile each : List.of(tile, words, tile.plus(words), words.plus(tile).plus(tile))) {
      each.requirePossible();
      Tile.fromBytes(each.toBytes()).requirePossible();
    }
    layout.newTile().requirePossible();
  }

  /** Counts that no events make. */
  @Test
  void impossibleTile_isFound_withItsFeature() throws IOException {
    requireImpossible(tile -> tile.sums.infinite[0] = tile.n(0) + 1, "feature 0: more infinite");
    requireImpossible(tile -> tile.sums.far[0] = Long.MAX_VALUE, "feature 0: more infinite");
    requireImpossible(tile -> tile.sums.squareHigh[1] = 1L << 60, "feature 1: sums");
    requireImpossible(tile -> tile.sums.sumLow[1] = Long.MAX_VALUE, "feature 1: sums");
    requireImpossible(tile -> tile.sums.min[1] = Double.POSITIVE_INFINITY, "finite values, and no");
    requireImpossible(
        tile -> {
          Arrays.fill(tile.counts, 0);
          Arrays.fill(tile.sums.infinite, 0);
          Arrays.fill(tile.sums.far, 0);
        },
        "0 finite values, and a least one");
    requireImpossible(
        tile -> tile.strangers[2].add("often", 7, Long.MAX_VALUE / 2, true),
        "feature 2: more rows");
  }

  private static void requireImpossible(Consumer<Tile> damage, String why) throws IOException {
    Tile tile = Tile.fromBytes(tile(false, 400).toBytes());
    damage.accept(tile);
    assertThatThrownBy(tile::requirePossible)
        .isInstanceOf(IOException.class)
        .hasMessageContaining(why);
  }

  @Test
  void profile_ofFormat1_isReadAndWritten() throws Exception {
    byte[] actual = ProfileJson.write(profile());
    byte[] golden = golden("profile-v1.json", actual);

    assertThat(ProfileJson.read(golden)).isEqualTo(profile());
    assertThat(actual).isEqualTo(golden);
  }

  /** Where the field is not there, as in the profile above, there are none. */
  @Test
  void profile_withValuesOfAnotherType_isReadAndWritten() throws Exception {
    List<RowWriter> rows = new ArrayList<>(Samples.mixed(2000, 1));
    for (int i = 0; i < 30; i++) {
      rows.add(row -> row.category(0, "N/A"));
      rows.add(row -> row.number(3, 1));
    }
    BaselineProfile profile =
        Samples.profile(Samples.MIXED, new ProfileOptions(10, 20, 0, 100), rows);
    byte[] actual = ProfileJson.write(profile);
    byte[] golden = golden("profile-mistyped-v1.json", actual);

    assertThat(profile.features())
        .extracting(FeatureProfile::mistyped)
        .containsExactly(30L, 0L, 0L, 30L);
    assertThat(ProfileJson.read(golden)).isEqualTo(profile);
    assertThat(actual).isEqualTo(golden);
  }

  /** Where the field is not there, as in the profiles above, nobody knows what is new. */
  @Test
  void profile_withWordsBesideTheVocabulary_isReadAndWritten() throws Exception {
    String[] words = new String[2_000];
    for (int i = 0; i < words.length; i++) {
      words[i] = "w" + Integer.numberOfTrailingZeros(i + 1) + "." + i % 7;
    }
    BaselineProfile profile =
        Samples.profile(
            List.of(Declared.categorical("c")),
            new ProfileOptions(10, 20, 0, 10),
            Samples.words(words));
    byte[] actual = ProfileJson.write(profile);
    byte[] golden = golden("profile-other-words-v1.json", actual);

    assertThat(((CategoricalProfile) profile.features().get(0)).tellsNewWords()).isTrue();
    assertThat(ProfileJson.read(golden)).isEqualTo(profile);
    assertThat(actual).isEqualTo(golden);
    String text = new String(golden, StandardCharsets.UTF_8);
    for (String damaged :
        List.of(
            text.replaceFirst("\"filter\":\"....", "\"filter\":\""),
            text.replaceFirst("\"probes\":\\d", "\"probes\":0"),
            text.replaceFirst("\"rows\":\\[\\d+", "\"rows\":[0"))) {
      assertThatThrownBy(() -> ProfileJson.read(damaged.getBytes(StandardCharsets.UTF_8)))
          .isInstanceOf(MalformedProfile.class)
          .hasMessageContaining("other_words");
    }
  }

  @Test
  void tile_ofVersion3_isReadAndWritten() throws Exception {
    byte[] actual = tile(false, 500).toBytes();
    byte[] golden = golden("tile-v3.bin", actual);

    assertThat(Tile.fromBytes(golden).toBytes()).isEqualTo(golden);
    assertThat(actual).isEqualTo(golden);
  }

  /** In nothing but its version, its fingerprint and the rows of new words does it differ. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void tile_ofAnOlderVersion_isReadAndKept_andGoesOnAsTheNewest(int version) throws Exception {
    Tile today = tile(false, 500);
    byte[] golden = golden("tile-v" + version + ".bin", new byte[0]);
    Tile old = Tile.fromBytes(golden);

    assertThat(old.toBytes()).isEqualTo(golden);
    assertThat(golden[0]).isEqualTo((byte) version);
    TileLayout layout = TileLayout.of(profile(), false);
    assertThat(layout.counted(old)).isTrue();
    for (int i = 0; i < today.size(); i++) {
      assertThat(old.counts(i)).isEqualTo(today.counts(i));
      assertThat(old.strangers(i)).isEqualTo(today.strangers(i));
      assertThat(old.moments(i, layout)).isEqualTo(today.moments(i, layout));
    }
    assertThat(today.newWords(2)).isEqualTo(20);
    assertThat(old.newWords(2)).isNegative();
    Tile sum = Tile.fromBytes(golden);
    sum.merge(layout.newTile());
    byte[] written = sum.toBytes();
    assertThat(written).hasSize(today.toBytes().length).startsWith((byte) 3);
    assertThat(Tile.fromBytes(written).newWords(2)).isNegative();
    assertThat(Tile.fromBytes(written).counts(2)).isEqualTo(today.counts(2));
  }

  /** A profile that was written by others is the same profile. */
  @Test
  void fingerprint_isThatOfTheBins_andNotOfTheDocument() throws Exception {
    String document = new String(ProfileJson.write(profile()), StandardCharsets.UTF_8);
    byte[] reworded =
        document
            .replace("{\"format\":1,", "{ \"written_by\" : \"others\", \"format\": 1,")
            .replaceFirst("\"missing\":(\\d+)", "\"missing\":1$1")
            .getBytes(StandardCharsets.UTF_8);
    BaselineProfile other = ProfileJson.read(reworded);
    assertThat(other).isNotEqualTo(profile());

    assertThat(TileLayout.of(other, false).counted(tile(false, 500))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"amount", "\"DE\"", "\"precision\":\"DOUBLE\"", "\"moments\":["})
  void fingerprint_changesWithWhatCountsMean(String part) throws Exception {
    String document = new String(ProfileJson.write(profile()), StandardCharsets.UTF_8);
    String by =
        switch (part) {
          case "amount" -> "sum";
          case "\"DE\"" -> "\"GB\"";
          case "\"moments\":[" -> "\"moments\":[1e3,0.5,1,1,1],\"were\":[";
          default -> "\"precision\":\"FLOAT\"";
        };
    int at = document.indexOf(part);
    String changed = document.substring(0, at) + by + document.substring(at + part.length());
    BaselineProfile other = ProfileJson.read(changed.getBytes(StandardCharsets.UTF_8));

    assertThat(TileLayout.of(other, false).counted(tile(false, 500))).isFalse();
  }

  @Test
  void merge_ofOneWithoutSketches_leavesNone() throws Exception {
    Tile with = tile(true, 500);
    Tile without = tile(false, 300);
    assertThat(with.sketch(0)).isNotNull();

    with.merge(without);
    assertThat(with.sketch(0)).isNull();
    without.merge(tile(true, 500));
    assertThat(without.sketch(0)).isNull();
    assertThat(Tile.fromBytes(with.toBytes()).events()).isEqualTo(840);
    assertThat(with.toBytes()).isEqualTo(without.toBytes());

    Row row = TileLayout.of(profile(), true).newRow();
    row.number(0, 1);
    with.add(row);
    assertThat(with.sketch(0)).isNull();
  }

  /** The image of a sketch that was written once, by the library's version of then. */
  @Test
  void tileWithSketches_ofVersion1_isStillRead() throws Exception {
    byte[] actual = tile(true, 5000).toBytes();
    Tile golden = Tile.fromBytes(golden("tile-sketches-v1.bin", actual));

    assertThat(golden.sketch(0)).isNotNull();
    assertThat(golden.sketch(0).getN()).isEqualTo(golden.n(0) - 20);
    assertThat(golden.sketch(0).getQuantile(0.5)).isBetween(0.9f, 1.1f);
  }

  /** Producers may send as many as this, each of which is possible. */
  @Test
  void squaresBeyondTheirSum_stopThere_inAnyGrouping() throws Exception {
    TileLayout layout = TileLayout.of(profile(), false);
    Tile tile = layout.newTile();
    double furthest = 0x1p47 / layout.stepsPerUnit[0];
    tile.add(new double[] {layout.centre[0] + furthest, Double.NaN, Double.NaN, Double.NaN});
    tile.add(new double[] {layout.centre[0] - furthest, Double.NaN, Double.NaN, Double.NaN});
    for (int i = 1; i < 30; i++) {
      tile = tile.plus(tile);
    }
    assertThat(tile.events()).isEqualTo(1L << 30);
    assertThat(tile.far(0)).isZero();
    assertThat(tile.sums.squareHigh[0]).isEqualTo(1L << 60);
    tile.requirePossible();

    Tile one = Tile.fromBytes(tile.toBytes());
    Tile inTurn = one;
    for (int i = 1; i < 21; i++) {
      inTurn = Tile.fromBytes(inTurn.plus(one).toBytes());
    }
    Tile seven = one.plus(one).plus(one.plus(one)).plus(one.plus(one)).plus(one);
    Tile grouped = seven.plus(seven.plus(seven));

    assertThat(seven.sums.squareHigh[0]).isEqualTo(7L << 60);
    assertThat(inTurn.sums.squareHigh[0]).isEqualTo(Long.MAX_VALUE);
    assertThat(inTurn.toBytes()).isEqualTo(grouped.toBytes());
    assertThat(Tile.fromBytes(grouped.toBytes()).moments(0, layout).variance()).isPositive();
  }

  @Test
  void tile_brokenOff_isRefusedWherever() {
    byte[] whole = tile(true, 500).toBytes();
    for (int length = 0; length < whole.length; length++) {
      byte[] part = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> Tile.fromBytes(part)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void tile_withDamagedBytes_isReadOrRefusedWithinBounds() {
    byte[] whole = tile(true, 500).toBytes();
    Random random = new Random(11);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();
    int refused = 0;
    for (int i = 0; i < 5000; i++) {
      byte[] damaged = whole.clone();
      for (int k = random.nextInt(3); k >= 0; k--) {
        damaged[random.nextInt(random.nextBoolean() ? 60 : whole.length)] = (byte) random.nextInt();
      }
      long before = threads.getThreadAllocatedBytes(thread);
      try {
        Tile.fromBytes(damaged);
      } catch (IOException e) {
        assertThat(e.getMessage()).isNotBlank();
        refused++;
      }
      assertThat(threads.getThreadAllocatedBytes(thread) - before).isLessThan(40L << 20);
    }
    assertThat(refused).isGreaterThan(1000);
  }

  @Test
  void tile_ofANewerVersion_isRefusedByNumber() {
    byte[] bytes = Samples.tile(TileLayout.of(profile(), false), Samples.mixed(5, 3)).toBytes();
    bytes[0] = 9;
    assertThatThrownBy(() -> Tile.fromBytes(bytes))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("version 9");
  }

  @Test
  void add_inSteadyState_allocatesNothing() {
    TileLayout layout = TileLayout.of(profile(), false);
    Tile tile = layout.newTile();
    Row row = layout.newRow();
    double[] values = {1.5, -1, 2, 0};
    Runnable events =
        () -> {
          for (int i = 0; i < 20_000; i++) {
            row.clear();
            row.number(0, 1.5);
            row.number(1, -1);
            row.category(2, "PL");
            row.category(3, "true");
            tile.add(row);
            tile.add(values);
          }
        };
    events.run();
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();
    threads.getThreadAllocatedBytes(thread);
    long before = threads.getThreadAllocatedBytes(thread);
    events.run();

    assertThat(threads.getThreadAllocatedBytes(thread) - before).isLessThan(20_000);
  }
}
