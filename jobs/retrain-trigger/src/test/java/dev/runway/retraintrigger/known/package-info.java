@NullMarked
package dev.runway.retraintrigger.known;

import org.jspecify.annotations.NullMarked;
