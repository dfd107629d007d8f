package dev.runway.driftmonitor.merge;

import dev.runway.drift.distribution.Edges;
import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.profile.BaselineProfile.Declared;
import dev.runway.drift.profile.BaselineProfile.Identity;
import dev.runway.drift.profile.NumericProfile;
import dev.runway.drift.profile.Precision;
import dev.runway.drift.profile.ProfileBuilder;
import dev.runway.drift.profile.ProfileOptions;
import dev.runway.drift.profile.Source;
import dev.runway.drift.tile.Row;
import dev.runway.drift.tile.Tile;
import dev.runway.drift.tile.TileLayout;
import dev.runway.drift.tile.WideCounts;
import dev.runway.model.LabelPolicy;
import dev.runway.model.ModelDocument;
import dev.runway.model.Reduction;
import dev.runway.model.Task;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** A model of two features with its baseline, and tiles of its predictions. */
final class SomeTiles {
  static final BaselineKey KEY = new BaselineKey("m", "1", "baseline-1");
  static final long WINDOW = Duration.ofMinutes(10).toMillis();
  static final long START = 1_700_000_000_000L / WINDOW * WINDOW;

  static final BaselineProfile PROFILE = profile("baseline-1", 3, 0);
  static final TileLayout LAYOUT = TileLayout.of(PROFILE, false);

  private SomeTiles() {}

  /** Of tier 1, whose windows last ten minutes. */
  static ModelDocument model() {
    return model(1);
  }

  static ModelDocument model(int tier) {
    return new ModelDocument(
        "m",
        1,
        tier,
        null,
        Task.BINARY,
        LabelPolicy.EXPLICIT,
        Reduction.LAST,
        Duration.ofHours(1),
        null,
        null,
        1,
        0.5,
        Duration.ofHours(1),
        1,
        List.of(),
        List.of("eu"),
        List.of(),
        List.of());
  }

  /**
   * A profile of both features.
   *
   * @param shift of its numbers, so that another one has other bins
   */
  static BaselineProfile profile(String id, long seed, double shift) {
    Random random = new Random(seed);
    List<ProfileBuilder.RowWriter> rows = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      double number = random.nextGaussian() + shift;
      String word = random.nextBoolean() ? "a" : "b";
      rows.add(
          values -> {
            values.number(0, number);
            values.category(1, word);
          });
    }
    return ProfileBuilder.build(
        new Identity(id, "m", "1", START, Source.PROFILE_JOB),
        Precision.DOUBLE,
        List.of(Declared.numeric("number"), Declared.categorical("word")),
        // Without a sketch, whose bytes are another time others.
        new ProfileOptions(10, 120, 0, 100),
        rows);
  }

  /** The profile under the same id with every second wide edge left out: the fine ones stay. */
  static BaselineProfile inHalfTheBins() {
    NumericProfile number = (NumericProfile) PROFILE.features().get(0);
    double[] edges = number.edges().toArray();
    NumericProfile coarser =
        new NumericProfile(
            number.name(),
            number.missing(),
            number.mistyped(),
            number.infinite(),
            Edges.of(
                IntStream.range(0, edges.length)
                    .filter(i -> i % 2 == 1)
                    .mapToDouble(i -> edges[i])
                    .toArray()),
            number.fineEdges(),
            number.fineCounts(),
            number.min(),
            number.max(),
            number.moments(),
            number.sketch(),
            number.dispersion());
    return BaselineProfile.of(
        new Identity(PROFILE.id(), "m", "1", START, Source.PROFILE_JOB),
        PROFILE.precision(),
        List.of(coarser, PROFILE.features().get(1)));
  }

  /** A part of a minute's tile with predictions drawn by the random numbers given. */
  static TileDelta delta(Random random, Span minute, int predictions, double shift) {
    return delta(LAYOUT, random, minute, predictions, shift);
  }

  /** The same, counted with a layout. */
  static TileDelta delta(
      TileLayout layout, Random random, Span minute, int predictions, double shift) {
    Tile tile = layout.newTile();
    Row row = layout.newRow();
    for (int i = 0; i < predictions; i++) {
      row.clear();
      row.number(0, random.nextGaussian() + shift);
      row.category(1, random.nextInt(10) == 0 ? "new" : "a");
      tile.add(row);
    }
    BaselineKey key = new BaselineKey("m", "1", layout.profile().id());
    return new TileDelta(key, minute, predictions, tile.toBytes());
  }

  /** A tile of a model with so many numbers, each of which has many values. */
  static TileDelta wide(TileLayout layout, Random random, Span minute, int predictions) {
    Tile tile = layout.newTile();
    double[] values = new double[layout.size()];
    for (int i = 0; i < predictions; i++) {
      for (int f = 0; f < values.length; f++) {
        values[f] = random.nextGaussian();
      }
      tile.add(values);
    }
    BaselineKey key = new BaselineKey("m", "1", layout.profile().id());
    return new TileDelta(key, minute, predictions, tile.toBytes());
  }

  static BaselineProfile wideProfile(int features) {
    Random random = new Random(11);
    List<ProfileBuilder.RowWriter> rows = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      double number = random.nextGaussian();
      rows.add(
          values -> {
            for (int f = 0; f < features; f++) {
              values.number(f, number);
            }
          });
    }
    return ProfileBuilder.build(
        new Identity("wide", "m", "1", START, Source.PROFILE_JOB),
        Precision.DOUBLE,
        IntStream.range(0, features).mapToObj(f -> Declared.numeric("f" + f)).toList(),
        new ProfileOptions(10, 120, 200, 100),
        rows);
  }

  /** The same of predictions that differ from the profile by the shift alone. */
  static TileDelta calm(Random random, Span minute, int predictions, double shift) {
    Tile tile = LAYOUT.newTile();
    Row row = LAYOUT.newRow();
    for (int i = 0; i < predictions; i++) {
      row.clear();
      row.number(0, random.nextGaussian() + shift);
      row.category(1, random.nextBoolean() ? "a" : "b");
      tile.add(row);
    }
    return new TileDelta(KEY, minute, predictions, tile.toBytes());
  }

  /** What {@link WideCountsSerializer} and {@link DaySummarySerializer} keep of such a minute. */
  static WideCounts counts(TileDelta delta) throws IOException {
    return WideCounts.of(LAYOUT, Tile.fromBytes(delta.tile()));
  }
}
