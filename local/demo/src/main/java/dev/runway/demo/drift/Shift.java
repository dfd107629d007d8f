package dev.runway.demo.drift;

import java.util.List;

/**
 * A change of the data that must be found.
 *
 * @param segment whose predictions change, or {@code *} for all
 * @param features those that change
 * @param onsetMillis the first changed prediction may be made at this time
 * @param endMillis from then on all is as before, or the version is not in use any more
 */
public record Shift(
    String name,
    String version,
    String segment,
    List<String> features,
    long onsetMillis,
    long endMillis) {

  public Shift {
    features = List.copyOf(features);
  }
}
