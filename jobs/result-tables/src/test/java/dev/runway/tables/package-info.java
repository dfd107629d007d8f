/** Tests of the result-tables job. */
@NullMarked
package dev.runway.tables;

import org.jspecify.annotations.NullMarked;
