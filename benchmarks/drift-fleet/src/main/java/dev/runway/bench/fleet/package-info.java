/**
 * A fleet of models with known drifts, and the alarms that rules raise on it.
 *
 * <p>{@link dev.runway.bench.fleet.ModelPlan} says what is true about a model, {@link
 * dev.runway.bench.fleet.Traffic} makes its predictions, {@link dev.runway.bench.fleet.ModelRun}
 * judges its windows, {@link dev.runway.bench.fleet.Tally} counts alarms.
 */
@NullMarked
package dev.runway.bench.fleet;

import org.jspecify.annotations.NullMarked;
