package dev.runway.drift.profile;

/** What values a feature takes. Names and codes are part of stored forms: never changed. */
public enum FeatureKind {
  NUMERIC(0),
  CATEGORICAL(1),
  /** A category of the words {@code false} and {@code true}. */
  BOOLEAN(2);

  /** One more than the largest code. */
  public static final int CODES = 3;

  private final int code;

  FeatureKind(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }

  /** The kind of a code from 0 to {@link #CODES} - 1. */
  public static FeatureKind ofCode(int code) {
    return switch (code) {
      case 0 -> NUMERIC;
      case 1 -> CATEGORICAL;
      case 2 -> BOOLEAN;
      default -> throw new IllegalArgumentException("no kind " + code);
    };
  }
}
