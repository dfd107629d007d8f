package dev.runway.drift.window;

import dev.runway.drift.tile.Tile;
import org.jspecify.annotations.Nullable;

/**
 * Collects as many windows as a judgement needs: the newest, and older ones while there are too few
 * events. Offered windows from the newest on, it also collects those just before, as many as it
 * took, for a comparison. Not for use by several threads.
 */
public final class Widening {

  /** Windows that are judged together at most. */
  public static final int MAX_WINDOWS = 6;

  private final long minimum;
  private @Nullable Tile judged;
  private @Nullable Tile before;
  private int oldest;
  private int withTraffic;
  private long events;

  /**
   * Nothing yet.
   *
   * @param minimum events that are enough
   */
  public Widening(long minimum) {
    this.minimum = minimum;
  }

  /**
   * Offers a window.
   *
   * @param age 0 for the newest, then 1 up to {@link #MAX_WINDOWS} - 1
   * @param tile null for a window without traffic
   */
  public void offer(int age, @Nullable Tile tile) {
    if (tile == null) {
      return;
    }
    withTraffic++;
    events += tile.events();
    Tile sum = judged;
    if (sum == null || sum.events() < minimum) {
      judged = sum == null ? tile : sum.plus(tile);
      oldest = age;
    } else if (age <= 2 * oldest + 1) {
      before = before == null ? tile : before.plus(tile);
    }
  }

  /** What is judged; null without any traffic. */
  public @Nullable Tile judged() {
    return judged;
  }

  /** The same number of windows before those that are judged; null where they are not known. */
  public @Nullable Tile before() {
    return 2 * oldest + 1 < MAX_WINDOWS ? before : null;
  }

  /** Age of the oldest window that is judged. */
  public int oldest() {
    return oldest;
  }

  /** Whether it may not become wider: a window that has no traffic yet may still fill up. */
  public boolean widest() {
    return withTraffic == MAX_WINDOWS;
  }

  /** Events of all windows that were offered. */
  public long events() {
    return events;
  }
}
