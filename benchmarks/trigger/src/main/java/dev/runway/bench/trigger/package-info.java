/** Benchmarks of retrain-trigger: the same readings through the job and through its limit. */
@NullMarked
package dev.runway.bench.trigger;

import org.jspecify.annotations.NullMarked;
