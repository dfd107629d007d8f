/**
 * What every job shares: sources, decoding, dead letters, sinks, options, bundling.
 *
 * <p>Every operator has a uid of its own. It is a verb and a noun in lower case with a dash
 * between, says what the operator does and not how ({@code read-predictions}, {@code
 * decode-outcomes}, {@code join-outcome}, {@code write-dead-letters}), is the operator's name as
 * well, and never changes: savepoints find their state by it.
 *
 * <p>A job reads as: {@link dev.runway.flink.Options} &rarr; {@link
 * dev.runway.flink.JobEnvironment} &rarr; {@link dev.runway.flink.EventSource} &rarr; {@link
 * dev.runway.flink.DecodeFunction} &rarr; its own functions &rarr; {@link
 * dev.runway.flink.ResultSink}.
 */
@NullMarked
package dev.runway.flink;

import org.jspecify.annotations.NullMarked;
