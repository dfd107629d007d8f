/**
 * The second act of the demo: a model server, real trainings and a gate around the decisions of
 * retrain-trigger and the ledger of the control API, so that the loop closes.
 */
@NullMarked
package dev.runway.demo.loop;

import org.jspecify.annotations.NullMarked;
