package dev.runway.model;

import org.jspecify.annotations.Nullable;

/**
 * An event that breaks the contract, with the field at fault. Carries no stack: it is data, not a
 * bug. Field and detail may quote the event, so what no store or terminal should see is replaced.
 */
public final class MalformedEvent extends Exception {
  private static final int MAX_CHARS = 256;

  private final Reason reason;
  private final @Nullable String field;

  /**
   * @param field path of the field at fault, for example {@code features.age}; null when the event
   *     as a whole is at fault
   * @param detail what was found and what was expected; never the content of a secret field
   */
  public MalformedEvent(Reason reason, @Nullable String field, String detail) {
    super(printable(detail), null, false, false);
    this.reason = reason;
    this.field = field == null ? null : printable(field);
  }

  private static String printable(String text) {
    StringBuilder printable = new StringBuilder(Math.min(text.length(), MAX_CHARS));
    for (int i = 0; i < text.length() && i < MAX_CHARS; i++) {
      char c = text.charAt(i);
      printable.append(Character.isISOControl(c) || Character.isSurrogate(c) ? '?' : c);
    }
    return printable.toString();
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
