package dev.runway.driftmonitor.merge;

import dev.runway.model.ModelDocument;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How long the predictions of a model are gathered before they are judged, by its tier.
 *
 * @param millis of tiers 1 to 4; whole minutes
 */
public record TierWindows(List<Long> millis) implements Serializable {
  private static final int TIERS = 4;

  /** A model without a document is gone; its last events go into windows of this tier. */
  private static final int TIER_WITHOUT_DOCUMENT = 3;

  /** Checks that each tier has whole minutes. */
  public TierWindows {
    millis = List.copyOf(millis);
    if (millis.size() != TIERS
        || millis.stream().anyMatch(m -> m <= 0 || m % Span.MINUTE_MILLIS != 0)) {
      throw new IllegalArgumentException("four windows of whole minutes are due, not " + millis);
    }
  }

  /** Windows of tiers 1, 2, 3 and 4. */
  public static TierWindows of(Duration first, Duration second, Duration third, Duration fourth) {
    return new TierWindows(
        Stream.of(first, second, third, fourth).map(Duration::toMillis).toList());
  }

  /** 10, 20, 60 and 240 minutes. */
  public static TierWindows standard() {
    return of(
        Duration.ofMinutes(10), Duration.ofMinutes(20), Duration.ofHours(1), Duration.ofHours(4));
  }

  /**
   * Length of a model's windows.
   *
   * @param model null when it has no document any more
   */
  public long of(@Nullable ModelDocument model) {
    return millis.get((model == null ? TIER_WITHOUT_DOCUMENT : model.tier()) - 1);
  }

  /** Length of the longest windows. */
  public long longest() {
    return millis.stream().mapToLong(Long::longValue).max().orElseThrow();
  }
}
