/**
 * What all benchmarks need: cases in processes of their own, rows with their medians, and a broker
 * and a Flink to run them on.
 */
@org.jspecify.annotations.NullMarked
package dev.runway.bench.harness;
