package dev.runway.groundtruth.join;

import dev.runway.drift.performance.Weight;
import dev.runway.groundtruth.join.OpenPrediction.Added;
import dev.runway.model.DeadLetter;
import dev.runway.model.GroundTruth;
import dev.runway.model.LateOutcome;
import dev.runway.model.LateOutcome.Why;
import dev.runway.model.MalformedEvent;
import dev.runway.model.Reason;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Merges the events of one join key and says what follows from each.
 *
 * <p>Whichever half comes first waits for the other. The verdict is provisional until the label
 * horizon of the prediction, and every change before that replaces the last verdict, in the record
 * and in the counts. At the horizon it is final; a short memory of the prediction stays to tell
 * late outcomes and repeated predictions from unknown ones, then everything is let go.
 *
 * <p>Lateness is judged by the times in the events wherever both halves are known, so that it does
 * not depend on arrival.
 */
public final class PredictionJoin {
  private final String predictionsTopic;
  private final String outcomesTopic;
  private final long orphanWaitMillis;
  private final long lateMemoryMillis;

  /**
   * @param orphanWaitMillis how long an outcome waits for its prediction; also how far before its
   *     prediction an outcome may have been observed
   * @param lateMemoryMillis how long after the horizon a closed prediction is remembered
   */
  public PredictionJoin(
      String predictionsTopic, String outcomesTopic, long orphanWaitMillis, long lateMemoryMillis) {
    this.predictionsTopic = predictionsTopic;
    this.outcomesTopic = outcomesTopic;
    this.orphanWaitMillis = orphanWaitMillis;
    this.lateMemoryMillis = lateMemoryMillis;
  }

  /**
   * Merges a prediction.
   *
   * @param known what is kept under its key; null for nothing
   * @param nowMillis event time that has been reached (the watermark)
   * @return what to keep; null for nothing
   */
  public @Nullable OpenPrediction onPrediction(
      @Nullable OpenPrediction known, AdmittedPrediction event, long nowMillis, Effects effects) {
    AdmittedPrediction winner = known == null ? null : known.prediction();
    if (known != null && winner != null) {
      return onSecondPrediction(known, winner, event, nowMillis, effects);
    }
    if (event.finalAtMillis() <= nowMillis) {
      effects.dead(latePrediction(event));
      return known;
    }
    OpenPrediction open = known == null ? new OpenPrediction() : known;
    for (AdmittedOutcome waiting : open.outcomes()) {
      effects.forget(orphanedAt(waiting));
    }
    open.accept(event);
    wakeFor(event, effects);
    refuseWhatCannotCount(open, effects);
    Verdict verdict = open.judge(false, orphanWaitMillis);
    effects.count(Contribution.enters(event, verdict, verdict.revision()));
    emitIfJoined(event, verdict, effects);
    return open;
  }

  private OpenPrediction onSecondPrediction(
      OpenPrediction open,
      AdmittedPrediction winner,
      AdmittedPrediction event,
      long nowMillis,
      Effects effects) {
    if (event.repeats(winner)) {
      effects.repeatedPrediction();
      if (!open.closed()) {
        open.countRepeat();
        // Under the terms of the first copy: should the document have changed since, a repeat must
        // be counted, and perhaps taken back, where its prediction is.
        effects.count(Contribution.repeats(winner));
      }
      return open;
    }
    if (event.finalAtMillis() <= nowMillis) {
      // Its window may be final already: it must neither win nor be counted there.
      effects.dead(latePrediction(event));
    } else if (open.closed() || !event.winsOver(winner)) {
      effects.dead(conflict(event, winner));
      effects.count(Contribution.conflicts(event));
      if (!open.closed()) {
        Verdict before = open.judge(false, orphanWaitMillis);
        open.countConflict();
        replaceVerdict(open, winner, before, effects);
      }
    } else {
      effects.dead(conflict(winner, event));
      displace(open, winner, event, effects);
    }
    return open;
  }

  private void displace(
      OpenPrediction open, AdmittedPrediction loser, AdmittedPrediction winner, Effects effects) {
    Verdict before = open.judge(false, orphanWaitMillis);
    effects.count(Contribution.leaves(loser, before));
    effects.count(Contribution.displaced(loser, open.repeats()));
    forget(loser, open, effects);
    open.replace(winner);
    wakeFor(winner, effects);
    refuseWhatCannotCount(open, effects);
    Verdict after = open.judge(false, orphanWaitMillis);
    effects.count(Contribution.enters(winner, after, after.revision()));
    emitIfShown(winner, before, after, effects);
  }

