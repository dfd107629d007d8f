package dev.runway.demo.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.demo.train.LogisticModel;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** On the sample itself: nothing of it is drawn. */
class FaultTrainingTest {
  private static final long START = Instant.parse("2026-11-24T00:00:00Z").toEpochMilli();

  private final LoopModel flights =
      LoopScenario.models(START).stream()
          .filter(model -> model.id().equals(LoopScenario.FLIGHTS))
          .findFirst()
          .orElseThrow();

  private List<FaultTraining> trainings() {
    return trainings(0);
  }

  /**
   * @param tried step in which a version on canary answers all, and all wrong
   */
  private List<FaultTraining> trainings(int tried) {
    List<LabelledRow> past = new ArrayList<>();
    flights
        .past()
        .forEach(
            each ->
                past.add(
                    new LabelledRow(
                        each.atMillis(), each.segment(), each.features(), each.positive())));
    LogisticModel first = Trainer.fit(past, flights.training().penalty());
    Tally tally = new Tally();
    for (LoopCase each : flights.cases()) {
      if (each.observed()) {
        double score = first.probability(each.features());
        int step = (int) ((each.atMillis() - START) / TimeLapse.STEP.toMillis());
        if (step == tried) {
          tally.add(each, step, "3", 1 - score, score);
        } else {
          tally.add(each, step, LoopAct.FIRST, score, score);
        }
      }
    }
    return FaultTraining.of(flights, first, tally);
  }

  /** No moment is chosen: a version of the fault alone is refused at each step of the rest. */
  @Test
  void trainingOnTheFault_isRefusedAtEveryStep() {
    List<FaultTraining> all = trainings();

    assertThat(all)
        .extracting(FaultTraining::step)
        .containsExactly(31, 32, 33, 34, 35, 36, 37, 38, 39, 40);
    assertThat(all)
        .allSatisfy(
            each -> {
              assertThat(each.byHand().passes()).as("step " + each.step()).isFalse();
              assertThat(each.byHand().cases()).isEqualTo(TrainingCases.JUDGES_OF_HELD);
              assertThat(each.byHand().difference()).isGreaterThan(2 * each.byHand().error());
            });
  }

  /**
   * What the hold costs, and what it is for: a version of the fault is better while the fault
   * lasts, the gate by the newest cases lets it in, and it is worse afterwards.
   */
  @Test
  void unheldTraining_isBetterInTheFault_andWorseAfterIt() {
    List<FaultTraining> all = trainings();

    assertThat(all.subList(0, 5)).allMatch(each -> each.unheld().passes());
    assertThat(all.subList(0, 4)).allMatch(each -> each.during().difference() < -1);
    assertThat(all.subList(0, 5)).allMatch(each -> each.after().difference() > 0);
    assertThat(all.get(4).during().cases()).isZero();
    assertThat(all.get(9).after().cases()).isZero();
  }

  /** What a canary answers is no part of what holding costs. */
  @Test
  void canary_changesNothing() {
    assertThat(trainings(37))
        .extracting(each -> each.after().difference())
        .isEqualTo(trainings().stream().map(each -> each.after().difference()).toList());
  }

  @Test
  void heldWindows_areTheWeekInSeconds() {
    HeldWindows held = LoopScenario.heldWindows(flights);

    assertThat(held.ends()).hasSize(LoopScenario.SECONDS_STEPS);
    assertThat(held.holds(flights.lapse().act(LoopScenario.SECONDS_FROM))).isTrue();
    assertThat(held.holds(flights.lapse().act(LoopScenario.SECONDS_FROM) - 1)).isFalse();
    assertThat(held.holds(flights.lapse().act(LoopScenario.SECONDS_UNTIL) - 1)).isTrue();
    assertThat(held.holds(flights.lapse().act(LoopScenario.SECONDS_UNTIL))).isFalse();
  }
}
