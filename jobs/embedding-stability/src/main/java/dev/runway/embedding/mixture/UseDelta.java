package dev.runway.embedding.mixture;

/**
 * Predictions of a model version and window that were counted on their way.
 *
 * @param windowStartMillis first prediction time of the window
 */
public record UseDelta(
    String modelId, String modelVersion, long windowStartMillis, UseCounts counts) {

  /** Model and version as one key: an id of a model has no blanks. */
  public String key() {
    return modelId + " " + modelVersion;
  }

  static String modelOf(String key) {
    return key.substring(0, key.indexOf(' '));
  }

  static String versionOf(String key) {
    return key.substring(key.indexOf(' ') + 1);
  }
}
