/** The control API: a thin service over PostgreSQL, whose changes reach the jobs through Kafka. */
@NullMarked
package dev.runway.control;

import org.jspecify.annotations.NullMarked;
