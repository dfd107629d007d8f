/** Tests of the writer. */
@NullMarked
package dev.runway.tables.write;

import org.jspecify.annotations.NullMarked;
