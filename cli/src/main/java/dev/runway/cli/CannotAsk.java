package dev.runway.cli;

/** The API cannot be asked, and why: words for the person who typed the command. */
final class CannotAsk extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CannotAsk(String message) {
    super(message);
  }
}
