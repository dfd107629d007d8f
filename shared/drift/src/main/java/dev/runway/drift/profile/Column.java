package dev.runway.drift.profile;

/** One feature while its profile is built. */
interface Column {

  /** The row's value is a number; NaN is missing. */
  void number(double value);

  /** The row's value is a word. */
  void category(String value);

  /** A row without a value by now misses it. */
  void endOfRow();

  void endOfFirstPass();

  FeatureProfile profile();
}
