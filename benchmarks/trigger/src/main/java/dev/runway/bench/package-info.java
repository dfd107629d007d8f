/** The command {@code ./runway bench trigger}. */
package dev.runway.bench;
