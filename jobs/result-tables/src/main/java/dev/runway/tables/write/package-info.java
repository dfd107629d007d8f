/** Rows, and how they reach PostgreSQL whatever happens to it; nothing of Flink in here. */
@NullMarked
package dev.runway.tables.write;

import org.jspecify.annotations.NullMarked;
