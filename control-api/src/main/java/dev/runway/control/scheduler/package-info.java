/** Ways to a scheduler: one small interface, and what speaks to Maestro, Airflow and webhooks. */
@NullMarked
package dev.runway.control.scheduler;

import org.jspecify.annotations.NullMarked;
