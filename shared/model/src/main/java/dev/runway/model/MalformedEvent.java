package dev.runway.model;

import org.jspecify.annotations.Nullable;

/**
 * An event that breaks the contract, with the field at fault. Carries no stack: it is data, not a
 * bug.
 */
public final class MalformedEvent extends Exception {
  private final Reason reason;
  private final @Nullable String field;

  /**
   * @param field path of the field at fault, for example {@code features.age}; null when the event
   *     as a whole is at fault
   * @param detail what was found and what was expected; never the content of a secret field
   */
  public MalformedEvent(Reason reason, @Nullable String field, String detail) {
    super(detail, null, false, false);
    this.reason = reason;
    this.field = field;
  }

  public Reason reason() {
    return reason;
  }

  public @Nullable String field() {
    return field;
  }

  /** What was found and what was expected. */
  public String detail() {
    String message = getMessage();
    return message == null ? "" : message;
  }
}
