package dev.runway.driftmonitor.concept;

import dev.runway.drift.performance.LabelledScores;
import org.jspecify.annotations.Nullable;

/**
 * What is known when the truths of a window are complete: how good the model was in it, and what
 * its scores have meant lately.
 *
 * @param knownAtMillis event time from which it may be used, so that every run uses it alike
 * @param truths labels of the version so far; rises from window to window
 * @param labels of this window
 * @param right of them, decisions that were right
 * @param calibration the newest labels, this window's among them; null while there are too few
 */
public record MaturedWindow(
    VersionKey key,
    Window window,
    long knownAtMillis,
    long truths,
    long labels,
    long right,
    @Nullable LabelledScores calibration) {}
