package dev.runway.drift.profile;

import dev.runway.drift.distribution.Overdispersion;

/** What is known about one feature. Immutable. */
public sealed interface FeatureProfile permits NumericProfile, CategoricalProfile {

  String name();

  FeatureKind kind();

  /** Rows with a value. */
  long n();

  /** Rows without one. */
  long missing();

  /** How much more than independent events its counts scatter. */
  Overdispersion dispersion();

  /** The same with another dispersion. */
  FeatureProfile with(Overdispersion other);

  /** Share of the rows without a value; 0 for no rows. */
  default double missingShare() {
    return n() + missing() == 0 ? 0 : (double) missing() / (n() + missing());
  }
}
