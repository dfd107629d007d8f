/** Benchmarks of embedding-stability: the same vectors through ours and through the bare limit. */
@NullMarked
package dev.runway.bench.embedding;

import org.jspecify.annotations.NullMarked;
