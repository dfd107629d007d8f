package dev.runway.cli;

import java.util.List;

/**
 * An option whose value goes into a request.
 *
 * @param option as it is typed
 * @param place name of the parameter of a query, or JSON pointer into a body
 * @param words the only values it may have; empty for any
 */
record Field(String option, String place, Form form, String description, List<String> words) {

  /** How a value is written in JSON. */
  enum Form {
    TEXT,
    INTEGER,
    NUMBER,
    FLAG,
    /** May be given more than once. */
    TEXTS,
    /** {@code NAME=NUMBER}, each a member of an object; may be given more than once. */
    NUMBERS,
    /** Typed without a value: it says its one word. Of those with one place one has to be typed. */
    WORD;

    boolean comesAgain() {
      return this == TEXTS || this == NUMBERS;
    }
  }
}
