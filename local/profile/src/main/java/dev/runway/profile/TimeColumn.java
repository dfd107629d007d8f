package dev.runway.profile;

import dev.runway.profile.source.BadRow;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/**
 * The column that says when a row was.
 *
 * @param column its position
 * @param windowMillis length of the windows of which the scatter is measured, above 0
 */
record TimeColumn(int column, String name, long windowMillis) {

  /**
   * The time of a row in epoch milliseconds.
   *
   * @throws BadRow if it has none
   */
  long millis(RowCells cells) throws BadRow {
    return switch (cells.content(column)) {
      case NUMBER -> whole(cells.number(column));
      case TEXT ->
          Texts.isNumber(cells.word(column))
              ? whole(Texts.number(cells.word(column)))
              : parsed(cells.word(column));
      case WORD -> parsed(cells.word(column));
      case MISSING -> throw new BadRow(name + " is missing, due is a time");
      case TRUTH -> throw wrong(String.valueOf(cells.truth(column)));
    };
  }

  private long whole(double number) throws BadRow {
    if (!(Math.abs(number) < 1e15)) {
      throw wrong(String.valueOf(number));
    }
    return (long) Math.floor(number);
  }

  /** With an offset, or in UTC. */
  private long parsed(String text) throws BadRow {
    String iso = text.strip().replaceFirst(" ", "T");
    try {
      if (iso.length() == "2026-11-01".length()) {
        return LocalDate.parse(iso).atStartOfDay().toInstant(ZoneOffset.UTC).toEpochMilli();
      }
      boolean offset = iso.matches(".*(?:[Zz]|[+-]\\d\\d(?::?\\d\\d)?)$") && iso.indexOf('T') > 0;
      return offset
          ? OffsetDateTime.parse(iso).toInstant().toEpochMilli()
          : LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC).toEpochMilli();
    } catch (DateTimeException | ArithmeticException e) {
      throw wrong("'" + text + "'");
    }
  }

  private BadRow wrong(String found) {
    return new BadRow(
        "%s is %s, due is a time such as 2026-11-01T12:00:00Z, or epoch milliseconds"
            .formatted(name, found));
  }
}
