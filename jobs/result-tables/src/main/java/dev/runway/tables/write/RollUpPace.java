package dev.runway.tables.write;

import java.time.Duration;

/**
 * How much of a roll-up is made in one statement. A statement that takes too long is ended and
 * undone, so it begins with little and asks for more while that is quick: what a day costs depends
 * on how many windows, metrics and segments models have.
 */
final class RollUpPace {
  static final int FIRST = 10;
  static final int MOST = 5_120;

  private static final Duration QUICK = Duration.ofMillis(400);
  private static final Duration SLOW = Duration.ofSeconds(2);

  private final String function;
  private int most = FIRST;

  RollUpPace(String function) {
    this.function = function;
  }

  String function() {
    return function;
  }

  /** How much to ask for next. */
  int most() {
    return most;
  }

  /** So much took so long. */
  void took(Duration time) {
    if (time.compareTo(QUICK) <= 0) {
      most = Math.min(2 * most, MOST);
    } else if (time.compareTo(SLOW) > 0) {
      most = Math.max(most / 2, 1);
    }
  }

  /** So much was not made. */
  void failed() {
    most = Math.max(most / 8, 1);
  }
}
