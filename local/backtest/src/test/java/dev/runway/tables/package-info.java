/** Rows as their own writer writes them. */
@org.jspecify.annotations.NullMarked
package dev.runway.tables;
