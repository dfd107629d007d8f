/**
 * Champion against challenger: tests that may be looked at at any time, posteriors of success
 * rates, and whether traffic was split as planned.
 */
@NullMarked
package dev.runway.drift.experiment;

import org.jspecify.annotations.NullMarked;
