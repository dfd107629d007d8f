/** The verb {@code profile}: a baseline from training data, reported, written and published. */
@NullMarked
package dev.runway.profile;

import org.jspecify.annotations.NullMarked;
