package dev.runway.groundtruth.join;

import dev.runway.model.LabelStatus;
import dev.runway.model.Limits;
import dev.runway.model.Maturity;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that is kept under one join key: the prediction that counts, and every outcome heard of.
 *
 * <p>Facts merge like a set: the winning prediction is the least by content, outcomes are a sorted
 * set without repeats. So any order and any repetition of the same events ends in the same state,
 * and so in the same {@link Verdict}.
 *
 * <p>The revision is {@code 4 x facts + 2 if final + 1 if silence has become a negative}. It only
 * rises, and equal facts give equal revisions.
 */
public final class OpenPrediction {
  private @Nullable AdmittedPrediction prediction;
  private final List<AdmittedOutcome> outcomes = new ArrayList<>(2);
  private int repeats;
  private int conflicts;
  private int evictions;
  private boolean negativeDue;
  private boolean closed;

  /** The prediction that counts; null while only outcomes have come. */
  public @Nullable AdmittedPrediction prediction() {
    return prediction;
  }

  /** Everything heard, in source order. */
  public List<AdmittedOutcome> outcomes() {
    return Collections.unmodifiableList(outcomes);
  }

  /** Further copies of the winning prediction. */
  public int repeats() {
    return repeats;
  }

  /** Events with the winner's id and other content. */
  public int conflicts() {
    return conflicts;
  }

  /** Outcomes let go because there were more than {@link Limits#MAX_OUTCOMES}. */
  public int evictions() {
    return evictions;
  }

  /** Whether the time after which silence is a negative has passed. */
  public boolean negativeDue() {
    return negativeDue;
  }

  /** Whether the verdict is final. What comes later is late. */
  public boolean closed() {
    return closed;
  }

  /** Rebuilds the state from its stored parts; outcomes are in source order. */
  public static OpenPrediction restore(
      @Nullable AdmittedPrediction prediction,
      List<AdmittedOutcome> outcomes,
      int repeats,
      int conflicts,
      int evictions,
      boolean negativeDue,
      boolean closed) {
    OpenPrediction open = new OpenPrediction();
    open.prediction = prediction;
    open.outcomes.addAll(outcomes);
    open.repeats = repeats;
    open.conflicts = conflicts;
    open.evictions = evictions;
    open.negativeDue = negativeDue;
    open.closed = closed;
    return open;
  }

  void accept(AdmittedPrediction first) {
    prediction = first;
  }

  void countRepeat() {
    repeats++;
  }

  void countConflict() {
    conflicts++;
  }

  /** Puts another prediction in the winner's place; all copies of the old one become conflicts. */
  void replace(AdmittedPrediction winner) {
    conflicts += 1 + repeats;
    repeats = 0;
    prediction = winner;
    negativeDue = false;
  }

  void silenceIsNegative() {
    negativeDue = true;
  }

  /** Ends the case: what was judged is let go, what recognises late events stays. */
  void close() {
    closed = true;
    outcomes.clear();
    repeats = 0;
    if (prediction != null) {
      prediction = prediction.remembered();
    }
  }

  /** Puts the join key back, which the stored form leaves out. */
  public OpenPrediction under(JoinKey key) {
    if (prediction != null) {
      prediction = prediction.under(key);
    }
    outcomes.replaceAll(outcome -> outcome.under(key));
    return this;
  }

  /** What became of an outcome that was added. */
  sealed interface Added {
    /** It is a new fact. */
    record New() implements Added {}

    /** It was known. */
    record Repeat() implements Added {}

    /** It and a known one claim the same place; {@code loser} is let go. */
    record Conflict(AdmittedOutcome loser) implements Added {}

    /** There are too many; {@code last} in source order is let go. */
    record Evicted(AdmittedOutcome last) implements Added {}
  }

  private static final Added NEW = new Added.New();
  private static final Added REPEAT = new Added.Repeat();

  Added add(AdmittedOutcome outcome) {
    int at = Collections.binarySearch(outcomes, outcome, AdmittedOutcome.SOURCE_ORDER);
    if (at >= 0) {
      return REPEAT;
    }
    for (int i = 0; i < outcomes.size(); i++) {
      AdmittedOutcome known = outcomes.get(i);
      if (known.sameIdentity(outcome)) {
        return settle(i, known, outcome);
      }
    }
    outcomes.add(-at - 1, outcome);
    if (outcomes.size() > Limits.MAX_OUTCOMES) {
      evictions++;
      return new Added.Evicted(outcomes.remove(outcomes.size() - 1));
    }
    return NEW;
  }

  private Added settle(int at, AdmittedOutcome known, AdmittedOutcome outcome) {
    conflicts++;
    if (AdmittedOutcome.SOURCE_ORDER.compare(known, outcome) < 0) {
      return new Added.Conflict(outcome);
    }
    // Same place in source order, so the list stays sorted.
    outcomes.set(at, outcome);
    return new Added.Conflict(known);
  }

  void remove(AdmittedOutcome outcome) {
    outcomes.remove(outcome);
  }

  /** The verdict on the facts so far. */
  Verdict judge(boolean isFinal, long earliestBeforePrediction) {
    AdmittedPrediction judged = java.util.Objects.requireNonNull(prediction, "no prediction yet");
    List<AdmittedOutcome> counting = counting(judged, earliestBeforePrediction);
    Maturity maturity = isFinal ? Maturity.FINAL : Maturity.PROVISIONAL;
    if (!counting.isEmpty()) {
      return LabelRule.of(judged.terms())
          .reduce(judged, counting)
          .verdict(revision(isFinal), maturity, counting.size());
    }
    boolean negative = negativeDue || (isFinal && judged.negativeAtMillis() != Terms.NEVER);
    return new Verdict(
        revision(isFinal),
        maturity,
        negative ? LabelStatus.NEGATIVE_BY_DEFAULT : LabelStatus.UNLABELLED,
        negative ? 0 : Double.NaN,
        null,
        null,
        -1,
        0);
  }

  private List<AdmittedOutcome> counting(AdmittedPrediction judged, long earliestBeforePrediction) {
    List<AdmittedOutcome> inTime = new ArrayList<>(outcomes.size());
    for (AdmittedOutcome outcome : outcomes) {
      if (outcome.observedAtMillis() <= judged.finalAtMillis()
          && outcome.observedAtMillis() >= judged.predictedAtMillis() - earliestBeforePrediction) {
        inTime.add(outcome);
      }
    }
    List<AdmittedOutcome> counting = new ArrayList<>(inTime.size());
    for (AdmittedOutcome outcome : inTime) {
      if (outcome.observes() && !outcome.isRetracted(inTime)) {
        counting.add(outcome);
      }
    }
    return counting;
  }

  private long revision(boolean isFinal) {
    // Repeats are no facts: they change nothing that a reader sees.
    long facts = (prediction == null ? 0L : 1L) + conflicts + evictions + outcomes.size();
    return 4 * facts + (isFinal ? 2 : 0) + (negativeDue ? 1 : 0);
  }
}
