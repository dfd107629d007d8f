@NullMarked
package dev.runway.retraintrigger.stream;

import org.jspecify.annotations.NullMarked;
