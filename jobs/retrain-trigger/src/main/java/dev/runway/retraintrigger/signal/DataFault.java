package dev.runway.retraintrigger.signal;

/**
 * What looks like a fault of the data and not like a world that has changed.
 *
 * @param feature the feature it was seen in
 * @param kind what it looks like
 * @param size how large: a share, or the factor of a unit
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
    SCHEMA_CHANGE
  }

  /** In words. */
  public String words() {
    return switch (kind) {
      case NULL_SPIKE -> "%s is missing in %.0f points more of the events".formatted(feature, 100 * size);
      case UNIT_JUMP -> "%s looks as if its unit had changed, by a factor of %s".formatted(feature, size);
      case CATEGORY_COLLAPSE -> "one value of %s has taken %.0f points of the others".formatted(feature, 100 * size);
      case SCHEMA_CHANGE -> "%.0f %% of the values of %s are of another type".formatted(100 * size, feature);
    };
  }
}
