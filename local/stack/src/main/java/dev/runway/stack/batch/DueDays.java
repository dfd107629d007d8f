package dev.runway.stack.batch;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Which days a batch run is due of: those whose last word can be said, and that no run has said
 * with all that is known of them now.
 */
final class DueDays {
  private DueDays() {}

  /**
   * When the last word on a day can be said.
   *
   * @param settledAt time of the clock
   * @param neededThrough event time through which the archive has to be complete
   */
  record Word(Instant settledAt, Instant neededThrough) {}

  /**
   * The due days, those that follow each other as one range: a range reads far less than each of
   * its days.
   *
   * @param words days with archived predictions
   * @param now time of the clock
   * @param coveredThrough event time through which the archive is complete
   * @param runs those that have ended well
   * @param late behind the newest late outcome of each day
   */
  static List<BatchDays> of(
      Map<LocalDate, Word> words,
      Instant now,
      Instant coveredThrough,
      Collection<MasterRun> runs,
      Map<LocalDate, LateOffsets> late) {
    List<BatchDays> ranges = new ArrayList<>();
    words.entrySet().stream()
        .filter(
            day ->
                !day.getValue().settledAt().isAfter(now)
                    && !day.getValue().neededThrough().isAfter(coveredThrough))
        .filter(
            day ->
                runs.stream()
                    .noneMatch(
                        run ->
                            hasSaid(
                                run,
                                day.getKey(),
                                day.getValue(),
                                late.getOrDefault(day.getKey(), LateOffsets.NONE),
                                coveredThrough)))
        .map(Map.Entry::getKey)
        .sorted()
        .forEach(day -> add(day, ranges));
    return ranges;
  }

  /**
   * A run before a day's last word was due, or before its last label came, has left some out. And
   * one that left windows out which the archive has come to by now: models of whose predictions the
   * documents of today say less than they came with, for the horizon was lowered or the model
   * withdrawn.
   */
  private static boolean hasSaid(
      MasterRun run, LocalDate day, Word word, LateOffsets late, Instant coveredThrough) {
    return run.days().contains(day)
        && !run.coveredThrough().isBefore(word.neededThrough())
        && !late.reachBeyond(run.late())
        && (run.leftUntil() == null || run.leftUntil().isAfter(coveredThrough));
  }

  private static void add(LocalDate day, List<BatchDays> ranges) {
    int last = ranges.size() - 1;
    if (last >= 0 && ranges.get(last).last().plusDays(1).equals(day)) {
      ranges.set(last, new BatchDays(ranges.get(last).first(), day));
    } else {
      ranges.add(new BatchDays(day, day));
    }
  }
}
