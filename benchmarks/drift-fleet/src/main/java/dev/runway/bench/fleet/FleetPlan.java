package dev.runway.bench.fleet;

import dev.runway.drift.window.Season;
import java.time.LocalDate;
import java.time.ZoneOffset;

/**
 * How large the fleet is.
 *
 * @param models in it
 * @param days that count
 * @param shifted how many of the models truly drift, once each
 * @param volume traffic in parts of the usual one
 * @param features of each model, beside one of many words
 * @param peers whether the other rules are run beside ours
 * @param seed same seed, same fleet
 */
public record FleetPlan(
    int models, int days, int shifted, double volume, int features, boolean peers, long seed) {

  /** Days before those that count: until then a version has no week to be compared with. */
  public static final int FIRST_DAYS = 9;

  /** A Monday. */
  static final long START_MILLIS =
      LocalDate.of(2026, 3, 2).atStartOfDay().toInstant(ZoneOffset.UTC).toEpochMilli();

  /** 500 models, 90 days, 5 % of them drift. */
  public static FleetPlan full(boolean peers, long seed) {
    return new FleetPlan(500, 90, 25, 1, 10, peers, seed);
  }

  long countsFromMillis() {
    return START_MILLIS + FIRST_DAYS * Season.DAY;
  }

  long endMillis() {
    return countsFromMillis() + days * Season.DAY;
  }

  /** Drifting models are spread over the fleet, whose order says nothing. */
  boolean drifts(int model) {
    return (long) (model + 1) * shifted / models > (long) model * shifted / models;
  }

  /**
   * Models beside those that drift, one in twenty, whose traffic has new words some day. In a
   * vocabulary of so many they are hardly a change of shares, so they are no drift of a PSI.
   */
  boolean hasNewWords(int model) {
    return model % 20 == 10 && !drifts(model);
  }

  /** Which of the drifting models it is, from 0. */
  int driftNumber(int model) {
    return (int) ((long) model * shifted / models);
  }
}
