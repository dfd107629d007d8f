package dev.runway.bench.drift;

import java.io.Serializable;
import java.util.Locale;

/**
 * What the predictions of a measurement are.
 *
 * @param features numeric features of each, beside the score
 * @param share how the models share the traffic
 * @param subtasks of each operator
 */
public record Load(Encoding encoding, int features, int models, Share share, int subtasks)
    implements Serializable {

  /** How a prediction is written. */
  public enum Encoding {
    /** Features as floats by position. */
    AVRO("Avro"),
    /** Features by name. */
    JSON("JSON");

    final String title;

    Encoding(String title) {
      this.title = title;
    }
  }

  /** How the models share the traffic. */
  public enum Share {
    /** The i-th has 1/i of what the first one has. */
    ZIPF(""),
    EVEN(", even"),
    /** One has nine tenths. */
    HOT(", one with 90 %");

    final String title;

    Share(String title) {
      this.title = title;
    }
  }

  /** With models after Zipf and one subtask. */
  static Load of(Encoding encoding, int features, int models) {
    return new Load(encoding, features, models, Share.ZIPF, 1);
  }

  /** What {@link #text} has written. */
  static Load parse(String text) {
    String[] parts = text.split(":", -1);
    return new Load(
        Encoding.valueOf(parts[0]),
        Integer.parseInt(parts[1]),
        Integer.parseInt(parts[2]),
        Share.valueOf(parts[3]),
        Integer.parseInt(parts[4]));
  }

  /** For the arguments of a process. */
  String text() {
    return "%s:%d:%d:%s:%d".formatted(encoding, features, models, share, subtasks);
  }

  /** For a row's name. */
  String title() {
    return String.format(
        Locale.ROOT,
        "%s, %,d features, %s%s%s",
        encoding.title,
        features,
        models == 1 ? "1 model" : models + " models",
        share.title,
        subtasks == 1 ? "" : ", " + subtasks + " subtasks");
  }

  /** The one that the figures are mostly about. */
  boolean isCommon() {
    return features == 100 && models == 50 && share == Share.ZIPF;
  }

  /** Counts of a prediction: its features, and its score, which is one more. */
  int counted() {
    return features + 1;
  }

  /** Counts that are open in a minute. */
  int open() {
    return models * counted();
  }
}
