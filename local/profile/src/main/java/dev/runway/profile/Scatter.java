package dev.runway.profile;

import dev.runway.drift.distribution.BinnedShares;
import dev.runway.drift.distribution.Dispersion;
import dev.runway.drift.distribution.Overdispersion;
import dev.runway.drift.distribution.PsiTest;
import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.profile.FeatureProfile;
import dev.runway.drift.profile.InControl;
import dev.runway.drift.profile.ProfileBuilder.RowWriter;
import dev.runway.drift.reading.DriftPolicy;
import dev.runway.drift.reading.DriftScorer;
import dev.runway.drift.tile.Row;
import dev.runway.drift.tile.Tile;
import dev.runway.drift.tile.TileLayout;
import dev.runway.drift.tile.WideCounts;
import dev.runway.drift.window.DaySummary;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How much more the rows of windows of time scatter than rows that have nothing to do with each
 * other would: users resemble themselves, and days differ. Unless a profile knows, its version is
 * judged as if there were no such thing until its traffic has told.
 *
 * <p>It is measured as drift-monitor measures it on live windows: between two windows in a row,
 * which differ by chance and by the season, and between the same hours of two days in a row, which
 * differ by chance and by what the day has brought. The smaller of both is what a profile says.
 * Against all rows a season would look like scatter, and its feature could never be flagged.
 *
 * <p>Windows are counted in memory: at most {@link #MAX_WINDOWS}, fewer of many features. So they
 * are taken in cells of four, two in a row on two days, which make two pairs of either kind. Of
 * more cells those with the lowest hash of their time are kept, so that they fall on all hours and
 * weekdays.
 */
final class Scatter {
  static final int MAX_WINDOWS = 400;
  private static final int MAX_FEATURES_OF_ALL = 40_000;

  /** Cells of four windows are seldom full. */
  private static final int LEAST_WINDOWS = 3 * Overdispersion.MIN_WINDOWS;

  private static final long DAY = Duration.ofDays(1).toMillis();

  private final TimeColumn time;

  /** Windows from one to the next that begins at the same time of the day. */
  private final long period;

  Scatter(TimeColumn time) {
    this.time = time;
    period = DAY / greatestCommonDivisor(DAY, time.windowMillis());
  }

  private static long greatestCommonDivisor(long a, long b) {
    return b == 0 ? a : greatestCommonDivisor(b, a % b);
  }

  /**
   * What came of it.
   *
   * @param pairs of windows that had rows enough for some feature
   * @param windowRows rows of the window in the middle of all counted ones, the smaller of two
   */
  record Measured(BaselineProfile profile, int pairs, long windowRows) {}

  /**
   * Two windows in a row at the same time of two days, or as many of them as have rows.
   *
   * @param days number of the pair of days
   * @param windows number of the pair of windows in a day
   */
  private record Cell(long days, long windows) {
    static final Comparator<Cell> BY_HASH =
        Comparator.comparingLong(Cell::hash)
            .thenComparingLong(Cell::days)
            .thenComparingLong(Cell::windows);

    private long hash() {
      long hash = (days * 0x9E3779B97F4A7C15L) ^ (windows * 0xC2B2AE3D27D4EB4FL);
      hash = (hash ^ (hash >>> 32)) * 0xD6E8FEB86659FD93L;
      hash = (hash ^ (hash >>> 32)) * 0xD6E8FEB86659FD93L;
      return hash ^ (hash >>> 32);
    }
  }

  private Cell cellOf(long window) {
    return new Cell(
        Math.floorDiv(window, 2 * period), Math.floorDiv(Math.floorMod(window, period), 2));
  }

  /**
   * Measures it in one more pass.
   *
   * @param counted of the same rows
   */
  Measured of(BaselineProfile counted, TrainingRows rows) {
    int features = counted.features().size();
    int most = Math.max(LEAST_WINDOWS, Math.min(MAX_WINDOWS, MAX_FEATURES_OF_ALL / features));
    TileLayout layout = TileLayout.of(counted, false);
    TreeMap<Cell, Map<Long, Tile>> cells = new TreeMap<>(Cell.BY_HASH);
    @Nullable Cell leftOut = null;
    int windows = 0;
    Row row = layout.newRow();
    for (RowWriter each : rows) {
      long window = Math.floorDiv(rows.millis(), time.windowMillis());
      Cell cell = cellOf(window);
      // A cell behind one that had no room has none either, now and later.
      if (leftOut != null && Cell.BY_HASH.compare(cell, leftOut) >= 0) {
        continue;
      }
      Map<Long, Tile> open = cells.computeIfAbsent(cell, key -> new HashMap<>());
      Tile tile = open.get(window);
      if (tile == null) {
        tile = layout.newTile();
        open.put(window, tile);
        windows++;
      }
      row.clear();
      each.writeTo(row);
      tile.add(row);
      while (windows > most) {
        Map.Entry<Cell, Map<Long, Tile>> last = cells.pollLastEntry();
        leftOut = last.getKey();
        windows -= last.getValue().size();
      }
    }
    Map<Long, WideCounts> counts = new TreeMap<>();
    for (Map<Long, Tile> open : cells.values()) {
      open.forEach((window, tile) -> counts.put(window, WideCounts.of(layout, tile)));
    }
    return measured(counted, counts);
  }

  private Measured measured(BaselineProfile counted, Map<Long, WideCounts> windows) {
    DriftPolicy policy = DriftPolicy.standard();
    DriftScorer scorer = new DriftScorer(policy);
    int size = counted.features().size();
    DaySummary found = DaySummary.empty(size);
    int pairs = 0;
    for (Map.Entry<Long, WideCounts> each : windows.entrySet()) {
      long window = each.getKey();
      WideCounts now = each.getValue();
      @Nullable BinnedShares[] inARow = pair(scorer, counted, now, windows.get(window + 1));
      @Nullable BinnedShares[] byDay = pair(scorer, counted, now, windows.get(window + period));
      found = found.plus(inARow, byDay);
      pairs += any(inARow) ? 1 : 0;
      pairs += period > 1 && any(byDay) ? 1 : 0;
    }
    List<FeatureProfile> features = new ArrayList<>();
    @Nullable InControl[] inControl = inControl(scorer, counted, windows);
    for (int i = 0; i < size; i++) {
      features.add(counted.features().get(i).with(found.overdispersion(i)).with(inControl[i]));
    }
    return new Measured(counted.with(features), pairs, middle(windows));
  }

  /**
   * The PSI that readings would have shown of these windows, seasons included, by feature; null
   * where too few of them have as many values as a reading needs.
   */
  private static @Nullable InControl[] inControl(
      DriftScorer scorer, BaselineProfile counted, Map<Long, WideCounts> windows) {
    int size = counted.features().size();
    List<List<Double>> psi = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      psi.add(new ArrayList<>());
    }
    Dispersion[] independent = new Dispersion[size];
    Arrays.fill(independent, Dispersion.NONE);
    long least = DriftPolicy.standard().minimum();
    for (WideCounts window : windows.values()) {
      @Nullable PsiTest[] tests = scorer.compareWithBaseline(counted, window, independent, least);
      for (int i = 0; i < size; i++) {
        PsiTest test = tests[i];
        if (test != null) {
          psi.get(i).add(test.psi());
        }
      }
    }
    @Nullable InControl[] inControl = new InControl[size];
    for (int i = 0; i < size; i++) {
      double[] found = psi.get(i).stream().mapToDouble(Double::doubleValue).toArray();
      inControl[i] = found.length < Overdispersion.MIN_WINDOWS ? null : InControl.of(found);
    }
    return inControl;
  }

  private static long middle(Map<Long, WideCounts> windows) {
    long[] rows = windows.values().stream().mapToLong(WideCounts::events).sorted().toArray();
    return rows[(rows.length - 1) / 2];
  }

  /** By feature; null where one of the windows has too few values. */
  private static @Nullable BinnedShares[] pair(
      DriftScorer scorer, BaselineProfile counted, WideCounts window, @Nullable WideCounts other) {
    return other == null
        ? new BinnedShares[window.size()]
        : scorer.shares(counted, window, other, leastOfAPair());
  }

  private static long leastOfAPair() {
    return DriftPolicy.standard().minimum() / DriftScorer.SMALLEST;
  }

  private static boolean any(@Nullable BinnedShares[] pairs) {
    for (BinnedShares pair : pairs) {
      if (pair != null) {
        return true;
      }
    }
    return false;
  }

  /** For a person: what was measured, and what could not be. */
  static List<String> notes(Measured measured, TimeColumn time) {
    List<String> notes = new ArrayList<>();
    notes.add(
        "scatter measured on %,d pairs of windows of %s by %s"
            .formatted(measured.pairs(), Duration.ofMillis(time.windowMillis()), time.name()));
    String most =
        measured.profile().features().stream()
            .filter(feature -> feature.dispersion().factor() > 1)
            .sorted(
                Comparator.comparingDouble(
                        (FeatureProfile feature) -> feature.dispersion().factor())
                    .reversed())
            .limit(5)
            .map(
                feature ->
                    String.format(
                        Locale.ROOT,
                        "%s %.1f",
                        ProfileReport.shown(feature.name()),
                        feature.dispersion().factor()))
            .collect(Collectors.joining(", "));
    if (!most.isEmpty()) {
      notes.add("scatter more than independent rows, times: " + most);
    }
    long unknown =
        measured.profile().features().stream()
            .filter(feature -> feature.dispersion().windows() < Overdispersion.MIN_WINDOWS)
            .count();
    if (unknown > 0) {
      notes.add(
          ("%,d features have fewer than %d pairs of windows of %,d values, in a row and at the same"
                  + " time of two days in a row: their scatter stays unknown")
              .formatted(unknown, Overdispersion.MIN_WINDOWS, leastOfAPair()));
    }
    return notes;
  }
}
