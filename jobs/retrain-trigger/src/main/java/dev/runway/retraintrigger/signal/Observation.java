package dev.runway.retraintrigger.signal;

import dev.runway.model.SignalPart;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one reading of drift says of one window, in as little as a decision needs.
 *
 * @param severity null when nothing could be judged
 * @param metric what {@code value} is; null without a value
 * @param warn value at which the severity is 0.5; null without a value
 * @param critical value from which it is 1; null without a value
 * @param samples predictions or labels behind it
 * @param flagged features that have drifted
 * @param evaluated features that could be judged
 * @param provisional measured against live traffic, or perhaps a season of a young version: nothing
 *     is done for it alone
 * @param features those at fault, the worst first
 */
public record Observation(
    SignalPart.Signal signal,
    String profileId,
    long windowStartMillis,
    long windowEndMillis,
    long revision,
    @Nullable Double severity,
    @Nullable String metric,
    @Nullable Double value,
    @Nullable Double warn,
    @Nullable Double critical,
    long samples,
    int flagged,
    int evaluated,
    boolean provisional,
    List<String> features,
    List<DataFault> faults) {

  /** Readings of one slot replace each other, window by window. */
  public String slot() {
    return signal.name() + '|' + profileId;
  }

  /** Length of its window. */
  public long lengthMillis() {
    return windowEndMillis - windowStartMillis;
  }

  /** Which of two readings of one slot and window counts, whichever came first. */
  public boolean replaces(Observation other) {
    return revision >= other.revision;
  }

  /** With so many of its features at most; which of them are named decides nothing. */
  public Observation withFeatures(int most) {
    return new Observation(
        signal,
        profileId,
        windowStartMillis,
        windowEndMillis,
        revision,
        severity,
        metric,
        value,
        warn,
        critical,
        samples,
        flagged,
        evaluated,
        provisional,
        features.subList(0, Math.min(most, features.size())),
        faults.subList(0, Math.min(Math.max(1, most), faults.size())));
  }
}
