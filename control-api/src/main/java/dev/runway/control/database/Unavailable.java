package dev.runway.control.database;

/**
 * The database does not answer, or refuses to write, or what else a change needs is not known yet:
 * try again later. Nothing was changed.
 */
public final class Unavailable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public Unavailable(String message) {
    super(message);
  }

  Unavailable(String message, Throwable cause) {
    super(message, cause);
  }
}
