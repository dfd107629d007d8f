package dev.runway.bench.trigger;

import java.io.Serializable;

/**
 * What readings are like. drift-monitor tells of a model its outputs, the features that drifted and
 * the five beside them that changed most: of the first hundred with each of its metrics, of the
 * others without those that say once more what PSI says.
 *
 * @param features of the model
 * @param told features in a reading
 * @param breached whether each feature of each model has drifted; else one of each tenth model
 */
record Shape(int features, int told, boolean breached) implements Serializable {
  /** Features that are told with every metric. */
  static final int IN_FULL = 100;

  /** Ten features, of which five and the score are told. */
  static final Shape USUAL = new Shape(10, 6, false);

  /** A thousand features that have all drifted; a reading has room for two hundred of them. */
  static final Shape BREACHED = new Shape(1_000, 200, true);

  /** Whether something of a model has drifted. */
  boolean hasDrifted(int model) {
    return breached || model % 10 == 0;
  }
}
