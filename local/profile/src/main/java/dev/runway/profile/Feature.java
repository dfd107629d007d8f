package dev.runway.profile;

import dev.runway.drift.profile.BaselineProfile.Declared;
import dev.runway.drift.profile.FeatureKind;

/**
 * A column that becomes a feature.
 *
 * @param column position of the column
 * @param name of the feature; those of the model's own answer begin with a dollar sign
 * @param kind what it is compared as
 * @param found what its values look like; of another kind where it was said to be a category
 */
record Feature(int column, String columnName, String name, FeatureKind kind, FeatureKind found) {

  /** Whether numbers are words: 7 and 7.0 are one of them, as in live traffic. */
  boolean codes() {
    return found == FeatureKind.NUMERIC;
  }

  /** Whether truths are words: {@code true} whatever its case, as in live traffic. */
  boolean truths() {
    return found == FeatureKind.BOOLEAN;
  }

  Declared declared() {
    return new Declared(name, kind);
  }
}
