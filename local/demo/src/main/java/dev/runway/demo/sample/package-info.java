/** The data sets of {@code samples/}, read as they are. */
@NullMarked
package dev.runway.demo.sample;

import org.jspecify.annotations.NullMarked;
