package dev.runway.demo.scenario;

import java.time.LocalDate;
import java.time.ZoneOffset;

/** Dates as epoch milliseconds, UTC. */
final class Times {
  static final long MINUTE = 60_000;
  static final long HOUR = 60 * MINUTE;
  static final long DAY = 24 * HOUR;

  private Times() {}

  static long startOf(LocalDate date) {
    return date.atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
  }

  static long startOf(int year, int month, int day) {
    return startOf(LocalDate.of(year, month, day));
  }
}
