/**
 * Final ground truth to readings of concept drift and alarms of change detectors. {@code
 * VersionWatch} is the core, without Flink.
 */
@NullMarked
package dev.runway.driftmonitor.concept;

import org.jspecify.annotations.NullMarked;