  /**
   * Merges an outcome.
   *
   * @param known what is kept under its key; null for nothing
   * @param nowMillis event time that has been reached (the watermark)
   * @return what to keep; null for nothing
   */
  public @Nullable OpenPrediction onOutcome(
      @Nullable OpenPrediction known, AdmittedOutcome event, long nowMillis, Effects effects) {
    AdmittedPrediction prediction = known == null ? null : known.prediction();
    if (known != null && known.closed() && prediction != null) {
      effects.late(lateAfterClose(prediction, event));
      return known;
    }
    if (prediction == null && orphanedAt(event) <= nowMillis) {
      orphaned(event, effects);
      return known;
    }
    OpenPrediction open = known == null ? new OpenPrediction() : known;
    Verdict before = prediction == null ? null : open.judge(false, orphanWaitMillis);
    settle(open, open.add(event, orphanWaitMillis), event, effects);
    if (prediction != null && before != null) {
      replaceVerdict(open, prediction, before, effects);
    }
    return open;
  }

  private void settle(OpenPrediction open, Added added, AdmittedOutcome event, Effects effects) {
    if (added instanceof Added.Repeat) {
      effects.repeatedOutcome();
      return;
    }
    AdmittedPrediction prediction = open.prediction();
    if (added instanceof Added.Evicted evicted) {
      if (prediction == null && evicted.last().formerSample()) {
        effects.sampledOut();
      } else {
        effects.dead(
            dead(evicted.last(), Reason.TOO_MANY_OUTCOMES, "only the first of them are kept"));
      }
    }
    if (prediction == null) {
      effects.wake(orphanedAt(event));
    } else if (prediction.mayCount(event, orphanWaitMillis)) {
      AdmittedOutcome loser = open.loserOf(event);
      if (loser != null) {
        effects.dead(conflict(loser));
      }
    } else if (prediction.inTime(event, orphanWaitMillis)) {
      effects.dead(misfit(event, prediction));
    }
  }

  /** Of the outcomes that wait for a prediction, or for another one than before. */
  private void refuseWhatCannotCount(OpenPrediction open, Effects effects) {
    AdmittedPrediction prediction = open.prediction();
    if (prediction == null || open.outcomes().isEmpty()) {
      return;
    }
    for (AdmittedOutcome loser : open.losers(orphanWaitMillis)) {
      effects.dead(conflict(loser));
    }
    for (AdmittedOutcome misfit : open.misfits(orphanWaitMillis)) {
      effects.dead(misfit(misfit, prediction));
    }
  }

  /**
   * Does what is due.
   *
   * @param atMillis event time that has been reached
   * @return what to keep; null for nothing
   */
  public @Nullable OpenPrediction onTime(OpenPrediction open, long atMillis, Effects effects) {
    AdmittedPrediction prediction = open.prediction();
    if (prediction == null) {
      return dropOrphans(open, atMillis, effects);
    }
    if (open.closed()) {
      long forgottenAt = prediction.finalAtMillis() + lateMemoryMillis;
      if (atMillis >= forgottenAt) {
        return null;
      }
      // The timer was set under a shorter memory.
      effects.wake(forgottenAt);
      return open;
    }
    if (atMillis >= prediction.finalAtMillis()) {
      close(open, prediction, effects);
      return remembered(open, prediction, effects);
    }
    if (prediction.negativeAtMillis() != Terms.NEVER
        && atMillis >= prediction.negativeAtMillis()
        && !open.negativeDue()) {
      Verdict before = open.judge(false, orphanWaitMillis);
      open.silenceIsNegative();
      replaceVerdict(open, prediction, before, effects);
    }
    return open;
  }

  private @Nullable OpenPrediction dropOrphans(
      OpenPrediction open, long atMillis, Effects effects) {
    for (AdmittedOutcome outcome : List.copyOf(open.outcomes())) {
      if (orphanedAt(outcome) <= atMillis) {
        open.remove(outcome);
        orphaned(outcome, effects);
      } else {
        // Its timer may have been set under a shorter wait.
        effects.wake(orphanedAt(outcome));
      }
    }
    return open.outcomes().isEmpty() ? null : open;
  }

  private void close(OpenPrediction open, AdmittedPrediction prediction, Effects effects) {
    Verdict before = open.judge(false, orphanWaitMillis);
    Verdict last = open.judge(true, orphanWaitMillis);
    effects.count(Contribution.leaves(prediction, before));
    effects.count(Contribution.enters(prediction, last, last.revision() - before.revision()));
    effects.truth(truth(prediction, last, open.finalRevision(orphanWaitMillis)));
    for (AdmittedOutcome outcome : open.outcomes()) {
      LateOutcome late = lateByTime(prediction, outcome);
      if (late != null) {
        effects.late(late);
      }
    }
  }

  /** Without a memory the timer, and the access to state that it costs later, are saved. */
  private @Nullable OpenPrediction remembered(
      OpenPrediction open, AdmittedPrediction prediction, Effects effects) {
    if (lateMemoryMillis == 0) {
      return null;
    }
    open.close();
    effects.wake(prediction.finalAtMillis() + lateMemoryMillis);
    return open;
  }

  private void replaceVerdict(
      OpenPrediction open, AdmittedPrediction prediction, Verdict before, Effects effects) {
    Verdict after = open.judge(false, orphanWaitMillis);
    if (after.revision() == before.revision()) {
      return;
    }
    effects.count(Contribution.leaves(prediction, before));
    effects.count(Contribution.enters(prediction, after, after.revision() - before.revision()));
    emitIfShown(prediction, before, after, effects);
  }

