/** Benchmarks of groundtruth-join: the same events through ours, its peers, and the bare limit. */
package dev.runway.bench;
