package dev.runway.profile.source;

/** Where the values of one row go, column by column; a column that is not named is missing. */
public interface Cells {

  /** A value of an unknown type, as CSV has them: what it is decides its column. */
  void text(int column, String value);

  /** A number; NaN is missing. */
  void number(int column, double value);

  /** A word, also if it looks like a number. */
  void word(int column, String value);

  void truth(int column, boolean value);
}
