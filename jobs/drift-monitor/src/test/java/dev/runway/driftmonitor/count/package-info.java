/** Tests of counting. */
@NullMarked
package dev.runway.driftmonitor.count;

import org.jspecify.annotations.NullMarked;
