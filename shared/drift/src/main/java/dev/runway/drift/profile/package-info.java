/**
 * Baselines: what the features of a model version looked like when it was trained, in the form that
 * live traffic is compared with.
 *
 * <p>A profile fixes names, kinds, bins and vocabularies, and holds exact counts over them. It is
 * built in two passes over the data, bins first and counts second, or from the first tiles of live
 * traffic, and travels as one JSON object.
 */
@NullMarked
package dev.runway.drift.profile;

import org.jspecify.annotations.NullMarked;
