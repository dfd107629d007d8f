/** Tests of performance without labels. */
@NullMarked
package dev.runway.driftmonitor.estimate;

import org.jspecify.annotations.NullMarked;
