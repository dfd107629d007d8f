package dev.runway.control.alerts;

/** How much an alert matters, the most first: a tier each. The names are stored: never renamed. */
enum Severity {
  CRITICAL,
  ERROR,
  WARNING,
  INFO;

  /**
   * That of a model.
   *
   * @param tier 1 to 4; 0 when it is about no model
   * @param worst that the rule allows
   */
  static Severity of(int tier, Severity worst) {
    Severity own =
        switch (tier) {
          case 2 -> ERROR;
          case 3 -> WARNING;
          case 4 -> INFO;
          default -> CRITICAL;
        };
    return own.compareTo(worst) > 0 ? own : worst;
  }
}
