package dev.runway.driftmonitor.concept;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tiers and horizons that change while truths wait, and a document that goes. */
class WatchChangesTest {
  private static final long WINDOW = SomeTruths.WINDOW;
  private static final long HOUR = Duration.ofHours(1).toMillis();
  private static final long NOON = (SomeTruths.START / HOUR + 1) * HOUR;
  private static final long LATENESS = SomeTruths.SETTINGS.lateness().toMillis();
  private static final long WAIT = SomeTruths.HORIZON.toMillis() + LATENESS;

  /** Ten-minute windows of the story. */
  private static final int WINDOWS = 18;

  private static final int PER_WINDOW = 300;

  private static List<Truth> story(Random random) {
    List<Truth> truths = new ArrayList<>();
    for (int i = 0; i < WINDOWS; i++) {
      truths.addAll(
          SomeTruths.window(random, NOON + i * WINDOW, PER_WINDOW, 1, SomeTruths.CALIBRATED));
    }
    return truths;
  }

  private static long labels(WatchHarness harness) {
    return harness.matured().stream().mapToLong(MaturedWindow::labels).sum();
  }

  private static List<Window> windows(WatchHarness harness) {
    return harness.matured().stream().map(MaturedWindow::window).toList();
  }

  private static Window window(int minutes, int length) {
    return new Window(NOON + minutes * 60_000L, NOON + (minutes + length) * 60_000L);
  }

  @Test
  void longerWindows_takeWhatTheShorterOnesHaveLeftOfThem() throws Exception {
    try (WatchHarness harness = new WatchHarness()) {
      harness.hears(story(new Random(1)));
      harness.reaches(NOON + 3 * WINDOW + WAIT);
      harness.models.become(SomeTruths.model(3, SomeTruths.HORIZON));
      harness.reaches(NOON + 3 * HOUR + WAIT);

      assertThat(windows(harness))
          .containsExactly(
              window(0, 10),
              window(10, 10),
              window(20, 10),
              window(0, 60),
              window(60, 60),
              window(120, 60));
      assertThat(harness.matured().get(3).labels()).isEqualTo(3 * PER_WINDOW);
      assertThat(labels(harness)).isEqualTo(WINDOWS * PER_WINDOW);
      assertThat(harness.waiting()).isZero();
    }
  }

  /** Of a minute that was judged no more is taken, though its new window is not complete. */
  @Test
  void truthOfAMinuteThatWasJudged_isLeftOutOfTheLongerWindow() throws Exception {
    try (WatchHarness harness = new WatchHarness()) {
      harness.hears(story(new Random(1)));
      harness.reaches(NOON + 3 * WINDOW + WAIT);
      harness.models.become(SomeTruths.model(3, SomeTruths.HORIZON));
      harness.hears(SomeTruths.truth(1, NOON + 5, 0.5, true));
      harness.reaches(NOON + 3 * HOUR + WAIT);

      assertThat(harness.matured().get(3).labels()).isEqualTo(3 * PER_WINDOW);
      assertThat(labels(harness)).isEqualTo(WINDOWS * PER_WINDOW);
      assertThat(harness.waiting()).isZero();
    }
  }

  /** Its window of an hour was judged; the shorter one that it would be in now ends before that. */
  @Test
  void truthOfAWindowThatIsOutOfOrder_isCountedAsLate() throws Exception {
    try (WatchHarness harness = new WatchHarness()) {
      harness.models.become(SomeTruths.model(3, SomeTruths.HORIZON));
      harness.hears(story(new Random(1)));
      harness.reaches(NOON + HOUR + WAIT);
      harness.models.become(SomeTruths.model(1, Duration.ofHours(4)));
      harness.hears(SomeTruths.truth(1, NOON + 5, 0.5, true));
      harness.hears(SomeTruths.truth(2, NOON + 7, 0.5, true));
      harness.reaches(NOON + WINDOW + 4 * HOUR + LATENESS);

      assertThat(harness.count("out-of-order-windows")).isOne();
      assertThat(harness.count("late")).isEqualTo(2);
    }
  }

