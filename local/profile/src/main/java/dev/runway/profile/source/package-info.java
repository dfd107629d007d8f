/** Training data, row by row: files and tables that are gone through more than once. */
@NullMarked
package dev.runway.profile.source;

import org.jspecify.annotations.NullMarked;
