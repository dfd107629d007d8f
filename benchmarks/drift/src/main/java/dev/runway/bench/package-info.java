/** The command {@code ./runway bench drift}. */
package dev.runway.bench;
