@NullMarked
package dev.runway.retraintrigger.cascade;

import org.jspecify.annotations.NullMarked;
