package dev.runway.drift.window;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.drift.distribution.Overdispersion;
import dev.runway.drift.profile.BaselineProfile.Declared;
import dev.runway.drift.profile.ProfileBuilder.RowWriter;
import dev.runway.drift.profile.ProfileOptions;
import dev.runway.drift.reading.DriftPolicy;
import dev.runway.drift.reading.DriftReading;
import dev.runway.drift.tile.Samples;
import dev.runway.drift.tile.Tile;
import dev.runway.drift.tile.TileLayout;
import dev.runway.drift.tile.WideCounts;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.LongToDoubleFunction;
import org.junit.jupiter.api.Test;

/** Days of an hourly window, told by the mean of a feature at each hour. */
class WindowJudgeTest {
  private static final long START = Season.dayOf(1_700_000_000_000L);
  private static final DriftPolicy POLICY = DriftPolicy.standard();

  private final TileLayout layout =
      TileLayout.of(
          Samples.profile(
              List.of(Declared.numeric("x")),
              new ProfileOptions(10, 20, 0, 100),
              rows(20_000, 0, 0, 1)),
          false);
  private final WindowJudge judge = new WindowJudge(POLICY);
  private final Map<Long, WideCounts> hours = new HashMap<>();
  private final Map<Long, DaySummary> days = new HashMap<>();
  private final History<RuntimeException> history =
      new History<>() {
        @Override
        public WideCounts hour(long startMillis) {
          return hours.get(startMillis);
        }

        @Override
        public DaySummary day(long startMillis) {
          return days.get(startMillis);
        }
      };

