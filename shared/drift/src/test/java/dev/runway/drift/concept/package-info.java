/** Tests of concept drift. */
@NullMarked
package dev.runway.drift.concept;

import org.jspecify.annotations.NullMarked;
