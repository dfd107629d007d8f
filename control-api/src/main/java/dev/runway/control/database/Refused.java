package dev.runway.control.database;

/** A change that a constraint of the tables does not allow. */
public final class Refused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Kind kind;
  private final String constraint;

  Refused(Kind kind, String constraint, Throwable cause) {
    super(kind + " " + constraint, cause);
    this.kind = kind;
    this.constraint = constraint;
  }

  /** What was broken. */
  public enum Kind {
    /** There is such a thing already. */
    DUPLICATE,
    /** What it refers to is not there. */
    DANGLING,
    /** A value that the table does not take. */
    VALUE
  }

  public Kind kind() {
    return kind;
  }

  /** Name of the constraint; empty when the server named none. */
  public String constraint() {
    return constraint;
  }
}
