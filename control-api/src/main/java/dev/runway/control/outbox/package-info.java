/** Messages to Kafka, written with the change they tell. */
@NullMarked
package dev.runway.control.outbox;

import org.jspecify.annotations.NullMarked;
