/**
 * What readings say of a model version, in one form, and what of it looks like a fault of the data.
 */
@NullMarked
package dev.runway.retraintrigger.signal;

import org.jspecify.annotations.NullMarked;
