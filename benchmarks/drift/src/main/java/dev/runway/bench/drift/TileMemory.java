package dev.runway.bench.drift;

import dev.runway.bench.harness.Meter;
import dev.runway.bench.harness.Row;
import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.profile.BaselineProfile.Declared;
import dev.runway.drift.profile.BaselineProfile.Identity;
import dev.runway.drift.profile.Precision;
import dev.runway.drift.profile.ProfileBuilder;
import dev.runway.drift.profile.ProfileOptions;
import dev.runway.drift.profile.Source;
import dev.runway.drift.tile.Tile;
import dev.runway.drift.tile.TileLayout;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * What an open one-minute tile takes for each of its features: on the heap, as the difference that
 * many of them make after a garbage collection, and as bytes in state.
 */
final class TileMemory {
  private static final int FEATURES = 100;
  private static final int WORDS = 100;
  private static final int ROWS = 20_000;

  /** Sums of many words outside of the vocabulary, as a wrong column would bring. */
  private static final int STRANGERS = 5_000;

  private static final MemoryMXBean MEMORY = ManagementFactory.getMemoryMXBean();

  /** Puts one feature of an event. */
  private interface Values {
    void put(dev.runway.drift.tile.Row row, int feature, Random random);
  }

  private final int tiles;
  private final int events;
  private final Random random;

  private TileMemory(int tiles, int events, long seed) {
    this.tiles = tiles;
    this.events = events;
    this.random = new Random(seed);
  }

  /**
   * Measures each kind.
   *
   * @param tiles open at once
   * @param events in each
   */
  static List<Row> run(int tiles, int events, long seed) {
    TileMemory memory = new TileMemory(tiles, events, seed);
    Fleet fleet = new Fleet(FEATURES, 1);
    Values numbers =
        (row, feature, random) -> row.number(feature, fleet.number(random.nextDouble()));
    BaselineProfile words = words();
    List<Row> rows = new ArrayList<>();
    rows.add(memory.measure("numeric", TileLayout.of(fleet.profile(0), false), numbers));
    rows.add(
        memory.measure(
            "numeric with KLL, k = " + Tile.SKETCH_K,
            TileLayout.of(fleet.profile(0), true),
            numbers));
    rows.add(
        memory.measure(
            "categorical, " + WORDS + " words",
            TileLayout.of(words, false),
            (row, feature, random) -> row.category(feature, word(random.nextInt(WORDS)))));
    rows.add(
        memory.measure(
            "categorical, half of the words unknown",
            TileLayout.of(words, false),
            (row, feature, random) ->
                row.category(
                    feature,
                    word(
                        random.nextBoolean()
                            ? random.nextInt(WORDS)
                            : WORDS + random.nextInt(STRANGERS)))));
    return rows;
  }

  private static String word(int number) {
    return "word-%05d".formatted(number);
  }

  private static BaselineProfile words() {
    List<ProfileBuilder.RowWriter> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      String word = word(i % WORDS);
      rows.add(
          values -> {
            for (int feature = 0; feature < FEATURES; feature++) {
              values.category(feature, word);
            }
          });
    }
    List<Declared> declared = new ArrayList<>();
    for (int feature = 0; feature < FEATURES; feature++) {
      declared.add(Declared.categorical(Fleet.featureName(feature)));
    }
    return ProfileBuilder.build(
        new Identity("words", "model", Fleet.VERSION, 0, Source.PROFILE_JOB),
        Precision.DOUBLE,
        declared,
        new ProfileOptions(10, 120, 0, WORDS),
        rows);
  }

  private Row measure(String kind, TileLayout layout, Values values) {
    dev.runway.drift.tile.Row row = layout.newRow();
    List<Tile> open = new ArrayList<>(tiles);
    long before = heap();
    Meter meter = Meter.now();
    for (int i = 0; i < tiles; i++) {
      Tile tile = layout.newTile();
      for (int event = 0; event < events; event++) {
        row.clear();
        for (int feature = 0; feature < FEATURES; feature++) {
          values.put(row, feature, random);
        }
        tile.add(row);
      }
      open.add(tile);
    }
    Row found = meter.row("open tile: " + kind, "ours", tiles * FEATURES, (long) tiles * events);
    double onHeap = heap() - before;
    double written = 0;
    for (Tile tile : open) {
      written += tile.toBytes().length;
    }
    double counts = (double) tiles * FEATURES;
    return found.withState(written / counts).with("heap_bytes_per_feature", onHeap / counts);
  }

  private static long heap() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 4; i++) {
      MEMORY.gc();
      least = Math.min(least, MEMORY.getHeapMemoryUsage().getUsed());
    }
    return least;
  }
}
