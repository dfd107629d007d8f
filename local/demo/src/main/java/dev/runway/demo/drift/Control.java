package dev.runway.demo.drift;

import java.util.List;

/**
 * Features whose values come and go in a known rhythm, which is no drift and must not be called so.
 *
 * @param segment of which predictions, or {@code *} for all
 */
public record Control(String name, String segment, List<String> features) {

  public Control {
    features = List.copyOf(features);
  }
}
