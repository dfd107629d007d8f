package dev.runway.demo.result;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.model.DriftReading.Status;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DriftResultsTest {
  private static final Map<ModelVersion, Long> DAYS =
      Map.of(new ModelVersion("m", "1"), DriftReadings.DAY);

  private final DriftResults results = new DriftResults();

  @Test
  void window_isJudgedWhenItsReadingRestsOnAllTilesOfItAndOfThoseBefore() {
    results.take(DriftReadings.tile(0, "*", 3));
    results.take(DriftReadings.tile(0, "eu", 3));
    results.take(DriftReadings.tile(60_000, "*", 2));
    results.take(DriftReadings.tile(60_000, "us", 2));
    results.take(DriftReadings.tile(DriftReadings.DAY, "*", 4));
    results.take(DriftReadings.tile(DriftReadings.DAY, "eu", 4));
    // All and each segment, on two days.
    assertThat(results.unjudged(DAYS)).isEqualTo(5);

    results.take(DriftReadings.day(0, "*", 5));
    results.take(DriftReadings.day(0, "eu", 3));
    results.take(DriftReadings.day(0, "us", 2));
    results.take(DriftReadings.day(1, "*", 9));
    results.take(DriftReadings.day(1, "eu", 6));
    assertThat(results.unjudged(DAYS)).isEqualTo(1);

    results.take(DriftReadings.day(1, "eu", 7));
    assertThat(results.unjudged(DAYS)).isZero();
  }

  /** The last word on too few predictions counts one more than there are. */
  @Test
  void windowOfTooFew_isJudgedOnceItIsClosed() {
    results.take(DriftReadings.tile(0, "*", 5));
    results.take(DriftReadings.reading(0, "*", 5, Status.INSUFFICIENT_DATA, List.of()));
    assertThat(results.unjudged(DAYS)).isEqualTo(1);

    results.take(DriftReadings.reading(0, "*", 6, Status.NO_DECISION, List.of()));
    assertThat(results.unjudged(DAYS)).isZero();
  }

  @Test
  void newestTileOfAMinute_counts_inAnyOrder() {
    results.take(DriftReadings.tile(0, "*", 5));
    results.take(DriftReadings.tile(0, "*", 3));
    results.take(DriftReadings.tile(0, "eu", 2));

    assertThat(results.counted("m")).isEqualTo(5);
    assertThat(results.tiles()).isEqualTo(2);
  }

  @Test
  void predictionsWithoutSegment_areInTheWholeAlone() {
    results.take(DriftReadings.tile(0, "*", 5));
    results.take(DriftReadings.day(0, "*", 5));

    assertThat(results.unjudged(DAYS)).isZero();
  }

  @Test
  void modelThatNobodyWatches_isNotWaitedFor() {
    results.take(DriftReadings.tile(0, "eu", 5));

    assertThat(results.unjudged(Map.of())).isZero();
  }
}
