/** The result-tables job: result topics -> PostgreSQL. */
@NullMarked
package dev.runway.tables;

import org.jspecify.annotations.NullMarked;
