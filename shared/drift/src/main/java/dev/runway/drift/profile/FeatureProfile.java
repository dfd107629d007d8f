package dev.runway.drift.profile;

import dev.runway.drift.distribution.Overdispersion;
import org.jspecify.annotations.Nullable;

/** What is known about one feature. Immutable. */
public sealed interface FeatureProfile permits NumericProfile, CategoricalProfile {

  String name();

  FeatureKind kind();

  /** Rows with a value of the right type. */
  long n();

  /** Rows without one. */
  long missing();

  /**
   * Rows with a value of another type, such as {@code N/A} for a number; 0 in profiles of before
   * these were told from missing ones.
   */
  long mistyped();

  /** All rows. */
  default long rows() {
    return n() + missing() + mistyped();
  }

  /** How much more than independent events its counts scatter. */
  Overdispersion dispersion();

  /** The same with another dispersion. */
  FeatureProfile with(Overdispersion other);

  /** What its PSI is while nothing drifts; null where nobody measured it. */
  @Nullable InControl inControl();

  /** The same with what its PSI is while nothing drifts. */
  FeatureProfile with(@Nullable InControl measured);

  /** Share of the rows without a value; 0 for no rows. */
  default double missingShare() {
    return rows() == 0 ? 0 : (double) missing() / rows();
  }
}
