package dev.runway.demo.scenario;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.IsoFields;
import java.util.Locale;

/**
 * How windows are gathered for a table that a person reads. A window belongs to the period that
 * holds its start; labels sort by time. All in UTC.
 */
public enum Period {
  /** ISO week, for example {@code 2001-W05}. */
  WEEK,
  MONTH,
  QUARTER,
  YEAR;

  /** Label of the period that holds a time. */
  public String label(long windowStartMillis) {
    LocalDate date = Instant.ofEpochMilli(windowStartMillis).atZone(ZoneOffset.UTC).toLocalDate();
    return switch (this) {
      case WEEK ->
          String.format(
              Locale.ROOT,
              "%d-W%02d",
              date.get(IsoFields.WEEK_BASED_YEAR),
              date.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
      case MONTH -> String.format(Locale.ROOT, "%d-%02d", date.getYear(), date.getMonthValue());
      case QUARTER ->
          String.format(Locale.ROOT, "%d-Q%d", date.getYear(), date.get(IsoFields.QUARTER_OF_YEAR));
      case YEAR -> Integer.toString(date.getYear());
    };
  }

  /** Label of the period a prediction is counted in: that of its window's start. */
  public String label(long predictedAtMillis, long windowMillis) {
    return label(Math.floorDiv(predictedAtMillis, windowMillis) * windowMillis);
  }
}
