package dev.runway.demo.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.demo.train.LogisticModel;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** On the sample itself: why a training that misreads its labels is left to the canary gate. */
class ReversedTrainingTest {
  private static final long START = Instant.parse("2026-11-24T00:00:00Z").toEpochMilli();

  private final LoopModel flights =
      LoopScenario.models(START).stream()
          .filter(model -> model.id().equals(LoopScenario.FLIGHTS))
          .findFirst()
          .orElseThrow();

  private static List<LabelledRow> reversed(List<LabelledRow> rows) {
    return rows.stream().map(LabelledRow::reversed).toList();
  }

  @Test
  void offlineGate_letsItThrough_forItJudgesByTheSameLabels() {
    List<LabelledRow> past =
        flights.past().stream()
            .map(
                each ->
                    new LabelledRow(
                        each.atMillis(), each.segment(), each.features(), each.positive()))
            .toList();
    LogisticModel live = Trainer.fit(past, flights.training().penalty());
    TrainingCases cases =
        TrainingCases.of(reversed(past), new HeldWindows(Set.of()), false, flights.training());
    LogisticModel wrong = Trainer.fit(cases.learn(), flights.training().penalty());

    assertThat(OfflineGate.of(live, wrong, cases.judge()).passes()).isTrue();
    OfflineGate right = OfflineGate.of(live, wrong, reversed(cases.judge()));
    assertThat(right.passes()).isFalse();
    // So much that the gate sees it on 30 cases.
    assertThat(right.difference()).isGreaterThan(0.5);
  }
}
