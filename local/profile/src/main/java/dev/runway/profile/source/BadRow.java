package dev.runway.profile.source;

/** A row that cannot be counted, with the reason. Carries no stack: it is data, not a bug. */
public final class BadRow extends Exception {
  private static final int MAX_CHARS = 200;

  public BadRow(String reason) {
    super(printable(reason), null, false, false);
  }

  /** Rows come from outside, and reasons quote them: no control characters for the terminal. */
  private static String printable(String text) {
    StringBuilder printable = new StringBuilder(Math.min(text.length(), MAX_CHARS));
    for (int i = 0; i < text.length() && i < MAX_CHARS; i++) {
      char c = text.charAt(i);
      printable.append(Character.isISOControl(c) ? '?' : c);
    }
    return printable.toString();
  }

  public String reason() {
    return String.valueOf(getMessage());
  }
}
