/** Tests that may be looked at as often as one likes. */
@NullMarked
package dev.runway.drift.experiment;

import org.jspecify.annotations.NullMarked;
