package dev.runway.demo.loop;

import java.util.ArrayList;
import java.util.List;

/**
 * What a training learns from, and the cases beside them that its version is judged on.
 *
 * <p>Windows that Runway holds as a fault of the data are in neither, unless a person asks for a
 * training: there it is these that are learnt from, and all of the others may judge it, for none of
 * them was learnt from.
 */
record TrainingCases(List<LabelledRow> learn, List<LabelledRow> judge) {
  /**
   * Of the newest cases of a feed that is in order again, 300 let such a version through at most
   * steps: what it has unlearnt shows in bad weeks.
   */
  static final int JUDGES_OF_HELD = 2_000;

  /**
   * Chooses.
   *
   * @param all labelled cases, in order of time
   */
  static TrainingCases of(
      List<LabelledRow> all, HeldWindows held, boolean byHand, LoopModel.Training how) {
    List<LabelledRow> faulty = new ArrayList<>();
    List<LabelledRow> others = new ArrayList<>();
    for (LabelledRow row : all) {
      (held.holds(row.atMillis()) ? faulty : others).add(row);
    }
    if (byHand && !faulty.isEmpty()) {
      return new TrainingCases(newest(faulty, how.rows()), newest(others, JUDGES_OF_HELD));
    }
    List<LabelledRow> judge = newest(others, how.heldOut());
    List<LabelledRow> older = others.subList(0, others.size() - judge.size());
    return new TrainingCases(newest(older, how.rows()), judge);
  }

  private static List<LabelledRow> newest(List<LabelledRow> rows, int most) {
    return rows.subList(Math.max(0, rows.size() - most), rows.size());
  }
}
