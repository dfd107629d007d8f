/** Benchmarks of drift-monitor: the same predictions through ours, a peer, and the bare limit. */
@NullMarked
package dev.runway.bench.drift;

import org.jspecify.annotations.NullMarked;
