package dev.runway.demo.loop;

import dev.runway.demo.train.LogisticModel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What would have come of a training at the end of a step, had nothing been held: which Runway has
 * not done, so it is done here, offline, on the cases that were labelled by then.
 *
 * @param step at whose end it would have been trained
 * @param unheld the gate on a training as any other, from the newest cases, faulty or not
 * @param byHand the gate on a training on the held windows, judged by cases of other ones
 * @param during the rest of the fault: the version of {@code unheld} against the one that was held
 * @param after the act after the fault, had that version gone on to serve
 */
record FaultTraining(
    int step, OfflineGate unheld, OfflineGate byHand, Tally.Sums during, Tally.Sums after) {
  /** With fewer nothing is trained. */
  private static final int LEAST_ROWS = 100;

  /**
   * Of each step from the first with faulty labels to the last of the act.
   *
   * @param live the first version, which no other one has replaced
   * @param tally of what it answered
   */
  static List<FaultTraining> of(LoopModel model, LogisticModel live, Tally tally) {
    Map<String, LoopCase> cases = new HashMap<>();
    model.cases().forEach(each -> cases.put(each.id(), each));
    HeldWindows held = LoopScenario.heldWindows(model);
    List<FaultTraining> all = new ArrayList<>();
    int first = LoopScenario.SECONDS_LAST - LoopScenario.SECONDS_STEPS + 1;
    for (int step = first; step <= LoopScenario.STEPS; step++) {
      long end = model.lapse().actStartMillis() + step * TimeLapse.STEP.toMillis();
      List<LabelledRow> known = known(model, end + LoopDirector.DUE.toMillis());
      TrainingCases usual =
          TrainingCases.of(known, new HeldWindows(Set.of()), false, model.training());
      TrainingCases byHand = TrainingCases.of(known, held, true, model.training());
      if (byHand.learn().size() >= LEAST_ROWS) {
        LogisticModel unheld = Trainer.fit(usual.learn(), model.training().penalty());
        LogisticModel ofFault = Trainer.fit(byHand.learn(), model.training().penalty());
        all.add(
            new FaultTraining(
                step,
                OfflineGate.of(live, unheld, usual.judge()),
                OfflineGate.of(live, ofFault, byHand.judge()),
                served(unheld, tally, cases, end, held, true),
                served(unheld, tally, cases, end, held, false)));
      }
    }
    return all;
  }

  private static List<LabelledRow> known(LoopModel model, long nowMillis) {
    List<LabelledRow> known = new ArrayList<>();
    for (LoopCase each : model.cases()) {
      boolean labelled =
          each.observed()
              && each.observedAtMillis() <= nowMillis
              && each.observedAtMillis() - each.atMillis() <= model.horizon().toMillis();
      if (labelled) {
        known.add(
            new LabelledRow(each.atMillis(), each.segment(), each.features(), each.positive()));
      }
    }
    return known;
  }

  private static Tally.Sums served(
      LogisticModel model,
      Tally tally,
      Map<String, LoopCase> cases,
      long fromMillis,
      HeldWindows held,
      boolean inFault) {
    Tally.Sums sums = new Tally.Sums();
    for (Tally.Scored each : tally.cases()) {
      LoopCase about = cases.get(each.caseId());
      if (about != null
          && each.atMillis() >= fromMillis
          && held.holds(each.atMillis()) == inFault) {
        double loss = LabelledRow.loss(model.probability(about.features()), about.positive());
        // The first version served, but for a canary's share.
        sums.add(loss, each.without());
      }
    }
    return sums;
  }
}
