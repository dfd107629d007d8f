/** Tests of concept drift and change detectors. */
@NullMarked
package dev.runway.driftmonitor.concept;

import org.jspecify.annotations.NullMarked;
