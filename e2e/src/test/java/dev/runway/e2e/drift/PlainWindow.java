package dev.runway.e2e.drift;

import java.util.List;

/**
 * A window of live predictions.
 *
 * @param fromMillis first time that was judged
 * @param judged whether it has a hundred predictions, earlier windows included
 */
public record PlainWindow(
    String version,
    String segment,
    long fromMillis,
    long endMillis,
    boolean judged,
    List<PlainFeature> features) {

  public PlainWindow {
    features = List.copyOf(features);
  }
}
