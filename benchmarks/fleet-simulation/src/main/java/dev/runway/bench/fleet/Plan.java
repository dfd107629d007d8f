package dev.runway.bench.fleet;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/**
 * What a simulation is to be.
 *
 * @param stalePerDay spells of drift that begin on a usual day, in all of the fleet
 * @param badPerDay the same in the second month
 * @param foundationDay on which the model that half of the fleet uses drifts and is retrained; 0
 *     for never
 * @param cap commands that may run at a time
 * @param budget of a month, in US dollars; a fifth is for tier 1 alone
 */
public record Plan(
    int models,
    int days,
    double stalePerDay,
    double badPerDay,
    int foundationDay,
    int cap,
    double budget,
    long seed) {

  /** Midnight of the first of a month. */
  static final Instant START = LocalDate.of(2026, 1, 1).atStartOfDay(ZoneOffset.UTC).toInstant();

  /** What the issue asks for: 500 models, 90 days, 25 a day, 60 in a bad month. */
  public static Plan whole(long seed) {
    return new Plan(500, 90, 25, 60, 75, 50, 50_000, seed);
  }

  /** Whether it runs and keeps its limits: they are so tight that they are felt. */
  public static Plan small(long seed) {
    return new Plan(40, 6, 12, 12, 4, 3, 1_500, seed);
  }

  double stalePerDay(int day) {
    return day >= 31 && day < 59 ? badPerDay : stalePerDay;
  }
}
