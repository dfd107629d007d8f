package dev.runway.drift.staleness;

import org.jspecify.annotations.Nullable;

/**
 * When a score changes a level: it must be beyond a threshold for several windows in a row, and the
 * way down has lower thresholds than the way up.
 *
 * @param upAtRisk score from which the level may rise to {@link #AT_RISK}
 * @param upStale score from which it may rise to {@link #STALE}
 * @param downAtRisk score that keeps it at {@link #AT_RISK} at least
 * @param downStale score that keeps it at {@link #STALE}
 * @param windowsUp windows in a row that raise the level
 * @param windowsDown windows in a row that lower it
 */
public record Hysteresis(
    double upAtRisk,
    double upStale,
    double downAtRisk,
    double downStale,
    int windowsUp,
    int windowsDown) {

  public static final int FRESH = 0;
  public static final int AT_RISK = 1;
  public static final int STALE = 2;

  /**
   * Where a model is.
   *
   * @param level {@link #FRESH}, {@link #AT_RISK} or {@link #STALE}
   * @param ups windows in a row that were above the level
   * @param pendingUp the lowest level of these
   * @param downs windows in a row that were below the level
   * @param pendingDown the highest level of these
   */
  public record Position(int level, int ups, int pendingUp, int downs, int pendingDown) {
    /** Of a model that nothing is known about. */
    public static final Position START = new Position(FRESH, 0, 0, 0, 0);

    private static Position at(int level) {
      return new Position(level, 0, 0, 0, 0);
    }
  }

  /** Checks the order of the thresholds. */
  public Hysteresis {
    boolean ordered =
        downAtRisk <= upAtRisk
            && downStale <= upStale
            && upAtRisk <= upStale
            && downAtRisk <= downStale;
    if (!ordered || windowsUp < 1 || windowsDown < 1) {
      throw new IllegalArgumentException(
          "thresholds must rise from at risk to stale and not be higher on the way down, windows must"
              + " be 1 or more: up %s/%s, down %s/%s, windows %d/%d"
                  .formatted(upAtRisk, upStale, downAtRisk, downStale, windowsUp, windowsDown));
    }
  }

  /**
   * Of a tier: 1 (revenue-critical) to 4 (experimental). Every tier comes down 0.10 and 0.15 below
   * where it goes up, after three windows.
   */
  public static Hysteresis ofTier(int tier) {
    return switch (tier) {
      case 1 -> of(0.35, 0.55, 2);
      case 2 -> of(0.40, 0.60, 2);
      case 3 -> of(0.45, 0.65, 3);
      default -> of(0.50, 0.75, 3);
    };
  }

  /** With these thresholds on the way up. */
  public static Hysteresis of(double atRisk, double stale, int windowsUp) {
    double downAtRisk = atRisk - 0.10;
    double downStale = Math.max(downAtRisk, stale - 0.15);
    return new Hysteresis(atRisk, stale, downAtRisk, downStale, windowsUp, 3);
  }

  /** Stricter, for a score that stands on less: thresholds higher by so much, one window more. */
  public Hysteresis stricter(double by) {
    return new Hysteresis(
        upAtRisk + by, upStale + by, downAtRisk + by, downStale + by, windowsUp + 1, windowsDown);
  }

  /**
   * After one more window.
   *
   * @param score null when nothing is known: all stays as it is
   */
  public Position next(Position now, @Nullable Double score) {
    if (score == null) {
      return now;
    }
    int up = score >= upStale ? STALE : score >= upAtRisk ? AT_RISK : FRESH;
    int down = score >= downStale ? STALE : score >= downAtRisk ? AT_RISK : FRESH;
    if (up > now.level) {
      int pending = now.ups == 0 ? up : Math.min(now.pendingUp, up);
      return now.ups + 1 >= windowsUp
          ? Position.at(pending)
          : new Position(now.level, now.ups + 1, pending, 0, 0);
    }
    if (down < now.level) {
      int pending = now.downs == 0 ? down : Math.max(now.pendingDown, down);
      return now.downs + 1 >= windowsDown
          ? Position.at(pending)
          : new Position(now.level, 0, 0, now.downs + 1, pending);
    }
    return Position.at(now.level);
  }
}
