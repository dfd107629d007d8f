package dev.runway.groundtruth.join;

import static dev.runway.groundtruth.join.SomeModel.HORIZON;
import static dev.runway.groundtruth.join.SomeModel.NEGATIVE_AFTER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.runway.groundtruth.window.WindowCounts;
import dev.runway.model.DeadLetter;
import dev.runway.model.GroundTruth;
import dev.runway.model.LabelPolicy;
import dev.runway.model.LabelStatus;
import dev.runway.model.LateOutcome;
import dev.runway.model.LateOutcome.Why;
import dev.runway.model.Limits;
import dev.runway.model.Maturity;
import dev.runway.model.Reason;
import dev.runway.model.Reduction;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The join by order of arrival: what comes out, and that nothing stays. */
class ArrivalOrderTest {
  private static final long T = 1_000_000;
  private static final long WAIT = 10_000;
  private static final long MEMORY = 30_000;

  private final SomeModel model = SomeModel.explicit();
  private final PlainJoin join = new PlainJoin(WAIT, MEMORY);

  @AfterEach
  void nothingStays() {
    join.reaches(Long.MAX_VALUE);

    assertThat(join.keysLeft()).isZero();
    assertThat(join.timersLeft()).isZero();
    assertThat(join.truths).extracting(GroundTruth::revision).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void predictionFirst_joinsWhenOutcomeArrives() {
    join.predicted(model.prediction("p", T));
    assertThat(join.truths).isEmpty();

    join.observed(model.label("p", T + 5_000, "true", 1));

    GroundTruth truth = last();
    assertThat(truth.status()).isEqualTo(LabelStatus.LABELLED);
    assertThat(truth.maturity()).isEqualTo(Maturity.PROVISIONAL);
    assertThat(truth.actualValue()).isEqualTo(1);
    assertThat(truth.delayMillis()).isEqualTo(5_000);
    assertThat(truth.outcomes()).isEqualTo(1);
    assertThat(truth.revision()).isEqualTo(8);
  }

  @Test
  void outcomeFirst_joinsWhenPredictionArrives_withTheSameRecord() {
    PlainJoin other = new PlainJoin(WAIT, MEMORY);
    other.predicted(model.prediction("p", T));
    other.observed(model.label("p", T + 5_000, "true", 1));

    join.observed(model.label("p", T + 5_000, "true", 1));
    assertThat(join.truths).isEmpty();
    assertThat(join.timerTimes()).containsExactly(T + 5_000 + WAIT);
    join.predicted(model.prediction("p", T));

    assertThat(join.truths).isEqualTo(other.truths);
    assertThat(join.timerTimes()).containsExactly(T + HORIZON);
  }

  @Test
  void outcomeAlone_isAnOrphanAfterTheWait() {
    join.observed(model.label("p", T, "true", 1));
    join.reaches(T + WAIT - 1);
    assertThat(join.late).isEmpty();

    join.reaches(T + WAIT);

    assertThat(join.late)
        .containsExactly(
            new LateOutcome(model.label("p", T, "true", 1).event(), Why.ORPHAN, -1, null));
    assertThat(join.keysLeft()).isZero();
  }

  @Test
  void outcomeAlone_observedLongAgo_isAnOrphanAtOnce() {
    join.reaches(T + WAIT);
    join.observed(model.label("p", T, "true", 1));

    assertThat(join.late).extracting(LateOutcome::why).containsExactly(Why.ORPHAN);
    assertThat(join.keysLeft()).isZero();
  }

  @Test
  void outcomesAlone_ofDifferentAge_areOrphansOneByOne() {
    join.observed(model.label("p", T, "true", 1));
    join.observed(model.label("p", T + 1, "false", 2));
    join.reaches(T + WAIT);
    assertThat(join.late).hasSize(1);

    join.predicted(model.prediction("p", T + 2));

    assertThat(last().outcomes()).isEqualTo(1);
    assertThat(last().actualValue()).isZero();
  }

  @Test
  void outcome_observedJustWithinTheWaitBeforeItsPrediction_counts() {
    join.predicted(model.prediction("p", T));
    join.observed(model.label("p", T - WAIT, "true", 1));
    assertThat(last().delayMillis()).isZero();

    join.reaches(T + HORIZON);
    assertThat(last().status()).isEqualTo(LabelStatus.LABELLED);
    assertThat(join.late).isEmpty();
  }

  @Test
  void outcome_observedTooEarly_isAnOrphan_andNoFact() {
    join.predicted(model.prediction("p", T));
    join.observed(model.label("p", T - WAIT - 1, "true", 1));
    assertThat(join.truths).isEmpty();

    join.reaches(T + HORIZON);

    assertThat(last().status()).isEqualTo(LabelStatus.UNLABELLED);
    assertThat(last().revision()).isEqualTo(GroundTruth.FINAL_REVISION + 4);
    assertThat(join.late).extracting(LateOutcome::why).containsExactly(Why.ORPHAN);
  }

  @Test
  void correction_replacesTheLabel() {
    join.predicted(model.prediction("p", T));
    join.observed(model.label("p", T + 1_000, "true", 1));
    join.observed(model.label("p", T + 2_000, "false", 2));

    assertThat(last().actualValue()).isZero();
    assertThat(last().outcomes()).isEqualTo(2);
    assertThat(last().revision()).isEqualTo(12);
    assertThat(signs()).containsExactly(1, -1, 1, -1, 1);
  }

  @Test
  void correction_thatArrivesBeforeWhatItCorrects_counts() {
    join.predicted(model.prediction("p", T));
    join.observed(model.label("p", T + 2_000, "false", 2));
    join.observed(model.label("p", T + 1_000, "true", 1));

    assertThat(last().actualValue()).isZero();
  }

  @Test
  void retraction_takesTheLabelBack_inRecordAndCounts() {
    join.predicted(model.prediction("p", T));
    join.observed(model.label("p", T + 1_000, "true", 1));
    join.observed(model.retraction("p", T + 2_000, 2, 1));

    assertThat(last().status()).isEqualTo(LabelStatus.UNLABELLED);
    assertThat(last().actualValue()).isNaN();
    assertThat(last().outcomes()).isZero();
    assertThat(signs()).containsExactly(1, -1, 1, -1, 1);
  }

  @Test
  void retraction_thatBringsANewLabel_replacesTheOldOne() {
    join.predicted(model.prediction("p", T));
    join.observed(model.label("p", T + 9_000, "true", 1));
    AdmittedOutcome corrected = model.label("p", T + 2_000, "false", 2);
    join.observed(
        new AdmittedOutcome(
            corrected.key(),
            T + 2_000,
            2,
            1,
            "false",
            Double.NaN,
            null,
            0,
            false,
            4,
            9,
            T + 2_000));

    assertThat(last().actualValue()).isZero();
    assertThat(last().outcomes()).isEqualTo(1);
  }

  @Test
  void retraction_beforeWhatItRetracts_works() {
    join.observed(model.retraction("p", T + 2_000, 2, 1));
    join.predicted(model.prediction("p", T));
    join.observed(model.label("p", T + 1_000, "true", 1));

    assertThat(join.truths).isEmpty();
    join.reaches(T + HORIZON);
    assertThat(last().status()).isEqualTo(LabelStatus.UNLABELLED);
  }

  @Test
  void retraction_observedAfterTheHorizon_isLateAndChangesNothing() {
    join.predicted(model.prediction("p", T));
    join.observed(model.label("p", T + 1_000, "true", 1));
    join.observed(model.retraction("p", T + HORIZON + 1, 2, 1));
    join.reaches(T + HORIZON);

    assertThat(last().status()).isEqualTo(LabelStatus.LABELLED);
    assertThat(last().revision()).isEqualTo(GroundTruth.FINAL_REVISION + 8);
    assertThat(join.late).extracting(LateOutcome::why).containsExactly(Why.AFTER_HORIZON);
  }

  @Test
  void retraction_ofUnknownSequence_isAFactThatChangesNoLabel() {
    join.predicted(model.prediction("p", T));
    join.observed(model.label("p", T + 1_000, "true", 1));
    join.observed(model.retraction("p", T + 2_000, 2, 17));

    assertThat(last().status()).isEqualTo(LabelStatus.LABELLED);
    assertThat(last().outcomes()).isEqualTo(1);
    assertThat(last().revision()).isEqualTo(12);
  }

  @Test
  void repeatedPrediction_isCounted_andNoFact() {
    join.predicted(model.prediction("p", T));
    join.predicted(model.prediction("p", T));

    Contribution repeat = join.contributions.get(1);
    assertThat(repeat.repeats()).isEqualTo(1);
    assertThat(repeat.verdict()).isNull();
    join.reaches(T + HORIZON);
    assertThat(last().revision()).isEqualTo(GroundTruth.FINAL_REVISION + 4);
    assertThat(join.dead).isEmpty();
  }

  @Test
  void repeatedOutcome_changesNothing() {
    join.predicted(model.prediction("p", T));
    join.observed(model.label("p", T + 1_000, "true", 1));
    join.observed(model.label("p", T + 1_000, "true", 1));

    assertThat(join.repeatedOutcomes).isEqualTo(1);
    assertThat(join.truths).hasSize(1);
    assertThat(join.contributions).hasSize(3);
  }

  @Test
  void conflictingPrediction_thatIsLater_loses() {
    join.predicted(model.prediction("p", T));
    join.observed(model.label("p", T + 2, "true", 1));
    join.predicted(model.prediction("p", T + 1, 0.1));

    assertThat(reasons()).containsExactly(Reason.CONFLICT);
    assertThat(last().score()).isEqualTo(0.8);
    assertThat(join.contributions).filteredOn(c -> c.conflicts() == 1).hasSize(1);
  }

  @Test
  void conflictingPrediction_thatIsEarlier_wins_andTheRecordIsReplaced() {
    join.predicted(model.prediction("p", T + 90_000, 0.1));
    join.predicted(model.prediction("p", T + 90_000, 0.1));
    join.observed(model.label("p", T + 90_002, "true", 1));
    assertThat(last().score()).isEqualTo(0.1);

    join.predicted(model.prediction("p", T));

    // The outcome was observed after the winner's horizon: the label the loser had is taken back.
    assertThat(last().score()).isEqualTo(0.8);
    assertThat(last().status()).isEqualTo(LabelStatus.UNLABELLED);
    Contribution displaced = join.contributions.get(join.contributions.size() - 2);
    assertThat(displaced.prediction().predictedAtMillis()).isEqualTo(T + 90_000);
    assertThat(displaced.repeats()).isEqualTo(-1);
    assertThat(displaced.conflicts()).isEqualTo(2);
    assertThat(join.timerTimes()).containsExactly(T + HORIZON);
  }

  @Test
  void conflictingPredictions_ofOneTime_haveOneWinnerInEitherOrder() {
    AdmittedPrediction one = model.prediction("p", T, 0.1);
    AdmittedPrediction two = model.prediction("p", T, 0.2);
    PlainJoin other = new PlainJoin(WAIT, MEMORY);
    other.predicted(two);
    other.predicted(one);
    other.reaches(T + HORIZON);

    join.predicted(one);
    join.predicted(two);
    join.reaches(T + HORIZON);

    assertThat(last()).isEqualTo(other.truths.get(other.truths.size() - 1));
    assertThat(other.dead).extracting(DeadLetter::reason).containsExactly(Reason.CONFLICT);
    assertThat(one.winsOver(two)).isNotEqualTo(two.winsOver(one));
  }

  @Test
  void conflictingOutcomes_haveOneWinnerInEitherOrder_andOneDeadLetter() {
    join.predicted(model.prediction("p", T));
    join.observed(model.label("p", T + 1, "true", 1));
    join.observed(model.label("p", T + 1, "false", 1));
    assertThat(last().actualValue()).isZero();
    assertThat(reasons()).containsExactly(Reason.CONFLICT);
    assertThat(new String(join.dead.get(0).bytes(), java.nio.charset.StandardCharsets.UTF_8))
        .contains("\"label\":\"true\"");

    PlainJoin other = new PlainJoin(WAIT, MEMORY);
    other.observed(model.label("p", T + 1, "false", 1));
    other.observed(model.label("p", T + 1, "true", 1));
    assertThat(other.dead).isEmpty();
    other.predicted(model.prediction("p", T));
    assertThat(other.dead).usingRecursiveComparison().isEqualTo(join.dead);
    assertThat(other.truths.get(0)).isEqualTo(last());
  }

  @Test
  void conflictingOutcomes_repeatedInAnyWay_giveOneRevision() {
    AdmittedOutcome wins = model.label("p", T + 1, "false", 1);
    AdmittedOutcome loses = model.label("p", T + 1, "true", 1);
    join.predicted(model.prediction("p", T));
    join.observed(loses);
    join.observed(loses);
    join.observed(wins);
    join.observed(loses);
    PlainJoin other = new PlainJoin(WAIT, MEMORY);
    other.predicted(model.prediction("p", T));
    other.observed(wins);
    other.observed(loses);
    other.observed(loses);

    assertThat(other.truths.get(other.truths.size() - 1)).isEqualTo(last());
    assertThat(join.repeatedOutcomes).isEqualTo(2);
  }

  @Test
  void conflictingOutcomes_observedAfterTheHorizon_areBothLate() {
    join.predicted(model.prediction("p", T));
    join.observed(model.label("p", T + HORIZON + 1, "true", 1));
    join.reaches(T + HORIZON);
    join.observed(model.label("p", T + HORIZON + 1, "false", 1));

    assertThat(join.late)
        .extracting(LateOutcome::why)
        .containsExactly(Why.AFTER_HORIZON, Why.AFTER_HORIZON);
    assertThat(join.dead).isEmpty();
  }

  @Test
  void horizon_includesItsLastMillisecond() {
    join.predicted(model.prediction("p", T));
    join.observed(model.label("p", T + HORIZON, "true", 1));
    join.observed(model.label("p", T + HORIZON + 1, "false", 2));
    join.reaches(T + HORIZON - 1);
    assertThat(last().maturity()).isEqualTo(Maturity.PROVISIONAL);

    join.reaches(T + HORIZON);

    assertThat(last().maturity()).isEqualTo(Maturity.FINAL);
    assertThat(last().actualValue()).isEqualTo(1);
    assertThat(join.late)
        .containsExactly(
            new LateOutcome(
                model.label("p", T + HORIZON + 1, "false", 2).event(), Why.AFTER_HORIZON, T, "v1"));
  }

  @Test
  void outcomeAfterTheHorizon_givesTheSameRecord_whetherItComesBeforeOrAfterTheEnd() {
    join.predicted(model.prediction("p", T));
    join.observed(model.label("p", T + HORIZON + 1, "true", 1));
    join.reaches(T + HORIZON);
    PlainJoin other = new PlainJoin(WAIT, MEMORY);
    other.predicted(model.prediction("p", T));
    other.reaches(T + HORIZON);
    other.observed(model.label("p", T + HORIZON + 1, "true", 1));

    assertThat(other.truths).isEqualTo(join.truths);
    assertThat(other.late).isEqualTo(join.late);
  }

  @Test
  void outcomeInTime_thatArrivesAfterTheEnd_isLateForThatReason() {
    join.predicted(model.prediction("p", T));
    join.reaches(T + HORIZON);
    join.observed(model.label("p", T + 1, "true", 1));

    assertThat(join.late).extracting(LateOutcome::why).containsExactly(Why.ARRIVED_AFTER_FINAL);
    assertThat(last().status()).isEqualTo(LabelStatus.UNLABELLED);
  }

  @Test
  void outcomeObservedAfterTheMemory_isAnOrphan_whetherOrNotThePredictionIsKnown() {
    AdmittedOutcome outcome = model.label("p", T + HORIZON + MEMORY + 1, "true", 1);
    join.predicted(model.prediction("p", T));
    join.observed(outcome);
    join.reaches(T + HORIZON);
    PlainJoin other = new PlainJoin(WAIT, MEMORY);
    other.predicted(model.prediction("p", T));
    other.reaches(T + HORIZON + MEMORY);
    other.observed(outcome);
    other.reaches(Long.MAX_VALUE);

    assertThat(join.late).extracting(LateOutcome::why).containsExactly(Why.ORPHAN);
    assertThat(other.late).isEqualTo(join.late);
  }

  @Test
  void latePrediction_isADeadLetter_andItsOutcomesAreOrphans() {
    join.reaches(T + HORIZON);
    join.observed(model.label("p", T + HORIZON, "true", 1));
    join.predicted(model.prediction("p", T));

    assertThat(reasons()).containsExactly(Reason.LATE_PREDICTION);
    assertThat(join.contributions).isEmpty();
    join.reaches(T + HORIZON + WAIT);
    assertThat(join.late).extracting(LateOutcome::why).containsExactly(Why.ORPHAN);
  }

  @Test
  void latePrediction_doesNotDisplaceAnOpenOne() {
    join.reaches(T + HORIZON);
    join.predicted(model.prediction("p", T + 1));
    join.predicted(model.prediction("p", T));

    assertThat(reasons()).containsExactly(Reason.LATE_PREDICTION);
    join.reaches(T + HORIZON + 1);
    assertThat(last().predictedAtMillis()).isEqualTo(T + 1);
  }

  @Test
  void repeatedPrediction_afterTheEnd_isRecognisedWhileRemembered_andLateThereafter() {
    join.predicted(model.prediction("p", T));
    join.reaches(T + HORIZON + MEMORY - 1);
    join.predicted(model.prediction("p", T));
    assertThat(join.dead).isEmpty();
    assertThat(join.keysLeft()).isEqualTo(1);

    join.reaches(T + HORIZON + MEMORY);
    assertThat(join.keysLeft()).isZero();
    join.predicted(model.prediction("p", T));
    assertThat(reasons()).containsExactly(Reason.LATE_PREDICTION);
  }

  @Test
  void conflictingPrediction_afterTheEnd_isCountedInItsOwnWindow() {
    join.predicted(model.prediction("p", T));
    join.reaches(T + HORIZON);
    int before = join.contributions.size();
    join.predicted(model.prediction("p", T + HORIZON + 1));

    assertThat(reasons()).containsExactly(Reason.CONFLICT);
    assertThat(join.contributions).hasSize(before + 1);
    assertThat(join.contributions.get(before).conflicts()).isEqualTo(1);
  }

  @Test
  void closedPrediction_keepsLessThanAnOpenOne() {
    AdmittedPrediction prediction = model.prediction("p", T);
    join.predicted(prediction);
    join.observed(model.label("p", T + 1, "true", 1));
    join.observed(model.label("p", T + 1, "false", 1));
    int open = join.stored(prediction.key()).length;
    join.reaches(T + HORIZON);

    assertThat(join.stored(prediction.key()).length).isLessThan(open / 2);
  }

  @Test
  void tooManyOutcomes_keepTheFirstOfThem_inEitherOrder() {
    int all = Limits.MAX_OUTCOMES + 6;
    join.predicted(model.prediction("p", T));
    PlainJoin other = new PlainJoin(WAIT, MEMORY);
    for (int i = 0; i < all; i++) {
      join.observed(model.label("p", T + i, i < Limits.MAX_OUTCOMES ? "true" : "false", i));
      int reversed = all - 1 - i;
      other.observed(
          model.label(
              "p", T + reversed, reversed < Limits.MAX_OUTCOMES ? "true" : "false", reversed));
    }
    other.predicted(model.prediction("p", T));
    join.reaches(T + HORIZON);
    other.reaches(T + HORIZON);

    assertThat(last().outcomes()).isEqualTo(Limits.MAX_OUTCOMES);
    assertThat(last().actualValue()).isEqualTo(1);
    assertThat(reasons()).hasSize(6).containsOnly(Reason.TOO_MANY_OUTCOMES);
    assertThat(other.truths.get(other.truths.size() - 1)).isEqualTo(last());
    other.reaches(Long.MAX_VALUE);
    assertThat(other.timersLeft()).isZero();
  }

  @Test
  void tooManyOutcomes_oneTooEarlyDrivesOutOneThatCounts_theRevisionRises() {
    join.predicted(model.prediction("p", T));
    for (int i = 0; i < Limits.MAX_OUTCOMES; i++) {
      join.observed(model.label("p", T + i, "true", i));
    }
    long before = last().revision();
    join.observed(model.label("p", T - WAIT - 1, "true", 1));

    assertThat(last().outcomes()).isEqualTo(Limits.MAX_OUTCOMES - 1);
    assertThat(last().revision()).isGreaterThan(before);
  }

  @Test
  void silence_isAProvisionalNegative_thenAFinalOne() {
    SomeModel implicit = SomeModel.implicitNegative();
    join.predicted(implicit.prediction("p", T));
    join.reaches(T + NEGATIVE_AFTER - 1);
    assertThat(join.truths).isEmpty();
    join.reaches(T + NEGATIVE_AFTER);
    assertThat(last().status()).isEqualTo(LabelStatus.NEGATIVE_BY_DEFAULT);
    assertThat(last().actualValue()).isZero();
    assertThat(last().maturity()).isEqualTo(Maturity.PROVISIONAL);

    join.reaches(T + HORIZON);

    assertThat(last().status()).isEqualTo(LabelStatus.NEGATIVE_BY_DEFAULT);
    assertThat(last().maturity()).isEqualTo(Maturity.FINAL);
    assertThat(last().delayMillis()).isEqualTo(-1);
  }

  @Test
  void positive_afterTheProvisionalNegative_replacesIt_andARetractionBringsItBack() {
    SomeModel implicit = SomeModel.implicitNegative();
    join.predicted(implicit.prediction("p", T));
    join.reaches(T + NEGATIVE_AFTER);
    join.observed(implicit.label("p", T + NEGATIVE_AFTER + 1, "true", 1));
    assertThat(last().status()).isEqualTo(LabelStatus.LABELLED);
    assertThat(last().actualValue()).isEqualTo(1);

    join.observed(implicit.retraction("p", T + NEGATIVE_AFTER + 2, 2, 1));

    assertThat(last().status()).isEqualTo(LabelStatus.NEGATIVE_BY_DEFAULT);
  }

  @Test
  void displacedPrediction_takesItsTimersWithIt() {
    SomeModel implicit = SomeModel.implicitNegative();
    join.predicted(implicit.prediction("p", T + 5));
    join.predicted(implicit.prediction("p", T));

    assertThat(join.timerTimes()).containsExactly(T + NEGATIVE_AFTER, T + HORIZON);
  }

  @Test
  void displacedPrediction_whoseNegativeWasDue_givesWayToOneWhoseNegativeIsDueAtOnce() {
    SomeModel implicit = SomeModel.implicitNegative();
    join.predicted(implicit.prediction("p", T + 5));
    join.reaches(T + 5 + NEGATIVE_AFTER);
    join.predicted(implicit.prediction("p", T));
    assertThat(last().status()).isEqualTo(LabelStatus.UNLABELLED);
    join.reaches(T + 5 + NEGATIVE_AFTER + 1);

    assertThat(last().status()).isEqualTo(LabelStatus.NEGATIVE_BY_DEFAULT);
    assertThat(last().predictedAtMillis()).isEqualTo(T);
  }

  @Test
  void outcomeReadUnderAnotherTask_countsOnlyIfItFits_inEitherOrder() {
    SomeModel now = SomeModel.multiclass(Reduction.LAST);
    for (boolean outcomeFirst : List.of(true, false)) {
      PlainJoin other = new PlainJoin(WAIT, MEMORY);
      AdmittedOutcome misfit = now.label("p", T + 1, "cat", 1);
      AdmittedOutcome label = model.label("p", T + 2, "true", 2);
      if (outcomeFirst) {
        other.observed(misfit);
        other.predicted(model.prediction("p", T));
      } else {
        other.predicted(model.prediction("p", T));
        other.observed(misfit);
      }
      other.observed(label);
      other.reaches(Long.MAX_VALUE);

      GroundTruth last = other.truths.get(other.truths.size() - 1);
      assertThat(last.outcomes()).isEqualTo(1);
      assertThat(last.actualValue()).isEqualTo(1);
      assertThat(last.revision()).isEqualTo(GroundTruth.FINAL_REVISION + 8);
      assertThat(other.dead)
          .extracting(DeadLetter::reason)
          .containsExactly(Reason.DOES_NOT_FIT_MODEL);
    }
  }

  @Test
  void outcomesOfEveryOtherTask_neverStopTheJoin() {
    List<SomeModel> models =
        List.of(
            SomeModel.explicit(),
            SomeModel.implicitNegative(),
            SomeModel.of(LabelPolicy.GRADED, Reduction.SUM),
            SomeModel.multiclass(Reduction.MAX),
            SomeModel.of(LabelPolicy.REGRESSION, Reduction.LAST),
            SomeModel.of(LabelPolicy.RANKING, Reduction.SUM));
    for (SomeModel before : models) {
      for (SomeModel after : models) {
        PlainJoin other = new PlainJoin(WAIT, MEMORY);
        WindowCounts counts = WindowCounts.empty(before.document().task());
        other.predicted(before.prediction("p", T));
        other.observed(after.some("p", T + 1));
        other.reaches(Long.MAX_VALUE);

        other.contributions.forEach(counts::add);
        assertThat(counts.received()).isEqualTo(1);
        assertThat(other.truths.get(other.truths.size() - 1).maturity()).isEqualTo(Maturity.FINAL);
        assertThat(reasonsOf(other)).isSubsetOf(Reason.DOES_NOT_FIT_MODEL);
      }
    }
  }

  @Test
  void predictionWithOtherTermsTakesTheId_outcomesAreRefusedUnderItsTerms() {
    SomeModel classes = SomeModel.multiclass(Reduction.LAST);
    join.predicted(model.prediction("p", T + 5));
    join.observed(model.value("p", T + 10, 1, 1));
    assertThat(last().status()).isEqualTo(LabelStatus.LABELLED);
    join.predicted(classes.prediction("p", T));

    assertThat(last().status()).isEqualTo(LabelStatus.UNLABELLED);
    assertThat(reasons()).containsExactly(Reason.CONFLICT, Reason.DOES_NOT_FIT_MODEL);
  }

  @Test
  void repeatReadUnderAnotherDocument_isCountedWhereItsPredictionIs() {
    AdmittedPrediction prediction = model.prediction("p", T);
    join.predicted(prediction);
    join.predicted(SomeModel.of(LabelPolicy.GRADED, Reduction.LAST).prediction("p", T));

    assertThat(join.contributions.get(1).repeats()).isEqualTo(1);
    assertThat(join.contributions.get(1).prediction().terms()).isEqualTo(prediction.terms());
  }

  @Test
  void memoryMadeLonger_keepsWhatIsClosed_untilItsNewEnd() {
    join.predicted(model.prediction("p", T));
    join.reaches(T + HORIZON);
    PlainJoin longer = join.restartedWith(WAIT, 2 * MEMORY);
    longer.reaches(T + HORIZON + MEMORY);
    assertThat(longer.keysLeft()).isEqualTo(1);
    longer.reaches(T + HORIZON + 2 * MEMORY);

    assertThat(longer.keysLeft()).isZero();
    assertThat(longer.timersLeft()).isZero();
  }

  @Test
  void waitMadeLonger_keepsOutcomesUntilItsNewEnd() {
    join.observed(model.label("p", T, "true", 1));
    PlainJoin longer = join.restartedWith(2 * WAIT, MEMORY);
    longer.reaches(T + WAIT);
    assertThat(longer.late).isEmpty();
    longer.reaches(T + 2 * WAIT);

    assertThat(longer.late).extracting(LateOutcome::why).containsExactly(Why.ORPHAN);
    assertThat(longer.keysLeft()).isZero();
  }

  @Test
  void outcomeOfAFormerSample_countsWhereItsPredictionIsKnown_andIsNoOrphanElsewhere() {
    join.predicted(model.prediction("known", T));
    join.observed(model.label("known", T + 1, "true", 1).ofFormerSample());
    join.observed(model.label("sampled-out", T + 1, "true", 1).ofFormerSample());

    join.observed(model.label("soon", T + 1, "true", 1).ofFormerSample());
    join.predicted(model.prediction("soon", T));

    assertThat(join.truths)
        .extracting(GroundTruth::predictionId, GroundTruth::status)
        .containsExactly(tuple("known", LabelStatus.LABELLED), tuple("soon", LabelStatus.LABELLED));
    join.observed(model.label("known", T + 1, "true", 1));
    assertThat(join.repeatedOutcomes).isEqualTo(1);
    join.reaches(T + 1 + WAIT);
    assertThat(join.sampledOut).isEqualTo(1);
    assertThat(join.late).isEmpty();
    join.reaches(Long.MAX_VALUE);
    // Of two keys: the check behind each test is for the revisions of one.
    join.truths.clear();
  }

  private static List<Reason> reasonsOf(PlainJoin of) {
    return of.dead.stream().map(DeadLetter::reason).toList();
  }

  private GroundTruth last() {
    return join.truths.get(join.truths.size() - 1);
  }

  private List<Integer> signs() {
    return join.contributions.stream().map(Contribution::sign).toList();
  }

  private List<Reason> reasons() {
    return join.dead.stream().map(DeadLetter::reason).toList();
  }
}
