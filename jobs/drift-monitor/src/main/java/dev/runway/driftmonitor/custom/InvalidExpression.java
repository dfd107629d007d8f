package dev.runway.driftmonitor.custom;

/** An expression that is not accepted, with the place at fault. Data, not a bug: has no stack. */
final class InvalidExpression extends Exception {
  InvalidExpression(String message) {
    super(message, null, false, false);
  }

  /** At a column of the text, counted from 1. */
  static InvalidExpression at(int column, String message) {
    return new InvalidExpression("at character " + column + ": " + message);
  }

  /** What was found and where. */
  String detail() {
    String message = getMessage();
    return message == null ? "" : message;
  }
}
