package dev.runway.embedding.traffic;

import dev.runway.drift.embedding.traffic.TrafficSums;

/**
 * Vectors of a version and window that were added up on their way.
 *
 * @param windowStartMillis first time of storing that is part of the window
 */
public record TrafficDelta(
    String spaceId, String version, long windowStartMillis, TrafficSums sums) {

  /** Space and version as one key: an id of a space has no blanks. */
  public String key() {
    return spaceId + " " + version;
  }

  static String spaceOf(String key) {
    return key.substring(0, key.indexOf(' '));
  }

  static String versionOf(String key) {
    return key.substring(key.indexOf(' ') + 1);
  }
}
