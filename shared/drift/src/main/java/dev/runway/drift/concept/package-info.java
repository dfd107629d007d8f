/** Concept drift: whether the same score now means another chance of the label. */
@NullMarked
package dev.runway.drift.concept;

import org.jspecify.annotations.NullMarked;
