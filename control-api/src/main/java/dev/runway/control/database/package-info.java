/** The database: a pool, transactions, rows as JSON. */
@NullMarked
package dev.runway.control.database;

import org.jspecify.annotations.NullMarked;
