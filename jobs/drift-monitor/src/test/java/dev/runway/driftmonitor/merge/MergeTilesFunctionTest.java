package dev.runway.driftmonitor.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.runway.drift.distribution.Overdispersion;
import dev.runway.drift.tile.Tile;
import dev.runway.drift.tile.TileLayout;
import dev.runway.model.DriftReading;
import dev.runway.model.DriftReading.Status;
import dev.runway.model.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.assertj.core.groups.Tuple;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MergeTilesFunctionTest {
  private static final long START = SomeTiles.START;
  private static final long WINDOW = SomeTiles.WINDOW;
  private static final int WINDOWS = 8;

  /** A minute before the start, at which windows of all tiers begin. */
  private static final int EVEN =
      -(int) Math.floorMod(START, Duration.ofHours(4).toMillis()) / 60_000;

  /** After it nothing is kept. */
  private static final long LONG_AFTER = START + Duration.ofDays(60).toMillis();

  private static final int HOURS = 24 * 9;

  @Test
  void window_isScoredWhenItEnds_andNotBefore() throws Exception {
    try (MergeHarness harness = new MergeHarness()) {
      harness.counted(SomeTiles.delta(new Random(1), minute(3, null), 600, 1));
      harness.reaches(START + WINDOW - 1);
      assertThat(harness.readings()).isEmpty();

      harness.reaches(START + WINDOW);
      assertThat(harness.readings().get("*@0"))
          .returns(Status.EVALUATED, DriftReading::status)
          .returns(600L, DriftReading::predictions)
          .returns(600L, DriftReading::revision)
          .returns(2, DriftReading::flagged);
    }
  }

  @Test
  void fewPredictions_areJudgedWithThoseOfEarlierWindows() throws Exception {
    try (MergeHarness harness = new MergeHarness()) {
      Random random = new Random(2);
      for (int window = 0; window < 7; window++) {
        harness.counted(SomeTiles.delta(random, minute(10 * window, null), 90, 0));
      }
      harness.reaches(START + 7 * WINDOW);

      assertThat(harness.readings().get("*@40"))
          .returns(Status.INSUFFICIENT_DATA, DriftReading::status)
          .returns(450L, DriftReading::predictions);
      assertThat(harness.readings().get("*@60"))
          .returns(Status.EVALUATED, DriftReading::status)
          .returns(540L, DriftReading::predictions)
          .returns(START + WINDOW, DriftReading::evaluatedFromMillis);
    }
  }

  @Test
  void tooFewForTheWidestWindow_areNoDecision() throws Exception {
    try (MergeHarness harness = new MergeHarness()) {
      Random random = new Random(2);
      for (int window = 0; window < 6; window++) {
        harness.counted(SomeTiles.delta(random, minute(10 * window, null), 8, 0));
      }
      harness.reaches(START + 6 * WINDOW);

      assertThat(harness.readings().get("*@50"))
          .returns(Status.NO_DECISION, DriftReading::status)
          .returns(48L, DriftReading::predictions)
          .returns(List.of(), DriftReading::features);
    }
  }

  /** One window of three has traffic, so there are never six in a row. */
  @Test
  void sparseTraffic_isNoDecision_onceNothingMayComeAnyMore() throws Exception {
    try (MergeHarness harness = new MergeHarness()) {
      Random random = new Random(2);
      for (int window = 0; window < 30; window += 3) {
        harness.counted(SomeTiles.delta(random, minute(10 * window, "eu"), 8, 0));
        harness.reaches(START + (window + 1) * WINDOW);
      }
      long closed = START + 28 * WINDOW + MergeHarness.LATENESS.toMillis();
      harness.reaches(closed);
      assertThat(harness.readings().get("*@270"))
          .returns(Status.INSUFFICIENT_DATA, DriftReading::status)
          .returns(16L, DriftReading::predictions);

      harness.reaches(closed + 1);
      for (int window = 0; window < 30; window += 3) {
        assertThat(harness.readings().get("*@" + 10 * window).status())
            .isEqualTo(Status.NO_DECISION);
        assertThat(harness.readings().get("eu@" + 10 * window).status())
            .isEqualTo(Status.NO_DECISION);
      }
      // The last word is told by its revision alone, wherever in the topic it ends up.
      assertThat(harness.allReadings())
          .filteredOn(reading -> reading.windowStartMillis() == START + 27 * WINDOW)
          .extracting(DriftReading::segment, DriftReading::status, DriftReading::revision)
          .containsExactlyInAnyOrder(
              tuple("*", Status.INSUFFICIENT_DATA, 16L),
              tuple("eu", Status.INSUFFICIENT_DATA, 16L),
              tuple("*", Status.NO_DECISION, 17L),
              tuple("eu", Status.NO_DECISION, 17L));
    }
  }

  @Test
  void latePredictions_areTakenUntilTheLatenessEnds() throws Exception {
    try (MergeHarness harness = new MergeHarness()) {
      Random random = new Random(3);
      harness.counted(SomeTiles.delta(random, minute(3, null), 600, 0));
      harness.reaches(START + WINDOW);
      harness.counted(SomeTiles.delta(random, minute(4, null), 100, 0));
      harness.reaches(START + WINDOW + 1);
      assertThat(harness.readings().get("*@0").predictions()).isEqualTo(700);

      harness.reaches(START + WINDOW + MergeHarness.LATENESS.toMillis());
      harness.counted(SomeTiles.delta(random, minute(4, null), 100, 0));
      harness.reaches(LONG_AFTER);
      assertThat(harness.readings().get("*@0").predictions()).isEqualTo(700);
    }
  }

  @Test
  void tileOfAll_hasThePredictionsOfAllSegments() throws Exception {
    try (MergeHarness harness = new MergeHarness()) {
      TileDelta without = SomeTiles.delta(new Random(5), minute(3, null), 30, 0);
      TileDelta eu = SomeTiles.delta(new Random(6), minute(3, "eu"), 40, 0);
      harness.counted(without);
      harness.counted(eu);
      harness.counted(SomeTiles.delta(new Random(7), minute(4, "eu"), 50, 0));
      harness.reaches(START + WINDOW);

      Tile both = Tile.fromBytes(without.tile());
      both.merge(Tile.fromBytes(eu.tile()));
      assertThat(harness.tiles())
          .containsEntry("*@3", "70 " + HexFormat.of().formatHex(both.toBytes()))
          .containsEntry("eu@3", "40 " + HexFormat.of().formatHex(eu.tile()))
          .containsOnlyKeys("*@3", "eu@3", "*@4", "eu@4");
    }
  }

  @Test
  void baselineThatTakesOverInsideAWindow_givesItAReadingOfEach() throws Exception {
    TileLayout next = TileLayout.of(SomeTiles.profile("baseline-2", 9, 0.5), false);
    try (MergeHarness harness = new MergeHarness()) {
      Random random = new Random(4);
      harness.counted(SomeTiles.delta(random, minute(2, null), 600, 0));
      harness.baselines.publish(next);
      harness.counted(SomeTiles.delta(next, random, minute(7, null), 700, 0.5));
      harness.restart();
      harness.counted(SomeTiles.delta(random, minute(1, null), 50, 0));
      harness.reaches(START + WINDOW);
      harness.baselines.remove("baseline-1");
      harness.counted(SomeTiles.delta(random, minute(3, null), 50, 0));
      harness.counted(SomeTiles.delta(next, random, minute(8, null), 50, 0.5));
      harness.reaches(START + WINDOW + 1);

      assertThat(harness.allReadings())
          .extracting(DriftReading::profileId, DriftReading::predictions)
          .containsExactlyInAnyOrder(
              tuple("baseline-1", 650L), tuple("baseline-2", 700L), tuple("baseline-2", 750L));
      assertThat(harness.count("unscored-windows")).isEqualTo(1);
      assertThat(harness.count("other-layout")).isZero();
      harness.reaches(LONG_AFTER);
      assertThat(harness.entriesLeft()).isZero();
    }
  }

  /** From ten minutes to twenty, in the middle of both. */
  @Test
  void tierThatChanges_takesTheMinutesIntoWindowsOfTheNewLength() throws Exception {
    try (MergeHarness harness = new MergeHarness()) {
      Random random = new Random(8);
      harness.counted(SomeTiles.delta(random, minute(EVEN + 3, null), 600, 0));
      harness.counted(SomeTiles.delta(random, minute(EVEN + 13, null), 700, 0));
      harness.reaches(minute(EVEN + 15, null).startMillis());
      harness.models.become(SomeTiles.model(2));
      harness.reaches(minute(EVEN + 20, null).startMillis());

      assertThat(harness.allReadings())
          .extracting(MergeTilesFunctionTest::length, DriftReading::predictions)
          .contains(tuple(WINDOW, 600L), tuple(2 * WINDOW, 1300L))
          .doesNotContain(tuple(WINDOW, 700L));
      harness.reaches(LONG_AFTER);
      assertThat(harness.entriesLeft()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void tierThatChangesAnyTime_leavesNoMinuteWithoutReading_andNoState(long seed) throws Exception {
    Random random = new Random(seed);
    try (MergeHarness harness = new MergeHarness()) {
      long watermark = START;
      Set<Long> minutes = new TreeSet<>();
      for (int i = 0; i < 30; i++) {
        Span minute = Span.minuteOf(watermark + random.nextInt(200_000), null);
        minutes.add(minute.startMillis());
        harness.counted(SomeTiles.delta(random, minute, 10, 0));
        watermark += random.nextInt(600_000);
        harness.reaches(watermark);
        if (random.nextInt(5) == 0) {
          harness.models.become(SomeTiles.model(1 + random.nextInt(4)));
        }
        if (random.nextInt(8) == 0) {
          harness.restart();
        }
      }
      harness.reaches(watermark + Duration.ofDays(60).toMillis());

      assertThat(minutes)
          .allSatisfy(
              minute ->
                  assertThat(harness.allReadings())
                      .anyMatch(
                          reading ->
                              reading.windowStartMillis() <= minute
                                  && minute < reading.windowEndMillis()));
      assertThat(harness.entriesLeft()).isZero();
    }
  }

  private static long length(DriftReading reading) {
    return reading.windowEndMillis() - reading.windowStartMillis();
  }

  @Test
  void restartWithSketches_addsToWhatWasCountedWithout() throws Exception {
    requireOneWindowOver(
        TileLayout.of(SomeTiles.PROFILE, false), TileLayout.of(SomeTiles.PROFILE, true));
  }

  @Test
  void restartWithoutSketches_addsToWhatWasCountedWith() throws Exception {
    requireOneWindowOver(
        TileLayout.of(SomeTiles.PROFILE, true), TileLayout.of(SomeTiles.PROFILE, false));
  }

  private static void requireOneWindowOver(TileLayout before, TileLayout after) throws Exception {
    try (MergeHarness harness = new MergeHarness()) {
      Random random = new Random(4);
      harness.baselines.publish(before);
      harness.counted(SomeTiles.delta(before, random, minute(3, null), 300, 0));
      harness.counted(SomeTiles.delta(before, random, minute(4, null), 300, 0));
      harness.restart();
      harness.baselines.publish(after);
      harness.counted(SomeTiles.delta(after, random, minute(4, null), 300, 0));
      harness.counted(SomeTiles.delta(after, random, minute(5, null), 300, 0));
      harness.reaches(START + WINDOW);
      harness.counted(SomeTiles.delta(before, random, minute(3, null), 1, 0));
      harness.reaches(START + WINDOW + 1);

      assertThat(harness.readings().get("*@0"))
          .returns(Status.EVALUATED, DriftReading::status)
          .returns(1201L, DriftReading::predictions)
          .returns(2, DriftReading::evaluated);
      assertThat(harness.count("other-layout")).isZero();
    }
  }

  /** As after a compaction that left the second of two contents, or a correction by hand. */
  /** With sketches a minute of 400 numbers has 750 KB, and a record of tiles half a megabyte. */
  @Test
  void tileThatIsTooLargeForARecord_isShownWithoutItsSketches() throws Exception {
    TileLayout wide = TileLayout.of(SomeTiles.wideProfile(400), true);
    try (MergeHarness harness = new MergeHarness()) {
      harness.baselines.publish(wide);
      Random random = new Random(12);
      TileDelta first = SomeTiles.wide(wide, random, minute(3, null), 1_500);
      TileDelta second = SomeTiles.wide(wide, random, minute(3, null), 1_500);
      Tile sum = Tile.fromBytes(first.tile());
      sum.merge(Tile.fromBytes(second.tile()));
      assertThat(sum.toBytes()).hasSizeGreaterThan(Limits.MAX_TILE_BYTES);

      harness.counted(first);
      harness.counted(second);
      harness.reaches(START + WINDOW);

      Tile shown = Tile.fromBytes(harness.allTiles().get(0).tile());
      assertThat(harness.allTiles()).hasSize(1);
      assertThat(shown.events()).isEqualTo(3_000);
      for (int f = 0; f < 400; f++) {
        assertThat(shown.counts(f)).isEqualTo(sum.counts(f));
        assertThat(shown.min(f)).isEqualTo(sum.min(f));
        assertThat(shown.max(f)).isEqualTo(sum.max(f));
        assertThat(shown.moments(f, wide)).isEqualTo(sum.moments(f, wide));
        assertThat(shown.sketch(f)).isNull();
      }
      assertThat(harness.count("tiles-without-sketches")).isEqualTo(1);
      assertThat(harness.count("oversized-tiles")).isZero();
      // Readings rest on what is kept, which has them.
      DriftReading reading = harness.readings().get("*@0");
      assertThat(reading.evaluated()).isEqualTo(400);
      assertThat(signals(reading.features().get(0))).contains("w1_norm");
    }
  }

  private static List<String> signals(DriftReading.Feature feature) {
    return feature.signals().stream().map(DriftReading.Signal::metric).toList();
  }

  @Test
  void whatTilesDoNotCount_isToldInTheReadingOfItsWindow_andForgottenWithIt() throws Exception {
    try (MergeHarness harness = new MergeHarness()) {
      Random random = new Random(13);
      harness.counted(with(SomeTiles.calm(random, minute(3, null), 600, 0), 1_200, 0, 1));
      harness.counted(SomeTiles.calm(random, minute(3, null), 100, 0));
      harness.restart();
      harness.counted(with(SomeTiles.calm(random, minute(3, "eu"), 500, 0), 0, 300, 4));
      harness.counted(SomeTiles.calm(random, minute(13, null), 600, 0));
      harness.reaches(START + 2 * WINDOW);

      // (900 + 300 x 4)^2 / (1,200 x (900 + 300 x 16)), and (200 + 1,200)^2 / (500 x 5,000).
      assertThat(events(harness, "*@0"))
          .containsExactly(
              tuple("unknown_features", 1.0, 1_200L),
              tuple("weighted", 0.25, 1_200L),
              tuple("effective_share", 0.644737, 1_200L));
      assertThat(events(harness, "eu@0"))
          .containsExactly(tuple("weighted", 0.6, 500L), tuple("effective_share", 0.784, 500L));
      assertThat(harness.readings().get("*@10").features())
          .extracting(DriftReading.Feature::name)
          .doesNotContain(WindowReport.EVENTS);
      assertThat(harness.readings().get("*@0").flagged()).isZero();
      harness.reaches(LONG_AFTER);
      assertThat(harness.entriesLeft()).isZero();
    }
  }

  /** One in ten of all, each ten times as heavy: counting each once is right. */
  @Test
  void weightsThatAreAllTheSame_areNoFault() throws Exception {
    try (MergeHarness harness = new MergeHarness()) {
      Random random = new Random(14);
      harness.counted(with(SomeTiles.calm(random, minute(3, null), 600, 0), 0, 600, 10));
      harness.counted(with(SomeTiles.calm(random, minute(5, "eu"), 500, 0), 0, 500, 10));
      harness.reaches(START + WINDOW);

      assertThat(harness.readings()).containsOnlyKeys("*@0", "eu@0");
      assertThat(events(harness, "*@0")).isEmpty();
      assertThat(events(harness, "eu@0")).isEmpty();
    }
  }

  /**
   * Late predictions are in the minutes at once and in the window's tile with the next watermark: a
   * later window that is told anew in between tells nothing of two moments.
   */
  @Test
  void whatTilesDoNotCount_isOfTheSameMomentAsTheTile() throws Exception {
    try (MergeHarness harness = new MergeHarness()) {
      Random random = new Random(15);
      for (int window = 0; window < 2; window++) {
        harness.counted(
            with(SomeTiles.calm(random, minute(10 * window + 3, null), 600, 0), 600, 0, 1));
      }
      harness.reaches(START + 2 * WINDOW);
      // Of the second window, late; the first one's end is told anew before that of the second.
      harness.counted(with(SomeTiles.calm(random, minute(13, null), 400, 0), 4_000, 0, 1));
      harness.counted(with(SomeTiles.calm(random, minute(3, null), 200, 0), 200, 0, 1));
      harness.reaches(START + 2 * WINDOW + 1);

      for (DriftReading reading : harness.allReadings()) {
        double share =
            events(reading).stream()
                .filter(signal -> signal.metric().equals("unknown_features"))
                .mapToDouble(signal -> Objects.requireNonNull(signal.value()))
                .findFirst()
                .orElseThrow();
        boolean whole = reading.predictions() == 1_000;
        assertThat(share).as(reading.toString()).isEqualTo(whole ? 4.6 : 1.0);
      }
      assertThat(harness.allReadings())
          .extracting(DriftReading::predictions)
          .contains(600L, 800L, 1_000L);
      assertThat(harness.allReadings().size()).isGreaterThan(4);
    }
  }

  /** Minutes that were counted in other bins take what came with them along. */
  @Test
  void tileThatIsReplaced_takesAlongWhatItDidNotCount() throws Exception {
    try (MergeHarness harness = new MergeHarness()) {
      Random random = new Random(16);
      harness.counted(with(SomeTiles.calm(random, minute(3, null), 300, 0), 3_000, 0, 1));
      TileLayout other = TileLayout.of(SomeTiles.profile("baseline-1", 4, 1), false);
      harness.baselines.publish(other);
      harness.counted(with(SomeTiles.delta(other, random, minute(3, null), 600, 0), 1_200, 0, 1));
      harness.reaches(START + WINDOW);

      assertThat(events(harness, "*@0")).containsExactly(tuple("unknown_features", 2.0, 600L));
    }
  }

  @Test
  void featureThatCannotFire_isNamedOnce() throws Exception {
    List<Overdispersion> scatter =
        List.of(new Overdispersion(40, 40), new Overdispersion(40, 40 * 3_000));
    TileLayout layout = TileLayout.of(SomeTiles.PROFILE.calibrated("calibrated", scatter), false);
    try (MergeHarness harness = new MergeHarness()) {
      harness.baselines.publish(layout);
      harness.counted(SomeTiles.delta(layout, new Random(17), minute(3, "eu"), 800, 2));
      harness.reaches(START + WINDOW);

      for (String window : List.of("*@0", "eu@0")) {
        assertThat(events(harness, window)).containsExactly(tuple("blind_features", 1.0, 800L));
        assertThat(events(harness.readings().get(window)))
            .extracting(DriftReading.Signal::detail)
            .containsExactly("word");
      }
      // That the other one fires is not kept back.
      assertThat(harness.readings().get("*@0").features())
          .filteredOn(feature -> feature.name().equals("number"))
          .extracting(DriftReading.Feature::flagged)
          .containsExactly(true);
    }
  }

  @Test
  void versionWithoutBaseline_hasAReadingOfEachWindow_thatJudgesNothing() throws Exception {
    try (MergeHarness harness = new MergeHarness()) {
      harness.counted(unprofiled(minute(3, null), 40, 400));
      harness.counted(unprofiled(minute(7, "eu"), 60, 800));
      harness.restart();
      harness.counted(unprofiled(minute(13, "eu"), 5, 0));
      harness.reaches(START + 2 * WINDOW);
      // Another tier changes nothing of the windows that there are.
      harness.models.become(SomeTiles.model(4));
      harness.counted(unprofiled(minute(18, null), 7, 0));
      harness.reaches(START + 2 * WINDOW + 1);

      assertThat(harness.readings().get("*@0"))
          .returns(Status.NO_BASELINE, DriftReading::status)
          .returns("no-baseline", DriftReading::profileId)
          .returns(100L, DriftReading::predictions)
          .returns(100L, DriftReading::revision)
          .returns(0, DriftReading::profileFeatures)
          .returns(0, DriftReading::evaluated)
          .returns(0, DriftReading::flagged)
          .returns(null, DriftReading::severity)
          .returns(false, DriftReading::provisional)
          .returns(START + WINDOW, DriftReading::windowEndMillis);
      assertThat(events(harness, "*@0")).containsExactly(tuple("unknown_features", 12.0, 100L));
      assertThat(harness.readings().get("*@10"))
          .returns(5L, DriftReading::predictions)
          .returns(List.of(), DriftReading::features);
      assertThat(harness.tiles()).isEmpty();
      assertThat(harness.count("without-baseline")).isEqualTo(12);
      harness.reaches(LONG_AFTER);
      assertThat(harness.entriesLeft()).isZero();
      assertThat(harness.readings()).containsOnlyKeys("*@0", "*@10", "*@" + EVEN);
    }
  }

  /**
   * Late predictions are told as long as the window takes them, and once more for each watermark.
   */
  @Test
  void lateTrafficWithoutBaseline_isAddedUntilTheLatenessEnds() throws Exception {
    try (MergeHarness harness = new MergeHarness()) {
      harness.counted(unprofiled(minute(3, null), 40, 0));
      harness.reaches(START + WINDOW);
      harness.counted(unprofiled(minute(4, null), 2, 0));
      harness.reaches(START + WINDOW + 1);
      assertThat(harness.readings().get("*@0").predictions()).isEqualTo(42);

      harness.reaches(START + WINDOW + MergeHarness.LATENESS.toMillis());
      harness.counted(unprofiled(minute(4, null), 2, 0));
      harness.reaches(LONG_AFTER);
      assertThat(harness.readings().get("*@0").predictions()).isEqualTo(42);
      assertThat(harness.entriesLeft()).isZero();
    }
  }

  private static TileDelta unprofiled(Span minute, long predictions, long features) {
    return new TileDelta(
        new BaselineKey("m", "1", BaselineKey.NONE),
        minute,
        predictions,
        new Uncounted(features, 0, 0, 0),
        new byte[0]);
  }

  private static TileDelta with(TileDelta of, long unknownFeatures, long weighted, double weight) {
    return new TileDelta(
        of.key(),
        of.minute(),
        of.predictions(),
        new Uncounted(unknownFeatures, weighted, weighted * weight, weighted * weight * weight),
        of.tile());
  }

  private static List<DriftReading.Signal> events(DriftReading reading) {
    return reading.features().stream()
        .filter(feature -> feature.name().equals(WindowReport.EVENTS))
        .flatMap(feature -> feature.signals().stream())
        .toList();
  }

  private static List<Tuple> events(MergeHarness harness, String window) {
    return events(harness.readings().get(window)).stream()
        .map(signal -> tuple(signal.metric(), signal.value(), signal.samples()))
        .toList();
  }

  @Test
  void restartUnderAnotherContentOfTheProfile_dropsWhatWasCountedBefore() throws Exception {
    TileLayout other = TileLayout.of(SomeTiles.profile("baseline-1", 9, 5), false);
    try (MergeHarness harness = new MergeHarness()) {
      Random random = new Random(4);
      harness.counted(SomeTiles.delta(random, minute(3, null), 700, 0));
      harness.counted(SomeTiles.delta(random, minute(7, "eu"), 700, 0));
      harness.reaches(START + WINDOW);
      harness.counted(SomeTiles.delta(random, minute(13, null), 700, 0));
      harness.counted(SomeTiles.delta(random, minute(14, null), 700, 0));

      harness.restart();
      harness.baselines.publish(other);
      harness.counted(SomeTiles.delta(other, random, minute(13, null), 600, 5));
      // A subtask that counts with the one before for a little while.
      harness.counted(SomeTiles.delta(random, minute(13, null), 50, 0));
      harness.reaches(START + 2 * WINDOW);
      harness.reaches(LONG_AFTER);

      assertThat(harness.readings().get("*@0").predictions()).isEqualTo(1400);
      assertThat(harness.readings().get("*@10"))
          .returns(Status.EVALUATED, DriftReading::status)
          .returns(600L, DriftReading::predictions)
          .returns(START + WINDOW, DriftReading::evaluatedFromMillis);
      // Minute 13 as it was and its straggler, minute 14, the window's two parts and their minutes.
      assertThat(harness.count("other-layout")).isEqualTo(7);
      // Since the restart: all that came was merged, and with what was there before it is gone.
      assertThat(harness.count("merged")).isEqualTo(650);
      assertThat(harness.count("dropped")).isEqualTo(700 + 50 + 700 + 2 * 700);
      assertThat(harness.entriesLeft()).isZero();
    }
  }

  @Test
  void anotherContentOfAProfileThatIsGone_keepsTheNewerPart() throws Exception {
    TileLayout other = TileLayout.of(SomeTiles.profile("baseline-1", 9, 5), false);
    try (MergeHarness harness = new MergeHarness()) {
      Random random = new Random(4);
      harness.counted(SomeTiles.delta(random, minute(3, null), 700, 0));
      harness.restart();
      harness.baselines.remove("baseline-1");
      harness.counted(SomeTiles.delta(other, random, minute(3, null), 600, 5));
      harness.counted(SomeTiles.delta(random, minute(2, null), 700, 0));
      harness.reaches(START + WINDOW);
      harness.baselines.publish(other);
      harness.counted(SomeTiles.delta(other, random, minute(4, null), 10, 5));
      harness.reaches(START + WINDOW + 1);

      assertThat(harness.readings().get("*@0").predictions()).isEqualTo(610);
    }
  }

  /** Any grouping, any order within the lateness, restarts: the same tiles and readings. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void anyOrderOfArrival_endsInTheSameTilesAndReadings(long seed) throws Exception {
    List<TileDelta> deltas = new ArrayList<>();
    Random events = new Random(seed);
    for (int i = 0; i < 60; i++) {
      int minute = events.nextInt(10 * WINDOWS);
      String segment = events.nextBoolean() ? "eu" : null;
      deltas.add(
          SomeTiles.delta(events, minute(minute, segment), 1 + events.nextInt(120), minute / 40.0));
    }
    try (MergeHarness inOrder = new MergeHarness();
        MergeHarness anyOrder = new MergeHarness()) {
      for (TileDelta delta : deltas) {
        inOrder.counted(delta);
      }
      inOrder.reaches(LONG_AFTER);

      play(deltas, new Random(-seed), anyOrder);

      assertThat(anyOrder.tiles()).isEqualTo(inOrder.tiles());
      assertThat(anyOrder.readings()).isEqualTo(inOrder.readings());
      assertThat(anyOrder.entriesLeft()).isZero();
    }
  }

  /** Two hours of each day are far from the others. */
  private static double season(int hour) {
    return hour % 24 == 8 ? 1.2 : hour % 24 == 20 ? -1.2 : 0;
  }

  private static TileDelta hourly(int hour, double shift) {
    return SomeTiles.calm(new Random(hour), minute(60 * hour, null), 600, shift);
  }

  private static DriftReading reading(MergeHarness harness, int hour) {
    return harness.readings().get("*@" + 60 * hour);
  }

  @Test
  void season_isFlaggedAtFirst_excusedByDays_andByWeeksFromTheSecondOn() throws Exception {
    try (MergeHarness harness = new MergeHarness()) {
      for (int hour = 0; hour < HOURS; hour++) {
        harness.counted(hourly(hour, season(hour)));
      }
      harness.reaches(LONG_AFTER);

      assertThat(reading(harness, 24 + 8))
          .returns(1, DriftReading::flagged)
          .returns(0, DriftReading::excused);
      assertThat(signals(reading(harness, 24 + 8).features().get(0)))
          .contains(DriftReading.SEASON_UNKNOWN);
      DriftReading young = reading(harness, 24 * 3 + 8);
      assertThat(young).returns(0, DriftReading::flagged).returns(1, DriftReading::excused);
      assertThat(young.features().get(0).excusedByWeek()).isZero();
      assertThat(signal(young.features().get(0), "psi_two_days_ago").value()).isLessThan(0.1);
      assertThat(signals(young.features().get(0))).doesNotContain(DriftReading.SEASON_UNKNOWN);
      DriftReading later = reading(harness, 24 * 8 + 8);
      assertThat(later)
          .returns(Status.EVALUATED, DriftReading::status)
          .returns(0, DriftReading::flagged)
          .returns(1, DriftReading::excused);
      DriftReading.Feature number = later.features().get(0);
      assertThat(number.excusedByWeek()).isEqualTo(1);
      assertThat(number.flagged()).isFalse();
      assertThat(number.signals()).noneMatch(DriftReading.Signal::flagged);
      assertThat(signal(number, "psi_debiased").value()).isGreaterThan(0.5);
      assertThat(signal(number, "psi_last_week").value()).isLessThan(0.1);
      assertThat(later.severity()).isZero();
    }
  }

  /**
   * A weekday on which the numbers are others, and the same numbers on a day on which they are not.
   */
  @Test
  void weekday_isExcusedByTheWeekBefore_andTheSameShiftOnAnotherDayFires() throws Exception {
    int saturday = 5;
    int wednesday = 24 * (14 + 2);
    try (MergeHarness harness = new MergeHarness()) {
      for (int hour = 0; hour < 24 * 21; hour++) {
        boolean other = hour / 24 % 7 == saturday || hour / 24 * 24 == wednesday;
        harness.counted(hourly(hour, other ? 1.2 : 0));
      }
      harness.reaches(LONG_AFTER);

      for (int hour = 24 * (14 + saturday); hour < 24 * (14 + saturday + 1); hour++) {
        DriftReading seasonal = reading(harness, hour);
        assertThat(seasonal)
            .as("hour %d", hour)
            .returns(0, DriftReading::flagged)
            .returns(1, DriftReading::excused);
        assertThat(seasonal.features().get(0).excusedByWeek()).isIn(1, 2);
        DriftReading drifted = reading(harness, wednesday + hour % 24);
        assertThat(drifted)
            .as("hour %d", wednesday + hour % 24)
            .returns(1, DriftReading::flagged)
            .returns(0, DriftReading::excused);
        // Of one size: what the baseline says alone does not tell them apart.
        assertThat(signal(drifted.features().get(0), "psi_debiased").value())
            .isCloseTo(signal(seasonal.features().get(0), "psi_debiased").value(), within(0.6));
      }
    }
  }

  /** As when a profile is taken back and made again with fewer bins: the fine ones are the same. */
  @Test
  void baselineInOtherWideBins_knowsNothingOfThePast() throws Exception {
    TileLayout coarser = TileLayout.of(SomeTiles.inHalfTheBins(), false);
    try (MergeHarness harness = new MergeHarness()) {
      for (int hour = 0; hour < HOURS; hour++) {
        if (hour == 24 * 8) {
          // Some hours are behind the lateness and some, of the same day, are not.
          harness.reaches(START + 60L * hour * Span.MINUTE_MILLIS);
          harness.baselines.publish(coarser);
        }
        harness.counted(hourly(hour, season(hour)));
      }
      harness.reaches(LONG_AFTER);

      // The season of the test above, whose last week is in other bins.
      assertThat(reading(harness, 24 * 8 + 8))
          .returns(Status.EVALUATED, DriftReading::status)
          .returns(1, DriftReading::flagged)
          .returns(0, DriftReading::excused);
      assertThat(harness.count("other-layout")).isZero();
    }
  }

  @Test
  void driftThatLasts_neverExcusesItself() throws Exception {
    try (MergeHarness harness = new MergeHarness()) {
      for (int hour = 0; hour < 24 * 18; hour++) {
        harness.counted(hourly(hour, hour < HOURS ? 0 : 0.8));
      }
      harness.reaches(LONG_AFTER);

      for (int hour = HOURS; hour < 24 * 18; hour++) {
        assertThat(reading(harness, hour).flagged()).as("hour %d", hour).isEqualTo(1);
      }
    }
  }

  @Test
  void previousWindow_isShown() throws Exception {
    try (MergeHarness harness = new MergeHarness()) {
      harness.counted(SomeTiles.calm(new Random(1), minute(3, null), 600, 0));
      harness.counted(SomeTiles.calm(new Random(2), minute(13, null), 600, 0.8));
      harness.reaches(START + 2 * WINDOW);

      assertThat(signal(harness.readings().get("*@10").features().get(0), "psi_previous"))
          .satisfies(psi -> assertThat(psi.value()).isBetween(0.4, 1.0));
    }
  }

  /** What is remembered of the past does not depend on when it came, nor on restarts. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void anyOrderOfArrival_endsInTheSameExcuses(long seed) throws Exception {
    List<TileDelta> deltas = new ArrayList<>();
    for (int hour = 0; hour < HOURS; hour++) {
      for (int part = 0; part < 2; part++) {
        deltas.add(
            SomeTiles.calm(
                new Random(2 * hour + part),
                minute(60 * hour + 7 * part, part == 0 ? "eu" : null),
                part == 0 ? 550 : 100,
                season(hour)));
      }
    }
    try (MergeHarness inOrder = new MergeHarness();
        MergeHarness anyOrder = new MergeHarness()) {
      for (TileDelta delta : deltas) {
        inOrder.counted(delta);
      }
      inOrder.reaches(LONG_AFTER);

      play(deltas, new Random(seed), anyOrder);

      assertThat(reading(inOrder, 24 * 8 + 8).excused()).isEqualTo(1);
      assertThat(anyOrder.readings()).isEqualTo(inOrder.readings());
      assertThat(anyOrder.entriesLeft()).isZero();
    }
  }

  private static DriftReading.Signal signal(DriftReading.Feature feature, String metric) {
    return feature.signals().stream()
        .filter(each -> each.metric().equals(metric))
        .findFirst()
        .orElseThrow();
  }

  private static void play(List<TileDelta> deltas, Random random, MergeHarness harness)
      throws Exception {
    List<TileDelta> shuffled = new ArrayList<>(deltas);
    Collections.shuffle(shuffled, random);
    long watermark = START;
    while (!shuffled.isEmpty()) {
      // The watermark goes as far as the lateness of what has not come yet allows.
      long earliest =
          shuffled.stream().mapToLong(delta -> delta.minute().startMillis()).min().orElseThrow();
      long last = earliest + MergeHarness.LATENESS.toMillis() - 1;
      watermark = Math.max(watermark, Math.min(last, watermark + random.nextInt(900_000)));
      harness.reaches(watermark);
      int some = Math.min(shuffled.size(), 1 + random.nextInt(6));
      for (TileDelta delta : List.copyOf(shuffled.subList(0, some))) {
        harness.counted(delta);
      }
      shuffled.subList(0, some).clear();
      if (random.nextInt(8) == 0) {
        harness.restart();
      }
    }
    harness.reaches(LONG_AFTER);
  }

  private static Span minute(int n, @Nullable String segment) {
    return Span.minuteOf(START + n * Span.MINUTE_MILLIS, segment);
  }
}
