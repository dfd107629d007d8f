package dev.runway.model;

/** Takes the features of a prediction as they are read, by their position in a declared list. */
public interface PositionedFeatureSink {

  /** A finite or infinite number; NaN is missing. */
  void number(int position, double value);

  /** A category; booleans arrive as {@code "true"} and {@code "false"}. */
  void category(int position, String value);

  /**
   * All features have been read.
   *
   * @param count how many there were, missing ones included
   */
  void end(int count);
}
