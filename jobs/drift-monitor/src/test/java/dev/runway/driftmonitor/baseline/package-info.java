/** Tests of the baselines in force. */
@NullMarked
package dev.runway.driftmonitor.baseline;

import org.jspecify.annotations.NullMarked;
