/**
 * Functions for Flink SQL: sketches under the names Spark 4.1 gives them, and tiles and profiles of
 * drift-monitor.
 *
 * <p>For all of them: a null argument gives null (an aggregate passes over it), and bytes or
 * documents that are not what they should be end the query with a message that names the function.
 * A damaged record must not become a number.
 *
 * <p>One class for each function, as Flink wants it, so there are more than our usual 15.
 */
@NullMarked
package dev.runway.sql.function;

import org.jspecify.annotations.NullMarked;
