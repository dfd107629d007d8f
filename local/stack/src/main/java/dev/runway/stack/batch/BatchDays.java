package dev.runway.stack.batch;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;

/**
 * The days of a batch run, in UTC.
 *
 * @param first first one
 * @param last last one, included; not before the first
 */
public record BatchDays(LocalDate first, LocalDate last) {

  /** Where the first day begins. */
  public Instant start() {
    return first.atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  /** Where the last day has ended. */
  public Instant end() {
    return last.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  boolean contains(LocalDate day) {
    return !day.isBefore(first) && !day.isAfter(last);
  }

  Stream<LocalDate> each() {
    return first.datesUntil(last.plusDays(1));
  }

  List<String> options() {
    return List.of("--mode", "batch", "--day", first.toString(), "--until", last.toString());
  }

  @Override
  public String toString() {
    return first.equals(last) ? first.toString() : first + " to " + last;
  }
}
