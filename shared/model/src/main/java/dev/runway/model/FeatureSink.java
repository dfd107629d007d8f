package dev.runway.model;

/** Takes the features of a prediction as they are read. Names come before each value. */
public interface FeatureSink {

  /** A finite or infinite number. */
  void number(String name, double value);

  /** A category; booleans arrive as {@code "true"} and {@code "false"}. */
  void category(String name, String value);

  /** JSON null: the feature is missing. */
  void missing(String name);
}
