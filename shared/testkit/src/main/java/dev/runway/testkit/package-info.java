/**
 * What tests of jobs stand on: a real broker, a real database, a Flink cluster, golden files and
 * contracts of topologies. For test scope only.
 */
@NullMarked
package dev.runway.testkit;

import org.jspecify.annotations.NullMarked;