  private static void emitIfShown(
      AdmittedPrediction prediction, Verdict before, Verdict after, Effects effects) {
    // A label that is taken back must be overwritten where readers have seen it.
    if (after.joined() || before.joined()) {
      effects.truth(truth(prediction, after, after.revision()));
    }
  }

  private static void emitIfJoined(
      AdmittedPrediction prediction, Verdict verdict, Effects effects) {
    if (verdict.joined()) {
      effects.truth(truth(prediction, verdict, verdict.revision()));
    }
  }

  private static void wakeFor(AdmittedPrediction prediction, Effects effects) {
    if (prediction.negativeAtMillis() != Terms.NEVER) {
      effects.wake(prediction.negativeAtMillis());
    }
    effects.wake(prediction.finalAtMillis());
  }

  private static void forget(AdmittedPrediction prediction, OpenPrediction open, Effects effects) {
    // A timer left behind would find nothing to do, but it would be checkpointed until it fires.
    if (prediction.negativeAtMillis() != Terms.NEVER && !open.negativeDue()) {
      effects.forget(prediction.negativeAtMillis());
    }
    effects.forget(prediction.finalAtMillis());
  }

  private long orphanedAt(AdmittedOutcome outcome) {
    return outcome.observedAtMillis() + orphanWaitMillis;
  }

  private LateOutcome lateAfterClose(AdmittedPrediction prediction, AdmittedOutcome outcome) {
    LateOutcome late = lateByTime(prediction, outcome);
    return late != null ? late : late(prediction, outcome, Why.ARRIVED_AFTER_FINAL);
  }

  private @Nullable LateOutcome lateByTime(AdmittedPrediction prediction, AdmittedOutcome outcome) {
    // Observed when its prediction was forgotten, or not yet made: an orphan, whether or not we
    // happen to know the prediction at this moment.
    if (orphanedAt(outcome) < prediction.predictedAtMillis()
        || outcome.observedAtMillis() > prediction.finalAtMillis() + lateMemoryMillis) {
      return orphan(outcome);
    }
    if (outcome.observedAtMillis() > prediction.finalAtMillis()) {
      return late(prediction, outcome, Why.AFTER_HORIZON);
    }
    return null;
  }

  private static void orphaned(AdmittedOutcome outcome, Effects effects) {
    if (outcome.formerSample()) {
      effects.sampledOut();
    } else {
      effects.late(orphan(outcome));
    }
  }

  private static LateOutcome orphan(AdmittedOutcome outcome) {
    return new LateOutcome(outcome.event(), Why.ORPHAN, LateOutcome.NO_PREDICTION, null);
  }

  private static LateOutcome late(AdmittedPrediction prediction, AdmittedOutcome outcome, Why why) {
    return new LateOutcome(
        outcome.event(), why, prediction.predictedAtMillis(), prediction.version());
  }

  private static GroundTruth truth(AdmittedPrediction prediction, Verdict verdict, long revision) {
    return new GroundTruth(
        prediction.key().modelId(),
        prediction.key().predictionId(),
        revision,
        verdict.maturity(),
        verdict.status(),
        prediction.version(),
        prediction.predictedAtMillis(),
        prediction.score(),
        prediction.label(),
        prediction.value(),
        prediction.segment(),
        prediction.variant(),
        Weight.toDouble(prediction.weightUnits()),
        verdict.actualLabel(),
        verdict.actual(),
        verdict.delayMillis(),
        verdict.outcomes());
  }

  private DeadLetter latePrediction(AdmittedPrediction event) {
    return dead(event, Reason.LATE_PREDICTION, "arrived after its label horizon had passed");
  }

  private DeadLetter conflict(AdmittedOutcome loser) {
    return dead(
        loser,
        Reason.CONFLICT,
        "another outcome has the same observed_at and sequence; that one counts");
  }

  private DeadLetter misfit(AdmittedOutcome outcome, AdmittedPrediction prediction) {
    return dead(
        outcome,
        Reason.DOES_NOT_FIT_MODEL,
        "its prediction was read when the model's task was " + prediction.terms().task());
  }

  private DeadLetter conflict(AdmittedPrediction loser, AdmittedPrediction winner) {
    return dead(
        loser,
        Reason.CONFLICT,
        "another prediction of "
            + winner.predictedAtMillis()
            + " has the same id and other content; that one counts");
  }

  private DeadLetter dead(AdmittedPrediction event, Reason reason, String detail) {
    return DeadLetter.of(
        predictionsTopic,
        event.partition(),
        event.offset(),
        event.recordedAtMillis(),
        Rebuilt.bytes(event),
        new MalformedEvent(reason, "prediction_id", detail));
  }

  private DeadLetter dead(AdmittedOutcome event, Reason reason, String detail) {
    return DeadLetter.of(
        outcomesTopic,
        event.partition(),
        event.offset(),
        event.recordedAtMillis(),
        Rebuilt.bytes(event),
        new MalformedEvent(reason, "prediction_id", detail));
  }
}
