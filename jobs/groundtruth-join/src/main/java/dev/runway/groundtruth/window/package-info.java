/** Counts per model, version, segment, variant and window, in plain Java. */
@NullMarked
package dev.runway.groundtruth.window;

import org.jspecify.annotations.NullMarked;
