package dev.runway.stack.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DueDaysTest {
  private static final LocalDate FIRST = LocalDate.parse("2026-03-01");

  /** A window of a day, a horizon of two, and what the archive is behind. */
  private static final Duration SETTLES = Duration.ofDays(2).plusMinutes(10);

  private final Map<LocalDate, LateOffsets> late = new HashMap<>();
  private final List<MasterRun> runs = new ArrayList<>();
  private List<LocalDate> archived = List.of(FIRST, FIRST.plusDays(1), FIRST.plusDays(2));
  private Instant now = end(FIRST.plusDays(9));
  private Instant covered = now;
  private @Nullable Instant leftUntil;

  @Test
  void daysThatNobodyRan_areDue_asOneRange() {
    assertThat(due()).containsExactly(new BatchDays(FIRST, FIRST.plusDays(2)));
  }

  @Test
  void daysThatDoNotMeet_areRangesOfTheirOwn() {
    archived = List.of(FIRST, FIRST.plusDays(2), FIRST.plusDays(3));

    assertThat(due())
        .containsExactly(one(FIRST), new BatchDays(FIRST.plusDays(2), FIRST.plusDays(3)));
  }

  @Test
  void second_hasNothingToDo() {
    run(due());

    assertThat(due()).isEmpty();
  }

  @Test
  void dayWhoseLabelsAreStillDue_waitsForThem_toTheMinute() {
    now = end(FIRST.plusDays(1)).plus(SETTLES).minusMillis(1);

    assertThat(due()).containsExactly(one(FIRST));
    run(due());
    assertThat(due()).isEmpty();

    now = now.plusMillis(1);
    assertThat(due()).containsExactly(one(FIRST.plusDays(1)));
  }

  @Test
  void dayThatTheArchiveHasNotReached_waitsForIt() {
    covered = end(FIRST).plus(Duration.ofDays(2)).minusMillis(1);
    assertThat(due()).isEmpty();

    covered = covered.plusMillis(1);
    assertThat(due()).containsExactly(one(FIRST));
  }

  @Test
  void runThatCameTooEarly_hasNotSaidTheLastWord() {
    covered = end(FIRST).plus(Duration.ofDays(2)).minusMillis(1);
    run(List.of(one(FIRST)));
    covered = now;

    assertThat(due()).contains(new BatchDays(FIRST, FIRST.plusDays(2)));
  }

  @Test
  void lateLabel_makesExactlyItsDayDue_once() {
    late.put(FIRST, new LateOffsets(List.of(0L, 3L)));
    run(due());
    assertThat(due()).as("it was there before").isEmpty();

    late.put(FIRST.plusDays(1), new LateOffsets(List.of(0L, 11L)));
    assertThat(due()).containsExactly(one(FIRST.plusDays(1)));

    run(due());
    assertThat(due()).isEmpty();
  }

  @Test
  void lateLabel_inAPartitionThatIsNew_makesItsDayDue() {
    run(due());

    late.put(FIRST, new LateOffsets(List.of(0L, 0L, 0L, 1L)));

    assertThat(due()).containsExactly(one(FIRST));
  }

  @Test
  void lateLabel_ofADayThatTheArchiveNoLongerHas_makesNothingDue() {
    run(due());

    late.put(FIRST.minusDays(1), new LateOffsets(List.of(99L)));

    assertThat(due()).isEmpty();
  }

  /** By the horizon of today all is said; its predictions came with a longer one. */
  @Test
  void windowsThatTheArchiveHadNotComeTo_areDueWhenItHas_once() {
    archived = List.of(FIRST);
    leftUntil = covered.plus(Duration.ofDays(5));
    run(due());
    assertThat(due()).as("nothing to gain yet").isEmpty();

    covered = leftUntil.minusMillis(1);
    assertThat(due()).isEmpty();

    covered = leftUntil;
    assertThat(due()).containsExactly(one(FIRST));
    leftUntil = null;
    run(due());
    assertThat(due()).isEmpty();
  }

  private List<BatchDays> due() {
    Map<LocalDate, DueDays.Word> words = new HashMap<>();
    archived.forEach(
        day ->
            words.put(
                day, new DueDays.Word(end(day).plus(SETTLES), end(day).plus(Duration.ofDays(2)))));
    return DueDays.of(words, now, covered, runs, late);
  }

  /** Each with ten late outcomes of partition 1 behind it: those of this test up to then. */
  private void run(List<BatchDays> ranges) {
    long ends = 10L * (1 + runs.size());
    ranges.forEach(
        days ->
            runs.add(
                new MasterRun(
                    days, now, covered, new LateOffsets(List.of(ends, ends)), leftUntil)));
  }

  private static BatchDays one(LocalDate day) {
    return new BatchDays(day, day);
  }

  private static Instant end(LocalDate day) {
    return day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
  }
}