  @Test
  void shorterWindows_beginWhereTruthsWait() throws Exception {
    try (WatchHarness harness = new WatchHarness()) {
      harness.models.become(SomeTruths.model(3, SomeTruths.HORIZON));
      harness.hears(story(new Random(2)));
      harness.reaches(NOON + HOUR + WAIT);
      harness.models.become(SomeTruths.model());
      harness.reaches(NOON + 3 * HOUR + WAIT);

      assertThat(windows(harness)).hasSize(1 + 12).startsWith(window(0, 60), window(60, 10));
      assertThat(labels(harness)).isEqualTo(WINDOWS * PER_WINDOW);
      assertThat(harness.waiting()).isZero();
    }
  }

  @Test
  void longerHorizon_isWaitedForByTruthsThatAreThere() throws Exception {
    Duration day = Duration.ofDays(1);
    try (WatchHarness harness = new WatchHarness()) {
      harness.hears(story(new Random(3)));
      harness.reaches(NOON + 3 * WINDOW + WAIT);
      harness.models.become(SomeTruths.model(1, day));
      harness.reaches(NOON + 3 * HOUR + WAIT);
      assertThat(harness.matured()).hasSize(3);

      harness.reaches(NOON + 3 * HOUR + day.toMillis() + LATENESS);
      assertThat(harness.matured()).hasSize(WINDOWS);
      assertThat(harness.matured().get(3).knownAtMillis())
          .isEqualTo(NOON + 4 * WINDOW + day.toMillis() + LATENESS);
      assertThat(labels(harness)).isEqualTo(WINDOWS * PER_WINDOW);
      assertThat(harness.waiting()).isZero();
    }
  }

  @Test
  void shorterHorizon_judgesWhatIsThere_andTakesNothingAfterwards() throws Exception {
    try (WatchHarness harness = new WatchHarness()) {
      harness.models.become(SomeTruths.model(1, Duration.ofHours(4)));
      List<Truth> truths = story(new Random(4));
      // One window's truths are still to come.
      harness.hears(truths.subList(0, (WINDOWS - 1) * PER_WINDOW));
      harness.reaches(NOON + WINDOW + 4 * HOUR + LATENESS - 1);
      assertThat(harness.matured()).isEmpty();

      harness.models.become(SomeTruths.model());
      harness.reaches(NOON + WINDOW + 4 * HOUR + LATENESS);
      assertThat(harness.matured()).hasSize(WINDOWS - 1);
      harness.hears(truths.subList((WINDOWS - 1) * PER_WINDOW, WINDOWS * PER_WINDOW));
      harness.reaches(NOON + 12 * HOUR);

      assertThat(labels(harness)).isEqualTo((WINDOWS - 1) * PER_WINDOW);
      assertThat(harness.waiting()).isZero();
    }
  }

  /** Nobody knows its horizon any more, so the longest one is waited for. */
  @Test
  void modelWithoutDocument_isJudgedAfterTheLongestHorizon() throws Exception {
    try (WatchHarness harness = new WatchHarness()) {
      harness.hears(story(new Random(5)));
      harness.models.forget();
      harness.reaches(NOON + 3 * HOUR + Duration.ofDays(35).toMillis());
      assertThat(windows(harness)).containsExactly(window(0, 60), window(60, 60));

      harness.reaches(NOON + 3 * HOUR + Duration.ofDays(35).toMillis() + LATENESS);
      assertThat(labels(harness)).isEqualTo(WINDOWS * PER_WINDOW);
      assertThat(harness.waiting()).isZero();
    }
  }

  /** Whatever changes whenever: each truth is judged once at most, in order, and nothing stays. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void documentsThatChangeAnyTime_leaveNothingBehind(long seed) throws Exception {
    Random random = new Random(seed);
    try (WatchHarness harness = new WatchHarness()) {
      harness.hears(story(random));
      for (long now = NOON; now < NOON + 12 * HOUR; now += 7 * 60_000) {
        if (random.nextInt(6) == 0) {
          harness.models.become(
              SomeTruths.model(1 + random.nextInt(4), Duration.ofHours(1 + random.nextInt(5))));
        }
        if (random.nextInt(10) == 0) {
          harness.restart();
        }
        harness.reaches(now);
      }
      harness.models.become(SomeTruths.model());
      harness.reaches(NOON + Duration.ofDays(2).toMillis());

      assertThat(labels(harness)).isEqualTo(WINDOWS * PER_WINDOW);
      assertThat(windows(harness))
          .isSortedAccordingTo((a, b) -> Long.compare(a.endMillis(), b.endMillis()))
          .doesNotHaveDuplicates();
      assertThat(harness.waiting()).isZero();
    }
  }
}
