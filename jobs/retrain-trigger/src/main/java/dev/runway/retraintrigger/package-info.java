/**
 * When a model is stale and what is to be done about it: the plain core, without Flink.
 *
 * <p>{@link dev.runway.retraintrigger.state.Dossier} takes what arrives, {@link
 * dev.runway.retraintrigger.decision.Rounds} decides at a tick.
 */
@NullMarked
package dev.runway.retraintrigger;

import org.jspecify.annotations.NullMarked;
