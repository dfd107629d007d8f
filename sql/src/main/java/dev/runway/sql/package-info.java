/** The database's tables and roles, and how they come into a database. */
@NullMarked
package dev.runway.sql;

import org.jspecify.annotations.NullMarked;
