package dev.runway.groundtruth.join;

import static dev.runway.groundtruth.join.SomeModel.HORIZON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.model.GroundTruth;
import dev.runway.model.LabelPolicy;
import dev.runway.model.LabelStatus;
import dev.runway.model.Reduction;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One label out of several outcomes, per policy and reduction. */
class LabelPolicyTest {
  private static final long T = 1_000_000;

  @ParameterizedTest
  @CsvSource({
    // Outcomes in source order are false, true, true, false at 1, 2, 3 and 4 s.
    "EXPLICIT, FIRST, 0, 1000",
    "EXPLICIT, LAST, 0, 4000",
    "EXPLICIT, MAX, 1, 2000",
    "EXPLICIT, SUM, 1, 2000",
    "IMPLICIT_NEGATIVE, SUM, 1, 2000"
  })
  void classes_areReduced(LabelPolicy policy, Reduction reduction, double actual, long delay) {
    SomeModel model = SomeModel.of(policy, reduction);

    GroundTruth truth =
        finalOf(
            model,
            model.label("p", T + 4_000, "false", 1),
            model.label("p", T + 2_000, "true", 1),
            model.label("p", T + 1_000, "false", 1),
            model.label("p", T + 3_000, "true", 1));

    assertThat(truth.actualValue()).isEqualTo(actual);
    assertThat(truth.delayMillis()).isEqualTo(delay);
    assertThat(truth.outcomes()).isEqualTo(4);
  }

  @ParameterizedTest
  @CsvSource({
    // Grades 1, 2.5, 0 at 1, 2 and 3 s; positive from 3.
    "FIRST, 0, 1000",
    "LAST, 0, 3000",
    "MAX, 0, 2000",
    "SUM, 1, 3000"
  })
  void grades_areReducedBeforeTheyAreJudged(Reduction reduction, double actual, long delay) {
    SomeModel model = SomeModel.of(LabelPolicy.GRADED, reduction);

    GroundTruth truth =
        finalOf(
            model,
            model.value("p", T + 3_000, 0, 1),
            model.value("p", T + 1_000, 1, 1),
            model.value("p", T + 2_000, 2.5, 1));

    assertThat(truth.actualValue()).isEqualTo(actual);
    assertThat(truth.delayMillis()).isEqualTo(delay);
  }

  @ParameterizedTest
  @CsvSource({"FIRST, -5", "LAST, 2", "MAX, 7", "SUM, 4"})
  void values_areReduced(Reduction reduction, double actual) {
    SomeModel model = SomeModel.of(LabelPolicy.REGRESSION, reduction);

    GroundTruth truth =
        finalOf(
            model,
            model.value("p", T + 1_000, -5, 1),
            model.value("p", T + 1_000, 7, 2),
            model.value("p", T + 1_000, 2, 3));

    assertThat(truth.actualValue()).isEqualTo(actual);
  }

  @ParameterizedTest
  @CsvSource({"1e12, 1e12", "-1e12, -1e12"})
  void values_whoseSumLeavesTheRange_areCutToIt(double value, double actual) {
    SomeModel model = SomeModel.of(LabelPolicy.REGRESSION, Reduction.SUM);

    GroundTruth truth =
        finalOf(model, model.value("p", T + 1, value, 1), model.value("p", T + 1, value, 2));

    assertThat(truth.actualValue()).isEqualTo(actual);
  }

  @ParameterizedTest
  @CsvSource({"FIRST, cat, 1000", "LAST, __other__, 2000", "MAX, cat, 1000", "SUM, cat, 1000"})
  void labelsOfManyClasses_areReduced(Reduction reduction, String label, long delay) {
    SomeModel model = SomeModel.multiclass(reduction);

    GroundTruth truth =
        finalOf(
            model,
            model.label("p", T + 2_000, "giraffe", 1),
            model.label("p", T + 1_000, "cat", 1));

    assertThat(truth.actualLabel()).isEqualTo(label);
    assertThat(truth.actualValue()).isNaN();
    assertThat(truth.delayMillis()).isEqualTo(delay);
  }

  @ParameterizedTest
  @CsvSource({"FIRST, 1, 3", "LAST, 2, 3", "MAX, 2, 3", "SUM, 3, 3"})
  void clicks_areReducedPerItem(Reduction reduction, double relevanceOfB, double relevanceOfC) {
    SomeModel model = SomeModel.of(LabelPolicy.RANKING, reduction);
    PlainJoin join = new PlainJoin(1_000, 0);
    join.observed(model.click("p", T + 10, "b", 1));
    join.observed(model.click("p", T + 20, "b", 2));
    join.observed(model.click("p", T + 10, "c", 3));
    join.observed(model.click("p", T + 10, "not-ranked", 9));
    join.predicted(model.prediction("p", T));
    join.reaches(T + HORIZON);

    Contribution last = join.contributions.get(join.contributions.size() - 1);
    assertThat(last.verdict().relevances()).containsExactly(0, relevanceOfB, relevanceOfC);
    GroundTruth truth = join.truths.get(join.truths.size() - 1);
    assertThat(truth.actualValue()).isEqualTo(relevanceOfB + relevanceOfC);
    assertThat(truth.delayMillis()).isEqualTo(10);
    assertThat(truth.outcomes()).isEqualTo(4);
  }

  @Test
  void retractionOfAnItem_leavesTheOthers_andOneWithoutItemTakesAll() {
    SomeModel model = SomeModel.of(LabelPolicy.RANKING, Reduction.LAST);
    PlainJoin join = new PlainJoin(10_000, 30_000);
    join.predicted(model.prediction("p", T));
    join.observed(model.click("p", T + 10, "a", 1));
    join.observed(model.click("p", T + 11, "b", 1));
    join.observed(model.withdrawnItem("p", T + 20, "b"));
    assertThat(join.truths.get(join.truths.size() - 1).outcomes()).isEqualTo(1);
    join.observed(model.retraction("p", T + 21, 2, 0));

    assertThat(join.truths.get(join.truths.size() - 1).outcomes()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "EXPLICIT, UNLABELLED",
    "IMPLICIT_NEGATIVE, NEGATIVE_BY_DEFAULT",
    "GRADED, UNLABELLED",
    "REGRESSION, UNLABELLED",
    "RANKING, UNLABELLED"
  })
  void silence_isReadByPolicy(LabelPolicy policy, LabelStatus status) {
    GroundTruth truth = finalOf(SomeModel.of(policy, Reduction.LAST));

    assertThat(truth.status()).isEqualTo(status);
    assertThat(truth.outcomes()).isZero();
    assertThat(truth.delayMillis()).isEqualTo(-1);
  }

  private static GroundTruth finalOf(SomeModel model, AdmittedOutcome... outcomes) {
    PlainJoin join = new PlainJoin(1_000, 0);
    join.predicted(model.prediction("p", T));
    List.of(outcomes).forEach(join::observed);
    join.reaches(Long.MAX_VALUE);
    assertThat(join.keysLeft()).isZero();
    return join.truths.get(join.truths.size() - 1);
  }
}
