/** Performance without labels: scores of predictions x what scores meant lately. */
@NullMarked
package dev.runway.driftmonitor.estimate;

import org.jspecify.annotations.NullMarked;
