package dev.runway.profile.source;

import dev.runway.drift.profile.FeatureKind;
import org.jspecify.annotations.Nullable;

/**
 * A column of training data.
 *
 * @param kind null where only the values tell
 * @param leftOut why it is no feature, such as its type; null for one that is
 */
public record Column(String name, @Nullable FeatureKind kind, @Nullable String leftOut) {

  /** A column whose values say of what kind it is. */
  public static Column untyped(String name) {
    return new Column(name, null, null);
  }

  /** A column of a known kind. */
  public static Column of(String name, FeatureKind kind) {
    return new Column(name, kind, null);
  }

  /** A column of values that are no features, such as times. */
  public static Column leftOut(String name, String reason) {
    return new Column(name, null, reason);
  }
}
