package dev.runway.control.database;

/** The database does not answer, or refuses to write: try again later. Nothing was changed. */
public final class Unavailable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Unavailable(String message, Throwable cause) {
    super(message, cause);
  }
}
