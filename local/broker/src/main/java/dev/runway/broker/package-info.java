/**
 * A real Kafka broker (KRaft, one node) as a process of its own.
 *
 * <p>{@link dev.runway.broker.BrokerConfig} and {@link dev.runway.broker.BrokerCommand} name no
 * Kafka class, so whoever starts a broker needs this jar alone and keeps the Kafka client it is
 * pinned to.
 */
@NullMarked
package dev.runway.broker;

import org.jspecify.annotations.NullMarked;
