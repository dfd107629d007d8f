/**
 * What compacted topics say of models: read by operators, and applied by the time it was written.
 */
@NullMarked
package dev.runway.retraintrigger.known;

import org.jspecify.annotations.NullMarked;
