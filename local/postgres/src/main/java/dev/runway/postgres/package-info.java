/**
 * A PostgreSQL server from the programs of a Maven artifact, for the local stack and for tests.
 *
 * <p>Durable settings, passwords for everybody, loopback only, private folders. A server that
 * outlived its starter is stopped by the next start; data is never deleted.
 */
@NullMarked
package dev.runway.postgres;

import org.jspecify.annotations.NullMarked;
