/** Tests of the drift-monitor job. */
@NullMarked
package dev.runway.driftmonitor;

import org.jspecify.annotations.NullMarked;
