package dev.runway.profile;

import dev.runway.drift.distribution.Dispersion;
import dev.runway.drift.distribution.Overdispersion;
import dev.runway.drift.distribution.PsiTest;
import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.profile.FeatureProfile;
import dev.runway.drift.profile.ProfileBuilder.RowWriter;
import dev.runway.drift.reading.DriftPolicy;
import dev.runway.drift.reading.DriftScorer;
import dev.runway.drift.tile.Row;
import dev.runway.drift.tile.Tile;
import dev.runway.drift.tile.TileLayout;
import dev.runway.drift.tile.WideCounts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How much more the rows of each window of time scatter around all of them than rows that have
 * nothing to do with each other would: users resemble themselves, and days differ. Unless a profile
 * knows, its version is judged as if there were no such thing until its traffic has told.
 *
 * <p>Windows are counted in memory: at most {@link #MAX_WINDOWS}, fewer of many features. Of more
 * some are taken by a hash of their time, so that they fall on all hours and weekdays.
 */
final class Scatter {
  static final int MAX_WINDOWS = 400;
  private static final int MAX_FEATURES_OF_ALL = 40_000;
  private static final int LEAST_WINDOWS = 2 * Overdispersion.MIN_WINDOWS;

  private final TimeColumn time;

  Scatter(TimeColumn time) {
    this.time = time;
  }

  /**
   * What came of it.
   *
   * @param windows that had rows enough for some feature
   */
  record Measured(BaselineProfile profile, int windows) {}

  /**
   * Measures it in one more pass.
   *
   * @param counted of the same rows
   */
  Measured of(BaselineProfile counted, TrainingRows rows) {
    int features = counted.features().size();
    int most = Math.max(LEAST_WINDOWS, Math.min(MAX_WINDOWS, MAX_FEATURES_OF_ALL / features));
    long span =
        Math.floorDiv(rows.lastMillis(), time.windowMillis())
            - Math.floorDiv(rows.firstMillis(), time.windowMillis())
            + 1;
    TileLayout layout = TileLayout.of(counted, false);
    Map<Long, Tile> windows = new TreeMap<>();
    Row row = layout.newRow();
    for (RowWriter each : rows) {
      long window = Math.floorDiv(rows.millis(), time.windowMillis());
      if (span <= most || chosen(window, (double) most / span)) {
        row.clear();
        each.writeTo(row);
        windows.computeIfAbsent(window, at -> layout.newTile()).add(row);
      }
    }
    return measured(counted, layout, windows);
  }

  /** Of the windows with or without rows, this share, the same ones each time. */
  private static boolean chosen(long window, double share) {
    long hash = window * 0x9E3779B97F4A7C15L;
    hash = (hash ^ (hash >>> 32)) * 0xd6e8feb86659fd93L;
    return ((hash ^ (hash >>> 32)) >>> 11) * 0x1p-53 < share;
  }

  private static Measured measured(
      BaselineProfile counted, TileLayout layout, Map<Long, Tile> windows) {
    DriftPolicy policy = DriftPolicy.standard();
    DriftScorer scorer = new DriftScorer(policy);
    Dispersion[] none = new Dispersion[counted.features().size()];
    Arrays.fill(none, Dispersion.NONE);
    List<Overdispersion> found =
        new ArrayList<>(Collections.nCopies(none.length, Overdispersion.UNKNOWN));
    int judged = 0;
    for (Tile tile : windows.values()) {
      WideCounts window = WideCounts.of(layout, tile);
      PsiTest[] tests = scorer.compareWithBaseline(counted, window, none, policy.minimum());
      boolean any = false;
      for (int i = 0; i < tests.length; i++) {
        FeatureProfile feature = counted.features().get(i);
        double n = feature.n();
        double m = window.n(i);
        PsiTest test = tests[i];
        if (test != null && test.degrees() > 0 && n > m) {
          // The window is a part of what it is compared with, which takes 1/N away, not adds it.
          double ratio = test.psi() / test.k() / test.degrees() * (n + m) / (n - m);
          found.set(i, found.get(i).plus(ratio));
          any = true;
        }
      }
      judged += any ? 1 : 0;
    }
    return new Measured(counted.calibrated(counted.id(), found), judged);
  }

  /** For a person: what was measured, and what could not be. */
  static List<String> notes(Measured measured, TimeColumn time) {
    List<String> notes = new ArrayList<>();
    notes.add(
        "scatter measured on %,d windows of %s by %s"
            .formatted(measured.windows(), Duration.ofMillis(time.windowMillis()), time.name()));
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
          "%,d features have fewer than %d windows of %,d values: their scatter stays unknown"
              .formatted(unknown, Overdispersion.MIN_WINDOWS, DriftPolicy.standard().minimum()));
    }
    return notes;
  }
}
