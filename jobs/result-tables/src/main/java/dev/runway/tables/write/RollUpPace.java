package dev.runway.tables.write;

import java.time.Duration;

/**
 * How much of a roll-up is made in one statement. A statement that takes too long is ended and
 * undone, so it begins with little and asks for more while that is quick: what a day costs depends
 * on how many windows, metrics and segments models have.
 *
 * <p>When even one alone fails, others are made for a while: one by one, each turn at another place
 * in their order. Then it goes on as before, which is to begin with the newest again.
 */
final class RollUpPace {
  static final int FIRST = 10;
  static final int MOST = 5_120;

  private static final Duration QUICK = Duration.ofMillis(400);
  private static final Duration SLOW = Duration.ofSeconds(2);

  /** Steps past one that failed. */
  static final int ROUND = 100;

  private final String function;
  private int most = FIRST;
  private int turn;
  private int stepsOfRound;

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

  /** Where to take it from: 0 for the newest and the oldest, else at that place of all. */
  int turn() {
    return stepsOfRound > 0 ? turn : 0;
  }

  /** So much took so long. */
  void took(Duration time) {
    if (stepsOfRound > 0) {
      stepsOfRound--;
      nextTurn();
    } else if (time.compareTo(QUICK) <= 0) {
      most = Math.min(2 * most, MOST);
    } else if (time.compareTo(SLOW) > 0) {
      most = Math.max(most / 2, 1);
    }
  }

  /** So much was not made. */
  void failed() {
    if (most == 1) {
      stepsOfRound = ROUND;
      nextTurn();
    }
    most = Math.max(most / 8, 1);
  }

  private void nextTurn() {
    turn = turn == Integer.MAX_VALUE ? 1 : turn + 1;
  }
}