  /** Half of the values swing by the day as well in the baseline, which holds all of its hours. */
  private static List<RowWriter> rows(int rows, double mean, double missing, long seed) {
    Random random = new Random(seed);
    List<RowWriter> written = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      double value = mean + random.nextGaussian();
      boolean there = random.nextDouble() >= missing;
      written.add(
          values -> {
            if (there) {
              values.number(0, value);
            }
          });
    }
    return written;
  }

  private JudgedWindow next(int hour, double mean, double missing) {
    long start = START + hour * Season.HOUR;
    Tile tile = Samples.tile(layout, rows(1500, mean, missing, hour));
    JudgedWindow judged = judge.judge(layout, tile, null, start, start + Season.HOUR, history);
    WideCounts counts = WideCounts.of(layout, tile);
    ended(start, counts);
    return judged;
  }

  private void ended(long start, WideCounts counts) {
    WideCounts before = hours.get(start - Season.HOUR);
    long end = start + Season.HOUR;
    days.put(Season.dayOf(start), judge.summarize(layout, counts, before, start, end, history));
    hours.put(start, counts);
  }

  /** Verdicts of hours from 0 on. */
  private List<JudgedWindow> play(int hoursOfPlay, LongToDoubleFunction mean) {
    List<JudgedWindow> all = new ArrayList<>();
    for (int hour = 0; hour < hoursOfPlay; hour++) {
      all.add(next(hour, mean.applyAsDouble(hour), 0));
    }
    return all;
  }

  /** Two hours a day are far from the rest. */
  private static double season(long hour) {
    return hour % 24 == 8 ? 1.2 : hour % 24 == 20 ? -1.2 : 0;
  }

  @Test
  void season_isFlaggedForTwoDays_thenExcusedByDaysAndAfterAWeekByWeeks() {
    List<JudgedWindow> all = play(24 * 9, WindowJudgeTest::season);

    assertThat(all.get(24 + 8).flaggedNames()).containsExactly("x");
    assertThat(all.get(24 + 8).excused()).isEmpty();
    JudgedWindow young = all.get(24 * 3 + 8);
    assertThat(young.report().flagged()).hasSize(1);
    assertThat(young.flaggedNames()).isEmpty();
    assertThat(young.excused().get("x").weeks()).isZero();
    assertThat(young.seasonUnknown()).isEmpty();
    assertThat(all.get(24 + 8).seasonUnknown()).containsExactly("x");
    JudgedWindow later = all.get(24 * 8 + 8);
    assertThat(later.report().flagged()).hasSize(1);
    assertThat(later.excused().get("x").weeks()).isEqualTo(1);
    assertThat(later.flaggedNames()).isEmpty();
    assertThat(later.lastWeek()[0].debiased()).isLessThan(0.05);
  }

  /** Until it has a week behind it nobody can tell, and of what is not there it needs none. */
  @Test
  void driftOfAYoungVersion_isOfAnUnknownSeason_untilAWeekCanAnswer() {
    List<JudgedWindow> all = play(24 * 10, hour -> hour % 24 == 8 ? 1.2 : hour >= 24 ? 0.6 : 0);

    assertThat(all.get(30).flaggedNames()).containsExactly("x");
    assertThat(all.get(30).seasonUnknown()).containsExactly("x");
    assertThat(all.get(24 * 6 + 3).seasonUnknown()).containsExactly("x");
    assertThat(all.get(24 * 8 + 3).flaggedNames()).containsExactly("x");
    assertThat(all.get(24 * 8 + 3).seasonUnknown()).isEmpty();
    assertThat(all.get(3).seasonUnknown()).isEmpty();
  }

  @Test
  void missingValuesOfAYoungVersion_needNoPast() {
    play(30, hour -> 0);

    JudgedWindow judged = next(30, 1.2, 0.3);
    assertThat(judged.flaggedNames()).containsExactly("x");
    assertThat(judged.seasonUnknown()).isEmpty();
  }

  /** Neither week is without the drift, so days are asked: only those behind it agree. */
  @Test
  void season_isExcusedTwoDaysAfterALongDrift() {
    LongToDoubleFunction mean = hour -> season(hour) + (hour >= 24 * 6 && hour < 24 * 20 ? 0.8 : 0);
    List<JudgedWindow> all = play(24 * 23, mean);

    assertThat(all.subList(24 * 7, 24 * 20))
        .filteredOn(judged -> Math.floorMod(judged.fromMillis() - START, Season.DAY) == 0)
        .hasSize(13)
        .allSatisfy(judged -> assertThat(judged.flaggedNames()).containsExactly("x"));
    assertThat(all.get(24 * 20 + 8).flaggedNames()).containsExactly("x");
    assertThat(all.get(24 * 22 + 8).report().flagged()).hasSize(1);
    assertThat(all.get(24 * 22 + 8).excused().get("x").weeks()).isZero();
  }

  /** Three drifted days are too few to spoil a week, and yet its hours are no season's. */
  @Test
  void hoursThatHadDriftedThemselves_answerForNoSeason() {
    LongToDoubleFunction mean =
        hour -> season(hour) + (hour >= 24 * 4 && hour < 24 * 12 + 10 ? 0.6 : 0);
    List<JudgedWindow> all = play(24 * 18, mean);

    // A week before, the drift was on its last day; of that week, days 9 to 15, it had three.
    JudgedWindow judged = all.get(24 * 17 + 8);
    assertThat(judged.report().flagged()).hasSize(1);
    assertThat(judged.lastWeek()[0].debiased()).isGreaterThan(0.1);
    assertThat(judged.excused().get("x").weeks()).isZero();
  }

  /** The week agrees and had nothing of the kind: it answers, and the days before are not asked. */
  @Test
  void faultOfAnHourADay_isToldForAWeek() {
    List<JudgedWindow> all = play(24 * 16, hour -> hour >= 24 * 9 && hour % 24 == 3 ? 1.2 : 0);

    for (int day = 9; day < 16; day++) {
      assertThat(all.get(24 * day + 3).flaggedNames()).as("day " + day).containsExactly("x");
    }
  }

  /** The price of asking two weeks: decision 0009. */
  @Test
  void faultThatComesBackAfterTwoWeeks_isTakenForASeason() {
    List<JudgedWindow> all =
        play(24 * 24, hour -> hour == 24 * 9 + 9 || hour == 24 * 23 + 9 ? 1.2 : 0);

    assertThat(all.get(24 * 9 + 9).flaggedNames()).containsExactly("x");
    assertThat(all.get(24 * 16 + 9).report().flagged()).isEmpty();
    assertThat(all.get(24 * 23 + 9).excused().get("x").weeks()).isEqualTo(2);
  }

  /** Two days of drift spoil the hours of last week, not its whole. */
  @Test
  void seasonWhoseLastWeekHadDrifted_isExcusedByTheWeekBefore() {
    LongToDoubleFunction mean =
        hour -> season(hour) + (hour >= 24 * 16 && hour < 24 * 18 ? 0.8 : 0);
    List<JudgedWindow> all = play(24 * 24, mean);

    JudgedWindow judged = all.get(24 * 23 + 8);
    assertThat(judged.report().flagged()).hasSize(1);
    assertThat(judged.lastWeek()[0].debiased()).isGreaterThan(0.1);
    assertThat(judged.excused().get("x").weeks()).isEqualTo(2);
  }

  @Test
  void driftThatLastsForWeeks_neverExcusesItself() {
    List<JudgedWindow> all = play(24 * 22, hour -> hour >= 24 * 8 ? 0.6 : 0);

    assertThat(all.subList(0, 24 * 8))
        .allSatisfy(judged -> assertThat(judged.flaggedNames()).isEmpty());
    assertThat(all.subList(24 * 8, all.size()))
        .allSatisfy(judged -> assertThat(judged.flaggedNames()).containsExactly("x"));
  }

  @Test
  void driftOnTopOfASeason_isFound() {
    play(24 * 9, WindowJudgeTest::season);

    assertThat(next(24 * 9 + 8, season(8) + 0.8, 0).flaggedNames()).containsExactly("x");
    assertThat(next(24 * 9 + 9, 0.8, 0).flaggedNames()).containsExactly("x");
  }

  /** A batch that always comes without some values is a season too, and yet told. */
  @Test
  void missingValues_areNeverExcused() {
    for (int hour = 0; hour < 24 * 9; hour++) {
      next(hour, 0, hour % 24 == 8 ? 0.3 : 0);
    }

    assertThat(next(24 * 9 + 8, 0, 0.3).flaggedNames()).containsExactly("x");
  }

  @Test
  void previousWindow_isShown() {
    Tile before = Samples.tile(layout, rows(1500, 0, 0, 3));
    Tile tile = Samples.tile(layout, rows(1500, 0.6, 0, 4));

    JudgedWindow judged = judge.judge(layout, tile, before, START, START + Season.HOUR, history);

    assertThat(judged.previous()[0].debiased()).isBetween(0.25, 0.5);
    assertThat(judged.lastWeek()[0]).isNull();
  }

  /** Each row ten times: after five days of windows the scatter is known. */
  @Test
  void scatterOfUsers_isLearnedFromTheVersionsOwnWindows() {
    JudgedWindow last = null;
    for (int hour = 0; hour < 24 * 6; hour++) {
      long start = START + hour * Season.HOUR;
      List<RowWriter> users = rows(150, 0, 0, hour);
      Tile tile = Samples.tile(layout, users);
      for (int copy = 1; copy < 10; copy++) {
        tile.merge(Samples.tile(layout, users));
      }
      last = judge.judge(layout, tile, null, start, start + Season.HOUR, history);
      WideCounts counts = WideCounts.of(layout, tile);
      ended(start, counts);
    }

    assertThat(last.dispersions()[0].all()).isBetween(7.0, 13.0);
  }

  /**
   * Fifty users of twenty rows each, all alike: nearly every window looks drifted as if rows were
   * independent, and only its scatter says that it has not.
   */
  @Test
  void usersOfOneValueEach_areNoDrift_onceTheirScatterIsKnown() {
    List<JudgedWindow> all = new ArrayList<>();
    for (int hour = 0; hour < 24 * 6; hour++) {
      long start = START + hour * Season.HOUR;
      List<RowWriter> users = rows(50, 0, 0, hour);
      Tile tile = Samples.tile(layout, users);
      for (int copy = 1; copy < 20; copy++) {
        tile.merge(Samples.tile(layout, users));
      }
      all.add(judge.judge(layout, tile, null, start, start + Season.HOUR, history));
      ended(start, WideCounts.of(layout, tile));
    }

    assertThat(all.subList(0, 24))
        .filteredOn(judged -> !judged.flaggedNames().isEmpty())
        .hasSizeGreaterThan(12);
    assertThat(all.subList(24 * 5, 24 * 6))
        .allSatisfy(judged -> assertThat(judged.dispersions()[0].all()).isBetween(15.0, 35.0))
        .filteredOn(judged -> !judged.flaggedNames().isEmpty())
        .hasSizeLessThan(3);
  }

  /**
   * Three windows a day, two pairs in a row: twenty pairs would take ten days and more, and until
   * then users would be drift.
   */
  @Test
  void usersOfOneValueEach_inFewWindowsADay_areNoDrift_onceAFewPairsShowTheirScatter() {
    List<JudgedWindow> last = new ArrayList<>();
    for (int day = 0; day < 10; day++) {
      for (int hour = 24 * day; hour < 24 * day + 3; hour++) {
        long start = START + hour * Season.HOUR;
        List<RowWriter> users = rows(50, 0, 0, hour);
        Tile tile = Samples.tile(layout, users);
        for (int copy = 1; copy < 20; copy++) {
          tile.merge(Samples.tile(layout, users));
        }
        JudgedWindow judged = judge.judge(layout, tile, null, start, start + Season.HOUR, history);
        if (day == 9) {
          last.add(judged);
        }
        ended(start, WideCounts.of(layout, tile));
      }
    }

    assertThat(last)
        .hasSize(3)
        .allSatisfy(judged -> assertThat(judged.dispersions()[0].all()).isBetween(10.0, 40.0))
        .allSatisfy(judged -> assertThat(judged.flaggedNames()).isEmpty());
  }

  /**
   * A training set may hold seasons as scatter, for good where its profile is of before they were
   * told apart; what live windows show is better known, and of the training set as well.
   */
  @Test
  void scatterOfTheTrainingSet_holdsUntilTheVersionsOwnIsKnown() {
    TileLayout calibrated =
        TileLayout.of(
            layout.profile().calibrated("b", List.of(new Overdispersion(100, 100 * 3300.0))),
            false);
    List<Double> dispersions = new ArrayList<>();
    for (int hour = 0; hour < 24 * 6; hour++) {
      long start = START + hour * Season.HOUR;
      Tile tile = Samples.tile(calibrated, rows(1500, 0, 0, hour));
      JudgedWindow judged =
          judge.judge(calibrated, tile, null, start, start + Season.HOUR, history);
      dispersions.add(judged.dispersions()[0].all());
      WideCounts counts = WideCounts.of(calibrated, tile);
      days.put(
          Season.dayOf(start),
          judge.summarize(
              calibrated,
              counts,
              hours.get(start - Season.HOUR),
              start,
              start + Season.HOUR,
              history));
      hours.put(start, counts);
    }

    assertThat(dispersions.subList(0, 24 * 3)).containsOnly(3300.0);
    assertThat(dispersions.get(24 * 5)).isLessThan(1.3);
    assertThat(shifted(calibrated, 1).flagged()).isEmpty();
    assertThat(shifted(calibrated, 6).flaggedNames()).containsExactly("x");
  }

  private JudgedWindow shifted(TileLayout baseline, int day) {
    long start = START + day * Season.DAY;
    Tile tile = Samples.tile(baseline, rows(1500, 0.8, 0, 77));
    return judge.judge(baseline, tile, null, start, start + Season.HOUR, history);
  }

  /**
   * At night fewer places send, as last night. The number of words is no alarm beside the shares,
   * so the season excuses all there is.
   */
  @Test
  void nightOfFewWords_isExcusedAsAnySeason() {
    TileLayout places =
        TileLayout.of(
            Samples.profile(
                List.of(Declared.categorical("place")),
                new ProfileOptions(10, 20, 0, 100),
                places(40_000, 300, 1)),
            false);
    for (int hour = 0; hour < 24 * 9; hour++) {
      long start = START + hour * Season.HOUR;
      Tile tile = Samples.tile(places, places(1500, hour % 24 == 3 ? 25 : 300, 100 + hour));
      JudgedWindow last = judge.judge(places, tile, null, start, start + Season.HOUR, history);
      if (hour == 3) {
        assertThat(last.flaggedNames()).containsExactly("place");
        DriftReading ratio =
            last.report().features().get(0).reading("distinct_ratio").orElseThrow();
        assertThat(ratio.high()).isLessThan(0.5);
      }
      if (hour % 24 == 3 && hour > 24 * 2) {
        assertThat(last.report().flagged()).hasSize(1);
        assertThat(last.flaggedNames()).as("hour " + hour).isEmpty();
      }
      WideCounts counts = WideCounts.of(places, tile);
      WideCounts before = hours.get(start - Season.HOUR);
      days.put(
          Season.dayOf(start),
          judge.summarize(places, counts, before, start, start + Season.HOUR, history));
      hours.put(start, counts);
    }
  }

  /**
   * A training set of 1,100 users of ten rows each is off from what they are drawn of by a tenth of
   * PSI, and so is a week of the version's, without any drift. Nobody has measured how its rows
   * come together, so they come as those of now do.
   */
  @Test
  void seasonOfUsersOfOneWordEach_isExcused_thoughTheTrainingSetIsOfFewUsers() {
    TileLayout towns =
        TileLayout.of(
            Samples.profile(
                List.of(Declared.categorical("town")),
                new ProfileOptions(10, 20, 0, 100),
                ofUsers(1_100, 0, 1)),
            false);
    List<JudgedWindow> nights = new ArrayList<>();
    for (int hour = 0; hour < 24 * 12; hour++) {
      long start = START + hour * Season.HOUR;
      boolean night = hour % 12 == 3;
      Tile tile = Samples.tile(towns, ofUsers(200, night ? 80 : 0, 100 + hour));
      JudgedWindow judged = judge.judge(towns, tile, null, start, start + Season.HOUR, history);
      if (night && hour >= 24 * 9) {
        nights.add(judged);
      }
      WideCounts counts = WideCounts.of(towns, tile);
      WideCounts before = hours.get(start - Season.HOUR);
      days.put(
          Season.dayOf(start),
          judge.summarize(towns, counts, before, start, start + Season.HOUR, history));
      hours.put(start, counts);
    }

    assertThat(nights).allSatisfy(night -> assertThat(night.report().flagged()).hasSize(1));
    assertThat(nights).allSatisfy(night -> assertThat(night.flaggedNames()).isEmpty());
  }

  /** Ten rows of each user, all of one town of a hundred, of which at night some are closed. */
  private static List<RowWriter> ofUsers(int users, int closed, long seed) {
    Random random = new Random(seed);
    List<RowWriter> written = new ArrayList<>();
    for (int user = 0; user < users; user++) {
      String town = "t" + (closed + random.nextInt(100 - closed));
      RowWriter row = values -> values.category(0, town);
      written.addAll(Collections.nCopies(10, row));
    }
    return written;
  }

  private static List<RowWriter> places(int rows, int open, long seed) {
    Random random = new Random(seed);
    List<RowWriter> written = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      String word = "p" + random.nextInt(open);
      written.add(values -> values.category(0, word));
    }
    return written;
  }

  @Test
  void outageOfAnHour_raisesNoThreshold() {
    play(24 * 6, hour -> 0);
    next(24 * 6, 4, 0);
    JudgedWindow last = null;
    for (int hour = 24 * 6 + 1; hour < 24 * 10; hour++) {
      last = next(hour, 0, 0);
    }

    assertThat(last.dispersions()[0].all()).isLessThan(1.3);
    assertThat(last.dispersions()[0].shift()).isLessThan(1.6);
  }

  /** Serving skew from the first hour on, and an hour of something else while little is known. */
  @Test
  void outageOfAnHour_raisesNoThreshold_ofAVersionThatIsOffAnyway() {
    List<JudgedWindow> all = play(24 * 8, hour -> hour == 30 ? 4 : 0.6);

    List<JudgedWindow> known = all.subList(24 * 4, all.size());
    assertThat(known)
        .allSatisfy(judged -> assertThat(judged.flaggedNames()).containsExactly("x"))
        .allSatisfy(judged -> assertThat(judged.dispersions()[0].all()).isLessThan(1.5))
        .allSatisfy(judged -> assertThat(judged.dispersions()[0].shift()).isLessThan(2));
  }

  /** Every window is off, and half of them from the one before: broken states are no scatter. */
  @Test
  void featureThatFlipsBetweenTwoBrokenStates_staysFlagged() {
    SplittableRandom random = new SplittableRandom(9);
    boolean[] up = new boolean[24 * 7];
    for (int hour = 0; hour < up.length; hour++) {
      up[hour] = random.nextBoolean();
    }

    List<JudgedWindow> all = play(up.length, hour -> up[(int) hour] ? 4 : -4);

    assertThat(all).allSatisfy(judged -> assertThat(judged.flaggedNames()).containsExactly("x"));
    // Half of the pairs count for eight times of the usual, as much as one may.
    assertThat(all.get(24 * 6).dispersions()[0].all()).isLessThan(5.5);
  }

  /** Six windows a day that swing: one after the other they look like scatter. */
  @Test
  void seasonOfAYoungVersion_isNotTakenForScatter() {
    List<JudgedWindow> all = play(24 * 12, hour -> 0.25 * Math.sin(2 * Math.PI * (hour % 24) / 24));

    assertThat(all).allSatisfy(judged -> assertThat(judged.dispersions()[0].shift()).isLessThan(2));
  }
}
