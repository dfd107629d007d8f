package dev.runway.retraintrigger.signal;

import java.util.Locale;

/**
 * What looks like a fault of the data and not like a world that has changed.
 *
 * @param feature the feature it was seen in
 * @param kind what it looks like
 * @param size how large: a share, the factor of a unit, or how many times as wide
 */
public record DataFault(String feature, Kind kind, double size) {

  /** The faults that are told apart. Names are in decision records: never renamed. */
  public enum Kind {
    /** Many more values are missing. */
    NULL_SPIKE,
    /** All values are larger or smaller by a factor between units. */
    UNIT_JUMP,
    /** One category has taken most of the others' share. */
    CATEGORY_COLLAPSE,
    /** Values are of a type that the feature cannot hold. */
    SCHEMA_CHANGE,
    /** Values are so much more or less spread as no population becomes, by no unit's factor. */
    SPREAD_LEAP
  }

  /** In words. */
  public String words() {
    return switch (kind) {
      case NULL_SPIKE ->
          feature + " is missing in " + Math.round(100 * size) + " points more of the events";
      case UNIT_JUMP -> feature + " looks as if its unit had changed, by a factor of " + size;
      case CATEGORY_COLLAPSE ->
          "one value of "
              + feature
              + " has taken "
              + Math.round(100 * size)
              + " points of the others";
      case SPREAD_LEAP ->
          String.format(Locale.ROOT, "%s is spread %.3g times as wide as before", feature, size);
      case SCHEMA_CHANGE ->
          Math.round(100 * size) + " % of the values of " + feature + " are of another type";
    };
  }
}
