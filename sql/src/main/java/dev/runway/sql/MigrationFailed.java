package dev.runway.sql;

/** The database could not be brought to this release's tables; what succeeded before stays. */
public final class MigrationFailed extends RuntimeException {

  private static final long serialVersionUID = 1L;

  MigrationFailed(String message, Throwable cause) {
    super(message, cause);
  }
}
