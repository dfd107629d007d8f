/**
 * What all benchmarks need: cases in processes of their own, rows with their medians, a broker, a
 * database and a Flink to run them on.
 */
@org.jspecify.annotations.NullMarked
package dev.runway.bench.harness;
