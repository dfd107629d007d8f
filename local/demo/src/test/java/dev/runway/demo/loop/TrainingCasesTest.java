package dev.runway.demo.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.demo.train.FeatureRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TrainingCasesTest {
  private static final long STEP = TimeLapse.STEP.toMillis();
  private static final LoopModel.Training HOW = new LoopModel.Training(25, 10, 1, 0.2);

  /** Ten cases in each of six steps. */
  private static final List<LabelledRow> ALL = all();

  private static List<LabelledRow> all() {
    List<LabelledRow> rows = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      rows.add(new LabelledRow(i * STEP / 10, "", new FeatureRow(), true));
    }
    return rows;
  }

  @Test
  void withNothingHeld_theNewestJudge_andThoseBeforeThemAreLearntFrom() {
    TrainingCases cases = TrainingCases.of(ALL, new HeldWindows(Set.of()), false, HOW);

    assertThat(cases.judge()).isEqualTo(ALL.subList(50, 60));
    assertThat(cases.learn()).isEqualTo(ALL.subList(25, 50));
  }

  /** The fourth step is held, [3, 4) hours: it is in neither. */
  @Test
  void whatIsHeld_isNeitherLearntFromNorAsked() {
    TrainingCases cases = TrainingCases.of(ALL, new HeldWindows(Set.of(4 * STEP)), false, HOW);

    assertThat(cases.judge()).isEqualTo(ALL.subList(50, 60));
    assertThat(cases.learn())
        .hasSize(25)
        .allMatch(row -> row.atMillis() < 3 * STEP || row.atMillis() >= 4 * STEP)
        .contains(ALL.get(29), ALL.get(40))
        .doesNotContain(ALL.get(30), ALL.get(39));
  }

  @Test
  void byHand_theHeldAreLearntFrom_andAllOthersJudge() {
    TrainingCases cases =
        TrainingCases.of(ALL, new HeldWindows(Set.of(4 * STEP, 5 * STEP)), true, HOW);

    assertThat(cases.learn()).isEqualTo(ALL.subList(30, 50));
    assertThat(cases.judge()).hasSize(40).doesNotContainAnyElementsOf(cases.learn());
  }

  @Test
  void byHand_withNothingHeld_isATrainingAsAnyOther() {
    TrainingCases cases = TrainingCases.of(ALL, new HeldWindows(Set.of()), true, HOW);

    assertThat(cases).isEqualTo(TrainingCases.of(ALL, new HeldWindows(Set.of()), false, HOW));
  }

  @Test
  void windowsBetweenSteps_areOfTheNewestStep() {
    assertThat(HeldWindows.newestBy(4 * STEP)).isEqualTo(4 * STEP);
    assertThat(HeldWindows.newestBy(4 * STEP + STEP / 6)).isEqualTo(4 * STEP);
    assertThat(HeldWindows.newestBy(5 * STEP - 1)).isEqualTo(4 * STEP);
  }
}
