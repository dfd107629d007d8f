/** The baselines that predictions are compared with, by model version and time. No Flink in it. */
@NullMarked
package dev.runway.driftmonitor.baseline;

import org.jspecify.annotations.NullMarked;
