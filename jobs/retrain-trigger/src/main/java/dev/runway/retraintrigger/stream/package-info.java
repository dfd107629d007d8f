/** The operators around the core, and what travels between them. */
@NullMarked
package dev.runway.retraintrigger.stream;

import org.jspecify.annotations.NullMarked;
