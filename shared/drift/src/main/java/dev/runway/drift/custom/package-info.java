/**
 * Drift metrics that are not Runway's: what a user implements, and what it is given.
 *
 * <p>These types are an interface to other people's jars. They are only added to.
 */
@NullMarked
package dev.runway.drift.custom;

import org.jspecify.annotations.NullMarked;
