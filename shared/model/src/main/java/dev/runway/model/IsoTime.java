package dev.runway.model;

import java.time.Month;
import java.time.chrono.IsoChronology;

/**
 * Reads the form of ISO 8601 that nearly every producer writes, {@code yyyy-mm-ddThh:mm:ss[.SSS]Z},
 * without allocating. Other forms are for {@link java.time.OffsetDateTime}, which agrees on this
 * one.
 */
final class IsoTime {
  private static final String SHAPE = "dddd-dd-ddTdd:dd:dd";
  private static final int SECONDS = SHAPE.length();

  private IsoTime() {}

  /** Epoch milliseconds, or {@link EventTime#NONE} for any other form and for what is no time. */
  static long millis(byte[] text, int from, int to) {
    if (!hasShape(text, from, to)) {
      return EventTime.NONE;
    }
    int year = number(text, from, 4);
    int month = number(text, from + 5, 2);
    int day = number(text, from + 8, 2);
    int hour = number(text, from + 11, 2);
    int minute = number(text, from + 14, 2);
    int second = number(text, from + 17, 2);
    if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59) {
      return EventTime.NONE;
    }
    if (day > Month.of(month).length(IsoChronology.INSTANCE.isLeapYear(year))) {
      return EventTime.NONE;
    }
    long seconds = ((epochDay(year, month, day) * 24 + hour) * 60 + minute) * 60 + second;
    int fraction = to - from == SECONDS + 1 ? 0 : number(text, from + SECONDS + 1, 3);
    return seconds * 1_000 + fraction;
  }

  private static boolean hasShape(byte[] text, int from, int to) {
    int length = to - from;
    boolean whole = length == SECONDS + 1;
    if ((!whole && length != SECONDS + 5) || text[to - 1] != 'Z') {
      return false;
    }
    for (int i = 0; i < SECONDS; i++) {
      char due = SHAPE.charAt(i);
      if (due == 'd' ? !isDigit(text[from + i]) : text[from + i] != due) {
        return false;
      }
    }
    int point = from + SECONDS;
    return whole
        || (text[point] == '.'
            && isDigit(text[point + 1])
            && isDigit(text[point + 2])
            && isDigit(text[point + 3]));
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  private static int number(byte[] text, int from, int digits) {
    int number = 0;
    for (int i = from; i < from + digits; i++) {
      number = number * 10 + (text[i] - '0');
    }
    return number;
  }

  /** Days since 1970-01-01 of a date of the years 0 to 9999. */
  private static long epochDay(int year, int month, int day) {
    // Years begin in March here, so that the leap day is the last one of its year.
    int y = month > 2 ? year : year - 1;
    int sinceMarch = month > 2 ? month - 3 : month + 9;
    int leaps = Math.floorDiv(y, 4) - Math.floorDiv(y, 100) + Math.floorDiv(y, 400);
    int ofYear = (153 * sinceMarch + 2) / 5 + day - 1;
    return 365L * y + leaps + ofYear - 719_468;
  }
}
