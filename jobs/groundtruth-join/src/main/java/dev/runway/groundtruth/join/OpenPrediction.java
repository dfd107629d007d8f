package dev.runway.groundtruth.join;

import dev.runway.model.GroundTruth;
import dev.runway.model.LabelStatus;
import dev.runway.model.Limits;
import dev.runway.model.Maturity;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * All that is kept under one join key: the prediction that counts, and every outcome heard of.
 *
 * <p>Facts merge like a set: the winning prediction is the least by content, outcomes are a sorted
 * set without repeats, in which outcomes that contradict each other stay side by side; which of
 * them counts is decided when the case is judged. So any order and any repetition of the same
 * events ends in the same state, and so in the same {@link Verdict}.
 *
 * <p>The provisional revision is {@code 4 x facts + 1 if silence has become a negative}. Facts are
 * the prediction, each different outcome that may count, and, with a greater weight, each other
 * prediction under the same id. An outcome that is too early or too late is none: whether it comes
 * before or after the end of the case must not show. The revision only rises. How many facts there
 * were on the way may depend on the order, so the {@linkplain #finalRevision final} one is made of
 * what counts in the end, and ranks above all provisional ones.
 */
public final class OpenPrediction {
  /**
   * What another prediction weighs among the facts: more than all outcomes together, for the one
   * that wins may have a horizon in which none of them counts, and still the revision rises.
   */
  private static final int CONFLICT_FACTS = 2 * Limits.MAX_OUTCOMES;

  /** What a dropped outcome weighs: it may take one that counted with it. */
  private static final int EVICTION_FACTS = 2;

  private @Nullable AdmittedPrediction prediction;
  private final List<AdmittedOutcome> outcomes = new ArrayList<>(2);
  private int repeats;
  private int conflicts;
  private int evictions;
  private boolean negativeDue;
  private boolean closed;

  /** Whether this differs from what is stored. */
  private boolean changed;

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

  /** Predictions with the winner's id and other content, each copy counted. */
  public int conflicts() {
    return conflicts;
  }

  /**
   * Outcomes let go because there were more than {@link Limits#MAX_OUTCOMES}, save those that came
   * too early or too late for the prediction.
   */
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

  /** Whether there is something to store; asks once. */
  public boolean takeChanged() {
    boolean was = changed;
    changed = false;
    return was;
  }

  void accept(AdmittedPrediction first) {
    prediction = first;
    changed = true;
  }

  void countRepeat() {
    repeats++;
    changed = true;
  }

  void countConflict() {
    conflicts++;
    changed = true;
  }

  /** Puts another prediction in the winner's place; all copies of the old one become conflicts. */
  void replace(AdmittedPrediction winner) {
    conflicts += 1 + repeats;
    repeats = 0;
    prediction = winner;
    negativeDue = false;
    changed = true;
  }

  void silenceIsNegative() {
    negativeDue = true;
    changed = true;
  }

  /** Ends the case: what was judged is let go, what recognises late events stays. */
  void close() {
    changed = true;
    closed = true;
    outcomes.clear();
    repeats = 0;
    conflicts = 0;
    evictions = 0;
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

    /** There are too many; {@code last} in source order is let go. */
    record Evicted(AdmittedOutcome last) implements Added {}
  }

  private static final Added NEW = new Added.New();
  private static final Added REPEAT = new Added.Repeat();

  /**
   * Adds an outcome.
   *
   * @param earliestMillis how far before its prediction an outcome may have been observed
   */
  Added add(AdmittedOutcome outcome, long earliestMillis) {
    int at = Collections.binarySearch(outcomes, outcome, AdmittedOutcome.SOURCE_ORDER);
    if (at >= 0) {
      return REPEAT;
    }
    changed = true;
    outcomes.add(-at - 1, outcome);
    if (outcomes.size() <= Limits.MAX_OUTCOMES) {
      return NEW;
    }
    AdmittedOutcome last = outcomes.remove(outcomes.size() - 1);
    if (prediction == null || prediction.mayCount(last, earliestMillis)) {
      evictions++;
    }
    return new Added.Evicted(last);
  }

  /**
   * The outcome that stops counting, or never does, because a new one is there: another with the
   * same identity stands before it in source order. Null without such a conflict.
   */
  @Nullable AdmittedOutcome loserOf(AdmittedOutcome added) {
    AdmittedOutcome winner = null;
    for (AdmittedOutcome outcome : outcomes) {
      if (outcome.sameIdentity(added)) {
        if (winner != null) {
          return winner.equals(added) ? outcome : added;
        }
        winner = outcome;
      }
    }
    return null;
  }

  /** The outcomes that would count by their time, but for another with the same identity. */
  List<AdmittedOutcome> losers(long earliestMillis) {
    List<AdmittedOutcome> mayCount = mayCount(requirePrediction(), earliestMillis);
    List<AdmittedOutcome> losers = new ArrayList<>(mayCount);
    losers.removeAll(winners(mayCount));
    return losers;
  }

  /** The outcomes that come in time but say nothing in the prediction's terms. */
  List<AdmittedOutcome> misfits(long earliestMillis) {
    AdmittedPrediction judged = requirePrediction();
    List<AdmittedOutcome> misfits = new ArrayList<>(0);
    for (AdmittedOutcome outcome : outcomes) {
      if (judged.inTime(outcome, earliestMillis) && !judged.terms().fit(outcome)) {
        misfits.add(outcome);
      }
    }
    return misfits;
  }

  void remove(AdmittedOutcome outcome) {
    outcomes.remove(outcome);
    changed = true;
  }

  /** The verdict on the facts so far. */
  Verdict judge(boolean isFinal, long earliestMillis) {
    AdmittedPrediction judged = requirePrediction();
    List<AdmittedOutcome> mayCount = mayCount(judged, earliestMillis);
    List<AdmittedOutcome> counting = counting(winners(mayCount));
    long revision = revision(isFinal, mayCount.size());
    Maturity maturity = isFinal ? Maturity.FINAL : Maturity.PROVISIONAL;
    if (!counting.isEmpty()) {
      return LabelRule.of(judged.terms())
          .reduce(judged, counting)
          .verdict(revision, maturity, counting.size());
    }
    boolean negative = negativeDue || (isFinal && judged.negativeAtMillis() != Terms.NEVER);
    return new Verdict(
        revision,
        maturity,
        negative ? LabelStatus.NEGATIVE_BY_DEFAULT : LabelStatus.UNLABELLED,
        negative ? 0 : Double.NaN,
        null,
        null,
        -1,
        0);
  }

  private AdmittedPrediction requirePrediction() {
    return Objects.requireNonNull(prediction, "no prediction yet");
  }

  // Mostly there is no outcome or one, and it counts: the lists below are copied only where
  // something is left out.

  private List<AdmittedOutcome> mayCount(AdmittedPrediction judged, long earliestMillis) {
    List<AdmittedOutcome> left = null;
    for (int i = 0; i < outcomes.size(); i++) {
      left = keepIf(judged.mayCount(outcomes.get(i), earliestMillis), outcomes, i, left);
    }
    return left == null ? outcomes : left;
  }

  /** The first of each identity; in source order they stand together. */
  private static List<AdmittedOutcome> winners(List<AdmittedOutcome> sorted) {
    List<AdmittedOutcome> left = null;
    for (int i = 1; i < sorted.size(); i++) {
      if (left == null && sorted.get(i).sameIdentity(sorted.get(i - 1))) {
        left = new ArrayList<>(sorted.subList(0, i));
      } else if (left != null && !left.get(left.size() - 1).sameIdentity(sorted.get(i))) {
        left.add(sorted.get(i));
      }
    }
    return left == null ? sorted : left;
  }

  private static List<AdmittedOutcome> counting(List<AdmittedOutcome> winners) {
    List<AdmittedOutcome> left = null;
    for (int i = 0; i < winners.size(); i++) {
      AdmittedOutcome outcome = winners.get(i);
      left = keepIf(outcome.observes() && !isRetracted(outcome, winners), winners, i, left);
    }
    return left == null ? winners : left;
  }

  private static boolean isRetracted(AdmittedOutcome outcome, List<AdmittedOutcome> outcomes) {
    for (int i = 0; i < outcomes.size(); i++) {
      if (outcome.isRetractedBy(outcomes.get(i))) {
        return true;
      }
    }
    return false;
  }

  /** {@code left} is null while nothing has been left out; then it is a copy of what was kept. */
  private static @Nullable List<AdmittedOutcome> keepIf(
      boolean kept, List<AdmittedOutcome> of, int place, @Nullable List<AdmittedOutcome> left) {
    if (left != null && kept) {
      left.add(of.get(place));
    } else if (left == null && !kept) {
      return new ArrayList<>(of.subList(0, place));
    }
    return left;
  }

  /**
   * The revision of the final record: made of what counts in the end, so equal for any order of
   * arrival, and above every provisional one.
   *
   * @param earliestMillis how far before its prediction an outcome may have been observed
   */
  long finalRevision(long earliestMillis) {
    int facts = 1 + mayCount(requirePrediction(), earliestMillis).size();
    return GroundTruth.FINAL_REVISION + 4L * facts + (negativeDue ? 1 : 0);
  }

  private long revision(boolean isFinal, int outcomesThatMayCount) {
    // Repeats are no facts: they change nothing that a reader sees.
    long facts =
        1L
            + outcomesThatMayCount
            + (long) EVICTION_FACTS * evictions
            + (long) CONFLICT_FACTS * conflicts;
    return 4 * facts + (isFinal ? 2 : 0) + (negativeDue ? 1 : 0);
  }
}
