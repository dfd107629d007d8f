package dev.runway.profile;

import dev.runway.drift.profile.BaselineProfile.Declared;
import dev.runway.drift.profile.FeatureKind;

/**
 * A column that becomes a feature.
 *
 * @param column position of the column
 * @param name of the feature; those of the model's own answer begin with a dollar sign
 * @param codes numbers that are words: 7 and 7.0 are one of them, as in live traffic
 */
record Feature(int column, String columnName, String name, FeatureKind kind, boolean codes) {

  Declared declared() {
    return new Declared(name, kind);
  }
}
