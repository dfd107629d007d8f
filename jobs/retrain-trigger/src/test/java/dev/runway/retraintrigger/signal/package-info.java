@NullMarked
package dev.runway.retraintrigger.signal;

import org.jspecify.annotations.NullMarked;
