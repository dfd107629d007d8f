package dev.runway.drift.profile;

/** Where the values of one row go, feature by feature; a feature that is not named is missing. */
public interface Values {

  /** A finite or infinite number; NaN is missing. */
  void number(int feature, double value);

  /** A word; booleans are {@code "true"} and {@code "false"}. */
  void category(int feature, String value);
}
